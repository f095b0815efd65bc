import { accepts } from "../../impl/bft-bc/accepts.ts";
import {
  GENESIS,
  sameTimestamp,
  type Timestamp,
  type Written,
} from "../../impl/bft-bc/messages.ts";
import type { ReplicaState } from "../../impl/bft-bc/replica-automaton.ts";
import type { Rules } from "../../impl/bft-bc/rules.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import {
  type Fairness,
  fairChannel,
  invariant,
  leadsTo,
  notFair,
  quiescentWhenFinished,
  stepInvariant,
  weaklyFair,
} from "../../spec/automaton/index.ts";
import type { System } from "./problems.ts";
import { isLater, replicasOf } from "./proofs.ts";

/*
 * How operations of correct clients come to their end: section 5.1.
 */

/** Section 5.1: no correct replica refuses what a correct client is preparing now. */
export const noPrepareRefused = (system: System, world: World) =>
  invariant(system, {
    name: "no replica refuses the current prepare of a correct client",
    reads: ["replicas", "clients.phase"],
    holds: ({ replicas, clients }) =>
      clients.every(({ phase }, at) => {
        if (phase.at !== "prepare") return true;
        const client = (world.scripts[at] as World["scripts"][number]).client;
        return replicasOf(world, replicas, phase.object).every((replica) =>
          accepts(afterPurge(replica, phase, world.rules), { ...phase, client }, world.rules),
        );
      }),
  });

/** The replica as the printed rules leave it when they have read the request's write proof. */
function afterPurge(
  replica: ReplicaState,
  { writeProof }: { readonly writeProof: Written | null },
  rules: Rules,
): ReplicaState {
  if (rules.ownWriteProof) return replica;
  const proof = writeProof?.ts ?? GENESIS;
  const writeTs = isLater(proof, replica.writeTs) ? proof : replica.writeTs;
  if (!rules.deletesRecords) return { ...replica, writeTs };
  const kept = Object.entries(replica.prepareList).filter(([, { ts }]) => isLater(ts, writeTs));
  return { ...replica, writeTs, prepareList: Object.fromEntries(kept) };
}

/** Section 5.1: a write takes at most three phases, a read at most two. */
export const phasesAreBounded = (
  system: System,
  kind: "reads" | "writes",
  atMost = kind === "reads" ? 2 : 3,
) =>
  invariant(system, {
    name: `${kind} take at most ${atMost} phases`,
    reads: ["clients.phase"],
    holds: ({ clients }) =>
      clients.every(({ phase }) => {
        if (!("rounds" in phase)) return true;
        const reading = phase.at === "has-read" || phase.at === "write-back";
        return reading === (kind === "writes") || phase.rounds <= atMost;
      }),
  });

/** Where nothing is owed any more, every correct client is idle. */
export const everyOperationFinishes = (system: System) =>
  quiescentWhenFinished(system, {
    name: "no operation is left unfinished",
    reads: ["clients.phase"],
    finished: ({ clients }) => clients.every(({ phase }) => phase.at === "idle"),
  });

/** Section 3.2.2: a read ends in its first phase if all timestamps are equal. */
export const onePhaseWhenTimestampsAgree = (system: System) =>
  stepInvariant(system, {
    name: "a read of equal timestamps takes one phase",
    reads: ["clients.phase"],
    holds: (before, { name, payload }, after) => {
      if (name !== "READ-QUORUM") return true;
      const replies = payload.replies as readonly { readonly ts: Timestamp }[];
      const agree = replies.every(({ ts }) =>
        sameTimestamp(ts, (replies[0] as { ts: Timestamp }).ts),
      );
      return after.clients.every(
        ({ phase }, at) =>
          before.clients[at]?.phase.at !== "read" ||
          phase.at === "read" ||
          (phase.at === "has-read") === agree,
      );
    },
  });

/**
 * Section 5.1, under what section 2 assumes of the network: once a correct client has begun a read
 * (or a write), it comes to its end, whatever faulty clients and replicas do or leave undone.
 */
export const everyOperationEnds = (system: System, world: World, kind: "reads" | "writes") => {
  const phases = kind === "reads" ? READ_PHASES : WRITE_PHASES;
  return leadsTo(system, {
    name: kind === "reads" ? "each read that has begun ends" : "each write that has begun ends",
    reads: ["clients.phase"],
    premise: ({ clients }) => clients.some(({ phase }) => phases.includes(phase.at)),
    conclusion: ({ clients }) => clients.every(({ phase }) => !phases.includes(phase.at)),
    fairness: fairMessages(world),
  });
};

const READ_PHASES: readonly string[] = ["read", "write-back", "has-read"];
const WRITE_PHASES: readonly string[] = [
  "read-ts",
  "fetch",
  "complete",
  "prepare",
  "write",
  "wrote",
];

/**
 * What a correct client sends again and again reaches each correct replica, which answers; a quorum
 * of answers reaches the client. Nobody owes a message of a faulty client, so each may be silent.
 */
const fairMessages = ({ scripts }: World): readonly Fairness[] => [
  notFair("medium/deliver"),
  ...scripts.map(({ client }) => fairChannel("medium/deliver", { at: { client } })),
  ...QUORUMS.map((quorum) => weaklyFair(`medium/${quorum}`, { by: ["client"] })),
  // Each answer for itself: a replica that is asked again and again repeats one while another waits.
  ...ANSWERS.map((answer) => fairChannel(`replicas/${answer}`)),
];

const QUORUMS = ["READ-TS-QUORUM", "PREPARE-QUORUM", "WRITE-QUORUM", "READ-QUORUM"];
const ANSWERS = ["READ-TS-REPLY", "READ-TS-PREP-REPLY", "PREPARE-ACK", "WRITE-ACK", "READ-REPLY"];
