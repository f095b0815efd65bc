import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { explore } from "../../../checker/search/search.ts";
import { formatCounterexample } from "../../../checker/trace/text.ts";
import {
  automaton,
  claim,
  compose,
  hide,
  type Internal,
  includedIn,
  index,
  noDeadlock,
  type Output,
  type Problem,
  type Property,
  quiescentWhenFinished,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import {
  atomicRegister,
  type Client,
  type RegisterObject,
} from "../../../spec/register/register.ts";
import { edges, graph } from "../../fixtures/small/graphs.ts";
import { shortestMissing } from "./naive-inclusion.ts";

type Ab = { a: Output; b: Output };

/** Says a, then b, and stops; `lazy`: b is left to a spontaneous task. */
const speaker = (upTo: number, lazy = false) =>
  compose("speaker", {
    speaker: automaton<number, Ab>("speaker", {
      start: 0,
      transitions: {
        a: { kind: "output", when: { first: (at) => at === 0 && upTo > 0 }, effect: () => 1 },
        b: {
          kind: "output",
          ...(lazy ? { task: spontaneous("b") } : {}),
          when: { second: (at) => at === 1 && upTo > 1 },
          effect: () => 2,
        },
      },
    }),
  });

type System = ReturnType<typeof speaker>;
const within = (system: System, specification: Problem["system"], quiescence = true) =>
  includedIn(system, { name: "included", specification, visible: ["a", "b"], quiescence });

function violation(system: Problem["system"], property: Property) {
  return explore({ system, properties: [property], witnesses: [] }).violations[0] ?? null;
}
const names = (found: ReturnType<typeof violation>) => found?.actions.map(({ name }) => name);

describe("quiescence", () => {
  test("is what keeps a system that does nothing from refining everything", () => {
    const nothing = speaker(0);

    expect(violation(nothing, within(nothing, speaker(2), false))).toBeNull();
    expect(names(violation(nothing, within(nothing, speaker(2))))).toEqual([]);
  });

  test("is compared after each trace", () => {
    const half = speaker(1);

    expect(names(violation(half, within(half, speaker(2))))).toEqual(["a"]);
    expect(violation(half, within(half, half))).toBeNull();
  });

  test("is where only spontaneous tasks are left, on both sides", () => {
    const [half, lazy, whole] = [speaker(1), speaker(2, true), speaker(2)];

    expect(violation(half, within(half, lazy))).toBeNull();
    expect(names(violation(lazy, within(lazy, whole)))).toEqual(["a"]);
  });

  test("may come to the specification by hidden steps", () => {
    const half = speaker(1);
    const stopping = graph("stopping", [
      [0, "a", 1],
      [1, "b", 2],
      [0, "tau", 3],
      [3, "a", 2],
    ]);

    expect(violation(half, within(half, stopping))).toBeNull();
  });

  test("takes hidden outputs of the specification for done", () => {
    const half = speaker(1);
    const ask = (specification: Problem["system"]) =>
      includedIn(half, { name: "included", specification, visible: ["a"], quiescence: true });

    expect(violation(half, ask(hide(speaker(2), ["b"])))).toBeNull();
  });

  test("is none where an output shows again and again and changes nothing", () => {
    const flashing = automaton<null, Ab>("flashing", {
      start: null,
      transitions: {
        a: { kind: "output" },
        b: { kind: "output", when: { never: () => false } },
      },
    });
    const system = compose("flashing", { flashing });

    expect(violation(system, within(system as never, system))).toBeNull();
  });

  test("is explained, and confirmed by the reference semantics", () => {
    const system = speaker(1);
    const one = {
      variant: "repaired",
      instance: "small",
      tier: "ci",
      expect: "violated",
      problem: () => ({ system, properties: [within(system, speaker(2))], witnesses: [] }),
    } as const;
    const body = claim({ id: "small", says: "it ends well", source: "ours", cases: [one] });

    const { counterexample } = checkCase(body, one);

    expect(counterexample && formatCounterexample(counterexample)).toMatch(
      /Nothing is owed here, but the specification owes a step wherever it may be\.\nThe specification allowed there:\n {2}b/,
    );
  });

  test("is that of a register whose faulty clients may write, but owe no write", () => {
    const [client, object] = [index("client", 7) as Client, index("object", 0) as RegisterObject];
    const idle = compose("idle", {
      idle: automaton<boolean, { wake: Internal; STOP: Output<{ client: Client }> }>("idle", {
        start: false,
        transitions: {
          wake: { kind: "internal", when: { asleep: (awake) => !awake }, effect: () => true },
          STOP: { kind: "output", choose: () => [{ client }], when: { never: () => false } },
        },
      }),
    });
    const specification = atomicRegister({
      objects: [object],
      correct: [],
      faulty: { [client]: ["bad"] },
      initial: "none",
      maxLurking: 1,
    });
    const property = includedIn(idle, {
      name: "a register",
      specification,
      visible: ["STOP"],
      quiescence: true,
    });

    expect(violation(idle, property)).toBeNull();
  });

  test("on random small pairs is that of brute force, and so is the shortest trace", () => {
    const LENGTH = 5;
    const seen = { included: 0, missing: 0 };
    fc.assert(
      fc.property(edges, edges, (one, other) => {
        const system = graph("system", one);
        const specification = graph("specification", [...other, ...one.slice(0, 4)]);

        const found = violation(system, within(system as never, specification));

        const shown =
          found?.actions.filter(({ name }) => name === "a" || name === "b").length ?? null;
        if (shown !== null && shown > LENGTH) return;
        const [traces, ends] = [false, true].map(
          (quiescent) =>
            shortestMissing(system, specification, ["a", "b"], LENGTH, quiescent) ?? Infinity,
        ) as [number, number];
        expect(shown === null).toBe(Math.min(traces, ends) === Infinity);
        if (ends < traces) seen.missing++;
        if (shown === null) seen.included++;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(Math.min(seen.included, seen.missing)).toBeGreaterThan(30);
  });
});

describe("a specification that follows the search", () => {
  /** One state, that shows a again and again; the specification counts modulo two. */
  const system = compose("flashing", {
    flashing: automaton<null, { a: Output }>("flashing", {
      start: null,
      transitions: { a: { kind: "output" } },
    }),
  });
  const parity = compose("parity", {
    parity: automaton<boolean, { a: Output }>("parity", {
      start: false,
      transitions: { a: { kind: "output", effect: (odd) => !odd } },
    }),
  });
  const beside = includedIn(system, { name: "parity", specification: parity, visible: ["a"] });
  const silent = compose("silent", {
    silent: automaton<boolean, { wait: Internal }>("silent", {
      start: false,
      transitions: {
        wait: { kind: "internal", when: { not: (done) => !done }, effect: () => true },
      },
    }),
  });

  test.each([
    ["deadlock", noDeadlock(system, { name: "end", reads: ["flashing"], finished: () => false })],
    [
      "quiescence",
      quiescentWhenFinished(system, { name: "end", reads: ["flashing"], finished: () => false }),
    ],
  ] as const)("is no part of the system: it does not hide a %s", (_, property) => {
    const alone = explore({ system, properties: [property], witnesses: [] });
    const together = explore({ system, properties: [beside, property], witnesses: [] });

    expect(alone.violations[0]?.actions).toEqual([]);
    expect(together.violations[1]?.actions).toEqual([]);
  });

  test("does not hide a quiescent state from another inclusion", () => {
    const unseen = includedIn(system, {
      name: "silent, but not at once",
      specification: owing(),
      visible: [],
      quiescence: true,
    });

    const alone = explore({ system, properties: [unseen], witnesses: [] });
    const together = explore({ system, properties: [beside, unseen], witnesses: [] });

    expect(alone.violations[0]?.actions).toEqual([]);
    expect(together.violations[1]?.actions).toEqual([]);
    expect(
      violation(
        system,
        includedIn(system, {
          name: "silent in the end",
          specification: silent,
          visible: [],
          quiescence: true,
        }),
      ),
    ).toBeNull();
  });

  /** Owes an output for ever. */
  function owing() {
    return compose("owing", {
      owing: automaton<null, { b: Output }>("owing", {
        start: null,
        transitions: { b: { kind: "output" } },
      }),
    });
  }
});
