import { expect, test } from "vitest";
import { explore } from "../../../../../checker/search/search.ts";
import { clbftWorldOf } from "../../../../../impl/clbft/model/instances.ts";
import { owing } from "../../../../../impl/clbft/model/live/composition.ts";
import { epochChange } from "../../../../../impl/clbft/model/live/epochs.ts";
import { watching } from "../../../../../impl/clbft/model/live/lemma.ts";
import { REPAIRED } from "../../../../../impl/clbft/rules.ts";
import { invariant, type Problem, witness } from "../../../../../spec/automaton/index.ts";

const world = clbftWorldOf(
  { faulty: [3], views: 1, numbers: 1, requests: [1], owes: true },
  REPAIRED,
);
const [, backup] = world.group;
if (backup === undefined) throw new RangeError("an instance without replicas");

type Seen = {
  readonly last: string;
  readonly commits: boolean;
  readonly inOrder: boolean;
};

/** Which input sends what. */
const CAUSES: Readonly<Record<string, string>> = {
  "SEND-PREPARE": "PRE-PREPARE",
  "SEND-COMMIT": "PREPARED",
};

test("a watcher sees each message right after its cause, and is in nobody's way", () => {
  const system = watching({ world, held: () => world.requests }, backup, {
    start: { last: "", commits: false, inOrder: true } as Seen,
    after: ({ last, commits, inOrder }: Seen, action: string): Seen => ({
      last: action,
      commits: commits || action === "SEND-COMMIT",
      inOrder: inOrder && (CAUSES[action] ?? last) === last,
    }),
  });
  const problem: Problem = {
    system,
    reductions: ["sends-at-once"],
    properties: [
      invariant(system, {
        name: "each message comes right after its cause",
        reads: ["watched.watch"],
        holds: ({ watched }) => watched.watch.inOrder,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "it commits",
        reads: ["watched.watch"],
        reached: ({ watched }) => watched.watch.commits,
      }),
    ],
  };

  const { violations, reached } = explore(problem);

  expect(violations).toEqual([null]);
  expect(reached).toEqual([true]);
});

test("recording epochs adds no behaviour where nobody complains and no view changes", () => {
  const count = (system: Problem["system"]) =>
    explore({ system, reductions: ["sends-at-once"], properties: [], witnesses: [] }).states;

  expect(count(epochChange({ world, held: () => world.requests }))).toBe(count(owing({ world })));
});
