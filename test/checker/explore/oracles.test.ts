import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { alternatingBit } from "../../../refinement/oracle/alternating-bit.ts";
import { diningPhilosophers } from "../../../refinement/oracle/dining-philosophers.ts";
import { echo } from "../../../refinement/oracle/echo.ts";
import { hourClock } from "../../../refinement/oracle/hour-clock.ts";
import { incrementAtomically, incrementRace } from "../../../refinement/oracle/increment-race.ts";
import { lock } from "../../../refinement/oracle/lock.ts";
import { transactionCommit } from "../../../refinement/oracle/tcommit.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import {
  canonical,
  invariant,
  type Problem,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import known from "../../fixtures/known-counts.json" with { type: "json" };
import { agree, logsOf, pbftTiny } from "../../fixtures/pbft-tiny.ts";
import { expectReplays, exploreAll, lengthsOf, naiveLengths } from "./comparing.ts";

const MODELS: readonly (readonly [string, Problem])[] = [
  ["alternating bit", alternatingBit(2)],
  ["dining philosophers", diningPhilosophers(5)],
  ["echo", echo(3)],
  ["hour clock", hourClock()],
  ["increment race of 3", incrementRace(3)],
  ["increment atomically", incrementAtomically(3)],
  ["lock", lock(3)],
  ["transaction commit", transactionCommit(4)],
  ["two-phase commit of 3", twoPhaseCommit(3)],
];

describe.each(MODELS)("%s", (_, problem) => {
  const naive = searchNaively(problem.system, problem.properties);

  test("breadth first finds the states, the depth and the transitions of the naive search", () => {
    const { states, depth, transitions, bound } = exploreAll(problem);

    expect({ states, depth, transitions, bound }).toEqual({
      states: naive.states,
      depth: naive.depth,
      transitions: naive.transitions,
      bound: null,
    });
  });

  test("depth first finds the states and the depth of the naive search", () => {
    const { states, depth, bound } = exploreAll(problem, { order: "depth-first" });

    expect({ states, depth, bound }).toEqual({
      states: naive.states,
      depth: naive.depth,
      bound: null,
    });
  });

  test("breadth first violates the same properties, by shortest counterexamples", () => {
    const found = explore(problem);

    expect(lengthsOf(problem, found)).toEqual(naiveLengths(naive));
  });

  test("depth first violates the same properties, by counterexamples that replay", () => {
    const found = explore(problem, { order: "depth-first" });

    expect(Object.keys(lengthsOf(problem, found))).toEqual([...naive.violated.keys()]);
    problem.properties.forEach((property, at) => {
      const violation = found.violations[at];
      if (violation) expectReplays(problem, property, violation);
    });
  });
});

describe("two-phase commit", () => {
  const published = Object.entries(known.TwoPhase.by_RMs).filter(([n]) => Number(n) <= 7);

  test.each(published)("has the published states for N=%s", (n, counts) => {
    const { states, depth } = explore(twoPhaseCommit(Number(n)));

    expect(states).toBe(counts.distinct);
    expect(depth).toBe("depth" in counts ? counts.depth : 23);
  });

  test("has the published pairs of a state and another that one step reaches", () => {
    const published = known.TwoPhase.distinct_non_self_edges;

    const [two, three] = [2, 3].map((n) => edgesOf(twoPhaseCommit(n)));

    expect({ 2: two, 3: three }).toEqual(published);
  });

  test("holds depth first for N=6, with the same states and depth", () => {
    const found = explore(twoPhaseCommit(6), { order: "depth-first" });

    expect(found.violations).toEqual([null, null]);
    expect([found.states, found.depth]).toEqual([50_816, 20]);
  });
});

describe("the PBFT sketch as cells", () => {
  test("has the sketch's states and transitions with one view change, and agreement holds", () => {
    const found = explore(pbftTiny(1));

    expect([found.states, found.transitions]).toEqual([18_575, 50_597]);
    expect(found.violations).toEqual([null]);
    expect(found.reached).toEqual([true]);
  });

  test("violates agreement without the commit quorum, by a run that replays", () => {
    const problem = pbftTiny(1, { commits: 0 });

    const [violation] = explore(problem).violations;

    expect(violation?.actions.length).toBeGreaterThan(0);
    if (violation) expectReplays(problem, problem.properties[0]!, violation);
  });

  test("violates agreement in 680 of its 26,092 states without the commit quorum", () => {
    const { system } = pbftTiny(1, { commits: 0 });
    // A log tells which messages its replica sent: so as many logs as states.
    const violating = new Set<string>();
    const counting = invariant(system, {
      name: "counts what violates agreement",
      reads: ["replicas"],
      holds: ({ replicas }) => {
        const logs = logsOf(replicas);
        if (!agree(logs)) violating.add(canonical(logs));
        return true;
      },
    });

    const { states } = explore({ system, properties: [counting], witnesses: [] });

    expect(states).toBe(26_092);
    expect(violating.size).toBe(680);
  });
});

/** How many pairs of different states are joined by a step; two actions may join the same pair. */
function edgesOf({ system }: Problem): number {
  const found = new Map(startStates(system).map((start) => [canonical(start), start]));
  const edges = new Set<string>();
  for (const [from, global] of found) {
    for (const { to } of stepsFrom(system, global)) {
      const text = canonical(to);
      if (text !== from) edges.add(`${from} to ${text}`);
      if (!found.has(text)) found.set(text, to);
    }
  }
  return edges.size;
}
