import { expect, test } from "vitest";
import { B, C, D, E, type InstanceSize, worldOf } from "../../../impl/bft-bc/instances.ts";
import type { Client, Timestamp } from "../../../impl/bft-bc/messages.ts";
import {
  OPTIMISED,
  PRINTED_E08,
  PRINTED_E12,
  PRINTED_E13,
  type Rules,
  STRONG_OPTIMISED,
} from "../../../impl/bft-bc/rules.ts";
import { hashOf } from "./acting.ts";
import { ByHand } from "./by-hand.ts";

/*
 * What sections 6 and 7 get wrong, one run each, by hand in the model.
 */

const ALL = [0, 1, 2];
const ts = (val: number, id: Client): Timestamp => ({ val, id });

/** Some client reads what all correct replicas hold. */
function read(run: ByHand, value: string): void {
  run.take("INVOKE-READ", { client: E });
  run.reach("READ", ALL, { client: E });
  const [agreed] = run
    .enabled("READ-QUORUM", { client: E })
    .filter(({ payload }) => (payload.replies as unknown[]).length === 1)
    .filter(({ payload }) => JSON.stringify(payload).includes(`"${value}"`));
  run.take("READ-QUORUM", agreed?.payload ?? { client: "nobody" });
  run.take("RETURN-READ", { client: E, value });
}

/** A correct client's write by the fast way, which all correct replicas prepared. */
function quickWrite(run: ByHand, client: Client, stamp: Timestamp, value: string): void {
  const hash = hashOf(value);
  run.take("INVOKE-WRITE", { client, value });
  run.reach("READ-TS-PREP", ALL, { client, hash });
  run.take("READ-TS-QUORUM", { client, prepared: stamp });
  run.reach("WRITE", ALL, { client, proof: { ts: stamp, hash } });
  run.take("WRITE-QUORUM", { client, ts: stamp });
  run.take("RETURN-WRITE", { client });
}

/** All clients are correct: b writes twice, d once, e reads. Replica 3 is faulty. */
const CORRECT: InstanceSize = {
  faultyReplicas: 1,
  writesOfB: 2,
  writes: 1,
  reads: 3,
  maxForgedVal: 0,
};

/** d's phase 1 is split, and it goes on to a larger timestamp than two replicas have prepared. */
function splitWrite(rules: Rules): ByHand {
  const run = new ByHand(worldOf(CORRECT, rules));
  run.take("INVOKE-WRITE", { client: D });
  run.reach("READ-TS-PREP", [0, 1], { client: D });
  run.take("INVOKE-WRITE", { client: B });
  run.reach("READ-TS-PREP", ALL, { client: B });
  run.take("READ-TS-QUORUM", { client: B, prepared: ts(1, B) });
  run.reach("WRITE", [2], { client: B });
  run.reach("READ-TS-PREP", [2], { client: D });
  run.take("READ-TS-QUORUM", { client: D, timestamps: [ts(1, B)] });
  run.reach("PREPARE", ALL, { client: D });
  run.take("PREPARE-QUORUM", { client: D, ts: ts(2, D) });
  run.take("INVOKE-READ", { client: E });
  run.reach("READ", [0, 1], { client: E });
  return run;
}

const unchosen = { ts: ts(1, D), value: "d1" };
const wroteEarly = (run: ByHand) =>
  run
    .enabled("READ-QUORUM", { client: E })
    .filter(({ payload }) => JSON.stringify(payload).includes(JSON.stringify(unchosen.value)))
    .filter(({ payload }) => JSON.stringify(payload).includes('"val":1'));

test("L-E12: one write of a correct client takes effect twice, though all clients are correct", () => {
  const run = splitWrite(PRINTED_E12);

  // The faulty replica answers with what d's first phase prepared and d never asked for.
  run.take("READ-QUORUM", wroteEarly(run)[0]?.payload);
  run.reach("WRITE", ALL, { client: E });
  run.take("WRITE-QUORUM", { client: E, ts: ts(1, D) });
  run.take("RETURN-READ", { client: E, value: "d1" });
  run.reach("WRITE", [0, 1], { client: B });
  run.take("WRITE-QUORUM", { client: B, ts: ts(1, B) });
  run.take("RETURN-WRITE", { client: B });
  quickWrite(run, B, ts(2, B), "b2");
  read(run, "b2");
  expect(run.isPossible(0)).toBe(true);
  run.reach("WRITE", ALL, { client: D });
  run.take("WRITE-QUORUM", { client: D, ts: ts(2, D) });
  run.take("RETURN-WRITE", { client: D });
  read(run, "d1");

  expect(run.isPossible(0)).toBe(false);
  expect(run.isPossible(9)).toBe(false);
});

test("repaired, nobody can show a prepare that its client has not chosen", () => {
  expect(wroteEarly(splitWrite(PRINTED_E12))).not.toEqual([]);
  expect(wroteEarly(splitWrite(OPTIMISED))).toEqual([]);
});

const LURKING: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 6,
  stops: true,
  reads: 6,
  maxForgedVal: 2,
};

/** Three proofs of which every two share a correct replica, and none has room for a third record. */
function prepareThree(run: ByHand, [x, y, z]: readonly string[], proof: object): void {
  const asks = (value: string | undefined) => ({ client: C, hash: hashOf(value ?? ""), ...proof });
  run.reach("READ-TS-PREP", [0, 1], asks(x));
  run.reach("PREPARE", [0], asks(y));
  run.reach("READ-TS-PREP", [2], asks(y));
  run.reach("PREPARE", [1, 2], asks(z));
}

test("L-E14: a stopped client leaves three writes behind in the optimised protocol, not two", () => {
  const run = new ByHand(worldOf(LURKING, OPTIMISED));

  prepareThree(run, ["c1", "c2", "c3"], { writeProof: null });
  run.take("STOP");
  read(run, "v0");
  for (const value of ["c1", "c2", "c3"]) {
    run.reach("WRITE", ALL, { value, proof: { ts: ts(1, C), hash: hashOf(value) } });
    read(run, value);
  }

  expect(run.isPossible(2)).toBe(false);
  expect(run.isPossible(3)).toBe(true);
});

/** The first of the three is completed, and its write proof used to prepare three more. */
function prepareSix(rules: Rules): ByHand {
  const run = new ByHand(worldOf(LURKING, rules));
  prepareThree(run, ["c1", "c2", "c3"], { writeProof: null });
  run.reach("WRITE", ALL, { value: "c1", proof: { ts: ts(1, C), hash: hashOf("c1") } });
  const hash = rules.writtenHash ? hashOf("c1") : null;
  const writeProof = { ts: ts(1, C), hash };
  const above = { writeProof };
  run.reach("READ-TS-PREP", [0, 1], { client: C, hash: hashOf("c4"), ...above });
  run.reach("PREPARE", [0], { ts: ts(2, C), hash: hashOf("c5"), ...above });
  run.reach("READ-TS-PREP", [2], { client: C, hash: hashOf("c5"), ...above });
  run.reach("PREPARE", [1, 2], { ts: ts(2, C), hash: hashOf("c6"), ...above });
  run.take("STOP");
  return run;
}

test("L-E13: with write proofs that name no hash it leaves five behind", () => {
  const run = prepareSix(PRINTED_E13);
  read(run, "c1");

  for (const [val, value] of [
    [1, "c2"],
    [1, "c3"],
    [2, "c4"],
    [2, "c5"],
    [2, "c6"],
  ] as const) {
    run.reach("WRITE", ALL, { value, proof: { ts: ts(val, C), hash: hashOf(value) } });
    read(run, value);
  }

  expect(run.isPossible(4)).toBe(false);
  expect(run.isPossible(5)).toBe(true);
});

test("repaired, the other values under a completed timestamp take the room of later ones", () => {
  const run = prepareSix(OPTIMISED);

  const usable = ["c2", "c3", "c4", "c5", "c6"].filter((value) => {
    const stamps = [1, 2].map((val) => ({ ts: ts(val, C), hash: hashOf(value) }));
    return stamps.some((proof) => run.enabled("WRITE", { value, proof }).length > 0);
  });
  expect(usable.length).toBeLessThanOrEqual(3);
});

/** c stops before anything happened; then d writes four times, and a request of c arrives. */
function lateRequest(rules: Rules): ByHand {
  const size = { faultyReplicas: 1, valuesOfC: 1, stops: true, writes: 4, reads: 2 };
  const run = new ByHand(worldOf({ ...size, maxForgedVal: 1, maxExpectedVal: 5 }, rules));
  run.take("STOP");
  for (const val of [1, 2, 3, 4]) quickWrite(run, D, ts(val, D), `d${val}`);
  read(run, "d4");
  run.reach("READ-TS-PREP", ALL, { client: C, hash: hashOf("c1"), writeProof: null });
  return run;
}

test("L-E08: a phase 1 request of a stopped client is good after four writes, and any number", () => {
  const run = lateRequest(PRINTED_E08);
  const proof = { ts: ts(5, C), hash: hashOf("c1") };

  run.reach("WRITE", ALL, { value: "c1", proof });
  read(run, "c1");

  expect(run.isPossible(1)).toBe(true);
  expect(run.isPossible(null, 4)).toBe(false);
  expect(lateRequest(STRONG_OPTIMISED).enabled("WRITE", { value: "c1", proof })).toEqual([]);
});
