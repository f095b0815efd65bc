import fc from "fast-check";
import { expect, test } from "vitest";
import { C, D } from "../../../impl/bft-bc/instances.ts";
import {
  byValue,
  compareTimestamps,
  GENESIS,
  type Stamped,
  sameTimestamp,
} from "../../../impl/bft-bc/messages.ts";
import {
  type Comparison,
  quorumOutcomes,
  type TimestampReply,
  timestampOutcomes,
  timestampsRead,
} from "../../../impl/bft-bc/quorums.ts";
import { subsets } from "../../../spec/automaton/index.ts";

const UNIVERSE: readonly Stamped[] = [
  { ts: GENESIS, value: "v0" },
  { ts: { val: 1, id: C }, value: "c1" },
  { ts: { val: 1, id: C }, value: "c2" },
  { ts: { val: 1, id: D }, value: "d1" },
  { ts: { val: 2, id: C }, value: "c1" },
];

const BASE: Comparison = { order: byValue, agree: (a, b) => sameTimestamp(a.ts, b.ts) };
/** Optimised: two values under one timestamp do not agree. */
const TIES: Comparison = {
  order: byValue,
  agree: (a, b) => sameTimestamp(a.ts, b.ts) && a.value === b.value,
};

/** What a reader makes of replies: the largest, by value where timestamps agree, and agreement. */
function outcomeOf(replies: readonly Stamped[], { agree: agrees }: Comparison): string {
  const sorted = [...replies].sort(
    (a, b) => compareTimestamps(a.ts, b.ts) || (a.value < b.value ? -1 : 1),
  );
  const last = sorted.at(-1) as Stamped;
  const agree = replies.every((reply) => agrees(reply, last));
  return `${last.ts.val} ${last.ts.id} ${last.value} ${agree ? "agree" : "differ"}`;
}

/** One reply of each replica, in all ways. */
const picks = <T>(replies: readonly (readonly T[])[]): T[][] =>
  replies.reduce<T[][]>(
    (all, own) => all.flatMap((some) => own.map((reply) => [...some, reply])),
    [[]],
  );

const contributions = fc.array(fc.subarray([...UNIVERSE]), { minLength: 4, maxLength: 4 });

test.each([
  ["base", BASE],
  ["optimised", TIES],
])("representatives give a reader every outcome of a full quorum and no other: %s", (_, how) => {
  fc.assert(
    fc.property(contributions, fc.constantFrom(2, 3, 4), (replies, quorum) => {
      const full = [...subsets([0, 1, 2, 3], quorum)].flatMap((members) =>
        picks(members.map((member) => replies[member] as Stamped[])),
      );

      const outcomes = quorumOutcomes(replies, quorum, how);

      const got = new Set(outcomes.map((one) => outcomeOf(one, how)));
      expect([...got].sort()).toEqual([...new Set(full.map((one) => outcomeOf(one, how)))].sort());
    }),
    { numRuns: 1_500 },
  );
});

test("a quorum has at least as many replicas as the quorum size, whoever says several things", () => {
  const many = quorumOutcomes([[...UNIVERSE], [...UNIVERSE], [], []], 3, BASE);

  expect(many).toEqual([]);
});

const TIMESTAMP_REPLIES: readonly TimestampReply[] = [
  { ts: GENESIS, hash: null, proven: true, prepared: null },
  { ts: GENESIS, hash: null, proven: false, prepared: { val: 1, id: D } },
  { ts: { val: 1, id: C }, hash: "a", proven: true, prepared: null },
  { ts: { val: 1, id: C }, hash: "b", proven: false, prepared: { val: 2, id: D } },
  { ts: { val: 1, id: D }, hash: "a", proven: true, prepared: { val: 2, id: D } },
];

test.each([false, true])(
  "a writer is told in phase 1 what some full quorum says, and all that one can: strong %s",
  (strong) => {
    const own = fc.subarray([...TIMESTAMP_REPLIES]);
    const told = (one: unknown) => JSON.stringify(one);
    fc.assert(
      fc.property(
        fc.array(own, { minLength: 4, maxLength: 4 }),
        fc.constantFrom(2, 3),
        (replies, quorum) => {
          const full = [...subsets([0, 1, 2, 3], quorum)]
            .flatMap((members) => picks(members.map((one) => replies[one] as TimestampReply[])))
            .map((chosen) => told(timestampsRead(chosen, strong)));

          const outcomes = timestampOutcomes(replies, quorum, strong).map(told);

          expect(outcomes.sort()).toEqual([...new Set(full)].sort());
        },
      ),
      { numRuns: 400 },
    );
  },
);
