import { expect, test } from "vitest";
import { D, worldOf } from "../../../impl/bft-bc/instances.ts";
import { REPAIRED } from "../../../impl/bft-bc/rules.ts";
import { ByHand } from "./by-hand.ts";

const SIZE = { faultyReplicas: 1, writes: 1, maxForgedVal: 0, mayFallSilent: true };

/** A write that two correct replicas have answered in each phase so far. */
function begun(): ByHand {
  const run = new ByHand(worldOf(SIZE, REPAIRED));
  run.take("INVOKE-WRITE", { client: D });
  run.reach("READ-TS", [0, 1]);
  return run;
}

test("a faulty replica helps to a quorum until it falls silent, and never after", () => {
  const run = begun();

  expect(run.enabled("READ-TS-QUORUM")).not.toEqual([]);
  run.take("SILENCE");
  expect(run.enabled("READ-TS-QUORUM")).toEqual([]);
  run.reach("READ-TS", [2]);
  expect(run.enabled("READ-TS-QUORUM")).not.toEqual([]);
});

test("what it signs counts for its clients before it falls silent; then correct replicas must", () => {
  const run = begun();
  run.take("READ-TS-QUORUM");
  run.reach("PREPARE", [0, 1]);

  expect(run.enabled("PREPARE-QUORUM")).not.toEqual([]);
  run.take("SILENCE");
  expect(run.enabled("PREPARE-QUORUM")).toEqual([]);
  run.reach("PREPARE", [2]);
  expect(run.enabled("PREPARE-QUORUM")).not.toEqual([]);
});

test("b is correct or faulty, and a run has a stop or a silence", () => {
  const both = { ...SIZE, valuesOfB: 1, writesOfB: 1 };

  expect(() => worldOf(both, REPAIRED)).toThrow(RangeError);
  expect(() => worldOf({ ...SIZE, valuesOfC: 1, stops: true }, REPAIRED)).toThrow(RangeError);
});
