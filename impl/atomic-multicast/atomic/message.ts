import { isIndex, sortOf, type Value } from "../../../spec/automaton/index.ts";
import type { Request } from "../../../spec/multicast/request.ts";

export type { Client, Request } from "../../../spec/multicast/request.ts";
export { sameNumber } from "../../../spec/multicast/request.ts";

/**
 * A request with what shows that its client said it: in a model who signed it, in a host the bytes
 * of the signature. Two valid signatures under one request make no two messages.
 */
export type Message = Request & { readonly signature: Value };

/** Whether the client of a message signed it: all correct processes agree on that (D-E11). */
export type IsSigned = (message: Message) => boolean;

/** A set of messages, in canonical order: what a replica proposes. */
export type Batch = readonly Message[];

export const requestOf = ({ client, seq, op }: Request): Request => ({ client, seq, op });

/**
 * The messages in a value that anybody may have proposed. Total: what is no set of messages, or no
 * message, is left out.
 */
export function messagesIn(value: Value): Message[] {
  return Array.isArray(value) ? value.filter(isMessage) : [];
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const { client, seq, op, signature, ...more } = value as Partial<Message>;
  return (
    isIndex(client) &&
    sortOf(client) === "client" &&
    Number.isSafeInteger(seq) &&
    typeof op === "string" &&
    signature !== undefined &&
    Object.keys(more).length === 0
  );
}
