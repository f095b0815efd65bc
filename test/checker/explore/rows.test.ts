import { expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  cells,
  compose,
  invariant,
  type Output,
  type Problem,
} from "../../../spec/automaton/index.ts";

type Switches = Readonly<Record<string, boolean>>;
interface Actions {
  SWITCH: Output<{ readonly cell: string }>;
  WIN: Output<Record<string, never>>;
}

/**
 * As many cells as fill the first word of a packed state, bit by bit, and one in the next: `late`.
 * What is offered where `late` is on is looked up by all of them, `late` first.
 */
function switches(full: number): Problem {
  const words = Array.from({ length: full }, (_, at) => `cell ${at}`);
  const start = Object.fromEntries([...words, "late", "won"].map((cell) => [cell, false]));
  const automaton = cells<Switches, Actions>("switches", {
    start,
    transitions: {
      SWITCH: {
        kind: "output",
        scopes: ["cell 0", "late"].map((cell) => ({ reads: [cell], choose: () => [{ cell }] })),
        touches: ({ cell }) => [cell],
        effect(s, { cell }) {
          s[cell] = true;
        },
      },
      WIN: {
        kind: "output",
        scopes: [{ reads: ["late", ...words], choose: (s) => (s.late ? [{}] : []) }],
        touches: () => ["won"],
        effect(s) {
          s.won = true;
        },
      },
    },
  });
  const system = compose("switches", { automaton });
  return {
    system,
    properties: [
      invariant(system, {
        name: "nobody wins",
        reads: ["automaton"],
        holds: (view) => view.automaton.won !== true,
      }),
    ],
    witnesses: [],
  };
}

test.each([15, 30, 31, 32, 33, 64])(
  "rows are told apart where cells of their key fill whole words: %i cells",
  (full) => {
    const problem = switches(full);
    const naive = searchNaively(problem.system);

    const whole = explore({ ...problem, properties: [] });
    expect(whole.states).toBe(naive.states);
    expect(naive.states).toBe(6);

    expect(explore(problem).violations[0]?.actions).toHaveLength(2);
  },
);
