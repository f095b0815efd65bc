import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { alternatingBit } from "../../../refinement/oracle/alternating-bit.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import {
  automaton,
  compose,
  type Internal,
  invariant,
  noDeadlock,
  type Problem,
  quiescentWhenFinished,
  spontaneous,
  stepInvariant,
  urgent,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import {
  counter,
  deafReceiver,
  offeredTwice,
  plainReceiver,
  swapping,
  twoCounters,
} from "../../fixtures/small/systems.ts";
import { exploreAll } from "./comparing.ts";

const plain = (system: Problem["system"]): Problem => ({ system, properties: [], witnesses: [] });

/** A value from 0 to 3 that an urgent step raises to 2 and a spontaneous one from 2 to 3. */
const climbing = () =>
  compose("climbing", {
    leaf: automaton<number, { climb: Internal; jump: Internal }>("leaf", {
      start: 0,
      transitions: {
        climb: {
          kind: "internal",
          task: urgent("climb"),
          when: { low: (at) => at < 2 },
          effect: (at) => at + 1,
        },
        jump: {
          kind: "internal",
          task: spontaneous("jump"),
          when: { middle: (at) => at === 2 },
          effect: () => 3,
        },
      },
    }),
  });

describe("a budget", () => {
  const problem = () => twoPhaseCommit(6);

  test("of states ends the search as bounded and names itself", () => {
    const found = explore(problem(), { maxStates: 1_000 });

    expect(found.bound).toBe("1000 states");
    expect(found.states).toBeGreaterThanOrEqual(1_000);
    expect(found.states).toBeLessThan(50_816);
  });

  test("of levels ends the search as bounded and names itself", () => {
    const found = explore(problem(), { maxDepth: 5 });

    expect(found.bound).toBe("depth 5");
    expect(found.depth).toBe(5);
  });

  test("of seconds ends the search as bounded and names itself", () => {
    const found = explore(problem(), { maxSeconds: 0.000_001 });

    expect(found.bound).toBe("0.000001 seconds");
    expect(found.states).toBeLessThan(50_816);
  });

  test("of memory ends the search as bounded and names itself", () => {
    const found = explore(problem(), { maxMemoryMb: 0.001 });

    expect(found.bound).toBe("0.001 MB");
    expect(found.states).toBeLessThan(50_816);
  });

  test("that is never met is not mentioned", () => {
    const found = explore(problem(), {
      maxStates: 1_000_000,
      maxDepth: 1_000,
      maxSeconds: 1_000,
      maxMemoryMb: 1_000,
    });

    expect(found.bound).toBeNull();
    expect(found.states).toBe(50_816);
  });

  test("of exactly the levels that there are leaves a breadth-first search whole", () => {
    const found = explore(problem(), { maxDepth: 20 });

    expect(found.bound).toBeNull();
    expect(found.states).toBe(50_816);
  });

  test("of levels loses nothing within them in depth-first order", () => {
    const system = twoCounters([30, 30]);
    const far = invariant(system, {
      name: "not both at 6",
      reads: ["counters"],
      holds: ({ counters }) => counters.some((count) => count !== 6),
    });

    const shallow = explore(
      { system, properties: [far], witnesses: [] },
      { order: "depth-first", maxDepth: 13 },
    );

    expect(shallow.violations[0]?.actions).toHaveLength(12);
  });

  test("of exactly the levels that there are leaves a depth-first search whole", () => {
    const found = explore(problem(), { maxDepth: 20, order: "depth-first" });

    expect(found.bound).toBeNull();
  });

  test("of levels gives both orders the same states and depth", () => {
    const system = twoCounters([30, 30]);

    const wide = explore(plain(system), { maxDepth: 5 });
    const deep = explore(plain(system), { maxDepth: 5, order: "depth-first" });

    expect([deep.states, deep.depth, deep.bound]).toEqual([wide.states, wide.depth, "depth 5"]);
  });
});

describe("a step that is offered twice", () => {
  // Two scopes that offer one action count it twice, although each action counts once.
  test.fails("counts once among the transitions", () => {
    const { transitions } = explore(plain(offeredTwice()));

    expect(transitions).toBe(4);
  });

  test("counts once although depth first expands a state again", () => {
    const wide = explore(alternatingBit(2)).transitions;

    const deep = explore(alternatingBit(2), { order: "depth-first" }).transitions;

    expect(deep).toBe(wide);
  });
});

describe("a leaf of many local states", () => {
  test("outgrows its width, is packed anew, and keeps every state", () => {
    const found = explore(plain(counter(5_000)));

    expect([found.states, found.depth, found.transitions]).toEqual([5_001, 5_001, 5_000]);
  });

  test("agrees with the naive search where two outgrow their width at once", () => {
    const system = twoCounters([60, 45]);
    const naive = searchNaively(system);

    const found = explore(plain(system));

    expect([found.states, found.depth, found.transitions]).toEqual([
      naive.states,
      naive.depth,
      naive.transitions,
    ]);
  });

  test("still gives the shortest counterexample", () => {
    const system = counter(5_000);
    const below = invariant(system, {
      name: "below 4,321",
      reads: ["counter"],
      holds: ({ counter }) => counter < 4_321,
    });

    const [violation] = explore({ system, properties: [below], witnesses: [] }).violations;

    expect(violation?.actions).toHaveLength(4_321);
  });

  test("outgrows its width in depth-first order, too", () => {
    const found = explore(plain(counter(5_000)), { order: "depth-first" });

    expect([found.states, found.depth]).toEqual([5_001, 5_001]);
  });
});

describe("an action of several cells", () => {
  test("moves them together as the naive search does", () => {
    const system = swapping("a", "b");
    const naive = searchNaively(system);

    const { states, depth, transitions } = exploreAll(plain(system));

    expect([states, depth, transitions]).toEqual([naive.states, naive.depth, naive.transitions]);
  });

  test("may name a cell twice", () => {
    const system = swapping("b", "b");
    const naive = searchNaively(system);

    const { states } = exploreAll(plain(system));

    expect(naive.states).toBe(4);
    expect(states).toBe(naive.states);
  });
});

describe("what must not happen at an end", () => {
  const finishedAt = (wanted: number) => ({
    name: `ends at ${wanted}`,
    reads: ["leaf"] as const,
    finished: ({ leaf }: { leaf: number }) => leaf === wanted,
  });

  test("a deadlock is a state with no step at all", () => {
    const system = climbing();
    const properties = [noDeadlock(system, finishedAt(3)), noDeadlock(system, finishedAt(2))];

    const { violations } = explore({ system, properties, witnesses: [] });

    expect(violations.map((one) => one?.actions.length)).toEqual([undefined, 3]);
  });

  test("a quiescent state is one where only spontaneous steps are left", () => {
    const system = climbing();
    const properties = [quiescentWhenFinished(system, finishedAt(3))];

    const { violations } = explore({ system, properties, witnesses: [] });

    expect(violations[0]?.actions.map(({ name }) => name)).toEqual(["climb", "climb"]);
  });
});

describe("a step invariant", () => {
  test("sees the state before, the action and the state after", () => {
    const system = climbing();
    const byOne = stepInvariant(system, {
      name: "never by jump from 2",
      reads: ["leaf"],
      holds: ({ leaf: from }, { name }, { leaf: to }) =>
        !(from === 2 && name === "jump" && to === 3),
    });

    const [violation] = explore({ system, properties: [byOne], witnesses: [] }).violations;

    expect(violation?.actions.map(({ name }) => name)).toEqual(["climb", "climb", "jump"]);
  });

  test("is not asked where a delivery only empties an outbox", () => {
    const system = deafReceiver();
    const notByGive = stepInvariant(system, {
      name: "nothing changes by give",
      reads: ["sender"],
      holds: (_, { name }) => name !== "give",
    });

    const [violation] = explore({ system, properties: [notByGive], witnesses: [] }).violations;

    expect(violation).toBeNull();
    expect(searchNaively(system, [notByGive]).violated.size).toBe(0);
  });

  test("is asked where the delivery changes somebody whom it does not read", () => {
    const system = plainReceiver();
    const notByGive = stepInvariant(system, {
      name: "nothing changes by give",
      reads: ["sender"],
      holds: (_, { name }) => name !== "give",
    });

    const [violation] = explore({ system, properties: [notByGive], witnesses: [] }).violations;

    expect(violation?.actions.map(({ name }) => name)).toEqual(["begin", "give"]);
  });
});

describe("a witness", () => {
  test("is reached where a state or a firing shows it, and only there", () => {
    const system = climbing();
    const witnesses = [
      witness(system, { name: "top", reads: ["leaf"], reached: ({ leaf }) => leaf === 3 }),
      witness(system, { name: "beyond", reads: ["leaf"], reached: ({ leaf }) => leaf === 4 }),
      witnessAction(system, { name: "jumps", action: "jump" }),
      witnessAction(system, { name: "odd jump", action: "jump", where: () => false }),
    ];

    const { reached } = explore({ system, properties: [], witnesses });

    expect(reached).toEqual([true, false, true, false]);
  });

  test("is not reached by an action that changes nothing", () => {
    const idle = automaton<number, { idle: Internal }>("idle", {
      start: 0,
      transitions: { idle: { kind: "internal", effect: (state) => state } },
    });
    const system = compose("idle", { idle });
    const idles = witnessAction(system, { name: "idles", action: "idle" });

    const { reached } = explore({ system, properties: [], witnesses: [idles] });

    expect(reached).toEqual([false]);
  });
});
