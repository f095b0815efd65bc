import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_ACTION } from "../../../checker/explore/commuting.ts";
import { StateGraph, UNEXPLORED } from "../../../checker/explore/graph.ts";
import { Model } from "../../../checker/explore/model.ts";
import { States } from "../../../checker/explore/states.ts";
import { NO_REF } from "../../../checker/explore/store.ts";
import {
  type Action,
  actionText,
  type Composition,
  canonical,
  type Global,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";

/** More states than these are left out: then some steps lead to what is not stored. */
const STATES_MAX = 60;

const textOf = (global: Global) => canonical(global);

/** Reachable states by the reference semantics, breadth first, and whether these are all. */
function reachable(system: Composition): { readonly globals: Global[]; readonly all: boolean } {
  const globals = new Map<string, Global>();
  const add = (global: Global) => {
    if (globals.size < STATES_MAX) globals.set(textOf(global), global);
    return globals.has(textOf(global));
  };
  let all = startStates(system).every(add);
  for (const from of globals.values()) {
    for (const { to } of stepsFrom(system, from)) if (!add(to)) all = false;
  }
  return { globals: [...globals.values()], all };
}

function graphOf(system: Composition, globals: readonly Global[]): StateGraph {
  const model = new Model(system, false, []);
  const vectors = globals.map((global) => model.vectorOf(global));
  const states = new States(model, false, { found: () => undefined, learn: () => undefined });
  for (const vector of vectors) {
    const words = new Int32Array(states.layout.words);
    states.layout.pack(vector, words, 0);
    states.add(words, NO_REF, NO_ACTION);
  }
  states.flushAll();
  return new StateGraph(model, states);
}

describe("on random compositions", { timeout: 120_000 }, () => {
  test("the graph has the states, start states and steps of the reference semantics", () => {
    const seen = { whole: 0, cut: 0 };
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const { globals, all } = reachable(system);
        seen[all ? "whole" : "cut"]++;

        const graph = graphOf(system, globals);

        const texts = Array.from({ length: graph.size }, (_, at) => textOf(graph.globalOf(at)));
        expect([...texts].sort()).toEqual(globals.map(textOf).sort());
        const starts = new Set(startStates(system).map(textOf));
        expect(new Set(graph.starts.map((at) => texts[at]))).toEqual(starts);
        for (const [at, text] of texts.entries()) {
          const steps = new Set<string>();
          graph.moves(at, (action, to, changes) => {
            const target = to === UNEXPLORED ? "elsewhere" : texts[to];
            steps.add(`${changes} ${actionText(graph.model.actions[action] as Action)} ${target}`);
          });
          const wanted = stepsFrom(system, graph.globalOf(at))
            .filter(({ to }) => textOf(to) !== text)
            .map(({ action, to }) => {
              const target = texts.includes(textOf(to)) ? textOf(to) : "elsewhere";
              return `true ${actionText(action)} ${target}`;
            });
          expect(steps).toEqual(new Set(wanted));
        }
      }),
      { numRuns: 150, seed: 20_08_2011 },
    );
    expect(seen.whole).toBeGreaterThan(20);
    expect(seen.cut).toBeGreaterThan(20);
  });

  test("a predicate is asked of the state with the number", () => {
    fc.assert(
      fc.property(randomProblem, ({ system }) => {
        const graph = graphOf(system, reachable(system).globals);
        const part = system.leaves[0]?.part as string;
        const isOdd = (view: object) => canonical(Object.values(view)).length % 2 === 1;

        const odd = graph.predicate("odd", [part], isOdd);

        for (let at = 0; at < graph.size; at++) {
          const global = graph.globalOf(at);
          const states = system.leaves.flatMap((leaf, place) =>
            leaf.part === part ? [global[place]?.state] : [],
          );
          const value = system.leaves[0]?.position === null ? states[0] : states;
          expect(odd(at)).toBe(isOdd({ [part]: value }));
        }
      }),
      { numRuns: 50, seed: 20_08_2011 },
    );
  });
});
