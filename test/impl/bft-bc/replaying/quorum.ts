import {
  answers,
  type TimestampsReply,
  timestampReply,
} from "../../../../impl/bft-bc/client-messages.ts";
import {
  byHash,
  byValue,
  type Stamped,
  sameTimestamp,
  type Timestamp,
} from "../../../../impl/bft-bc/messages.ts";
import { timestampsRead } from "../../../../impl/bft-bc/quorums.ts";
import { type Reply, type Request, timestampOf } from "../../../../impl/bft-bc/wire.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import { type Action, equal, type Index, subsets } from "../../../../spec/automaton/index.ts";

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
  const isRead = bare.startsWith("READ");
  return { name: bare, payload: { ...rest, replica, ...(isRead && { nonce }) } };
}

/** Whether a quorum action is about the replies to a request. */
export function isAbout({ name, payload }: Action, request: Request): boolean {
  const { object, nonce, hash } = payload;
  const ts = payload.ts as Timestamp;
  const about = request.type === "READ-TS-PREP" ? "READ-TS" : request.type;
  if (name !== `${about}-QUORUM` || object !== request.object) return false;
  switch (request.type) {
    case "READ-TS":
    case "READ-TS-PREP":
    case "READ":
      return request.nonce === nonce;
    case "PREPARE":
      return sameTimestamp(request.ts, ts) && request.hash === hash;
    case "WRITE":
      return sameTimestamp(request.proof.ts, ts) && (hash === null || hash === request.proof.hash);
  }
}

export const isAnswer = (reply: Reply, request: Request): boolean =>
  reply.object === request.object && answers(reply, request);

/** Replies of as many distinct replicas as a quorum has that say what the action says; null if none do. */
export function quorumOf(
  action: Action,
  contributions: readonly Contribution[],
  world: World,
): readonly Contribution[] | null {
  const senders = [...new Set(contributions.map(({ from }) => from))];
  for (const some of subsets(senders, world.quorum)) {
    const choices = some.map((one) => contributions.filter(({ from }) => from === one));
    for (const chosen of combinations(choices)) if (says(action, chosen, world)) return chosen;
  }
  return null;
}

function* combinations<T>(choices: readonly (readonly T[])[]): Iterable<readonly T[]> {
  const [first, ...rest] = choices;
  if (first === undefined) yield [];
  else for (const one of first) for (const others of combinations(rest)) yield [one, ...others];
}

/** The model hands over the largest reply, and a smaller one only if not all agree. */
function says({ name, payload }: Action, chosen: readonly Contribution[], world: World): boolean {
  const { rules } = world;
  if (name === "READ-TS-QUORUM") {
    const { timestamps, proven, completed, prepared } = payload;
    const replies = chosen.map(({ reply }) => timestampReply(reply as TimestampsReply, rules));
    const read = timestampsRead(replies, rules.strong);
    return equal(read, { timestamps, proven, completed, prepared });
  }
  if (name !== "READ-QUORUM") return true;
  const wanted = payload.replies as readonly Stamped[];
  const said = inOrder(chosen, world);
  if (!equal(said.at(-1), wanted.at(-1))) return false;
  // Who fetches a value to complete it takes the largest, whatever the others say.
  if (isFetched(payload, world)) return true;
  const first = said[0] as Stamped;
  const agree = said.every(
    ({ ts, value }) => sameTimestamp(ts, first.ts) && (!rules.optimised || value === first.value),
  );
  return agree === (wanted.length === 1) && said.some((one) => equal(one, wanted[0]));
}

const isFetched = ({ client, nonce }: Action["payload"], { scripts }: World): boolean =>
  scripts.find((one) => one.client === client)?.operations[Number(nonce) - 1]?.write !== undefined;

const inOrder = (chosen: readonly Contribution[], { rules, digest }: World): Stamped[] =>
  chosen
    .flatMap(({ reply }) =>
      reply.type === "READ-REPLY" ? [{ ts: timestampOf(reply.proof), value: reply.value }] : [],
    )
    .sort(rules.optimised ? byHash(digest) : byValue);
