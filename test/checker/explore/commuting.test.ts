import { afterEach, describe, expect, test, vi } from "vitest";
import { Commuting } from "../../../checker/explore/commuting.ts";
import { Memo } from "../../../checker/explore/memo.ts";
import { Model } from "../../../checker/explore/model.ts";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { Partition } from "../../../checker/explore/store.ts";
import {
  automaton,
  cells,
  compose,
  type Input,
  type Internal,
  type Output,
  type Problem,
} from "../../../spec/automaton/index.ts";
import { exploreAll } from "./comparing.ts";

/*
 * Models of which a search that left out too much would lose states: each names the condition that
 * saves them, and shows that without it they are lost.
 */

/** Two processes that each write once to a log that both share. */
function writers(order: (log: readonly string[], by: string) => readonly string[]): Problem {
  const writer = (name: string) =>
    automaton<boolean, { write: Output<{ by: string }> }>(name, {
      start: false,
      transitions: {
        write: {
          kind: "output",
          at: { by: name },
          when: { fresh: (done) => !done },
          effect: () => true,
        },
      },
    });
  const log = automaton<readonly string[], { write: Input<{ by: string }> }>("log", {
    start: [],
    transitions: { write: { kind: "input", effect: (now, { by }) => [...order(now, by)] } },
  });
  const system = compose("writers", { writers: ["a", "b", "c"].map(writer), log, clock });
  return { system, properties: [], witnesses: [] };
}

/** Goes on by itself, so that everything else happens in many states. */
const clock = automaton<number, { tick: Internal }>("clock", {
  start: 0,
  transitions: {
    tick: { kind: "internal", when: { early: (now) => now < 4 }, effect: (now) => now + 1 },
  },
});

/** A light that is switched on and then used, again and again: each enables the other. */
function light(): Problem {
  const lamp = automaton<number, { switchOn: Internal; use: Internal }>("lamp", {
    start: 0,
    transitions: {
      switchOn: {
        kind: "internal",
        when: { off: (now) => now % 2 === 0, early: (now) => now < 8 },
        effect: (now) => now + 1,
      },
      use: { kind: "internal", when: { on: (now) => now % 2 === 1 }, effect: (now) => now + 1 },
    },
  });
  return { system: compose("light", { lamp }), properties: [], witnesses: [] };
}

/** The same with a cell that the second step needs. */
function neededLight(): Problem {
  type Lamp = { readonly on: boolean; readonly used: boolean };
  const lamp = cells<Lamp, { switchOn: Internal; use: Internal }>("lamp", {
    start: { on: false, used: false },
    transitions: {
      switchOn: {
        kind: "internal",
        scopes: [{ reads: ["on"], choose: ({ on }) => (on ? [] : [{}]) }],
        touches: () => ["on"],
        effect: (now) => {
          now.on = true;
        },
      },
      use: {
        kind: "internal",
        scopes: [{ reads: ["used"], choose: ({ used }) => (used ? [] : [{}]) }],
        needs: () => ["on"],
        touches: () => ["used"],
        effect: (now) => {
          now.used = true;
        },
      },
    },
  });
  const system = compose("needed-light", { lamp, clock });
  return { system, properties: [], witnesses: [] };
}

/**
 * A desk that serves while it is open, and when the bell rings: the second scope offers the action
 * first in a state that is expanded long after sets without it were worked out.
 */
function desk(): Problem {
  type Desk = { readonly shut: boolean; readonly bell: boolean; readonly served: number };
  const one = cells<Desk, { serve: Internal; shut: Internal; ring: Internal }>("desk", {
    start: { shut: false, bell: false, served: 0 },
    transitions: {
      serve: {
        kind: "internal",
        scopes: [
          { reads: ["shut"], choose: ({ shut }) => (shut ? [] : [{}]) },
          { reads: ["bell"], choose: ({ bell }) => (bell ? [{}] : []) },
        ],
        touches: () => ["served"],
        effect: (now) => {
          now.served = 1;
        },
      },
      shut: {
        kind: "internal",
        scopes: [{ reads: ["shut"], choose: ({ shut }) => (shut ? [] : [{}]) }],
        touches: () => ["shut", "served"],
        effect: (now) => {
          now.shut = true;
          now.served = 0;
        },
      },
      ring: {
        kind: "internal",
        scopes: [
          { reads: ["shut", "bell"], choose: ({ shut, bell }) => (shut && !bell ? [{}] : []) },
        ],
        touches: () => ["bell"],
        effect: (now) => {
          now.bell = true;
        },
      },
    },
  });
  return { system: compose("desk", { desk: one }), properties: [], witnesses: [] };
}

/** Turns the ranks of all actions round: a rule may be unsound in one order alone. */
function turnRanks(): void {
  const { grow } = Commuting.prototype;
  const turned = new WeakMap<Commuting, Int32Array>();
  vi.spyOn(Commuting.prototype, "grow").mockImplementation(function (this: Commuting) {
    grow.call(this);
    const known = turned.get(this) ?? new Int32Array(0);
    turned.set(
      this,
      Int32Array.from(this.rank, (rank, at) => (rank === known[at] ? rank : ~rank)),
    );
    this.rank.set(turned.get(this) as Int32Array);
  });
}

function statesInBothOrders(problem: Problem): number[] {
  const { states } = exploreAll(problem);
  turnRanks();
  return [states, exploreAll(problem).states];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("leaving out steps that commute", () => {
  const models: readonly (readonly [string, Problem])[] = [
    ["writes to one log, whose order shows", writers((log, by) => [...log, by])],
    ["a step that enables another at its own leaf", light()],
    ["a step that makes true what another needs", neededLight()],
    ["a step that another scope offers later", desk()],
  ];

  test.each(models)("finds every state: %s", (_, problem) => {
    const { states } = searchNaively(problem.system);

    expect(statesInBothOrders(problem)).toEqual([states, states]);
  });

  test("stores fewer steps than it counts where the order does not show", () => {
    const problem = writers((log, by) => [...log, by].sort());
    const find = vi.spyOn(Partition.prototype, "find");

    const { states, transitions } = exploreAll(problem);

    const naive = searchNaively(problem.system);
    expect([states, transitions]).toEqual([naive.states, naive.transitions]);
    expect(find.mock.calls.length).toBeLessThan(transitions);
  });

  test.each(models.slice(0, 2))("without local states some are lost: %s", (_, problem) => {
    const { states } = searchNaively(problem.system);
    vi.spyOn(Memo.prototype, "sources").mockReturnValue([]);

    expect(Math.min(...statesInBothOrders(problem))).toBeLessThan(states);
  });

  test("if no action needed a cell, states would be lost", () => {
    const { states } = searchNaively(neededLight().system);
    const { setOf } = Commuting.prototype;
    vi.spyOn(Commuting.prototype, "setOf").mockImplementation(function (this: Commuting, action) {
      const needs = vi.spyOn(Model.prototype, "needsOf").mockReturnValue(new Int32Array(0));
      const set = setOf.call(this, action);
      needs.mockRestore();
      return set;
    });

    expect(Math.min(...statesInBothOrders(neededLight()))).toBeLessThan(states);
  });
});
