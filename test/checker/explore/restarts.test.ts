import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  invariant,
  noDeadlock,
  type Problem,
  type Property,
  quiescentWhenFinished,
} from "../../../spec/automaton/index.ts";
import { lamps, letters, RESTARTING } from "../../fixtures/small/restarts.ts";
import { expectReplays, exploreAll, lengthsOf, naiveLengths } from "./comparing.ts";

const problemOf = (system: Problem["system"], ...properties: Property[]): Problem => ({
  system,
  properties,
  witnesses: [],
});
const reduced = (problem: Problem) => explore({ ...problem, reductions: ["sends-at-once"] });

const answered = (system: ReturnType<typeof letters>) => ({
  name: "every letter is heard",
  reads: ["writers.phase"] as const,
  finished: ({ writers }: { writers: readonly { phase: string }[] }) =>
    writers.every(({ phase }) => phase !== "posted"),
  system,
});

describe.each(RESTARTING)("with restarts, %s", (_, system) => {
  test("the explorer finds the states, depth and transitions of the naive search", () => {
    const naive = searchNaively(system);

    const { states, depth, transitions } = exploreAll(problemOf(system));

    expect({ states, depth, transitions }).toEqual({
      states: naive.states,
      depth: naive.depth,
      transitions: naive.transitions,
    });
  });

  test("depth first finds the states of breadth first", () => {
    const deep = exploreAll(problemOf(system), { order: "depth-first" });

    expect(deep.states).toBe(searchNaively(system).states);
  });
});

describe("sends-at-once, where a sender may restart", () => {
  // With sends at once the letter is always on its way before the restart, and is heard.
  test("is refused for quiescence: a lost output ends a run that else goes on", () => {
    const system = letters({ recovers: false });
    const { system: _, ...body } = answered(system);
    const problem = problemOf(system, quiescentWhenFinished(system, body));

    const [violation] = explore(problem).violations;

    expect(violation?.actions.map(({ name }) => name)).toContain("RESTART");
    expect(() => reduced(problem)).toThrow(
      /"every letter is heard".*restart of writers\[0\].*\[reduction-refused\]/,
    );
  });

  test("is refused for deadlock, too", () => {
    const system = letters({ recovers: false });
    const { system: _, ...body } = answered(system);
    const problem = problemOf(system, noDeadlock(system, body));

    expect(explore(problem).violations[0]).not.toBeNull();
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });

  test("is accepted for quiescence where only others restart", () => {
    const system = lamps(1);
    const dark = quiescentWhenFinished(system, {
      name: "both lamps are lit",
      reads: ["lamps.lit"],
      finished: (view) => view.lamps.every(({ lit }) => lit),
    });

    expect(reduced(problemOf(system, dark)).violations).toEqual([null]);
  });

  test.each([false, true])("gives the verdicts of the full search, recovering: %s", (recovers) => {
    const system = letters({ recovers, atMost: 2 });
    const forgotten = invariant(system, {
      name: "a posted letter's draft is kept",
      reads: ["writers"],
      holds: ({ writers }) => writers.every(({ phase, drafts }) => phase === "idle" || drafts > 0),
    });
    const silent = invariant(system, {
      name: "nobody hears a letter after its draft is gone",
      reads: ["writers"],
      holds: ({ writers }) => writers.every(({ phase, drafts }) => phase !== "done" || drafts > 0),
    });
    const both = invariant(system, {
      name: "not both are posted",
      reads: ["boxes"],
      accumulating: true,
      holds: ({ boxes }) => !Object.values(boxes).every((posted) => posted),
    });
    const sound = invariant(system, {
      name: "nothing is heard that was not posted",
      reads: ["writers"],
      holds: ({ writers }) =>
        writers.every(({ phase, drafts }) => phase !== "idle" || drafts === 0),
    });
    const problem = problemOf(system, forgotten, silent, both, sound);

    const [full, fewer] = [explore(problem), reduced(problem)];

    const names = [forgotten, silent, both].map(({ name }) => name);
    expect(Object.keys(lengthsOf(problem, full))).toEqual(names);
    expect(Object.keys(lengthsOf(problem, fewer))).toEqual(names);
    expect(fewer.states).toBeLessThan(full.states);
    fewer.violations.forEach((violation, at) => {
      if (violation) expectReplays(problem, problem.properties[at] as Property, violation);
    });
  });
});

describe("a process that restarts", () => {
  test("posts again what its recovery says, so that every letter is heard", () => {
    const system = letters({ recovers: true, atMost: 2 });
    const { system: _, ...body } = answered(system);

    const { violations } = explore(problemOf(system, quiescentWhenFinished(system, body)));

    expect(violations).toEqual([null]);
  });

  test("gives the naive verdict and the shortest run to every property", () => {
    const system = letters({ recovers: false, atMost: 2 });
    const { system: _, ...body } = answered(system);
    const problem = problemOf(
      system,
      quiescentWhenFinished(system, body),
      invariant(system, {
        name: "no draft is lost twice",
        reads: ["faults", "writers"],
        holds: ({ faults, writers }) =>
          faults.restarts < 2 || writers.every(({ phase }) => phase !== "done"),
      }),
    );

    const found = explore(problem);

    expect(lengthsOf(problem, found)).toEqual(
      naiveLengths(searchNaively(system, problem.properties)),
    );
    problem.properties.forEach((property, at) => {
      expectReplays(problem, property, found.violations[at]!);
    });
  });
});
