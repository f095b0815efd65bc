import type { InstanceSize } from "../../impl/bft-bc/instances.ts";

/** c alone against three correct replicas and a faulty one. */
export const CLIENT_C: InstanceSize = { faultyReplicas: 1, valuesOfC: 2, maxForgedVal: 2 };

/** One timestamp is enough for the claims that the variants are asked. */
export const CLIENT_C_ONCE: InstanceSize = { ...CLIENT_C, maxForgedVal: 1 };

/** The same with b, so that prepares build on those of another faulty client. */
export const CLIENTS_B_AND_C: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  valuesOfB: 1,
  maxForgedVal: 2,
};

/** All four replicas correct: a proof needs three of them. */
export const NO_FAULTY_REPLICA: InstanceSize = {
  faultyReplicas: 0,
  valuesOfC: 2,
  maxForgedVal: 2,
};

/** c against a correct writer. */
const WITH_WRITER: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 2,
  writes: 1,
  maxForgedVal: 1,
};

/** c prepares and writes one value at each of two objects. */
export const TWO_OBJECTS: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 2,
  objects: 2,
  maxForgedVal: 1,
};

/** What the safety claims explore, once for all of them. */
export const SAFETY = [CLIENT_C, CLIENTS_B_AND_C, NO_FAULTY_REPLICA, WITH_WRITER, TWO_OBJECTS];

/** c with two values, which may stop, and a reader. */
export const lurking = (reads: number, maxForgedVal: number): InstanceSize => ({
  faultyReplicas: 1,
  valuesOfC: 2,
  stops: true,
  reads,
  maxForgedVal,
});

/**
 * The smallest instance that tells L-E02 from the repair: c prepares c1 at val 1, b builds on it,
 * c builds on b and stops. The adversary is confined so that breadth first reaches the violation.
 */
export const STACKED: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 2,
  valuesOfB: 1,
  stops: true,
  reads: 3,
  maxForgedVal: 3,
  onlyPrepares: ["1 c1", "2 b1", "3 c2"],
  onlyWrites: ["c1", "c2"],
  reach: 2,
};

/** c may leave a write at each of two objects, which the reader reads in turn, twice. */
export const LURKING_AT_TWO: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  stops: true,
  reads: 2,
  objects: 2,
  maxForgedVal: 1,
  reach: 2,
};

/** Correct clients and one faulty replica. */
export const CORRECT_CLIENTS: InstanceSize = {
  faultyReplicas: 1,
  writes: 2,
  reads: 2,
  maxForgedVal: 0,
};

/** c writes partly while a correct client reads. */
export const READER: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 2,
  reads: 1,
  maxForgedVal: 1,
};

/** The same, small enough for every interleaving of what is sent. */
export const READER_REACHING_ONE: InstanceSize = { ...READER, valuesOfC: 1, reach: 2 };

/** A read, or a write, beside a faulty replica that never says anything. */
export const READ_BESIDE_SILENCE: InstanceSize = {
  faultyReplicas: 1,
  silentReplica: true,
  reads: 1,
  maxForgedVal: 0,
};
/** The faulty replica answers until it says nothing more: also between two phases. */
export const FALLS_SILENT: InstanceSize = {
  faultyReplicas: 1,
  mayFallSilent: true,
  writes: 1,
  maxForgedVal: 0,
};
export const WRITE_BESIDE_SILENCE: InstanceSize = {
  faultyReplicas: 1,
  silentReplica: true,
  writes: 1,
  maxForgedVal: 0,
};

/** c writes partly, or only prepares, and then need not say anything more. */
export const READ_BESIDE_SILENCE_AND_C: InstanceSize = {
  ...READ_BESIDE_SILENCE,
  valuesOfC: 1,
  maxForgedVal: 1,
};
export const WRITE_BESIDE_C: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  writes: 1,
  maxForgedVal: 1,
  reach: 1,
};

/** Late messages of the first write, and no replica to spare. */
export const WRITES_BESIDE_SILENCE: InstanceSize = { ...WRITE_BESIDE_SILENCE, writes: 2 };

/** c prepares while a correct client writes twice: late messages of the first write included. */
export const WRITER: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  writes: 2,
  maxForgedVal: 1,
};

/** One write and one read of correct clients beside a faulty replica that may stay silent. */
export const ALONE: InstanceSize = { faultyReplicas: 1, writes: 1, reads: 1, maxForgedVal: 0 };

/**
 * Correct clients alone; one correct replica is late for ever. A faulty replica answers d with a
 * prepare of its own, if it can show it.
 */
export const SPLIT_BY_LIES: InstanceSize = {
  faultyReplicas: 1,
  reachable: 2,
  writes: 1,
  writesOfB: 1,
  reads: 2,
  maxForgedVal: 0,
};

/** c may write at one replica what two have prepared in phase 1. */
export const READER_OF_OPT_LIST: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  reads: 1,
  maxForgedVal: 1,
  onlyForged: ["READ-TS-PREP replica#0 c1", "READ-TS-PREP replica#1 c1", "WRITE replica#0 c1"],
};

/** One value of c, which reaches two replicas, for every interleaving of what is sent. */
export const ONE_VALUE_REACHING_TWO: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  maxForgedVal: 1,
  reach: 2,
};

/** b builds on a prepare of c. */
export const B_ABOVE_C: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  valuesOfB: 1,
  maxForgedVal: 2,
  reach: 2,
  onlyPrepares: ["1 c1", "2 b1"],
};
