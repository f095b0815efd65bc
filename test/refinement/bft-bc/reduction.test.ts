import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import type { InstanceSize } from "../../../impl/bft-bc/instances.ts";
import { MUTANTS, PRINTED, REPAIRED, type Rules } from "../../../impl/bft-bc/rules.ts";
import { isRegister, readsReturnValues } from "../../../refinement/bft-bc/histories.ts";
import { problemOf, type Question } from "../../../refinement/bft-bc/problems.ts";
import {
  noWriteProofAboveTsMax,
  onePreparedTimestampAboveTsMax,
  onePreparedValueAboveTsMax,
  oneValueUnderOneTimestamp,
} from "../../../refinement/bft-bc/proofs.ts";
import { exploreAll } from "../../checker/explore/comparing.ts";

const question: Question = {
  properties: (system, world) => [
    oneValueUnderOneTimestamp(system, world),
    noWriteProofAboveTsMax(system, world),
    onePreparedTimestampAboveTsMax(system, world),
    onePreparedValueAboveTsMax(system, world),
    // Without correct clients nothing is visible.
    ...(world.scripts.length > 0
      ? [isRegister(system, world, 1), readsReturnValues(system, world)]
      : []),
  ],
  witnesses: () => [],
};

const VARIANTS: readonly (readonly [string, Rules])[] = [
  ["repaired", REPAIRED],
  ["printed", PRINTED],
  ["write-hash-not-checked", MUTANTS["write-hash-not-checked"] as Rules],
  ["read-returns-null", MUTANTS["read-returns-null"] as Rules],
];

const SIZES: readonly InstanceSize[] = [
  { faultyReplicas: 1, writes: 1, maxForgedVal: 0 },
  { faultyReplicas: 1, reads: 1, maxForgedVal: 0 },
  { faultyReplicas: 1, valuesOfC: 1, maxForgedVal: 1 },
  { faultyReplicas: 1, valuesOfC: 2, maxForgedVal: 1, reach: 2 },
  { faultyReplicas: 1, valuesOfC: 1, reads: 1, maxForgedVal: 1, reach: 2 },
];

describe.each(VARIANTS)("sends-at-once, %s", (_, rules) => {
  test.each(SIZES)(
    "gives the verdicts of the full search on %j",
    (size) => {
      const problem = problemOf(size, rules, question);

      const [reduced, full] = [problem, { ...problem, reductions: [] }].map((one) => explore(one));

      const verdicts = (found = full) =>
        found?.violations.map((violation, at) => [
          problem.properties[at]?.name,
          violation !== null,
        ]);
      expect(problem.reductions).toEqual(["sends-at-once"]);
      expect([reduced?.bound, full?.bound]).toEqual([null, null]);
      expect(verdicts(reduced)).toEqual(verdicts());
    },
    20_000,
  );
});

test.each(SIZES.slice(1, 3))("explore agrees with the naive search on %j", (size) => {
  const problem = { ...problemOf(size, REPAIRED, question), reductions: [] };

  const { states, depth, transitions } = exploreAll(problem);

  const naive = searchNaively(problem.system);
  expect(naive.states).toBeLessThan(1_500);
  expect({ states, depth, transitions }).toMatchObject({
    states: naive.states,
    depth: naive.depth,
    transitions: naive.transitions,
  });
});
