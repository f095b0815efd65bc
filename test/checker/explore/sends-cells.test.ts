import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/explore/search.ts";
import {
  automaton,
  cells,
  compose,
  type Input,
  type Internal,
  invariant,
  type Output,
  type Problem,
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

type Board = { readonly board: "blank" | "noted" | "wiped" };
/** A board that is wiped, whatever is on it: what is last on it tells the order. */
const board = cells<Board, { note: Input; wipe: Internal }>("board", {
  start: { board: "blank" },
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

describe("sends-at-once, where cells receive", () => {
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

  test("is refused where a send and another step do not commute", () => {
    const system = compose("wiped", { sender, board });
    const problem = problemOf(system);

    expect(explore(problem).states).toBeGreaterThan(0);
    expect(() => reduced(problem)).toThrow(
      /in board, sending note \{\} does not commute with wipe \{\}.*\[reduction-refused\]/,
    );
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
    expect(() => reduced(problem)).toThrow(
      /"the sender is silent" is false of a step that sends note/,
    );
  });

  test("says which invariants it decides only where all that is sent arrived", () => {
    const system = compose("patient", { sender, desk: desk(true) });
    const plain = invariant(system, { name: "plain", reads: ["desk"], holds: () => true });

    const { notes } = reduced(problemOf(system, { properties: [plain] }));

    expect(notes).toEqual([expect.stringContaining('"plain" was decided only where')]);
  });
});
