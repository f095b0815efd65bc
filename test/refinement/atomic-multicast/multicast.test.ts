import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  ATOMIC,
  ATOMIC_MUTANTS,
  ATOMIC_PRINTED,
  ATOMIC_PRINTED_E04,
  ATOMIC_PRINTED_E05,
  type AtomicRules,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import {
  type AtomicSize,
  NUMBERLESS,
  ONE,
  problemOf,
  type Question,
  quick,
  TWINS,
  TWO,
} from "../../../refinement/atomic-multicast/atomic/problems.ts";
import {
  deliversInOneOrder,
  isAtomicMulticast,
  noIdleInstance,
  sameBatchInEachStage,
} from "../../../refinement/atomic-multicast/atomic/properties.ts";
import type { Property } from "../../../spec/automaton/index.ts";
import { expectReplays } from "../../checker/explore/comparing.ts";

const asking = (properties: Question["properties"]): Question =>
  quick({ properties, witnesses: () => [] });
const byNumber = asking((system, world) => [isAtomicMulticast(system, world, "each number")]);
const quiet = asking((system, world) => [noIdleInstance(system, world)]);
const batches = asking((system, world) => [sameBatchInEachStage(system, world)]);
const order = asking((system) => [deliversInOneOrder(system)]);

describe("the shortest counterexamples", () => {
  test.each<[string, number, AtomicSize, AtomicRules, Question]>([
    ["D-AM-INT@printed/D-E05", 10, TWINS, ATOMIC_PRINTED_E05, byNumber],
    ["D-AM-INT@printed/by number", 10, TWINS, ATOMIC_PRINTED, byNumber],
    ["D-QUIET@printed/D-E05", 5, TWINS, ATOMIC_PRINTED_E05, quiet],
    ["D-QUIET@printed", 5, TWINS, ATOMIC_PRINTED, quiet],
    ["D-L7.3@printed/D-E03", 18, NUMBERLESS, ATOMIC, batches],
    ["D-AM-TO@mutant/arrival-order", 14, TWO, ATOMIC_MUTANTS["arrival-order"]!, order],
  ])(
    "%s is violated in %d steps that replay",
    { timeout: 60_000 },
    (_, steps, size, rules, question) => {
      const problem = problemOf(size, rules, question);

      const [violation] = explore(problem).violations;

      expect(violation?.actions).toHaveLength(steps);
      if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
    },
  );
});

describe("sends at once", () => {
  test.each<[string, AtomicSize, AtomicRules]>([
    ["repaired, one message", ONE, ATOMIC],
    ["repaired, twins", TWINS, ATOMIC],
    ["printed/D-E05, twins", { ...TWINS, instances: 1 }, ATOMIC_PRINTED_E05],
    ["printed/D-E04, one message", { ...ONE, instances: 1 }, ATOMIC_PRINTED_E04],
  ])("gives the verdicts of the full search: %s", { timeout: 60_000 }, (_, size, rules) => {
    const question: Question = {
      properties: (system, world) => [
        isAtomicMulticast(system, world, "each number"),
        noIdleInstance(system, world),
        sameBatchInEachStage(system, world),
      ],
      witnesses: () => [],
    };

    const [full, reduced] = [question, quick(question)].map((one) =>
      explore(problemOf(size, rules, one)).violations.map((violation) => violation !== null),
    );

    expect(reduced).toEqual(full);
  });
});
