import { describe, expect, test } from "vitest";
import {
  automaton,
  type Composition,
  cells,
  clausesOf,
  compose,
  type Internal,
  startStates,
  stepsFrom,
  withoutClause,
} from "../../../spec/automaton/index.ts";

const counter = automaton<number, { up: Internal; down: Internal }>("counter", {
  start: 0,
  transitions: {
    up: { kind: "internal", when: { never: () => false, few: (n) => n < 2 }, effect: (n) => n + 1 },
    down: { kind: "internal", effect: (n) => n },
  },
});
const lamps = cells<{ lit: boolean; count: number }, { flash: Internal }>("lamps", {
  start: { lit: false, count: 0 },
  transitions: {
    flash: {
      kind: "internal",
      scopes: [{ reads: ["count"], choose: () => [{}] }],
      needs: () => ["lit"],
      touches: () => ["count"],
      effect: (s) => {
        s.count = 1;
      },
    },
  },
});
const other = automaton<number, { rest: Internal }>("other", {
  start: 0,
  transitions: { rest: { kind: "internal", when: { never: () => false } } },
});
const system = compose("all", { counter, lamps, others: [other] }) as Composition;
const enabled = (of: Composition) =>
  stepsFrom(of, startStates(of)[0] as never).map(({ action }) => action.name);

describe("clauses of a composition", () => {
  test("are those of every precondition, needs among them", () => {
    expect(clausesOf(system)).toEqual([
      { part: "counter", action: "up", clause: "never" },
      { part: "counter", action: "up", clause: "few" },
      { part: "lamps", action: "flash", clause: "needs" },
      { part: "others", action: "rest", clause: "never" },
    ]);
  });

  test("can be left out one by one, and the system stays as it is", () => {
    expect(enabled(system)).toEqual(["down"]);
    const without = (part: string, action: string, clause: string) =>
      enabled(withoutClause(system, { part, action, clause }));

    expect(without("counter", "up", "never")).toEqual(["up", "down"]);
    expect(without("counter", "up", "few")).toEqual(["down"]);
    expect(without("lamps", "flash", "needs")).toEqual(["down", "flash"]);
    expect(without("others", "rest", "never")).toEqual(["down", "rest"]);
    expect(enabled(system)).toEqual(["down"]);
  });

  test("that are not there cannot be left out", () => {
    for (const part of ["lamps", "nobody"]) {
      expect(() => withoutClause(system, { part, action: "up", clause: "never" })).toThrow(
        /automaton-malformed/,
      );
    }
  });
});
