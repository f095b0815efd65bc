import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  cells,
  compose,
  type Input,
  type Internal,
  insert,
  invariant,
  type Output,
  type Problem,
  quiescentWhenFinished,
  stepInvariant,
  witnessAction,
} from "../../../spec/automaton/index.ts";

type Go = { go: Internal; note: Output };
/** Sends one note in the step that ends its work. */
const sender = automaton<"idle" | "gone", Go>("sender", {
  start: "idle",
  transitions: {
    go: {
      kind: "internal",
      when: { idle: (state) => state === "idle" },
      effect: (_state, _payload, send) => {
        send("note", {});
        return "gone";
      },
    },
    note: { kind: "sent" },
  },
});

type Desk = { readonly noted: boolean; readonly done: boolean };
type Work = { note: Input; work: Internal };
/** A desk that can work until the note comes, or, where `patient`, only once it has come. */
const desk = (patient: boolean) =>
  cells<Desk, Work>("desk", {
    start: { noted: false, done: false },
    transitions: {
      note: {
        kind: "input",
        touches: () => ["noted"],
        effect: (now) => {
          now.noted = true;
        },
      },
      work: {
        kind: "internal",
        scopes: [{ reads: ["noted", "done"], choose: () => [{}] }],
        when: { inTime: ({ noted }) => noted === patient, open: ({ done }) => !done },
        touches: () => ["done"],
        effect: (now) => {
          now.done = true;
        },
      },
    },
  });

type Board = { readonly board: "blank" | "noted" | "wiped"; readonly read: boolean };
type OnBoard = { note: Input; wipe: Internal; look: Internal };
/** A board that is wiped, whatever is on it; what is last on it tells the order. */
const board = (readable: boolean) =>
  cells<Board, OnBoard>("board", {
    start: { board: "blank", read: false },
    transitions: {
      note: {
        kind: "input",
        touches: () => ["board"],
        effect: (now) => {
          now.board = "noted";
        },
      },
      wipe: {
        kind: "internal",
        scopes: [{ reads: ["board"], choose: () => [{}] }],
        touches: () => ["board"],
        effect: (now) => {
          now.board = "wiped";
        },
      },
      look: {
        kind: "internal",
        scopes: [{ reads: ["board"], choose: () => [{}] }],
        when: { noted: ({ board }) => readable && board === "noted" },
        touches: () => ["read"],
        effect: (now) => {
          now.read = true;
        },
      },
    },
  });

const problemOf = (system: Problem["system"], more: Partial<Problem> = {}): Problem => ({
  system,
  properties: [],
  witnesses: [],
  ...more,
});
const reduced = (problem: Problem) => explore({ ...problem, reductions: ["sends-at-once"] });
const found = ({ violations }: ReturnType<typeof explore>) =>
  violations.map((violation) => violation !== null);

/** Notices when the desk works after the sender is gone. It receives nothing that is sent. */
type Watch = { readonly gone: boolean; readonly late: boolean };
const watch = cells<Watch, { gone: Input; work: Input }>("watch", {
  start: { gone: false, late: false },
  transitions: {
    gone: {
      kind: "input",
      touches: () => ["gone"],
      effect: (now) => {
        now.gone = true;
      },
    },
    work: {
      kind: "input",
      touches: () => ["gone", "late"],
      effect: (now) => {
        if (now.gone) now.late = true;
      },
    },
  },
});

type Got = { readonly got: readonly string[] };
type Note = { readonly what: "first" | "second" };
/** Sends two notes, one after the other. */
const twice = automaton<0 | 1 | 2, { next: Internal; give: Output<Note> }>("twice", {
  start: 0,
  transitions: {
    next: {
      kind: "internal",
      when: { left: (step) => step < 2 },
      effect: (step, _payload, send) => {
        send("give", { what: step === 0 ? "first" : "second" });
        return step === 0 ? 1 : 2;
      },
    },
    give: { kind: "sent" },
  },
});
/** A box that tells when it has the second note alone. */
const box = cells<Got, { give: Input<Note>; odd: Output }>("box", {
  start: { got: [] },
  transitions: {
    give: {
      kind: "input",
      touches: () => ["got"],
      effect: (now, { what }) => void insert(now.got, what),
    },
    odd: {
      kind: "output",
      scopes: [{ reads: ["got"], choose: () => [{}] }],
      when: { secondAlone: ({ got }) => got.length === 1 && got[0] === "second" },
    },
  },
});

describe("sends-at-once, where cells receive", () => {
  // With sends at once the box never has the second note alone, so no search has seen it.
  test("is refused where only what the reduced search never sees is disabled", () => {
    const told = automaton<boolean, { odd: Input }>("told", {
      start: false,
      transitions: { odd: { kind: "input", effect: () => true } },
    });
    const system = compose("odd", { twice, box, told });
    const never = invariant(system, {
      name: "nobody is told",
      reads: ["told"],
      holds: (view) => !view.told,
    });
    const problem = problemOf(system, { properties: [never] });

    expect(found(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(
      /in box, sending give {"what":"first"} disables odd {}.*\[reduction-refused\]/,
    );
  });

  test("is refused where a send disables a step, which else violates an invariant", () => {
    type Worked = { note: Input; work: Output };
    const impatient = cells<Desk, Worked>("desk", {
      start: { noted: false, done: false },
      transitions: {
        ...desk(false).transitions,
        work: { ...desk(false).transitions.work, kind: "output" },
      } as never,
    });
    const leaver = automaton<"idle" | "gone", { gone: Output; note: Output }>("leaver", {
      start: "idle",
      transitions: {
        gone: {
          kind: "output",
          when: { idle: (state) => state === "idle" },
          effect: (_state, _payload, send) => {
            send("note", {});
            return "gone";
          },
        },
        note: { kind: "sent" },
      },
    });
    const system = compose("impatient", { leaver, desk: impatient, watch });
    const inTime = invariant(system, {
      name: "the desk works only before the sender is gone",
      reads: ["watch"],
      holds: ({ watch: { late } }) => !late,
    });
    const problem = problemOf(system, { properties: [inTime] });

    const without = explore(problem);

    expect(found(without)).toEqual([true]);
    expect(() => reduced(problem)).toThrow(
      /in desk, sending note \{\} disables work \{\}.*\[reduction-refused\]/,
    );
  });

  test("is refused where a send that comes later than another step enables more", () => {
    const system = compose("wiped", { sender, board: board(true) });
    const problem = problemOf(system);

    expect(explore(problem).states).toBeGreaterThan(0);
    expect(() => reduced(problem)).toThrow(
      /in board, sending note \{\} does not commute with wipe \{\}.*\[reduction-refused\]/,
    );
  });

  test("is accepted where the order shows in the cells, and enables nothing", () => {
    const system = compose("unread", { sender, board: board(false) });

    const { notes, states } = reduced(problemOf(system));

    expect(notes).toEqual([]);
    expect(states).toBeLessThan(explore(problemOf(system)).states);
  });

  test("is refused where a quiescent state tells that a send came later", () => {
    type Leave = { go: Internal; wipe: Output; note: Output };
    const leaver = automaton<"idle" | "gone" | "done", Leave>("leaver", {
      start: "idle",
      transitions: {
        go: {
          kind: "internal",
          when: { idle: (state) => state === "idle" },
          effect: (_state, _payload, send) => {
            send("note", {});
            return "gone";
          },
        },
        wipe: {
          kind: "output",
          when: { gone: (state) => state === "gone" },
          effect: () => "done",
        },
        note: { kind: "sent" },
      },
    });
    const on = (what: "noted" | "wiped") => ({
      kind: "input" as const,
      touches: () => ["board" as const],
      effect: (now: { board: string }) => {
        now.board = what;
      },
    });
    const wiped = cells<{ readonly board: string }, { note: Input; wipe: Input }>("board", {
      start: { board: "blank" },
      transitions: { note: on("noted"), wipe: on("wiped") },
    });
    const system = compose("wiped last", { leaver, board: wiped });
    const clean = quiescentWhenFinished(system, {
      name: "it ends wiped",
      reads: ["board"],
      finished: ({ board }) => board.board === "wiped",
    });
    const problem = problemOf(system, { properties: [clean] });

    expect(found(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/does not commute with wipe.*\[reduction-refused\]/);
  });

  // A step that changes something only before a send arrives is no step once it is sent at once.
  test("is refused where a send leaves nothing to change for a step that is asked about", () => {
    type Level = { readonly level: "blank" | "marked" | "full"; readonly open: boolean };
    const tally = cells<Level, { note: Input; mark: Internal }>("tally", {
      start: { level: "blank", open: true },
      transitions: {
        note: {
          kind: "input",
          touches: () => ["level"],
          effect: (now) => {
            now.level = "full";
          },
        },
        mark: {
          kind: "internal",
          scopes: [{ reads: ["open"], choose: () => [{}] }],
          touches: () => ["level"],
          effect: (now) => {
            if (now.level === "blank") now.level = "marked";
          },
        },
      },
    });
    const system = compose("tallied", { sender, tally });
    const inTime = stepInvariant(system, {
      name: "no mark once the sender is gone",
      reads: ["sender"],
      holds: ({ sender: state }, { name }) => state === "idle" || name !== "mark",
    });
    const problem = problemOf(system, { properties: [inTime] });

    expect(found(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });

  test("is accepted where a send only enables more", () => {
    const system = compose("patient", { sender, desk: desk(true) });

    const { notes, states } = reduced(problemOf(system));

    expect(notes).toEqual([]);
    expect(states).toBe(3);
    expect(explore(problemOf(system)).states).toBe(4);
  });

  test("reaches a witness that is a sent output", () => {
    const system = compose("patient", { sender, desk: desk(true) });
    const noted = witnessAction(system, { name: "noted", action: "note" });

    expect(reduced(problemOf(system, { witnesses: [noted] })).reached).toEqual([true]);
  });

  test("is refused where a step property is false of a send that changes nothing it reads", () => {
    const system = compose("patient", { sender, desk: desk(true) });
    const silent = stepInvariant(system, {
      name: "the sender is silent",
      reads: ["sender"],
      holds: (_before, { name }) => name !== "note",
    });
    const problem = problemOf(system, { properties: [silent] });

    expect(found(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/"the sender is silent" looks at steps/);
  });

  test("is refused where an invariant reads what receives and is not accumulating", () => {
    const system = compose("patient", { sender, desk: desk(true) });
    const plain = invariant(system, { name: "plain", reads: ["desk"], holds: () => true });
    const problem = problemOf(system, { properties: [plain] });

    expect(found(explore(problem))).toEqual([false]);
    expect(() => reduced(problem)).toThrow(
      /"plain" reads receivers and is not declared accumulating.*\[reduction-refused\]/,
    );
  });
});
