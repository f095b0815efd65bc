import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  compose,
  type Fairness,
  fairChannel,
  type Index,
  type Input,
  indices,
  insert,
  leadsTo,
  type Output,
  stronglyFair,
  weaklyFair,
} from "../../../spec/automaton/index.ts";
import { decide } from "./machines.ts";

type Diner = Index<"diner">;
type Fork = Index<"fork">;
type Use = { readonly diner: Diner; readonly fork: Fork };

interface DinerActions {
  ask: Output<Use>;
  grant: Input<Use>;
  putDown: Output<Use>;
}

/** How far a diner is: thinks; asked for the first fork, has it, asked for the second; eats, … */
type Phase = "thinks" | "asked 1" | "has 1" | "asked 2" | "eats" | "had 1";

/** Asks for its forks one after the other, eats, and puts them down. */
function diner(self: Diner, [first, second]: readonly [Fork, Fork]) {
  const forkIn: Partial<Record<Phase, Fork>> = {
    thinks: first,
    "has 1": second,
    eats: first,
    "had 1": second,
  };
  const uses = (phase: Phase) => {
    const fork = forkIn[phase];
    return fork === undefined ? [] : [{ diner: self, fork }];
  };
  const asks = (phase: Phase) => phase === "thinks" || phase === "has 1";
  return automaton<Phase, DinerActions>(self, {
    start: "thinks",
    transitions: {
      ask: {
        kind: "output",
        at: { diner: self },
        choose: uses,
        when: { asks },
        effect: (phase) => (phase === "thinks" ? "asked 1" : "asked 2"),
      },
      grant: {
        kind: "input",
        at: { diner: self },
        effect: (phase) => (phase === "asked 1" ? "has 1" : "eats"),
      },
      putDown: {
        kind: "output",
        at: { diner: self },
        choose: uses,
        when: { eaten: (phase) => !asks(phase) },
        effect: (phase) => (phase === "eats" ? "had 1" : "thinks"),
      },
    },
  });
}

interface ForkState {
  readonly free: boolean;
  readonly waiting: readonly Diner[];
}

/** Is given to one of those who asked for it, whichever. */
function fork(self: Fork) {
  return automaton<ForkState, { ask: Input<Use>; grant: Output<Use>; putDown: Input<Use> }>(self, {
    start: { free: true, waiting: [] },
    transitions: {
      ask: {
        kind: "input",
        at: { fork: self },
        effect: (state, { diner }) => void insert(state.waiting, diner),
      },
      grant: {
        kind: "output",
        at: { fork: self },
        choose: ({ waiting }) => waiting.map((diner) => ({ diner, fork: self })),
        when: { free: ({ free }) => free },
        effect: (state, { diner }) => {
          state.free = false;
          state.waiting = state.waiting.filter((other) => other !== diner);
        },
      },
      putDown: {
        kind: "input",
        at: { fork: self },
        effect: (state) => {
          state.free = true;
        },
      },
    },
  });
}

/** @param leftHanded whether the last diner takes its forks the other way round */
function table(count: number, leftHanded: boolean) {
  const [diners, forks] = [indices("diner", count), indices("fork", count)];
  const forksOf = (at: number): readonly [Fork, Fork] => {
    const [left, right] = [forks[at] as Fork, forks[(at + 1) % count] as Fork];
    return leftHanded && at === count - 1 ? [right, left] : [left, right];
  };
  return compose("table", {
    diners: diners.map((one, at) => diner(one, forksOf(at))),
    forks: forks.map(fork),
  });
}

function hungryEats(system: ReturnType<typeof table>, fairness: readonly Fairness[] = []) {
  return leadsTo(system, {
    name: "who asks eats",
    reads: ["diners"],
    premise: ({ diners }) => diners[0] === "asked 1",
    conclusion: ({ diners }) => diners[0] === "eats",
    fairness,
  });
}

describe("dining philosophers", () => {
  test("all take the left fork first, and wait for ever", () => {
    const system = table(3, false);

    const found = decide(system, hungryEats(system, [stronglyFair("grant", { by: ["diner"] })]));

    expect(found.split(" ").at(-1)).toBe("|");
    expect(found.split(" ").filter((action) => action === "grant")).toHaveLength(3);
  });

  test("with one left-handed none waits for ever, if each fork is strongly fair to each diner", () => {
    const system = table(3, true);
    const fair = hungryEats(system, [stronglyFair("grant", { by: ["diner"] })]);

    expect(decide(system, fair)).toBe("holds");
    expect(decide(system, hungryEats(system, [fairChannel("forks/grant")]))).toBe("holds");
  });

  test("a fork that is only fair to all of them together starves one", () => {
    const system = table(3, true);

    for (const fairness of [
      [],
      [stronglyFair("grant")],
      [weaklyFair("grant", { by: ["diner"] })],
    ]) {
      expect(decide(system, hungryEats(system, fairness))).toMatch(/\| .*putDown/);
    }
  });

  test("which fairness it takes is found", () => {
    const system = table(2, true);
    const properties = [hungryEats(system, [stronglyFair("grant", { by: ["diner"] })])];

    const { liveness } = explore({ system, properties, witnesses: [] }, { minimalFairness: true });

    expect(liveness[0]?.assumed.strong).toEqual([
      "forks[0]/grant by diner",
      "forks[1]/grant by diner",
    ]);
    expect(liveness[0]?.minimal).toMatchInlineSnapshot(`
      {
        "strong": [
          "forks[0]/grant["diner#0"]",
        ],
        "weak": [
          "forks[1]/grant["diner#1"]",
          "diners[1]/putDown",
          "diners[0]/ask",
          "diners[1]/ask",
          "forks[1]/grant["diner#0"]",
        ],
      }
    `);
  });
});
