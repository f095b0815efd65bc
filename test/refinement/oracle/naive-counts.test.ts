import { describe, expect, it } from "vitest";
import { type NaiveResult, searchNaively } from "../../../checker/explore/naive.ts";
import { alternatingBit } from "../../../refinement/oracle/alternating-bit.ts";
import { diningPhilosophers } from "../../../refinement/oracle/dining-philosophers.ts";
import { echo } from "../../../refinement/oracle/echo.ts";
import { hourClock } from "../../../refinement/oracle/hour-clock.ts";
import { incrementAtomically, incrementRace } from "../../../refinement/oracle/increment-race.ts";
import { lock } from "../../../refinement/oracle/lock.ts";
import { transactionCommit } from "../../../refinement/oracle/tcommit.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import type { Problem } from "../../../spec/automaton/index.ts";
import {
  type Global,
  localText,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/semantics.ts";
import published from "../../fixtures/known-counts.json" with { type: "json" };

const search = ({ system, properties }: Problem): NaiveResult => searchNaively(system, properties);

/** The published counts of a module of tlaplus/Examples. */
function countsOf(module: string) {
  const found = published.tlaplus_examples.find((one) => one.module.endsWith(`/${module}`));
  if (found === undefined) throw new Error(`no counts of ${module}`);
  return { states: found.distinct, depth: found.depth };
}

/** Pairs of different states with a step between them: two actions between them count once. */
function edgesOf({ system }: Problem): number {
  const text = (global: Global) => global.map(localText).join(" | ");
  const seen = new Set<string>();
  const edges = new Set<string>();
  const open = startStates(system);
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    if (seen.has(text(from))) continue;
    seen.add(text(from));
    for (const { to } of stepsFrom(system, from)) {
      if (text(to) !== text(from)) edges.add(`${text(from)} → ${text(to)}`);
      open.push(to);
    }
  }
  return edges.size;
}

describe("the naive search over the oracles", () => {
  it.each(([1, 2, 3, 4, 5] as const).map((n) => ({ n, counts: published.TwoPhase.by_RMs[n] })))(
    "finds the published counts of two-phase commit with $n resource managers",
    ({ n, counts }) => {
      const found = search(twoPhaseCommit(n));

      expect(found).toMatchObject({ states: counts.distinct, depth: counts.depth });
      expect(found.violated.size).toBe(0);
    },
  );

  it.each(
    ([2, 3] as const).map((n) => ({ n, edges: published.TwoPhase.distinct_non_self_edges[n] })),
  )("finds the $edges edges of two-phase commit with $n resource managers", ({ n, edges }) => {
    expect(edgesOf(twoPhaseCommit(n))).toBe(edges);
  });

  it.each(([2, 3, 4, 5] as const).map((n) => ({ n, counts: published.TCommit.by_RMs[n] })))(
    "finds the published counts of TCommit with $n resource managers",
    ({ n, counts }) => {
      const found = search(transactionCommit(n));

      expect(found).toMatchObject({ states: counts.distinct, depth: counts.depth });
      expect(found.violated.size).toBe(0);
    },
  );

  it("takes as many steps in TCommit as TLC generates states after the first", () => {
    for (const n of [2, 3, 4, 5] as const) {
      const { generated } = published.TCommit.by_RMs[n];
      expect(search(transactionCommit(n)).transitions).toBe(generated - 1);
    }
  });

  it.each(([2, 3, 4] as const).map((n) => ({ n, states: published.increment_race.by_threads[n] })))(
    "finds the published states of $n racing threads, and the lost update after four steps",
    ({ n, states }) => {
      const found = search(incrementRace(n));

      expect(found).toMatchObject({ states: states.distinct, depth: 2 * n + 1 });
      expect([...found.violated]).toEqual([["the counter counts the finished threads", 4]]);
    },
  );

  it("finds no lost update where the increment is atomic", () => {
    const found = search(incrementAtomically(4));

    expect(found).toMatchObject({ states: 16, depth: 5 });
    expect(found.violated.size).toBe(0);
  });

  it.each([
    ["DiningPhilosophers.tla", () => diningPhilosophers(5)],
    ["MCAlternatingBit.tla", () => alternatingBit(2)],
    ["Lock.tla", () => lock(2)],
    ["HourClock.tla", hourClock],
    ["MCEcho.tla", () => echo(3)],
    ["TCommit.tla", () => transactionCommit(3)],
    ["TwoPhase.tla", () => twoPhaseCommit(3)],
  ])("finds the published counts of %s and no violation", (module, problem) => {
    const found = search(problem());

    expect(found).toMatchObject(countsOf(module));
    expect(found.violated.size).toBe(0);
  });
});
