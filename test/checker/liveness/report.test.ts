import { describe, expect, test } from "vitest";
import { fairnessLines } from "../../../checker/report/fairness.ts";
import { checkCase } from "../../../checker/run.ts";
import type { Counterexample } from "../../../checker/trace/counterexample.ts";
import { itfOf } from "../../../checker/trace/itf.ts";
import { mermaidOf } from "../../../checker/trace/mermaid.ts";
import { formatCounterexample } from "../../../checker/trace/text.ts";
import {
  type Case,
  claim,
  eventually,
  leadsTo,
  notFair,
  type Property,
} from "../../../spec/automaton/index.ts";
import { lone } from "./machines.ts";

const system = lone("a", {
  start: [["a", "b"]],
  round: [
    ["b", "c"],
    ["c", "b"],
  ],
  work: [["b", "done"]],
});
const reads = ["m"] as const;
const done = eventually(system, { name: "done", reads, holds: ({ m }) => m === "done" });

function check(property: Property, options: Parameters<typeof checkCase>[2] = {}) {
  const one: Case = {
    variant: "test",
    instance: "test",
    tier: "ci",
    expect: "holds",
    problem: () => ({ system, properties: [property], witnesses: [] }),
  };
  const whole = claim({ id: "liveness", says: "It ends.", source: "this test", cases: [one] });
  return checkCase(whole, one, options);
}

describe("a record of a liveness property", () => {
  test("names the fairness that it used", () => {
    const { verdict, fairness } = check(done);

    expect(verdict).toBe("violated");
    expect(fairness).toEqual([
      { property: "done", weak: ["m/start", "m/round", "m/work"], strong: [], minimal: null },
    ]);
  });

  test("is vacuous where no obligation arose, and says so", () => {
    const never = leadsTo(system, {
      name: "never asked",
      reads,
      premise: ({ m }) => m === "elsewhere",
      conclusion: () => false,
    });

    const { verdict, unexpected } = check(never);

    expect(verdict).toBe("vacuous");
    expect(unexpected).toContain('it never reached an obligation of "never asked"');
  });

  test("is bounded under a budget", () => {
    expect(check(done, { maxStates: 1 }).verdict).toBe("bounded");
  });

  test("has a minimal fairness only where one asks, and the property holds", () => {
    const starts = eventually(system, { name: "starts", reads, holds: ({ m }) => m !== "a" });

    expect(check(starts).fairness?.[0]?.minimal).toBeNull();
    const found = check(starts, { minimalFairness: true });
    expect(found.fairness?.[0]?.minimal).toEqual({ weak: ["m/start"], strong: [] });
    expect(fairnessLines(found)).toEqual(['"starts" needs no more than weak fairness of m/start']);
    expect(check(done, { minimalFairness: true }).fairness?.[0]?.minimal).toBeNull();
  });
});

describe("a counterexample that goes on for ever", () => {
  const looping = check(done).counterexample as Counterexample;
  const idle = eventually(system, {
    name: "done",
    reads,
    holds: ({ m }) => m === "done",
    fairness: ["start", "round", "work"].map(notFair),
  });
  const staying = check(idle).counterexample as Counterexample;

  test("is shown with its loop", () => {
    expect(formatCounterexample(looping)).toMatchInlineSnapshot(`
      "start
           m: a
      1. start(to: b)  by m
           m: a → b
         -- from here on for ever: steps 2 to 3 --
      2. round(to: c)  by m
           m: b → c
      3. round(to: b)  by m
           m: c → b
      In a fair run this never comes: "done""
    `);
  });

  test("is shown to stay where nothing is owed a step", () => {
    expect(formatCounterexample(staying)).toMatchInlineSnapshot(`
      "start
           m: a
         -- nothing is owed a step: it stays so for ever --
      In a fair run this never comes: "done""
    `);
  });

  test("has a loop in ITF: the last state is followed by the second of the loop", () => {
    expect(itfOf(looping)).toMatchObject({ loop: 2, states: { length: 4 } });
    expect(itfOf(staying)).toMatchObject({ loop: 0, states: { length: 1 } });
  });

  test("has a loop in Mermaid", () => {
    const lines = mermaidOf(looping)
      .split("\n")
      .map((line) => line.trim());

    expect(lines.slice(2, 6)).toEqual([
      "P0->>P0: 1. start(to: b)",
      "loop for ever",
      "P0->>P0: 2. round(to: c)",
      "P0->>P0: 3. round(to: b)",
    ]);
    expect(lines[6]).toBe("end");
    expect(mermaidOf(staying)).not.toContain("loop");
  });
});
