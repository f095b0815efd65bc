import type { InstanceSize } from "../../impl/bft-bc/instances.ts";

/** c alone against three correct replicas and a faulty one. */
export const CLIENT_C: InstanceSize = { faultyReplicas: 1, valuesOfC: 2, maxForgedVal: 2 };

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

/** c prepares while a correct client writes twice: late messages of the first write included. */
export const WRITER: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  writes: 2,
  maxForgedVal: 1,
};

/** One write and one read of correct clients beside a faulty replica that may stay silent. */
export const ALONE: InstanceSize = { faultyReplicas: 1, writes: 1, reads: 1, maxForgedVal: 0 };
