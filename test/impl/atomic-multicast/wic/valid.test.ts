import { describe, expect, test } from "vitest";
import type {
  Estimate,
  Replica,
  Report,
  Signed,
  Statement,
} from "../../../../impl/atomic-multicast/messages.ts";
import {
  WIC_MUTANTS,
  WIC_ONE_VALUE,
  WIC_PRINTED_BUT,
  WIC_REPAIRED,
  type WicRules,
  wicSizes,
} from "../../../../impl/atomic-multicast/rules.ts";
import {
  isEstimate,
  isValidDecide,
  isValidGoPhase2,
  isValidInitial,
  isValidReady,
  lastSuccessfullyEchoCertified,
  type ProvedReport,
  type WicGroup,
} from "../../../../impl/atomic-multicast/wic/valid.ts";
import { index, indices } from "../../../../spec/automaton/index.ts";

const group = indices("replica", 4);
const [p0, p1, p2, p3] = group as [Replica, Replica, Replica, Replica];
const of = (rules: WicRules = WIC_REPAIRED): WicGroup => ({
  group,
  rules,
  sizes: wicSizes(1, rules),
});
const S1: Estimate = [
  { from: p0, value: "a" },
  { from: p1, value: "b" },
];
const S2: Estimate = [
  { from: p0, value: "a" },
  { from: p2, value: "c" },
];
const all = (statement: Statement, ...by: Replica[]): Signed[] =>
  by.map((one) => ({ by: one, statement }));
const echoes = (round: number, estimate: Estimate, ...by: Replica[]) =>
  all({ type: "ECHO", k: 1, round, estimate }, ...by);
const suspicions = (round: number, ...by: Replica[]) =>
  all({ type: "SUSPICION", k: 1, round }, ...by);
const report = (by: Replica, round: number, certified: Report = null): ProvedReport => ({
  by,
  certified: certified && {
    ...certified,
    echoes: echoes(certified.round, certified.estimate, p0, p1, p3),
  },
  suspicions: suspicions(round, p0, p2, p3),
});

describe("an estimate", () => {
  test("has f + 1 values of distinct members, in order", () => {
    expect(isEstimate(S1, 1, of())).toBe(true);
    expect(isEstimate(S1.slice(0, 1), 1, of())).toBe(false);
    expect(isEstimate([...S1, { from: p2, value: "c" }], 1, of())).toBe(false);
    expect(isEstimate([...S1].reverse(), 1, of())).toBe(false);
    expect(
      isEstimate(
        [
          { from: p0, value: "a" },
          { from: index("replica", 4), value: "e" },
        ],
        1,
        of(),
      ),
    ).toBe(false);
    const twice: Estimate = [
      { from: p3, value: "x" },
      { from: p3, value: "y" },
    ];
    expect(isEstimate(twice, 1, of())).toBe(false);
    expect(isEstimate(twice, 1, of(WIC_MUTANTS["signers-not-distinct"]))).toBe(true);
  });

  test("is one value in the instances of a simple consensus", () => {
    expect(isEstimate(S1.slice(0, 1), 1, of(WIC_ONE_VALUE))).toBe(true);
    expect(isEstimate(S1, 1, of(WIC_ONE_VALUE))).toBe(false);
    expect(isEstimate(S1, 2, of(WIC_ONE_VALUE))).toBe(true);
  });
});

describe("a Ready", () => {
  const ready = { type: "READY", k: 1, round: 2, estimate: S1 } as const;

  test("shows 2f + 1 Echoes of distinct members for its round, instance and estimate", () => {
    expect(isValidReady(ready, echoes(2, S1, p0, p1, p2), of())).toBe(true);
    expect(isValidReady(ready, echoes(2, S1, p0, p1, p1), of())).toBe(false);
    expect(isValidReady(ready, echoes(2, S1, p0, p1, index("replica", 7)), of())).toBe(false);
    expect(isValidReady(ready, echoes(1, S1, p0, p1, p2), of())).toBe(false);
    expect(isValidReady({ ...ready, k: 2 }, echoes(2, S1, p0, p1, p2), of())).toBe(false);
    const mixed = [...echoes(2, S1, p0, p1), ...echoes(2, S2, p2)];
    expect(isValidReady(ready, mixed, of())).toBe(false);
  });
});

describe("a GoPhase2", () => {
  const at = { k: 1, round: 2 };

  test("shows 2f + 1 Suspicions of its round", () => {
    expect(isValidGoPhase2(at, report(p1, 2), of())).toBe(true);
    expect(isValidGoPhase2(at, report(p1, 1), of())).toBe(false);
    expect(isValidGoPhase2(at, { ...report(p1, 2), suspicions: suspicions(2, p0, p2) }, of())).toBe(
      false,
    );
  });

  test("shows the certificate of what it names, of this round or an earlier one", () => {
    expect(isValidGoPhase2(at, report(p1, 2, { round: 1, estimate: S1 }), of())).toBe(true);
    expect(isValidGoPhase2(at, report(p1, 2, { round: 2, estimate: S1 }), of())).toBe(true);
    expect(isValidGoPhase2(at, report(p1, 2, { round: 3, estimate: S1 }), of())).toBe(false);
    expect(isValidGoPhase2(at, report(p1, 2, { round: 0, estimate: S1 }), of())).toBe(false);
    const claimed = { round: 1, estimate: S1, echoes: echoes(1, S2, p0, p1, p3) };
    expect(isValidGoPhase2(at, { ...report(p1, 2), certified: claimed }, of())).toBe(false);
  });
});

describe("an Initial", () => {
  const initial = { type: "INITIAL", k: 1, round: 2, estimate: S1 } as const;
  const none = [p0, p2, p3].map((by) => report(by, 1));

  test("comes from the coordinator of its round", () => {
    expect(isValidInitial(initial, p2, none, of())).toBe(true);
    expect(isValidInitial(initial, p1, none, of())).toBe(false);
    expect(isValidInitial({ ...initial, round: 1 }, p1, [], of())).toBe(true);
  });

  test("shows GoPhase2s of 2f + 1 distinct processes", () => {
    expect(isValidInitial(initial, p2, none.slice(1), of())).toBe(false);
    const again = [...none.slice(1), none[1] as ProvedReport];
    expect(isValidInitial(initial, p2, again, of())).toBe(false);
  });

  test("takes the estimate that was certified last", () => {
    const locked = [...none.slice(1), report(p0, 1, { round: 1, estimate: S2 })];
    expect(isValidInitial(initial, p2, locked, of())).toBe(false);
    expect(isValidInitial({ ...initial, estimate: S2 }, p2, locked, of())).toBe(true);
    const lax = of(WIC_MUTANTS["certificates-not-compared"]);
    expect(isValidInitial(initial, p2, locked, lax)).toBe(true);
  });

  test("checks the Suspicions behind each GoPhase2, which the printed text cannot", () => {
    const unbacked = none.map((one) => ({ ...one, suspicions: [] }));
    expect(isValidInitial(initial, p2, unbacked, of())).toBe(false);
    expect(isValidInitial(initial, p2, unbacked, of(WIC_PRINTED_BUT["D-E06"]))).toBe(true);
  });
});

test("a Decide shows 2f + 1 Readys of one round", () => {
  const decide = { type: "DECIDE", k: 1, round: 2, estimate: S1 } as const;
  const ready = (round: number, ...by: Replica[]) =>
    all({ type: "READY", k: 1, round, estimate: S1 }, ...by);
  expect(isValidDecide(decide, ready(2, p0, p1, p2), of())).toBe(true);
  expect(isValidDecide(decide, [...ready(2, p0, p1), ...ready(1, p2)], of())).toBe(false);
});

test("of several certificates the one of the highest round counts", () => {
  const one = { round: 1, estimate: S1 };
  const two = { round: 2, estimate: S2 };
  expect(lastSuccessfullyEchoCertified([null, two, one], WIC_REPAIRED)).toEqual(two);
  expect(lastSuccessfullyEchoCertified([null, null], WIC_REPAIRED)).toBeNull();
});
