import type { Index } from "../../spec/automaton/index.ts";
import type { Decoded, Wire } from "../network/process.ts";
import type { Verifier } from "./world.ts";

/** Messages of one peer that wait for their signatures; what comes beyond is dropped. */
const WAITING_MAX = 256;

interface Waiting {
  readonly decoded: Decoded;
  verdict: "pending" | "valid" | "invalid";
}

export interface IntakeOptions {
  readonly decode: (from: Index, message: Wire) => Decoded | { readonly refused: string };
  readonly verifier: Verifier;
  readonly deliver: (from: Index, decoded: Decoded) => void;
  readonly refused: (from: Index, reason: string) => void;
  /** a signature was not valid; the message is refused too */
  readonly forged?: (from: Index) => void;
}

/**
 * From a message to a delivery: shape first, then signatures, perhaps on other threads. Messages of
 * one peer are delivered in the order in which they came, whichever is verified first.
 */
export class Intake {
  readonly #waiting = new Map<Index, Waiting[]>();
  readonly #to: IntakeOptions;

  constructor(to: IntakeOptions) {
    this.#to = to;
  }

  take(from: Index, message: Wire): void {
    const decoded = this.#decode(from, message);
    if ("refused" in decoded) {
      this.#to.refused(from, decoded.refused);
      return;
    }
    const waiting = this.#waiting.get(from) ?? [];
    if (waiting.length >= WAITING_MAX) {
      this.#to.refused(from, "too many messages wait for their signatures");
      return;
    }
    if (waiting.length === 0) {
      if (decoded.signatures.length === 0) {
        this.#to.deliver(from, decoded);
        return;
      }
      this.#waiting.set(from, waiting);
    }
    const one: Waiting = { decoded, verdict: "pending" };
    waiting.push(one);
    if (decoded.signatures.length === 0) one.verdict = "valid";
    else {
      this.#to.verifier.verify(decoded.signatures, (valid) => {
        one.verdict = valid ? "valid" : "invalid";
        this.#drain(from, waiting);
      });
    }
  }

  /** A decoder that throws is a defect that a peer has found: it must not stop the process too. */
  #decode(from: Index, message: Wire): Decoded | { readonly refused: string } {
    try {
      return this.#to.decode(from, message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { refused: `the decoder failed: ${reason}` };
    }
  }

  #drain(from: Index, waiting: Waiting[]): void {
    for (let first = waiting[0]; first && first.verdict !== "pending"; first = waiting[0]) {
      waiting.shift();
      if (first.verdict === "valid") this.#to.deliver(from, first.decoded);
      else {
        this.#to.refused(from, "a signature is not valid");
        this.#to.forged?.(from);
      }
    }
    if (waiting.length === 0) this.#waiting.delete(from);
  }
}
