import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FairClasses } from "../../../checker/liveness/classes.ts";
import { explore } from "../../../checker/search/search.ts";
import { counterexampleOf } from "../../../checker/trace/counterexample.ts";
import {
  automaton,
  type Composition,
  canonical,
  compose,
  type Fairness,
  includedIn,
  type LivenessProperty,
  notFair,
  type Output,
  stronglyFair,
  weaklyFair,
} from "../../../spec/automaton/index.ts";
import { type RandomProblem, randomProblem } from "../../fixtures/random/compositions.ts";
import { decideNaively, type Owed } from "./naive-liveness.ts";

const KINDS = ["eventually", "leads-to", "always-eventually", "eventually-always"] as const;

/** What is drawn besides a composition. */
const choices = fc.record({
  kind: fc.constantFrom(...KINDS),
  bad: fc.integer({ min: 1, max: 6 }),
  premise: fc.integer({ min: 1, max: 3 }),
  salt: fc.nat(1000),
  /** for the locally controlled actions in turn */
  assumed: fc.array(fc.constantFrom("default", "weak", "strong", "none", "each", "channel"), {
    minLength: 1,
    maxLength: 8,
  }),
});
type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

/** Compositions with few states: the fixpoints are slow. */
const drawn = fc.tuple(
  randomProblem.filter(({ system }) => {
    const { bound } = explore({ system, properties: [], witnesses: [] }, { maxStates: 150 });
    return bound === null;
  }),
  choices,
);

function hashOf(value: unknown, salt: number): number {
  let hash = salt + 0x811c9dc5;
  for (const letter of canonical(value)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193) >>> 0;
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** "leaf/action" of everything that some leaf controls. */
function controlledBy(system: Composition): string[] {
  return system.leaves.flatMap(({ name, automaton }) =>
    Object.entries(automaton.transitions)
      .filter(([, { kind }]) => kind !== "input")
      .map(([action]) => `${name}/${action}`),
  );
}

function assumptionOf(of: string, choice: Choices["assumed"][number]): Fairness[] {
  if (choice === "default") return [];
  if (choice === "weak") return [weaklyFair(of)];
  if (choice === "strong") return [stronglyFair(of)];
  if (choice === "none") return [notFair(of)];
  return [{ strength: choice === "each" ? "weak" : "strong", of, by: "everything" }];
}

/** The classes as the naive checker has them, which knows nothing of `FairClasses`. */
function owedOf(system: Composition, assumed: Choices["assumed"]): Owed {
  const controlled = controlledBy(system);
  return ({ name: leaf, automaton }, { name, payload }) => {
    const action = `${leaf}/${name}`;
    const choice = assumed[controlled.indexOf(action) % assumed.length];
    const { task } = automaton.transitions[name] ?? {};
    switch (choice) {
      case "none":
        return null;
      case "weak":
      case "strong":
        return { name: action, strong: choice === "strong" };
      case "each":
      case "channel":
        return { name: `${action} ${canonical(payload)}`, strong: choice === "channel" };
      default:
        if (task?.urgency === "spontaneous") return null;
        return { name: task ? `task of ${leaf}: ${task.name}` : action, strong: false };
    }
  };
}

function propertyOf({ system }: RandomProblem, one: Choices): LivenessProperty {
  const reads = [...new Set(system.leaves.map(({ part }) => part))];
  const controlled = controlledBy(system);
  return {
    kind: one.kind,
    name: "random",
    reads,
    premise: (view) => hashOf(view, one.salt + 1) % 4 < one.premise,
    holds: (view) => hashOf(view, one.salt) % 8 >= one.bad,
    fairness: controlled.flatMap((of, at) =>
      assumptionOf(of, one.assumed[at % one.assumed.length] as Choices["assumed"][number]),
    ),
  };
}

/** A specification that moves with every action, those that change nothing included. */
const ticker = compose("ticker", {
  ticker: automaton<number, { tick: Output }>("ticker", {
    start: 0,
    transitions: { tick: { kind: "output", effect: (count) => 1 - count } },
  }),
});
const TICK = { name: "tick", payload: {} };

const RUNS = { numRuns: 350, seed: 20_08_2011 };
const named = { claim: "random", variant: "random", instance: "random" };

describe("on random compositions", { timeout: 300_000 }, () => {
  test("a liveness property is violated where fixpoints say so, and the lasso is confirmed", () => {
    const verdicts = new Map<string, number>();
    const count = (what: string) => verdicts.set(what, (verdicts.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(drawn, ([problem, one]) => {
        const { system } = problem;
        const property = propertyOf(problem, one);
        const naive = decideNaively(system, property, owedOf(system, one.assumed));
        if (naive === null) return;

        const { violations, liveness } = explore({ system, properties: [property], witnesses: [] });
        const [violation] = violations;

        expect([violation !== null, liveness[0]?.arises]).toEqual([naive.violated, naive.arises]);
        if (violation) {
          const { loop, actions } = counterexampleOf(named, system, property, violation);
          count(`${one.kind} violated ${loop === actions.length ? "by an end" : "by a loop"}`);
        } else count(`${one.kind} ${naive.arises ? "holds" : "vacuous"}`);
      }),
      RUNS,
    );
    for (const kind of KINDS) {
      expect(verdicts.get(`${kind} holds`)).toBeGreaterThan(5);
      expect(verdicts.get(`${kind} violated by an end`)).toBeGreaterThan(5);
      expect(verdicts.get(`${kind} violated by a loop`)).toBeGreaterThan(5);
    }
  });

  test("what a bounded search finds violated is so, and the lasso is confirmed", () => {
    let found = 0;
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 30 }), ([problem, one], maxStates) => {
        const { system } = problem;
        const properties = [propertyOf(problem, one)];
        const whole = explore({ system, properties, witnesses: [] });
        const part = explore({ system, properties, witnesses: [] }, { maxStates });
        const [violation] = part.violations;
        if (part.bound === null || !violation) return;
        found++;

        counterexampleOf(named, system, properties[0] as LivenessProperty, violation);
        expect(whole.violations).not.toEqual([null]);
      }),
      { ...RUNS, numRuns: 150 },
    );
    expect(found).toBeGreaterThan(10);
  });

  test("neither the order of the search nor a specification beside it changes the verdict", () => {
    fc.assert(
      fc.property(drawn, ([problem, one]) => {
        const { system } = problem;
        const property = propertyOf(problem, one);
        const visible = controlledBy(system).map((name) => [name.split("/")[1], () => TICK]);
        const ticking = includedIn(system as Composition<never>, {
          name: "ticking",
          specification: ticker,
          visible: Object.fromEntries(visible) as never,
        });
        const alone = explore({ system, properties: [property], witnesses: [] });

        const deep = explore(
          { system, properties: [property], witnesses: [] },
          { order: "depth-first" },
        );
        const beside = explore({ system, properties: [ticking, property], witnesses: [] });

        const violated = alone.violations[0] === null;
        expect([deep.violations[0] === null, beside.violations[1] === null]).toEqual([
          violated,
          violated,
        ]);
        for (const violation of [deep.violations[0], beside.violations[1]]) {
          if (violation) counterexampleOf(named, system, property, violation);
        }
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  test("a minimal fairness suffices, and nothing of it can be left out", () => {
    let some = 0;
    fc.assert(
      fc.property(drawn, ([problem, one]) => {
        const { system } = problem;
        const property = propertyOf(problem, one);
        const all = { system, properties: [property], witnesses: [] };
        const minimal = explore(all, { minimalFairness: true }).liveness[0]?.minimal;
        if (!minimal || minimal.strong.length > 4) return;
        const left = [...minimal.weak, ...minimal.strong];
        if (left.length > 0) some++;
        const classes = new FairClasses(system, property);
        const violatedWith = (weak: readonly string[], strong: readonly string[]) =>
          decideNaively(system, property, (_, action) => {
            const name = classes.classes[classes.of(action)]?.name;
            if (name === undefined || !(weak.includes(name) || strong.includes(name))) return null;
            return { name, strong: strong.includes(name) };
          })?.violated;
        const without = (names: readonly string[], name: string) =>
          names.filter((other) => other !== name);

        expect(violatedWith(minimal.weak, minimal.strong)).toBe(false);
        for (const name of left) {
          expect(violatedWith(without(minimal.weak, name), without(minimal.strong, name))).toBe(
            true,
          );
        }
        for (const name of minimal.strong) {
          expect(violatedWith([...minimal.weak, name], without(minimal.strong, name))).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 150 },
    );
    expect(some).toBeGreaterThan(10);
  });
});
