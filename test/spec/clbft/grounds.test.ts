import { describe, expect, test } from "vitest";
import { type Action, type Composition, compose, index } from "../../../spec/automaton/index.ts";
import {
  factsAt,
  GROUNDED,
  type GroundedLine,
  type HistoryState,
  historyOf,
  isGrounded,
  isProposed,
} from "../../../spec/clbft/grounds.ts";
import type { Batch, Placed, Reported } from "../../../spec/clbft/interface.ts";
import type { Request } from "../../../spec/clbft/request.ts";
import { act, stateAfter } from "./running.ts";

const P = index("replica", 1);
const Q = index("replica", 2);
const X: Request = { client: index("client", 0), t: 1, op: "x" };
const Y: Request = { client: index("client", 0), t: 2, op: "y" };
const stable = { n: 0, digest: "" };

const placed = (view: number, n: number, ...batch: readonly Request[]): Placed => ({
  view,
  n,
  batch,
});
const report = (...prepared: readonly Placed[]): Reported => ({ replica: Q, stable, prepared });

const requested = (request: Request) => act("REQUEST", { replica: P, request });
const prePrepare = (one: Placed) => act("PRE-PREPARE", { replica: P, ...one });
const proposes = (one: Placed) => act("SEND-PRE-PREPARE", { replica: P, ...one });
const viewChanges = (view: number, ...reports: readonly Reported[]) =>
  act("VIEW-CHANGES", { replica: P, view, reports });
const newView = (view: number, n: number, batch: Batch) =>
  act("NEW-VIEW", { replica: P, view, reports: [], order: [{ n, batch }] });
const reports = (view: number, ...prepared: readonly Placed[]) =>
  act("SEND-VIEW-CHANGE", { replica: P, view, stable, prepared });
const prescribes = (view: number, n: number, batch: Batch) =>
  act("SEND-NEW-VIEW", { replica: P, view, reports: [], order: [{ n, batch }] });

/** Whether a replica that was told some things and says another keeps a line. */
function keeps(line: GroundedLine, said: Action, ...told: readonly Action[]): boolean {
  const history = historyOf(P, line);
  const open = Object.keys(history.transitions) as never[];
  const system = compose("history", { history }, { open });
  return stateAfter<HistoryState>(system as unknown as Composition, [...told, said]).keeps;
}

describe("Lemma 10 (6): what a VIEW-CHANGE reports", () => {
  const { printed, repaired } = GROUNDED[6];

  test("is grounded in the pre-prepare of its view, in both forms", () => {
    const p = placed(0, 1, X);

    for (const line of [printed, repaired]) {
      expect(keeps(line, reports(1, p), prePrepare(p))).toBe(true);
      expect(keeps(line, reports(1, p))).toBe(false);
      expect(keeps(line, reports(1, p), prePrepare(placed(0, 2, X)))).toBe(false);
      expect(keeps(line, reports(1, p), prePrepare(placed(0, 1, Y)))).toBe(false);
    }
  });

  test("W-E08: as printed it has no ground in a NEW-VIEW, from which a replica prepares in 3 views", () => {
    const run = [newView(1, 1, [X])];

    expect(keeps(printed, reports(2, placed(1, 1, X)), ...run)).toBe(false);
    expect(keeps(repaired, reports(2, placed(1, 1, X)), ...run)).toBe(true);
    expect(keeps(repaired, reports(2, placed(1, 1, Y)), ...run)).toBe(false);
    expect(keeps(repaired, reports(2, placed(0, 1, X)), ...run)).toBe(false);
  });

  test("as printed a request is ground enough, whatever the number; repaired it is not", () => {
    expect(keeps(printed, reports(1, placed(0, 7, X)), requested(X))).toBe(true);
    expect(keeps(repaired, reports(1, placed(0, 7, X)), requested(X))).toBe(false);
    expect(keeps(repaired, reports(1, placed(0, 7, X)), proposes(placed(0, 7, X)))).toBe(true);
  });

  test("as printed it is about certificates of the view before alone", () => {
    expect(keeps(printed, reports(2, placed(0, 1, X)))).toBe(true);
    expect(keeps(repaired, reports(2, placed(0, 1, X)))).toBe(false);
  });

  test("a primary reports what was reported to it, of whatever view", () => {
    const run = [viewChanges(1, report(placed(0, 1, X)))];

    expect(keeps(repaired, reports(2, placed(1, 1, X)), ...run)).toBe(true);
    expect(keeps(repaired, reports(3, placed(2, 1, X)), ...run)).toBe(false);
  });

  test("the null request needs no ground, and each request of a batch needs one", () => {
    expect(keeps(repaired, reports(1, placed(0, 1)))).toBe(true);
    expect(keeps(repaired, reports(1, placed(0, 1, X, Y)), prePrepare(placed(0, 1, X)))).toBe(
      false,
    );
    expect(keeps(printed, reports(1, placed(0, 1, X, Y)), requested(X))).toBe(false);
  });

  test("what another replica says is none of its business", () => {
    const said = reports(1, placed(0, 1, X));

    expect(keeps(repaired, said)).toBe(false);
    expect(keeps(repaired, { ...said, payload: { ...said.payload, replica: Q } })).toBe(true);
  });
});

describe("Lemma 10 (7): what a NEW-VIEW prescribes", () => {
  const { printed, repaired } = GROUNDED[7];

  test("W-E08: as printed a certificate of the view before is no ground; repaired it is", () => {
    const run = [viewChanges(1, report(), report(placed(0, 1, X)))];

    expect(keeps(printed, prescribes(1, 1, [X]), ...run)).toBe(false);
    expect(keeps(repaired, prescribes(1, 1, [X]), ...run)).toBe(true);
  });

  test("as printed it suffices that the request came; repaired it was reported under its number", () => {
    expect(keeps(printed, prescribes(1, 1, [X]), requested(X))).toBe(true);
    expect(keeps(repaired, prescribes(1, 1, [X]), requested(X))).toBe(false);
    const run = [viewChanges(1, report(placed(0, 2, X)))];
    expect(keeps(repaired, prescribes(1, 1, [X]), ...run)).toBe(false);
    expect(keeps(repaired, prescribes(2, 2, [X]), ...run)).toBe(false);
  });

  test("null requests fill gaps without ground", () => {
    expect(keeps(repaired, prescribes(1, 1, []))).toBe(true);
    expect(keeps(printed, prescribes(1, 1, []))).toBe(true);
  });
});

test("facts may be kept alone, for an invariant that finds elsewhere what is said", () => {
  const history = factsAt(P, ["heard", "proposed"]);
  const open = Object.keys(history.transitions) as never[];
  const system = compose("facts", { history }, { open }) as unknown as Composition;
  const [p, q] = [placed(0, 1, X), placed(0, 2, Y)];

  const { facts } = stateAfter<HistoryState>(system, [prePrepare(p), proposes(q)]);

  expect(isProposed(facts, q)).toBe(true);
  expect(isProposed(facts, p)).toBe(false);
  expect(isProposed(facts, placed(1, 2, Y))).toBe(false);
  expect(isGrounded(GROUNDED[6].repaired, facts, { view: 1, prepared: [p, q] })).toBe(true);
  expect(isGrounded(GROUNDED[6].repaired, facts, { view: 1, prepared: [placed(0, 3, X)] })).toBe(
    false,
  );
});

test("what is said without ground stays so, whatever comes later", () => {
  const p = placed(0, 1, X);

  expect(keeps(GROUNDED[6].repaired, reports(1, p), reports(1, p), prePrepare(p))).toBe(false);
});

test("signatures of requests make no difference to a ground", () => {
  const signed = { ...X, signature: "c0ffee" };

  expect(
    keeps(GROUNDED[6].repaired, reports(1, placed(0, 1, X)), prePrepare(placed(0, 1, signed))),
  ).toBe(true);
});
