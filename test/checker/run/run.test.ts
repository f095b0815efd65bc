import { describe, expect, test } from "vitest";
import { explain } from "../../../checker/report/explain.ts";
import { checkCase, checkClaims } from "../../../checker/run.ts";
import {
  type Case,
  type Claim,
  includedIn,
  noDeadlock,
  stepInvariant,
} from "../../../spec/automaton/index.ts";
import { below, claimOf, countingTo, reaches, system } from "./counting.ts";

const check = (claim: Claim, options = {}) => checkCase(claim, claim.cases[0] as Case, options);

describe("a verdict", () => {
  test("is holds when the whole instance was explored and every witness was reached", () => {
    const record = check(claimOf({ properties: [below(6)], witnesses: [reaches(5)] }));

    expect(record).toMatchObject({
      claim: "counting",
      variant: "repaired",
      instance: "max=5",
      tier: "ci",
      expected: "holds",
      verdict: "holds",
      states: 6,
      transitions: 6,
      depth: 6,
      bound: null,
      fairness: null,
      reductions: [],
      witnesses: [{ name: "reaches 5", reached: true }],
      properties: [{ name: "below 6", kind: "invariant", violated: false }],
      counterexample: null,
      unexpected: null,
      error: null,
    });
  });

  test("is vacuous when a witness was never reached", () => {
    const record = check(claimOf({ properties: [below(6)], witnesses: [reaches(7)] }));
    expect(record.verdict).toBe("vacuous");
    expect(record.unexpected).toContain('it never reached "reaches 7"');
  });

  test("is bounded rather than vacuous when a budget ended the search", () => {
    const claim = claimOf({ properties: [below(6)], witnesses: [reaches(7)] });
    expect(check(claim, { maxDepth: 2 })).toMatchObject({ verdict: "bounded", bound: "depth 2" });
  });

  test("is violated rather than bounded when both are true", () => {
    const claim = claimOf({ properties: [below(2), below(5)], witnesses: [reaches(7)] });
    expect(check(claim, { maxDepth: 4 })).toMatchObject({ verdict: "violated", bound: "depth 4" });
  });

  test("is error when the claim throws, with the code of the error", () => {
    const broken = claimOf(
      {},
      {
        problem: () => {
          throw new TypeError("no such thing");
        },
      },
    );
    expect(check(broken)).toMatchObject({
      verdict: "error",
      error: { code: null, message: "The claim threw TypeError: no such thing" },
    });
    const initial = claimOf({ witnesses: [reaches(0)] });
    expect(check(initial)).toMatchObject({ verdict: "error", error: { code: "witness-initial" } });
  });

  test("is not given for a budget that makes no sense", () => {
    const claim = claimOf({ properties: [below(6)] });
    expect(() => check(claim, { maxStates: -1 })).toThrow("[budget-invalid]");
  });
});

describe("budgets", () => {
  test("the smaller of the case's and the caller's bound on states wins", () => {
    const claim = claimOf({ properties: [below(6)] }, { maxStates: 3 });
    expect(check(claim).bound).toBe("3 states");
    expect(check(claim, { maxStates: 2 }).bound).toBe("2 states");
    expect(check(claim, { maxStates: 4 }).bound).toBe("3 states");
  });
});

describe("pinned counts", () => {
  const pinned = (states: number, one: Partial<Case> = {}) =>
    claimOf({ properties: [below(6)] }, { pinned: { states, depth: 6 }, ...one });

  test("that differ make the case unexpected", () => {
    expect(check(pinned(6)).unexpected).toBeNull();
    expect(check(pinned(7)).unexpected).toBe(
      "6 states and 6 levels, where 7 states and 6 levels are pinned",
    );
  });

  test("are the least reach of a case that is expected to be bounded", () => {
    const bounded = { expect: "bounded", because: "it is a test", maxStates: 4 } as const;
    const reach = (states: number) => ({ ...bounded, pinned: { states, depth: 2 } });
    expect(check(pinned(0, reach(3))).unexpected).toBeNull();
    expect(check(pinned(0, reach(6))).unexpected).toContain("at least");
  });

  test("are not compared with a search that the caller cut short", () => {
    expect(check(pinned(6), { maxStates: 2 }).unexpected).toContain("bounded, where holds");
  });
});

describe("a counterexample", () => {
  test("has every action with its controller, and every state on the way", () => {
    const { counterexample } = check(claimOf({ properties: [below(2)] }));
    expect(counterexample).toEqual({
      claim: "counting",
      variant: "repaired",
      instance: "max=5",
      property: "below 2",
      kind: "invariant",
      leaves: [{ name: "counter", lane: "counter" }],
      start: [{ state: { at: 0 }, outbox: [] }],
      actions: [
        { name: "up", payload: {}, controller: "counter", participants: [] },
        { name: "up", payload: {}, controller: "counter", participants: [] },
      ],
      states: [[{ state: { at: 1 }, outbox: [] }], [{ state: { at: 2 }, outbox: [] }]],
      specification: null,
    });
  });

  test("of a step invariant ends with the step", () => {
    const never = stepInvariant(system, {
      name: "never back",
      reads: ["counter"],
      holds: ({ counter: before }, _, { counter: after }) => before.at < after.at,
    });
    const { counterexample } = check(claimOf({ properties: [never] }));
    expect(counterexample?.actions.at(-1)?.name).toBe("reset");
    expect(counterexample?.actions).toHaveLength(6);
  });

  test("of a deadlock ends where no step leads on", () => {
    const stuck = { system: countingTo(0) };
    const never = noDeadlock(stuck.system, { name: "goes on", reads: [], finished: () => false });
    const { counterexample } = check(claimOf({ ...stuck, properties: [never] }));
    expect(counterexample).toMatchObject({ kind: "deadlock", actions: [], states: [] });
  });

  test("of an inclusion shows the states of the specification, and what it allows instead", () => {
    const included = includedIn(system, {
      name: "counts to 2",
      specification: countingTo(2),
      visible: ["up"],
    });
    const wider = includedIn(countingTo(2), {
      name: "counts to 5",
      specification: system,
      visible: ["up", "reset"],
    });
    const holds = check(claimOf({ properties: [included] }));
    const violated = check(claimOf({ system: countingTo(2), properties: [wider] }));

    expect(holds.verdict).toBe("holds");
    expect(violated.counterexample?.specification).toMatchObject({
      leaves: ["counter"],
      allowed: [[[{ state: { at: 0 } }]], [[{ state: { at: 1 } }]], [[{ state: { at: 2 } }]], []],
      instead: [{ name: "up", payload: {} }],
    });
    expect(explain(violated)).toContain("| specification: no state is left");
  });
});

describe("cases that share an exploration", () => {
  const shared = (id: string, bound: number, one: Partial<Case> = {}) =>
    claimOf(
      { properties: [below(bound)], witnesses: [reaches(bound - 1)] },
      { shares: "counting", ...one },
      id,
    );

  test("get a verdict each, of one and the same search", () => {
    const records = checkClaims([shared("A", 3), shared("B", 6), shared("C", 9)]);

    expect(records.map(({ claim, verdict }) => [claim, verdict])).toEqual([
      ["A", "violated"],
      ["B", "holds"],
      ["C", "vacuous"],
    ]);
    expect(new Set(records.map(({ states }) => states))).toEqual(new Set([6]));
    expect(new Set(records.map(({ seconds }) => seconds)).size).toBe(1);
    expect(records.map(({ counterexample }) => counterexample?.property)).toEqual([
      "below 3",
      undefined,
      undefined,
    ]);
  });

  test("have counts that do not depend on which of them is selected", () => {
    const claims = [shared("A", 3), shared("B", 6)];
    const [alone] = checkClaims(claims, { select: ({ claim }) => claim.id === "A" });
    expect(alone).toMatchObject({ claim: "A", verdict: "violated", states: 6 });
  });

  test("are refused when their systems differ", () => {
    const other = claimOf({ system: { ...system, leaves: [] } }, { shares: "counting" }, "B");
    expect(checkClaims([shared("A", 3), other]).map(({ error }) => error?.code)).toEqual([
      "claim-malformed",
      "claim-malformed",
    ]);
  });

  test("are explored apart when their instances differ", () => {
    const records = checkClaims([shared("A", 3), shared("B", 6, { instance: "another" })]);
    expect(records.map(({ states }) => states)).toEqual([4, 6]);
  });
});
