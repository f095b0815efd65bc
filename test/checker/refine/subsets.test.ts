import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  type Composition,
  compose,
  hide,
  type Input,
  type Internal,
  includedIn,
  type Output,
} from "../../../spec/automaton/index.ts";
import { type Edge, edges, graph } from "../../fixtures/small/graphs.ts";
import { shortestMissing } from "./naive-inclusion.ts";

const visible = ["a", "b"] as const;

function check(system: Composition, specification: Composition) {
  const included = includedIn(system, {
    name: "included",
    specification,
    visible: ["a", "b"] as never,
  });
  const { violations } = explore({ system, properties: [included], witnesses: [] });
  return violations[0] ?? null;
}

const shown = (violation: ReturnType<typeof check>) =>
  violation?.actions.map(({ name }) => name).filter((name) => name === "a" || name === "b");

const between = (...pairs: readonly Edge[]) => pairs;

describe("finite-trace inclusion", () => {
  test("holds of a system in itself", () => {
    const system = graph("loop", between([0, "a", 1], [1, "b", 0]));

    expect(check(system, system)).toBeNull();
  });

  test("fails by the shortest trace that the specification lacks", () => {
    const system = graph("system", between([0, "a", 1], [1, "b", 0], [1, "a", 1]));
    const specification = graph("specification", between([0, "a", 1], [1, "b", 0]));

    const violation = check(system, specification);

    expect(shown(violation)).toEqual(["a", "a"]);
  });

  test("shows what the specification allowed after each action, and nothing at the end", () => {
    const system = graph("system", between([0, "a", 1], [1, "a", 2]));
    const specification = graph("specification", between([0, "a", 1]));

    const violation = check(system, specification);

    const lane = violation?.specification ?? [];
    expect(lane).toHaveLength((violation?.actions.length ?? 0) + 1);
    expect(lane.at(-1)).toEqual([]);
    expect(lane.slice(0, -1).every((allowed) => allowed.length > 0)).toBe(true);
    const [before] = lane.at(-2) ?? [];
    expect(before?.[0]?.state).toEqual({ at: 1, next: -1 });
  });

  test("accepts what no greedy choice of the specification's hidden steps could follow", () => {
    // After a the specification has already decided between a and b; the system has not.
    const system = graph("late", between([0, "a", 1], [1, "a", 2], [1, "b", 2]));
    const specification = graph(
      "early",
      between([0, "tau", 1], [0, "tau", 2], [1, "a", 3], [2, "a", 4], [3, "a", 5], [4, "b", 5]),
    );

    expect(check(system, specification)).toBeNull();
  });

  test("still refuses what neither early decision allows", () => {
    const system = graph("late", between([0, "a", 1], [1, "a", 2], [2, "b", 2]));
    const specification = graph(
      "early",
      between([0, "tau", 1], [0, "tau", 2], [1, "a", 3], [2, "a", 4], [3, "a", 5], [4, "b", 5]),
    );

    expect(shown(check(system, specification))).toEqual(["a", "a", "b"]);
  });

  test("takes hidden outputs of the specification for hidden steps", () => {
    const system = graph("system", between([0, "a", 1]));
    const specification = graph("specification", between([0, "b", 1], [1, "a", 2]));

    const shownWithoutHiding = check(system, specification);
    const shownWithHiding = check(system, hide(specification, ["b" as never]));

    expect(shownWithoutHiding).not.toBeNull();
    expect(shownWithHiding).toBeNull();
  });
});

describe("a specification with open inputs", () => {
  const ask = automaton<boolean, { ask: Output; reply: Input }>("client", {
    start: false,
    transitions: {
      ask: { kind: "output", when: { idle: (busy) => !busy }, effect: () => true },
      reply: { kind: "input", effect: () => false },
    },
  });
  const server = (owed: number) =>
    automaton<number, { ask: Input; reply: Output }>("server", {
      start: owed,
      transitions: {
        ask: { kind: "input", effect: (asked) => asked + 1 },
        reply: {
          kind: "output",
          when: { owed: (asked) => asked > 0 },
          effect: (asked) => asked - 1,
        },
      },
    });
  const specification = compose("server", { server: server(0) }, { open: ["ask"] });

  test("accepts the input at any time and gives outputs where they are enabled", () => {
    const system = compose("polite", { client: ask, server: server(0) });
    const included = includedIn(system, {
      name: "a server",
      specification,
      visible: ["ask", "reply"],
    });

    const { violations } = explore({ system, properties: [included], witnesses: [] });

    expect(violations).toEqual([null]);
  });

  test("refuses an output that was not asked for", () => {
    const system = compose("eager", { client: ask, server: server(1) });
    const included = includedIn(system, {
      name: "a server",
      specification,
      visible: ["ask", "reply"],
    });

    const { violations } = explore(
      { system, properties: [included], witnesses: [] },
      { maxDepth: 5 },
    );

    expect(violations[0]?.actions.map(({ name }) => name)).toEqual(["reply"]);
  });

  test("refuses an input that is not left open", () => {
    const closed = compose("closed", { client: ask, server: server(0) });
    const twice = compose("twice", {
      server: server(0),
      client: automaton<number, { ask: Output; reply: Input }>("client", {
        start: 0,
        transitions: {
          ask: {
            kind: "output",
            when: { few: (asked) => asked < 2 },
            effect: (asked) => asked + 1,
          },
          reply: { kind: "input", effect: (asked) => asked },
        },
      }),
    });
    const included = includedIn(twice, {
      name: "a closed pair",
      specification: closed,
      visible: ["ask", "reply"],
    });

    const { violations } = explore({ system: twice, properties: [included], witnesses: [] });

    expect(violations[0]?.actions.map(({ name }) => name)).toEqual(["ask", "ask"]);
  });
});

describe("a mapping of visible actions", () => {
  const counting = automaton<number, { tick: Internal; tell: Output<{ count: number }> }>("clock", {
    start: 0,
    transitions: {
      tick: { kind: "internal", effect: (count) => (count + 1) % 6 },
      tell: { kind: "output", choose: (count) => [{ count }] },
    },
  });
  const parity = (allowed: readonly number[]) =>
    compose("parity", {
      parity: automaton<null, { show: Output<{ odd: number }> }>("parity", {
        start: null,
        transitions: { show: { kind: "output", choose: () => allowed.map((odd) => ({ odd })) } },
      }),
    });
  const system = compose("clock", { clock: counting });
  const shownAs = (specification: Composition, hides: number) =>
    includedIn(system, {
      name: "parity",
      specification,
      visible: {
        tell: ({ count }: { count: number }) =>
          count === hides ? null : { name: "show", payload: { odd: count % 2 } },
      },
    });

  test("gives the specification's action and payload", () => {
    const properties = [shownAs(parity([0, 1]), -1), shownAs(parity([0]), -1)];

    const { violations } = explore({ system, properties, witnesses: [] });

    expect(violations[0]).toBeNull();
    expect(violations[1]?.actions.map(({ name }) => name)).toEqual(["tick", "tell"]);
  });

  test("hides an action where it gives null", () => {
    const [hidden] = explore({
      system,
      properties: [shownAs(parity([0]), 1)],
      witnesses: [],
    }).violations;

    expect(hidden?.actions.map(({ name }) => name)).toEqual(["tick", "tick", "tick", "tell"]);
  });

  test("is an error where the specification has no such action", () => {
    const unknown = includedIn(system, {
      name: "parity",
      specification: parity([0]),
      visible: ["tell"],
    });

    const run = () => explore({ system, properties: [unknown], witnesses: [] });

    expect(run).toThrow(/specification has no action tell.*\[action-unknown\]/);
  });

  test("is an error where the system has no such action", () => {
    const declare = () =>
      includedIn(system, {
        name: "parity",
        specification: parity([0]),
        visible: ["show" as never],
      });

    expect(declare).toThrow(/"parity" names show, which "clock" does not have.*\[action-unknown\]/);
  });
});

describe("on random small pairs", () => {
  const LENGTH = 5;

  test("inclusion and the shortest missing trace are those of brute force", () => {
    const verdicts = { included: 0, missing: 0 };
    fc.assert(
      fc.property(edges, edges, (one, other) => {
        const [system, specification] = [
          graph("system", one),
          graph("specification", [...other, ...one.slice(0, 4)]),
        ];

        const violation = check(system, specification);

        const naive = shortestMissing(system, specification, visible, LENGTH);
        const found = shown(violation)?.length ?? null;
        if (found !== null && found > LENGTH) return;
        expect(found).toBe(naive);
        if (found === null) verdicts.included++;
        else verdicts.missing++;
      }),
      { numRuns: 300, seed: 42 },
    );
    expect(verdicts.included).toBeGreaterThan(30);
    expect(verdicts.missing).toBeGreaterThan(30);
  });
});
