import type { DigestFunction } from "../../../spec/automaton/index.ts";
import { nobleScheme } from "../../crypto/noble.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { Message, Wire } from "../../network/process.ts";
import type { Batch, Request } from "../messages.ts";
import type { PrePrepareMessage, PrepareMessage, RequestMessage } from "./wire.ts";

/** What a liar names things by: as correct replicas do. */
export const digest: DigestFunction = digestWith(nobleScheme);

const REMEMBERED_MAX = 64;

/** Requests that clients have signed, as material for lies: what is not what it seems is of no use. */
export class FaultyMemory {
  readonly #requests = new Map<string, Request>();
  readonly #others = new Map<string, Batch>();
  readonly #votes = new Map<string, Set<string>>();
  /** of each type the first that this replica has sent itself */
  readonly #first = new Map<string, Message>();

  /** Takes a message whose shape is right. */
  hear(message: Wire): void {
    const { type } = message as Message;
    if (type === "PRE-PREPARE") {
      for (const one of (message as unknown as PrePrepareMessage).batch) this.#add(one);
    } else if (type === "REQUEST") {
      const { client, t, op, signature } = message as unknown as RequestMessage;
      this.#add({ client, t, op, signature });
    } else if (type === "PREPARE" || type === "COMMIT") {
      const { view, n, digest: named } = message as unknown as PrepareMessage;
      const key = `${view} ${n}`;
      const votes = this.#votes.get(key) ?? new Set();
      if (votes.size < REMEMBERED_MAX) votes.add(named);
      keep(this.#votes, key, votes);
    }
  }

  /** The digests that somebody has voted for. */
  votesFor(view: number, n: number): string[] {
    return [...(this.#votes.get(`${view} ${n}`) ?? [])];
  }

  say(message: Message): void {
    if (!this.#first.has(message.type)) this.#first.set(message.type, message);
  }

  firstOf(type: string): Message | null {
    return this.#first.get(type) ?? null;
  }

  /** The oldest request that is remembered. */
  get oldest(): Request | null {
    const [first] = this.#requests.values();
    return first ?? null;
  }

  /** Another batch of signed requests than the one for this number of this view: always the same. */
  otherThan({ view, n, batch }: Pick<PrePrepareMessage, "view" | "n" | "batch">): Batch | null {
    const key = `${view} ${n}`;
    const known = this.#others.get(key);
    if (known !== undefined) return known;
    const [first] = batch;
    const others = [...this.#requests.values()].filter(
      (one) => one.client !== first?.client || one.t !== first.t,
    );
    const last = others.at(-1);
    const other = batch.length > 1 ? [...batch].reverse() : last === undefined ? null : [last];
    if (other !== null) keep(this.#others, key, other);
    return other;
  }

  #add(request: Request): void {
    keep(this.#requests, `${request.client} ${request.t} ${request.op}`, request);
  }
}

/** Sets an entry; the oldest is forgotten. */
function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}
