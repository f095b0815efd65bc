import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { blame } from "../../../checker/tell/blame.ts";
import { histogram } from "../../../checker/tell/histogram.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import {
  automaton,
  type Composition,
  canonical,
  compose,
  type Global,
  type Internal,
  type Problem,
} from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { levelsOf } from "./reachable.ts";

const bare = (system: Composition): Problem => ({ system, properties: [], witnesses: [] });

const isFields = (state: unknown): state is Record<string, unknown> =>
  typeof state === "object" && state !== null && !Array.isArray(state);

/** By name: how many states there would be without a part, and its distinct values. */
function bruteForce(system: Composition, globals: readonly Global[]) {
  const found: Record<string, { without: number; values: number | null }> = {};
  const count = (of: (global: Global) => unknown) => new Set(globals.map(of).map(canonical)).size;
  system.leaves.forEach(({ name, automaton: { form } }, at) => {
    const others = (global: Global, instead: unknown) =>
      global.map((l, i) => (i === at ? instead : l));
    const without = (cut: (local: Global[number]) => unknown) =>
      count((global) => others(global, cut(global[at] as Global[number])));
    const values = (own: (local: Global[number]) => unknown) =>
      count((global) => own(global[at] as Global[number]) ?? "none");
    const locals = globals.map((global) => global[at] as Global[number]);
    found[name] = {
      without: without(() => null),
      values: form === "cells" ? null : values((local) => local),
    };
    const fields = new Set(
      locals.flatMap(({ state }) => (isFields(state) ? Object.keys(state) : [])),
    );
    const sends = locals.some(({ outbox }) => outbox.length > 0);
    if (form !== "cells" && fields.size + Number(sends) < 2) return;
    for (const field of fields) {
      const cut = (state: unknown) =>
        isFields(state) ? Object.entries(state).filter(([key]) => key !== field) : state;
      found[form === "cells" ? `${name}/${field}` : `${name}.${field}`] = {
        without: without(({ state, outbox }) => [cut(state), outbox]),
        values: values(({ state }) => (isFields(state) ? state[field] : "none")),
      };
    }
    if (!sends) return;
    found[`${name} outbox`] = {
      without: without(({ state }) => state),
      values: values(({ outbox }) => outbox),
    };
  });
  return found;
}

describe("on random compositions", { timeout: 120_000 }, () => {
  test("blame counts as brute force over the reference semantics does", () => {
    const met = { fields: 0, outboxes: 0, cells: 0, merging: 0 };
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const globals = levelsOf(system).flat();
        fc.pre(globals.length <= 400);

        const { report } = blame(bare(system));

        expect(report.states).toBe(globals.length);
        const found = Object.fromEntries(
          report.blames.map(({ name, without, values }) => [name, { without, values }]),
        );
        expect(found).toEqual(bruteForce(system, globals));
        for (const { kind, without, factor, error } of report.blames) {
          expect(factor).toBe(globals.length / without);
          expect(error).toBe(0);
          if (kind === "field") met.fields++;
          if (kind === "outbox") met.outboxes++;
          if (kind === "cell") met.cells++;
          if (factor > 1) met.merging++;
        }
        const factors = report.blames.map(({ factor }) => factor);
        expect(factors).toEqual(factors.toSorted((one, other) => other - one));
      }),
      { numRuns: 30, seed: 20_08_2011 },
    );
    for (const times of Object.values(met)) expect(times).toBeGreaterThan(10);
  });

  test("levels have the widths of the reference semantics", () => {
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const levels = levelsOf(system).map(({ length }) => length);

        expect(explore(bare(system)).levels).toEqual(levels);
        expect(explore(bare(system), { order: "depth-first" }).levels).toBeNull();
      }),
      { numRuns: 25, seed: 20_08_2011 },
    );
  });
});

test("levels add up to the states where a budget ends the search", () => {
  const { system } = twoPhaseCommit(3);
  for (const maxDepth of [1, 2, 5]) {
    const { levels, states, bound } = explore(bare(system), { maxDepth });
    expect(bound).not.toBeNull();
    expect(levels?.reduce((sum, width) => sum + width)).toBe(states);
    expect(levels).toEqual(explore(bare(system)).levels?.slice(0, maxDepth + 1));
  }
});

/** `count` counters to `max`, of which each state of the others allows every value. */
const counters = (count: number, max: number) =>
  compose("counters", {
    counters: Array.from({ length: count }, (_, at) =>
      automaton<number, Record<string, Internal>>(`counter${at}`, {
        start: 0,
        transitions: {
          [`up${at}`]: {
            kind: "internal",
            when: { below: (value: number) => value < max },
            effect: (value: number) => value + 1,
          },
        } as never,
      }),
    ),
  }) as Composition;

describe("a sample", () => {
  test("of independent counters is right: only what it may not have seen is its error", () => {
    const { report } = blame(bare(counters(4, 4)), { exactMax: 10 });

    expect(report).toMatchObject({ states: 625, sampled: 4000 });
    expect(report.blames).toHaveLength(4);
    for (const one of report.blames) {
      expect(one).toMatchObject({ values: 5, without: 125, factor: 5, error: 1 });
    }
  });

  test("is near the exact counts, within one and a half of its error, and says an error", () => {
    const { system } = twoPhaseCommit(5);
    const exact = new Map(
      blame(bare(system)).report.blames.map((one) => [one.name, one.without] as const),
    );

    const { report } = blame(bare(system), { exactMax: 100 });

    expect(report.blames).toHaveLength(exact.size);
    for (const { name, without, error } of report.blames) {
      const off = Math.abs(without - (exact.get(name) as number));
      expect(off).toBeLessThanOrEqual(1.5 * error);
      expect(error).toBeLessThan(0.05 * without);
    }
    expect(report.blames.some(({ error }) => error > 0)).toBe(true);
  });
});

test("a search that stores other states than the system's is refused", () => {
  const problem: Problem = { ...bare(counters(1, 1)), reductions: ["absorbing-inputs"] };
  expect(() => blame(problem)).toThrow(/reduction-refused/);
});

test("a histogram has a bar for each level, the widest forty long", () => {
  expect(histogram([1, 4, 2])).toEqual([
    `    1  1  ${"█".repeat(10)}`,
    `    2  4  ${"█".repeat(40)}`,
    `    3  2  ${"█".repeat(20)}`,
  ]);
});
