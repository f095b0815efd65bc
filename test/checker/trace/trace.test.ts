import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { changesOf, stateLines } from "../../../checker/trace/changes.ts";
import { confirmViolation } from "../../../checker/trace/confirm.ts";
import type { Counterexample } from "../../../checker/trace/counterexample.ts";
import { itfOf } from "../../../checker/trace/itf.ts";
import { toJson, valueText } from "../../../checker/trace/json.ts";
import { mermaidOf } from "../../../checker/trace/mermaid.ts";
import { readCounterexample } from "../../../checker/trace/read.ts";
import { formatCounterexample } from "../../../checker/trace/text.ts";
import race from "../../../refinement/oracle/increment-race.claim.ts";
import { Bytes, type Case, index, startStates } from "../../../spec/automaton/index.ts";
import { below, system } from "../run/counting.ts";

const lost = checkCase(race, race.cases[0] as Case).counterexample as Counterexample;

describe("a counterexample", () => {
  test("reads as numbered steps, with who takes them and what they change", () => {
    expect(formatCounterexample(lost)).toMatchInlineSnapshot(`
      "start
           threads[0]: { copy: 0, pc: 1 }
           threads[1]: { copy: 0, pc: 1 }
           counter: 0
      1. read(thread: thread#1, value: 0)  by counter, with threads[1]
           threads[1].pc: 1 → 2
      2. read(thread: thread#0, value: 0)  by counter, with threads[0]
           threads[0].pc: 1 → 2
      3. write(thread: thread#1, value: 1)  by threads[1], with counter
           threads[1].pc: 2 → 3
           counter: 0 → 1
      4. write(thread: thread#0, value: 1)  by threads[0], with counter
           threads[0].pc: 2 → 3
      In this state the invariant is false: "the counter counts the finished threads""
    `);
  });

  test("is a sequence diagram with a lane for each process", () => {
    expect(mermaidOf(lost)).toMatchInlineSnapshot(`
      "sequenceDiagram
        participant P0 as thread#35;0
        participant P1 as thread#35;1
        participant P2 as counter
        P2->>P1: 1. read(thread: thread#35;1, value: 0)
        P2->>P0: 2. read(thread: thread#35;0, value: 0)
        P1->>P2: 3. write(thread: thread#35;1, value: 1)
        P0->>P2: 4. write(thread: thread#35;0, value: 1)
        Note over P0,P2: violates the counter counts the finished threads"
    `);
  });

  test("is a trace in ITF with a variable for each leaf", () => {
    const itf = itfOf(lost);
    expect(itf).toMatchObject({
      vars: ["action", "threads_0", "threads_1", "counter", "outboxes"],
      states: { length: lost.actions.length + 1 },
    });
    expect(Object(itf).states[0]).toMatchObject({ counter: { "#bigint": "0" } });
  });

  test("is read again from its file, and from the record that holds it", () => {
    expect(readCounterexample("a.json", JSON.stringify(lost))).toEqual(lost);
    expect(readCounterexample("a.json", JSON.stringify({ counterexample: lost }))).toEqual(lost);
  });

  test.each(["{", "null", "[]", "{}", '{"counterexample":null}', '"text"'])(
    "is not read from %s",
    (text) => {
      expect(() => readCounterexample("a.json", text)).toThrow("[counterexample-unreadable]");
    },
  );

  test("that does not violate its property is a defect of the checker", () => {
    const run = { actions: [], globals: [...startStates(system)] };
    expect(() => confirmViolation(system, below(1), run)).toThrow("[checker-defect]");
    expect(() => confirmViolation(system, below(0), run)).not.toThrow();
  });
});

describe("what changed", () => {
  test("is told place by place, and of sets what came and went", () => {
    const before = { view: 1, log: ["a", "b"], votes: { "replica#0": 1 } };
    const after = { view: 2, log: ["b", "c", "d"], votes: { "replica#0": 1, "replica#1": 2 } };
    expect(changesOf("r", before, after)).toEqual([
      "r.view: 1 → 2",
      "r.log: − a",
      "r.log: + c",
      "r.log: + d",
      "r.votes[replica#1]: + 2",
    ]);
  });

  test("is nothing between equal values", () => {
    expect(changesOf("r", { a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
  });
});

describe("a value", () => {
  test("spares the quotes of words and indices, and of nothing else", () => {
    const value = toJson({
      to: index("client", 2),
      text: "two words",
      no: "null",
      one: "1",
      is: 1,
    });
    expect(valueText(value)).toBe(
      '{ is: 1, no: "null", one: "1", text: "two words", to: client#2 }',
    );
  });

  test("shows bytes in hex", () => {
    const json = toJson([Bytes.from(Uint8Array.of(1, 255))]);
    expect(valueText(json)).toBe("[h'01ff']");
    expect(JSON.parse(JSON.stringify(json))).toEqual([{ $bytes: "01ff" }]);
  });

  test("that is too wide gets a line for each field", () => {
    const wide = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, at]));
    const lines = stateLines(["leaf"], [{ state: wide, outbox: [] }]);
    expect(lines).toHaveLength(30);
    expect(lines[0]).toBe("leaf.f0: 0");
  });
});
