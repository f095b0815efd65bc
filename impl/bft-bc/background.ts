import { canonical, type Value } from "../../spec/automaton/index.ts";
import type { ProcessHost } from "../network/process.ts";

/** Enough for the writes under way of some hundred clients; about 0.3 kB each. */
const SIGNATURES_MAX = 1024;

/**
 * Section 3.3: signatures of phase 3, made while nobody waits for them. After a replica has accepted
 * a prepare it signs, off the path of any reply, that it holds the write, so that the signature is
 * there when the WRITE arrives. Such a signature would be a lie if it left before. So nothing here
 * sends or stores anything: a signature is given only to who asks for that very statement, which the
 * replica does when its automaton has performed the reply.
 */
export class BackgroundSigner {
  readonly #most: number;
  /** by statement, the oldest first; null until its turn comes */
  readonly #signatures = new Map<string, Uint8Array | null>();

  /** @param most how many signatures are kept or under way */
  constructor(most = SIGNATURES_MAX) {
    this.#most = most;
  }

  /** Signs a statement soon, after what this turn does. */
  expect(statement: Value, host: ProcessHost): void {
    const key = canonical(statement);
    if (this.#signatures.has(key)) return;
    this.#keep(key, null);
    host.after(0, () => {
      // What was pushed out, or signed meanwhile, is not wanted any more.
      if (this.#signatures.get(key) === null) this.#signatures.set(key, host.sign(statement));
    });
  }

  /** The signature of a statement that is true now. */
  sign(statement: Value, host: ProcessHost): Uint8Array {
    const key = canonical(statement);
    const ready = this.#signatures.get(key);
    if (ready != null) return ready;
    const signature = host.sign(statement);
    this.#keep(key, signature);
    return signature;
  }

  #keep(key: string, signature: Uint8Array | null): void {
    this.#signatures.set(key, signature);
    const [oldest] = this.#signatures.keys();
    if (this.#signatures.size > this.#most && oldest !== undefined) {
      this.#signatures.delete(oldest);
    }
  }
}
