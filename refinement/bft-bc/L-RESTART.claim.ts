import type { InstanceSize } from "../../impl/bft-bc/instances.ts";
import { worldOf } from "../../impl/bft-bc/instances.ts";
import { OPTIMISED, REPAIRED, STRONG } from "../../impl/bft-bc/rules.ts";
import {
  type Case,
  claim,
  mapAutomata,
  volatileMutants,
  withoutRecovery,
} from "../../spec/automaton/index.ts";
import { isRegister } from "./histories.ts";
import { CLIENT_C, CLIENT_C_ONCE, lurking, READER_REACHING_ONE, WRITER } from "./instances.ts";
import * as pins from "./pins.ts";
import { noPrepareRefused, phasesAreBounded } from "./progress.ts";
import {
  noWriteProofAboveTsMax,
  onePreparedTimestampAboveTsMax,
  onePreparedValueAboveTsMax,
  oneValueUnderOneTimestamp,
  proofsAboveTsMax,
} from "./proofs.ts";
import {
  aClientIsInterrupted,
  allReturnedDespiteRestart,
  aSignerRestarts,
  everyInvocationReturns,
  holdsWhatItSigned,
  type Mutation,
  neverContradicts,
  type Question,
  restartCase,
  watchedOf,
} from "./restarts.ts";
import { aReadReturns } from "./witnesses.ts";

const WRITE_ONCE: InstanceSize = { faultyReplicas: 1, writes: 1, maxForgedVal: 0 };
const READ_ONCE: InstanceSize = { faultyReplicas: 1, reads: 1, maxForgedVal: 0 };
const WRITE_TWICE: InstanceSize = { faultyReplicas: 1, writes: 2, maxForgedVal: 0 };

/** What it signed, goal 1 of section 3.2, and Lemma 1. */
const signatures: Question["properties"] = (system, world) => [
  neverContradicts(system, world),
  holdsWhatItSigned(system, world),
  oneValueUnderOneTimestamp(system, world),
  noWriteProofAboveTsMax(system, world),
  onePreparedTimestampAboveTsMax(system, world),
  onePreparedValueAboveTsMax(system, world),
];

const signing = (size: InstanceSize): Question => ({
  size,
  who: "replicas",
  properties: signatures,
  witnesses: (system, world) => [aSignerRestarts(system, world)],
});
/** Outputs may be lost in a restart, and none leaves at once. */
const SIGNING_LOSSY: Question = {
  ...signing({ ...CLIENT_C, maxForgedVal: 1 }),
  interleaved: true,
};

const READING: Question = {
  ...signing(lurking(2, 1)),
  properties: (system, world) => [isRegister(system, world, 1)],
  witnesses: (system, world) => [
    aSignerRestarts(system, world),
    aReadReturns(system, (value) => value.startsWith("c")),
  ],
};
const READING_LOSSY: Question = {
  ...READING,
  size: READER_REACHING_ONE,
  properties: (system, world) => [...signatures(system, world), isRegister(system, world, 1)],
  interleaved: true,
};

/** L-LIVE-W, of a client that restarts. */
const writing = (size: InstanceSize): Question => ({
  size,
  who: "clients",
  properties: (system, world) => [
    phasesAreBounded(system, "writes"),
    noPrepareRefused(system, world),
  ],
  witnesses: (system, world) => [
    aClientIsInterrupted(system),
    allReturnedDespiteRestart(system, world),
  ],
});
const WRITING_LOSSY: Question = {
  ...writing(WRITE_ONCE),
  who: "everyone",
  properties: (system, world) => [
    phasesAreBounded(system, "writes"),
    noPrepareRefused(system, world),
    everyInvocationReturns(system),
  ],
  interleaved: true,
};
const READ_LOSSY: Question = {
  ...WRITING_LOSSY,
  size: READ_ONCE,
  properties: (system) => [phasesAreBounded(system, "reads"), everyInvocationReturns(system)],
  witnesses: (system, world) => [allReturnedDespiteRestart(system, world)],
};

/** Two values under one timestamp may be signed there, one for each list; three above ts_max may not. */
const SIGNING_IN_LISTS: Question = {
  ...signing({ ...CLIENT_C_ONCE, reach: 2 }),
  properties: (system, world) => [
    holdsWhatItSigned(system, world),
    noWriteProofAboveTsMax(system, world),
    proofsAboveTsMax(system, world, 2),
  ],
  rules: OPTIMISED,
};
const LOST_LIST: Question = {
  ...SIGNING_IN_LISTS,
  size: {
    ...CLIENT_C_ONCE,
    onlyForged: [
      "READ-TS-PREP replica#0 c1",
      "READ-TS-PREP replica#1 c1",
      "READ-TS-PREP replica#0 c2",
      "READ-TS-PREP replica#2 c2",
    ],
  },
  properties: (system, world) => [proofsAboveTsMax(system, world, 1)],
  witnesses: () => [],
};

const repaired = (question: Question, pinned: Case["pinned"]): Case =>
  restartCase("repaired", question, { expect: "holds", ...(pinned && { pinned }) });

/** What becomes of each durable field's mutant. */
const VOLATILE: Readonly<
  Record<string, readonly [Question, Pick<Case, "expect" | "because">] | null>
> = {
  "replicas.data": [
    SIGNING_LOSSY,
    { expect: "violated", because: "the initial value stands under the timestamp of another" },
  ],
  "replicas.currentTs": [
    SIGNING_LOSSY,
    { expect: "violated", because: "it signed a write and answers with the initial timestamp" },
  ],
  "replicas.prepareList": [
    SIGNING_LOSSY,
    { expect: "violated", because: "it signs a second value of the client under one timestamp" },
  ],
  "replicas.writeTs": [
    SIGNING_LOSSY,
    {
      expect: "holds",
      because:
        "L.REPLICA.PREPARE as repaired neither reads nor writes it: only the printed rules do",
    },
  ],
  "replicas.optList": [
    SIGNING_LOSSY,
    { expect: "holds", because: "only the optimised protocol has entries in it" },
  ],
  "clients.phase": [
    WRITING_LOSSY,
    { expect: "violated", because: "the user waits for an operation that its client forgot" },
  ],
  "clients.writeProofs": [
    writing(WRITE_TWICE),
    { expect: "violated", because: "replicas refuse the next prepare for want of the write proof" },
  ],
  // Not decided: it gives a nonce again, and the network of the model forgets replies to nonces that
  // a client has left, because nobody can accept them. That is what a lost nonce would make false, so
  // a verdict here would say nothing (L.DURABLE). A test of the client shows the reuse.
  "clients.nonce": null,
};

const losing =
  (part: string, field: string): Mutation =>
  (system) => {
    const mutants = volatileMutants(system);
    const mutant = mutants.find((one) => one.part === part && one.field === field);
    return mutant?.system ?? system;
  };

function volatileCases(): Case[] {
  return volatileMutants(watchedOf(worldOf(WRITE_ONCE, REPAIRED))).flatMap(({ part, field }) => {
    const row = VOLATILE[`${part}.${field}`];
    if (row === undefined) throw new RangeError(`no verdict for volatile ${part}.${field}`);
    if (row === null) return [];
    const mutation = losing(part, field);
    return [restartCase(`mutant/volatile-${part}.${field}`, row[0], row[1], mutation)];
  });
}

const withoutRecover: Mutation = (system) =>
  mapAutomata(system, (one, part) => (part === "clients" ? withoutRecovery(one) : one));

export default claim({
  id: "L-RESTART",
  says: "A correct process that crashes and starts again stays correct: a replica never contradicts what it signed, the register stays one, and a client's operation still ends.",
  source: "our addition: the paper is silent on crashes of correct processes (L.DURABLE)",
  cases: [
    repaired(signing(CLIENT_C), pins.RESTART_SIGNING),
    repaired(SIGNING_LOSSY, pins.RESTART_SIGNING_LOSSY),
    repaired(READING, pins.RESTART_READING),
    repaired(READING_LOSSY, pins.RESTART_READING_LOSSY),
    repaired(writing(WRITE_TWICE), pins.RESTART_WRITING),
    repaired(writing({ ...WRITER, reach: 1 }), pins.RESTART_WRITER),
    repaired(WRITING_LOSSY, pins.RESTART_WRITING_LOSSY),
    repaired(READ_LOSSY, pins.RESTART_READ_LOSSY),
    restartCase(
      "strong",
      { ...signing(CLIENT_C_ONCE), rules: STRONG },
      {
        expect: "holds",
        pinned: pins.RESTART_STRONG,
      },
    ),
    restartCase("opt", SIGNING_IN_LISTS, { expect: "holds", pinned: pins.RESTART_OPT }),
    restartCase(
      "strong",
      { ...writing(WRITE_ONCE), rules: STRONG },
      { expect: "holds", pinned: pins.RESTART_STRONG_WRITER },
    ),
    restartCase(
      "opt",
      { ...writing(WRITE_ONCE), rules: OPTIMISED },
      { expect: "holds", pinned: pins.RESTART_OPT_WRITER },
    ),
    restartCase("opt", LOST_LIST, { expect: "holds" }),
    restartCase(
      "mutant/opt/volatile-replicas.optList",
      LOST_LIST,
      { expect: "violated", because: "it signs a second value of the client in phase 1" },
      losing("replicas", "optList"),
    ),
    ...volatileCases(),
    restartCase(
      "mutant/no-recover",
      WRITING_LOSSY,
      { expect: "violated", because: "a request that waited in the outbox is never sent again" },
      withoutRecover,
    ),
  ],
  survivors: [
    {
      mutant: "volatile replicas/writeTs",
      because:
        "L.REPLICA.PREPARE as repaired neither reads nor writes it: only the printed rules do",
    },
    {
      mutant: "volatile replicas/optList",
      variant: "repaired",
      because: "the base protocol has no entries in it",
    },
  ],
});
