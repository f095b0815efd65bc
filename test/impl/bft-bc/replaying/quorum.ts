import {
  compareTimestamps,
  sameTimestamp,
  type Timestamp,
} from "../../../../impl/bft-bc/messages.ts";
import { type Reply, type Request, timestampOf } from "../../../../impl/bft-bc/wire.ts";
import {
  type Action,
  compare,
  equal,
  type Index,
  subsets,
} from "../../../../spec/automaton/index.ts";

/** A reply that a replica may contribute to a quorum. */
export interface Contribution {
  readonly from: Index;
  readonly reply: Reply;
  /** lets the message of a correct replica through; makes and sends that of a faulty one */
  readonly send: () => void;
}

/** The delivery to one replica of what a client's SEND-… action sends. */
export function deliveryOf({ name, payload }: Action, replica: Index): Action {
  const { nonce, ...rest } = payload;
  const bare = name.slice("SEND-".length);
  const isRead = bare === "READ" || bare === "READ-TS";
  return { name: bare, payload: { ...rest, replica, ...(isRead && { nonce }) } };
}

/** Whether a quorum action is about the replies to a request. */
export function isAbout({ name, payload }: Action, request: Request): boolean {
  const { object, nonce, hash } = payload;
  const ts = payload.ts as Timestamp;
  if (name !== `${request.type}-QUORUM` || object !== request.object) return false;
  switch (request.type) {
    case "READ-TS":
    case "READ":
      return request.nonce === nonce;
    case "PREPARE":
      return sameTimestamp(request.ts, ts) && request.hash === hash;
    case "WRITE":
      return sameTimestamp(request.proof.ts, ts);
  }
}

export function isAnswer(reply: Reply, request: Request): boolean {
  if (reply.object !== request.object) return false;
  switch (reply.type) {
    case "READ-TS-REPLY":
      return request.type === "READ-TS" && reply.nonce === request.nonce;
    case "READ-REPLY":
      return request.type === "READ" && reply.nonce === request.nonce;
    case "PREPARE-ACK":
      return (
        request.type === "PREPARE" &&
        sameTimestamp(reply.ts, request.ts) &&
        reply.hash === request.hash
      );
    case "WRITE-ACK":
      return request.type === "WRITE" && sameTimestamp(reply.ts, request.proof.ts);
  }
}

/** Replies of as many distinct replicas as a quorum has that say what the action says; null if none do. */
export function quorumOf(
  action: Action,
  contributions: readonly Contribution[],
  quorum: number,
): readonly Contribution[] | null {
  const senders = [...new Set(contributions.map(({ from }) => from))];
  for (const some of subsets(senders, quorum)) {
    const choices = some.map((one) => contributions.filter(({ from }) => from === one));
    for (const chosen of combinations(choices)) if (says(action, chosen)) return chosen;
  }
  return null;
}

function* combinations<T>(choices: readonly (readonly T[])[]): Iterable<readonly T[]> {
  const [first, ...rest] = choices;
  if (first === undefined) yield [];
  else for (const one of first) for (const others of combinations(rest)) yield [one, ...others];
}

interface Said {
  readonly ts: Timestamp;
  readonly value: string | null;
}

/** The model hands over the largest reply, and a smaller one only if not all timestamps agree. */
function says({ name, payload }: Action, chosen: readonly Contribution[]): boolean {
  if (name === "READ-TS-QUORUM") {
    const [largest] = (payload.timestamps as readonly Timestamp[]).toReversed();
    const [most] = inOrder(chosen).toReversed();
    return most !== undefined && largest !== undefined && sameTimestamp(most.ts, largest);
  }
  if (name !== "READ-QUORUM") return true;
  const wanted = payload.replies as readonly Said[];
  const said = inOrder(chosen);
  const agree = said.every(({ ts }) => sameTimestamp(ts, (said[0] as Said).ts));
  return (
    equal(said.at(-1), wanted.at(-1)) &&
    agree === (wanted.length === 1) &&
    said.some((one) => equal(one, wanted[0]))
  );
}

const inOrder = (chosen: readonly Contribution[]): Said[] =>
  chosen
    .map(({ reply }) => ({
      ts: "proof" in reply ? timestampOf(reply.proof) : reply.ts,
      value: reply.type === "READ-REPLY" ? reply.value : null,
    }))
    .sort((a, b) => compareTimestamps(a.ts, b.ts) || compare(a.value, b.value));
