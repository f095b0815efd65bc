import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autOf, dotOf } from "../../../checker/tell/drawings.ts";
import { type SystemGraph, systemGraph } from "../../../checker/tell/state-graph.ts";
import { globalJson } from "../../../checker/trace/counterexample.ts";
import { actionJson } from "../../../checker/trace/json.ts";
import { lock } from "../../../refinement/oracle/lock.ts";
import {
  automaton,
  type Composition,
  canonical,
  compose,
  type Global,
  type Internal,
  type Problem,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { levelsOf, stepsOf } from "./reachable.ts";

const bare = (system: Composition): Problem => ({ system, properties: [], witnesses: [] });
const textOf = (global: Global) => JSON.stringify(globalJson(global));

/** Reads an Aldebaran file. */
function parseAut(text: string) {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const [, first, transitions, states] = /^des \((\d+),(\d+),(\d+)\)$/.exec(header) ?? [];
  const edges = lines.map((line) => {
    const [, from, label, to] = /^\((\d+),"([^"]*)",(\d+)\)$/.exec(line) ?? [];
    return { from: Number(from), label: label as string, to: Number(to) };
  });
  return {
    first: Number(first),
    transitions: Number(transitions),
    states: Number(states),
    edges,
  };
}

describe("on random compositions", { timeout: 120_000 }, () => {
  test("the graph has the states and steps of the reference semantics, breadth first", () => {
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const levels = levelsOf(system);
        const globals = levels.flat();
        fc.pre(globals.length <= 300);

        const graph = systemGraph(bare(system), 300);

        const texts = graph.states.map(({ state }) => JSON.stringify(state));
        const sorted = (all: readonly string[]) => [...all].sort();
        expect(sorted(texts)).toEqual(sorted(globals.map(textOf)));
        let from = 0;
        for (const level of levels) {
          const own = texts.slice(from, from + level.length);
          expect(sorted(own)).toEqual(sorted(level.map(textOf)));
          from += level.length;
        }
        expect(sorted(graph.starts.map((at) => texts[at] as string))).toEqual(
          sorted([...new Set(startStates(system).map(textOf))]),
        );
        const edges = graph.edges.map(
          (one) => `${texts[one.from]} ${JSON.stringify(one.action)} ${texts[one.to]}`,
        );
        const wanted = globals.flatMap((one) =>
          stepsFrom(system, one)
            .filter(({ to }) => canonical(to) !== canonical(one))
            .map(
              ({ action, to }) =>
                `${textOf(one)} ${JSON.stringify(actionJson(action))} ${textOf(to)}`,
            ),
        );
        expect(sorted(edges)).toEqual(sorted([...new Set(wanted)]));
      }),
      { numRuns: 25, seed: 20_08_2011 },
    );
  });

  test("an .aut file, read again, has its states and transitions, all reachable from the first", () => {
    const seen = { single: 0, several: 0 };
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const globals = levelsOf(system).flat();
        fc.pre(globals.length <= 300);
        const starts = new Set(startStates(system).map(textOf)).size;
        const more = starts > 1 ? 1 : 0;
        seen[more ? "several" : "single"]++;

        const { first, transitions, states, edges } = parseAut(
          autOf(systemGraph(bare(system), 300)),
        );

        expect(states).toBe(globals.length + more);
        expect(transitions).toBe(stepsOf(system, globals).size + more * starts);
        expect(edges).toHaveLength(transitions);
        const reached = new Set([first]);
        for (const at of reached)
          for (const { from, to } of edges) if (from === at) reached.add(to);
        expect(reached).toEqual(new Set(Array.from({ length: states }, (_, at) => at)));
      }),
      { numRuns: 25, seed: 20_08_2011 },
    );
    expect(seen.single).toBeGreaterThan(10);
    expect(seen.several).toBeGreaterThan(10);
  });
});

test("a system of exactly the limit is drawn, one of a state more is refused", () => {
  const problem = lock(2) as Problem;

  expect(systemGraph(problem, 12).states).toHaveLength(12);
  expect(() => systemGraph(problem, 11)).toThrow(/more than 11 states.*graph-too-large/);
});

test("reductions that a case asks for are left out", () => {
  const problem = { ...(lock(2) as Problem), reductions: ["partial-order"] as const };

  expect(systemGraph(problem, 100)).toEqual(systemGraph(lock(2) as Problem, 100));
});

describe("labels", () => {
  const odd = compose("odd", {
    one: automaton<string, { say: Internal<{ text: string }> }>("one", {
      start: 'a "start"',
      transitions: {
        say: {
          kind: "internal",
          choose: () => [{ text: 'a "b" \\ c' }],
          effect: (_, { text }) => text,
        },
      },
    }),
  }) as Composition;
  const graph: SystemGraph = systemGraph(bare(odd), 10);

  test("with quotes and backslashes are escaped in DOT", () => {
    expect(dotOf(graph)).toMatchInlineSnapshot(`
      "digraph "odd" {
        node [shape=box, fontname="monospace"];
        0 [label="0\\lone: \\"a \\\\\\"start\\\\\\"\\"\\l", peripheries=2];
        1 [label="1\\lone: \\"a \\\\\\"start\\\\\\"\\" → \\"a \\\\\\"b\\\\\\" \\\\\\\\ c\\"\\l"];
        0 -> 1 [label="say(text: \\"a \\\\\\"b\\\\\\" \\\\\\\\ c\\")"];
      }
      "
    `);
  });

  test("lose their double quotes in .aut, which has no escapes", () => {
    expect(parseAut(autOf(graph)).edges).toEqual([
      { from: 0, label: "say(text: 'a \\'b\\' \\\\ c')", to: 1 },
    ]);
  });
});
