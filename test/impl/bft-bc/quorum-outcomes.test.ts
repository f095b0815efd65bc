import fc from "fast-check";
import { expect, test } from "vitest";
import { C, D } from "../../../impl/bft-bc/instances.ts";
import { quorumOutcomes } from "../../../impl/bft-bc/medium.ts";
import {
  compareTimestamps,
  GENESIS,
  type Stamped,
  sameTimestamp,
} from "../../../impl/bft-bc/messages.ts";
import { subsets } from "../../../spec/automaton/index.ts";

const UNIVERSE: readonly Stamped[] = [
  { ts: GENESIS, value: "v0" },
  { ts: { val: 1, id: C }, value: "c1" },
  { ts: { val: 1, id: C }, value: "c2" },
  { ts: { val: 1, id: D }, value: "d1" },
  { ts: { val: 2, id: C }, value: "c1" },
];

/** What a reader makes of replies: the largest, by value where timestamps agree, and agreement. */
function outcomeOf(replies: readonly Stamped[]): string {
  const sorted = [...replies].sort(
    (a, b) => compareTimestamps(a.ts, b.ts) || (a.value < b.value ? -1 : 1),
  );
  const last = sorted.at(-1) as Stamped;
  const agree = replies.every(({ ts }) => sameTimestamp(ts, last.ts));
  return `${last.ts.val} ${last.ts.id} ${last.value} ${agree ? "agree" : "differ"}`;
}

/** One reply of each replica, in all ways. */
const picks = (replies: readonly (readonly Stamped[])[]): Stamped[][] =>
  replies.reduce<Stamped[][]>(
    (all, own) => all.flatMap((some) => own.map((reply) => [...some, reply])),
    [[]],
  );

const contributions = fc.array(fc.subarray([...UNIVERSE]), { minLength: 4, maxLength: 4 });

test("representatives give a reader every outcome of a full quorum and no other", () => {
  fc.assert(
    fc.property(contributions, fc.constantFrom(2, 3, 4), (replies, quorum) => {
      const full = [...subsets([0, 1, 2, 3], quorum)].flatMap((members) =>
        picks(members.map((member) => replies[member] as Stamped[])),
      );

      const outcomes = quorumOutcomes(replies, quorum, ({ ts }) => ts);

      const got = new Set(outcomes.map(outcomeOf));
      expect([...got].sort()).toEqual([...new Set(full.map(outcomeOf))].sort());
    }),
    { numRuns: 1_500 },
  );
});

test("a quorum has at least as many replicas as the quorum size, whoever says several things", () => {
  const many = quorumOutcomes([[...UNIVERSE], [...UNIVERSE], [], []], 3, ({ ts }) => ts);

  expect(many).toEqual([]);
});
