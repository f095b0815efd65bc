import { setOf } from "../../spec/automaton/index.ts";
import type { TimestampsRead } from "./client-state.ts";
import {
  compareTimestamps,
  GENESIS,
  type Stamped,
  sameTimestamp,
  type Timestamp,
} from "./messages.ts";

/** How a reader compares replies: which is larger, and whether two agree. */
export interface Comparison {
  readonly order: (a: Stamped, b: Stamped) => number;
  readonly agree: (a: Stamped, b: Stamped) => boolean;
}

/**
 * What quorums of replies can say to a reader, given the replies that each replica may contribute. A
 * client looks at the largest and at whether all agree; so each quorum is represented by its largest
 * reply alone, or where replies disagree by each smaller reply and the largest.
 */
export function quorumOutcomes(
  replies: readonly (readonly Stamped[])[],
  quorum: number,
  { order, agree }: Comparison,
): Stamped[][] {
  const distinct = setOf(...replies.flat());
  return distinct.flatMap((largest) => {
    const others = replies.map((own) => own.filter((reply) => order(reply, largest) <= 0));
    const holders = others.filter((own) => own.some((reply) => order(reply, largest) === 0));
    const able = others.filter((own) => own.length > 0);
    if (holders.length === 0 || able.length < quorum) return [];
    const agrees = (reply: Stamped) => agree(reply, largest);
    const agreeing = able.filter((own) => own.some(agrees)).length >= quorum;
    const smaller = able.flatMap((own) => own.filter((reply) => !agrees(reply)));
    const soleHolder = holders.length === 1 ? holders[0] : undefined;
    const differing = smaller.filter(
      (reply) =>
        soleHolder === undefined || able.some((own) => own !== soleHolder && own.includes(reply)),
    );
    return [
      ...(agreeing ? [[largest]] : []),
      ...setOf(...differing).map((reply) => [reply, largest]),
    ];
  });
}

/** What a reply in phase 1 of a write says. */
export interface TimestampReply {
  readonly ts: Timestamp;
  /** the hash that the replica signed to hold under `ts`; null where it names none */
  readonly hash: string | null;
  /** whether the prepare proof for `ts` came along */
  readonly proven: boolean;
  /** what the replica prepared for the client */
  readonly prepared: Timestamp | null;
}

/** What the replies of a quorum, or of a part of it, say together. */
interface Sum {
  readonly of: number;
  readonly largest: Timestamp;
  readonly proven: boolean;
  /** what all of them hold */
  readonly held: { readonly ts: Timestamp; readonly hash: string | null } | null;
  /** what all of them prepared */
  readonly prepared: Timestamp | null;
}

/**
 * What quorums of replies can say to a writer in phase 1, given the replies that each replica may
 * contribute: all that {@link timestampsRead} tells of some choice of 2f + 1 replies.
 */
export function timestampOutcomes(
  replies: readonly (readonly TimestampReply[])[],
  quorum: number,
  strong: boolean,
): TimestampsRead[] {
  let sums = new Map<string, Sum | null>([["", null]]);
  for (const own of replies) {
    const next = new Map(sums);
    for (const sum of sums.values()) {
      if (sum?.of === quorum) continue;
      for (const reply of own) {
        const with_ = added(sum, reply);
        next.set(JSON.stringify(with_), with_);
      }
    }
    sums = next;
  }
  const outcomes = new Map<string, TimestampsRead>();
  for (const sum of sums.values()) {
    if (sum?.of !== quorum) continue;
    const outcome = outcomeOf(sum, strong);
    outcomes.set(JSON.stringify(outcome), outcome);
  }
  return [...outcomes.values()];
}

/** What 2f + 1 replies say to a writer in phase 1. */
export function timestampsRead(
  replies: readonly TimestampReply[],
  strong: boolean,
): TimestampsRead {
  const sum = replies.reduce<Sum | null>(added, null);
  return sum === null
    ? { timestamps: [], proven: true, completed: null, prepared: null }
    : outcomeOf(sum, strong);
}

function added(sum: Sum | null, { ts, hash, proven, prepared }: TimestampReply): Sum {
  const shown = proven || sameTimestamp(ts, GENESIS);
  if (sum === null) return { of: 1, largest: ts, proven: shown, held: { ts, hash }, prepared };
  const order = compareTimestamps(ts, sum.largest);
  const { held } = sum;
  return {
    of: sum.of + 1,
    largest: order > 0 ? ts : sum.largest,
    proven: order > 0 ? shown : sum.proven || (order === 0 && shown),
    held: held !== null && sameTimestamp(held.ts, ts) && held.hash === hash ? held : null,
    prepared:
      sum.prepared !== null && prepared !== null && sameTimestamp(sum.prepared, prepared)
        ? prepared
        : null,
  };
}

/** A client that may go on to phase 3 looks at nothing else. */
function outcomeOf({ largest, proven, held, prepared }: Sum, strong: boolean): TimestampsRead {
  if (prepared !== null) return { timestamps: [], proven: true, completed: null, prepared };
  const isGenesis = sameTimestamp(largest, GENESIS);
  const completed = strong && held !== null && !isGenesis ? held.ts : null;
  return { timestamps: [largest], proven, completed, prepared: null };
}
