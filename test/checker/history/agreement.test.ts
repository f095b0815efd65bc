import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SubsetMonitor } from "../../../checker/explore/subsets.ts";
import {
  checkRegisters,
  lurkingWrites,
  type RegisterHistory,
} from "../../../checker/history/register.ts";
import { watchSpecification } from "../../../checker/history/watch.ts";
import type { Action } from "../../../spec/automaton/index.ts";
import { atomicRegister } from "../../../spec/register/register.ts";
import { explains, permutes } from "./brute-force.ts";
import { isBftLinearizable } from "./definition.ts";
import {
  actionsOf,
  BAD_VALUES,
  CLIENTS,
  FAULTY,
  historyOf,
  INITIAL,
  lurkingRecords,
  OBJECTS,
  type Plan,
  plans,
  VISIBLE,
} from "./random-histories.ts";

function specificationOf(plan: Plan) {
  const bad = FAULTY.slice(0, plan.faulty);
  return atomicRegister({
    objects: OBJECTS.slice(0, plan.objects),
    correct: CLIENTS,
    faulty: Object.fromEntries(bad.map((client) => [client, BAD_VALUES[client] ?? []])),
    initial: INITIAL,
    ...boundsOf(plan),
  });
}

function watched(plan: Plan, actions: readonly Action[]) {
  const specification = specificationOf(plan);
  const watcher = watchSpecification(specification, { visible: VISIBLE });
  for (const action of actions) watcher.see(action);
  return watcher.verdict;
}

function optionsOf(plan: Plan) {
  const bad = FAULTY.slice(0, plan.faulty);
  const mayWrite = (values: readonly string[]) => (_key: string, value: string | null) =>
    values.includes(value ?? "");
  const faulty = bad.map((client) => [client, mayWrite(BAD_VALUES[client] ?? [])] as const);
  return { initial: INITIAL, faulty: Object.fromEntries(faulty), ...boundsOf(plan) };
}

function searched(plan: Plan, history: RegisterHistory, by: "search" | "fastest") {
  return checkRegisters(history, { ...optionsOf(plan), by });
}

function included(plan: Plan, actions: readonly Action[]): boolean {
  const monitor = new SubsetMonitor({
    kind: "inclusion",
    name: "the register",
    reads: [],
    specification: specificationOf(plan),
    visible: new Map(VISIBLE.map((name) => [name, (payload) => ({ name, payload })])),
    quiescence: false,
    fair: null,
  });
  return actions.reduce(monitor.next.bind(monitor), monitor.start()).length > 0;
}

function definitionOf(plan: Plan) {
  const bad = FAULTY.slice(0, plan.faulty);
  const faulty = Object.fromEntries(bad.map((client) => [client, BAD_VALUES[client] ?? []]));
  return { initial: INITIAL, faulty, ...boundsOf(plan) };
}

const boundsOf = ({ maxLurking, maxOverwrites, counts }: Plan) => ({
  maxLurking,
  maxOverwrites,
  counts,
});

/** Counts both outcomes, so that a generator that makes only one is noticed. */
function tally() {
  const seen = { linearizable: 0, violated: 0 };
  return {
    count: (verdict: string) => {
      seen[verdict as keyof typeof seen] += 1;
    },
    expectBoth: (least: number) => {
      expect(Math.min(seen.linearizable, seen.violated)).toBeGreaterThan(least);
    },
  };
}

const RUNS = { numRuns: 2000, seed: 1993, endOnFailure: true };

describe("on random histories", { timeout: 300_000 }, () => {
  test("the search, the zones and the watcher agree", () => {
    const { count, expectBoth } = tally();
    fc.assert(
      fc.property(plans(40), (plan) => {
        const actions = actionsOf(plan);
        const history = historyOf(actions);

        const { verdict } = searched(plan, history, "search");
        count(verdict);

        expect(searched(plan, history, "fastest").verdict).toBe(verdict);
        const seen = watched(plan, actions).verdict;
        expect(seen).toBe(verdict === "violated" ? "impossible" : "possible");
      }),
      RUNS,
    );
    expectBoth(400);
  });

  test("the search and the watcher agree where clients are faulty", () => {
    const { count, expectBoth } = tally();
    fc.assert(
      fc.property(plans(20, { faulty: 2 }), (plan) => {
        const actions = actionsOf(plan);

        const { verdict } = searched(plan, historyOf(actions), "search");
        count(verdict);

        const seen = watched(plan, actions).verdict;
        expect(seen).toBe(verdict === "violated" ? "impossible" : "possible");
      }),
      { ...RUNS, numRuns: 200 },
    );
    expectBoth(20);
  });

  test("on tiny ones all agree with the definition, every sequential history tried", () => {
    const { count, expectBoth } = tally();
    const beyond = { lurking: 0, overwrites: 0 };
    fc.assert(
      fc.property(lurkingRecords, ({ plan, actions }) => {
        const history = historyOf(actions);

        const expected = isBftLinearizable(history, definitionOf(plan));
        count(expected ? "linearizable" : "violated");
        const holdsWith = (bounds: Partial<Plan>) =>
          isBftLinearizable(history, definitionOf({ ...plan, ...bounds }));
        if (!expected && holdsWith({ maxLurking: 9 })) beyond.lurking++;
        if (!expected && holdsWith({ maxOverwrites: null })) beyond.overwrites++;

        expect(searched(plan, history, "search").verdict).toBe(
          expected ? "linearizable" : "violated",
        );
      }),
      { ...RUNS, numRuns: 800 },
    );
    expectBoth(20);
    expect(Math.min(beyond.lurking, beyond.overwrites)).toBeGreaterThan(1);
  });

  test("the specification automaton agrees with the definition, watched or as state sets", () => {
    const { count, expectBoth } = tally();
    fc.assert(
      fc.property(lurkingRecords, ({ plan, actions }) => {
        const expected = isBftLinearizable(historyOf(actions), definitionOf(plan));
        count(expected ? "linearizable" : "violated");

        expect(watched(plan, actions).verdict).toBe(expected ? "possible" : "impossible");
        expect(included(plan, actions)).toBe(expected);
      }),
      { ...RUNS, numRuns: 100 },
    );
    expectBoth(10);
  });

  test("the smallest bound that holds is that of the definition", () => {
    const seen = new Set<unknown>();
    fc.assert(
      fc.property(lurkingRecords, ({ plan, actions }) => {
        const history = historyOf(actions);
        const { maxLurking: _, ...options } = optionsOf(plan);

        const found = lurkingWrites(history, options);
        seen.add(found);

        const holds = [0, 1, 2, 3, 4].map((maxLurking) =>
          isBftLinearizable(history, definitionOf({ ...plan, maxLurking })),
        );
        const smallest = holds.indexOf(true);
        expect(found).toBe(smallest < 0 ? null : smallest);
      }),
      { ...RUNS, numRuns: 100 },
    );
    expect(seen).toContain(0);
    expect(seen).toContain(1);
    expect(seen).toContain(null);
  });

  test("on tiny ones both agree with trying every permutation", () => {
    const { count, expectBoth } = tally();
    fc.assert(
      fc.property(plans(16), (plan) => {
        const actions = actionsOf(plan);
        const history = historyOf(actions);

        const expected = permutes(history, INITIAL) ? "linearizable" : "violated";
        count(expected);

        expect(searched(plan, history, "search").verdict).toBe(expected);
        expect(searched(plan, history, "fastest").verdict).toBe(expected);
      }),
      { ...RUNS, numRuns: 4000 },
    );
    expectBoth(300);
  });

  test.each(["search", "fastest"] as const)("an order found by %s explains the history", (by) => {
    fc.assert(
      fc.property(plans(40), (plan) => {
        const history = historyOf(actionsOf(plan));
        const verdict = searched(plan, history, by);
        fc.pre(verdict.verdict === "linearizable");

        expect(explains(verdict.orders, history, INITIAL)).toBe(true);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  test.each(["search", "fastest"] as const)(
    "what %s blames is wrong by itself, and nothing shorter is",
    (by) => {
      fc.assert(
        fc.property(plans(30), (plan) => {
          const history = historyOf(actionsOf(plan));
          const found = searched(plan, history, by);
          fc.pre(found.verdict === "violated");

          const { prefix, core, stuckAt, partition } = found;
          const ofPart = history.filter(({ operation }) => Object(operation).key === partition);
          const { returned } = stuckAt;
          const before = ofPart
            .filter(({ invoked }) => invoked < (returned as number))
            .map((one) => ((one.returned ?? 99) >= (returned as number) ? open(one) : one));
          const weaker = ofPart.map((one) =>
            core.some(({ invoked }) => invoked === one.invoked) ? one : open(one),
          );

          expect(searched(plan, prefix, "search").verdict).toBe("violated");
          expect(searched(plan, before, "search").verdict).toBe("linearizable");
          expect(searched(plan, weaker, "search").verdict).toBe("violated");
        }),
        { ...RUNS, numRuns: 1000 },
      );
    },
  );

  test("the watcher stops at the action at which the search is stuck", () => {
    fc.assert(
      fc.property(plans(30), (plan) => {
        const actions = actionsOf({ ...plan, objects: 1 });
        const found = searched(plan, historyOf(actions), "search");
        fc.pre(found.verdict === "violated");

        expect(watched({ ...plan, objects: 1 }, actions)).toMatchObject({
          verdict: "impossible",
          at: found.stuckAt.returned,
        });
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

function open(one: RegisterHistory[number]): RegisterHistory[number] {
  const { result: _, ...rest } = one;
  return { ...rest, returned: null };
}
