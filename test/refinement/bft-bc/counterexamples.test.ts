import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import type { ReplicaState } from "../../../impl/bft-bc/replica-automaton.ts";
import { PRINTED_E01, REPAIRED } from "../../../impl/bft-bc/rules.ts";
import { isRegister } from "../../../refinement/bft-bc/histories.ts";
import { CLIENT_C, lurking } from "../../../refinement/bft-bc/instances.ts";
import { problemOf } from "../../../refinement/bft-bc/problems.ts";
import { oneValueUnderOneTimestamp } from "../../../refinement/bft-bc/proofs.ts";
import { applyAction, canonical, type Property } from "../../../spec/automaton/index.ts";
import { expectReplays } from "../../checker/explore/comparing.ts";

describe("L-UNIQ@printed/L-E01", () => {
  const problem = problemOf(CLIENT_C, PRINTED_E01, {
    properties: (system, world) => [oneValueUnderOneTimestamp(system, world)],
    witnesses: () => [],
  });
  const violation = explore(problem).violations[0]!;

  test("is violated, by a shortest run of the pinned length that replays", () => {
    expect(violation.actions).toHaveLength(14);
    expectReplays(problem, problem.properties[0] as Property, violation);
  });

  test("ends in two values under one timestamp", () => {
    const { system } = problem;

    const end = violation.actions.reduce(
      (at, action) => applyAction(system, at, action),
      violation.start,
    );

    const replicas = system.leaves.flatMap(({ part }, at) =>
      part === "replicas" ? [end[at]?.state as ReplicaState] : [],
    );
    const valuesAt = new Map<string, Set<string>>();
    for (const { currentTs, data } of replicas) {
      const key = canonical(currentTs);
      valuesAt.set(key, new Set([...(valuesAt.get(key) ?? []), data]));
    }
    expect([...valuesAt.values()]).toContainEqual(new Set(["c1", "c2"]));
  });
});

describe("L-LIN-base@repaired", () => {
  const within = (b: number) =>
    problemOf(lurking(2, 1), REPAIRED, {
      properties: (system, world) => [isRegister(system, world, b)],
      witnesses: () => [],
    });

  test("b = 0 is violated: a write takes effect after the stop", () => {
    const problem = within(0);

    const [violation] = explore(problem).violations;

    expect(violation?.actions.map(({ name }) => name)).toContain("STOP");
    if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
  });

  test("b = 1 holds, so 1 is the smallest bound", () => {
    const { violations, bound } = explore(within(1));

    expect([violations, bound]).toEqual([[null], null]);
  });
});
