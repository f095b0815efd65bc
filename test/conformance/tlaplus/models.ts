import type { Problem } from "../../../spec/automaton/index.ts";
import { simpleAllocator } from "./allocator.ts";
import { allocatorImplementation } from "./allocator-implementation.ts";
import { asyncTerminationDetection } from "./async-termination-detection.ts";
import { atomicCommitment } from "./atomic-commitment.ts";
import { barrier, barriers } from "./barriers.ts";
import { changRoberts } from "./chang-roberts.ts";
import { coffeeCan } from "./coffee-can.ts";
import { dieHard } from "./die-hard.ts";
import { disruptor } from "./disruptor.ts";
import { ewd840 } from "./ewd840.ts";
import { ewd998PCal } from "./ewd998-pcal.ts";
import { lamportMutex } from "./lamport-mutex.ts";
import { missionariesAndCannibals } from "./missionaries-and-cannibals.ts";
import { paxos } from "./paxos.ts";
import { paxosCommit } from "./paxos-commit.ts";
import { peterson } from "./peterson.ts";
import { prisoners } from "./prisoners.ts";
import { readersWriters } from "./readers-writers.ts";
import { schedulingAllocator } from "./scheduling-allocator.ts";
import { simpleRegular } from "./simple-regular.ts";
import { simplifiedPaxos } from "./simplified-fast-paxos.ts";
import { syncTerminationDetection } from "./sync-termination-detection.ts";
import { tokenRing } from "./token-ring.ts";
import { towerOfHanoi } from "./tower-of-hanoi.ts";
import { consensus, voting } from "./voting.ts";

const MPMC = { writers: 2, readers: 3, slots: 4, maxPublished: 10 };

/** The instances of each model by name, under the model's file: as the manifest names them. */
export const MODELS: Readonly<Record<string, Readonly<Record<string, () => Problem>>>> = {
  "allocator-implementation.ts": {
    "3 clients, 2 resources": () => allocatorImplementation(3, 2),
    "3 clients, 2 resources, unfair": () => allocatorImplementation(3, 2, "unfair"),
    "3 clients, 2 resources, refinement": () => allocatorImplementation(3, 2, "refinement"),
  },
  "allocator.ts": {
    "3 clients, 2 resources": () => simpleAllocator(3, 2),
    "3 clients, 2 resources, unfair": () => simpleAllocator(3, 2, false),
  },
  "async-termination-detection.ts": {
    "N=4, 3 pending": () => asyncTerminationDetection(4, 3),
    "N=4, 3 pending, unfair": () => asyncTerminationDetection(4, 3, false),
  },
  "atomic-commitment.ts": {
    "SB, 3 participants": () => atomicCommitment(3, "SB"),
    "NB, 2 participants": () => atomicCommitment(2, "NB"),
    "SB, 2 participants, AC5": () => atomicCommitment(2, "SB_BLOCKS"),
    "NB, 2 participants, unfair": () => atomicCommitment(2, "NB", false),
    "NB_WRONG, 2 participants": () => atomicCommitment(2, "NB_WRONG"),
  },
  "barriers.ts": {
    "barrier, N=6": () => barrier(6),
    "N=3, refinement": () => barriers(3, true),
    "N=6": () => barriers(6),
    "N=6, refinement": () => barriers(6, true),
  },
  "chang-roberts.ts": {
    "N=3": () => changRoberts(3),
    "N=3, unfair": () => changRoberts(3, false),
  },
  "coffee-can.ts": {
    "100 beans": () => coffeeCan(100),
    "100 beans, unfair": () => coffeeCan(100, false),
    "1000 beans": () => coffeeCan(1000),
  },
  "die-hard.ts": { "5-and-3": dieHard },
  "disruptor.ts": {
    "2 writers, 2 readers": () => disruptor({ ...MPMC, readers: 2, liveliness: "fair" }),
    "2 writers, 2 readers, unfair": () => disruptor({ ...MPMC, readers: 2, liveliness: "unfair" }),
    "2 writers, 3 readers": () => disruptor(MPMC),
  },
  "ewd840.ts": {
    "N=3": () => ewd840(3),
    "N=3, unfair": () => ewd840(3, false),
    "N=4": () => ewd840(4),
  },
  "ewd998-pcal.ts": { "N=3": () => ewd998PCal(3) },
  "lamport-mutex.ts": {
    "N=3, maxClock=4": () => lamportMutex(3, 4),
    "N=3, maxClock=6": () => lamportMutex(3, 6),
  },
  "missionaries-and-cannibals.ts": { "3-of-each": () => missionariesAndCannibals(3) },
  "paxos-commit.ts": {
    "1 manager, 3 acceptors, 2 ballots": () => paxosCommit(1, 3, 2),
    "2 managers, 3 acceptors, 2 ballots": () => paxosCommit(2, 3, 2),
  },
  "paxos.ts": {
    "1 acceptor, 1 value, 2 ballots": () => paxos({ acceptors: 1, values: 1, ballots: 2 }),
    "3 acceptors, 2 values, 2 ballots": () => paxos({ acceptors: 3, values: 2, ballots: 2 }),
  },
  "peterson.ts": { "two processes": peterson },
  "prisoners.ts": {
    "4 prisoners": () => prisoners(4),
    "4 prisoners, unfair": () => prisoners(4, false),
  },
  "readers-writers.ts": {
    "3 actors": () => readersWriters(3),
    "3 actors, unfair": () => readersWriters(3, false),
  },
  "scheduling-allocator.ts": {
    "3 clients, 2 resources": () => schedulingAllocator(3, 2),
    "3 clients, 2 resources, unfair": () => schedulingAllocator(3, 2, false),
  },
  "simple-regular.ts": { "N=8": () => simpleRegular(8) },
  "simplified-fast-paxos.ts": {
    "Paxos, 4 replicas, 3 values, 3 ballots": () =>
      simplifiedPaxos({ replicas: 4, values: 3, ballots: 3 }, "Paxos"),
    "Fast Paxos, 4 replicas, 3 values, 5 ballots": () =>
      simplifiedPaxos({ replicas: 4, values: 3, ballots: 5 }, "FastPaxos"),
  },
  "sync-termination-detection.ts": {
    "N=7": () => syncTerminationDetection(7),
    "N=7, unfair": () => syncTerminationDetection(7, false),
  },
  "token-ring.ts": {
    "N=6, M=6": () => tokenRing(6, 6),
    "N=6, M=6, unfair": () => tokenRing(6, 6, false),
  },
  "tower-of-hanoi.ts": { "D=5, N=3": () => towerOfHanoi(5, 3) },
  "voting.ts": {
    "consensus of 3 values": () => consensus(3),
    "3 acceptors, 2 values, 2 ballots": () => voting({ acceptors: 3, values: 2, ballots: 2 }, true),
    "3 acceptors, 2 values, 3 ballots": () => voting({ acceptors: 3, values: 2, ballots: 3 }),
  },
};
