import { expect, test } from "vitest";
import { explore } from "../../../../checker/index.ts";
import { WIC_REPAIRED } from "../../../../impl/atomic-multicast/rules.ts";
import type { WicSize } from "../../../../impl/atomic-multicast/wic/instances.ts";
import { problemOf } from "../../../../refinement/atomic-multicast/wic/problems.ts";
import {
  inLockstep,
  ONE_ROUND,
  TWO_ROUNDS,
} from "../../../../refinement/atomic-multicast/wic/sizes.ts";
import { canonical, invariant } from "../../../../spec/automaton/index.ts";

/** Whatever correct processes may have decided, together, in some state of an instance. */
function decisionsReached(size: WicSize): readonly string[] {
  const reached = new Set<string>();
  const found = explore(
    problemOf(size, WIC_REPAIRED, {
      properties: (system) => [
        invariant(system, {
          name: "notes what it sees",
          reads: ["replicas.decided"],
          holds: ({ replicas }) => {
            reached.add(canonical(replicas.map(({ decided }) => decided)));
            return true;
          },
        }),
      ],
      witnesses: () => [],
    }),
  );
  expect(found.bound).toBeNull();
  return [...reached].sort();
}

test("schedules in lockstep reach the decisions that any schedules reach", () => {
  const any = decisionsReached(TWO_ROUNDS.neither);
  expect(any.length).toBeGreaterThan(10);
  expect(decisionsReached(inLockstep(TWO_ROUNDS.neither))).toEqual(any);
}, 120_000);

test("suspicions at once reach the decisions that suspicions one by one reach", () => {
  for (const size of [ONE_ROUND, { ...ONE_ROUND, faulty: [3] }, { ...ONE_ROUND, faulty: [] }]) {
    const oneByOne = decisionsReached({ ...size, suspicion: "detector" });
    expect(decisionsReached(size)).toEqual(oneByOne);
  }
}, 120_000);
