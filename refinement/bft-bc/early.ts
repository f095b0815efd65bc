import { certificates, complete } from "../../impl/bft-bc/coalition.ts";
import { bftBc } from "../../impl/bft-bc/composition.ts";
import type {
  PrepareAck,
  PrepareProof,
  ReadTsPrepReply,
  RegisterObject,
  Replica,
} from "../../impl/bft-bc/messages.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import {
  type Composition,
  cells,
  compose,
  type Input,
  witness,
} from "../../spec/automaton/index.ts";

/*
 * Section 3.3: write statements that correct replicas sign before they hold the write. No message
 * and no state of a replica depends on them, so they are kept beside the system.
 */

/** Whether a correct replica has signed a write statement early. */
type Early = Readonly<Record<string, boolean>>;

interface EarlyActions {
  "PREPARE-ACK": Input<PrepareAck>;
  "READ-TS-PREP-REPLY": Input<ReadTsPrepReply>;
}

const signedBy = (replica: Replica, statement: string) => `${replica} signed early ${statement}`;

/** The worst case: each replica signs as soon as its reply is sent, and never forgets. */
function signaturesMadeEarly(world: World) {
  const known = certificates(world);
  const start: Record<string, boolean> = {};
  for (const replica of world.replicas) {
    for (const { cell } of known.allWrites) start[signedBy(replica, cell)] = false;
  }
  const made = (replica: Replica, object: RegisterObject, prepared: PrepareProof | null) => {
    if (prepared === null) return [];
    const { cell } = known.early(object, prepared);
    // What replicas prepare beyond the universe of the instance is of use to nobody.
    return known.isKnown(cell) ? [signedBy(replica, cell)] : [];
  };
  const set = (s: Record<string, boolean>, names: readonly string[]) => {
    for (const name of names) s[name] = true;
  };
  const inAck = ({ replica, object, ts, hash }: PrepareAck) => made(replica, object, { ts, hash });
  const inReply = ({ replica, object, prepared }: ReadTsPrepReply) =>
    made(replica, object, prepared);
  return cells<Early, EarlyActions>("early", {
    start,
    transitions: {
      "PREPARE-ACK": { kind: "input", touches: inAck, effect: (s, of) => set(s, inAck(of)) },
      "READ-TS-PREP-REPLY": {
        kind: "input",
        touches: inReply,
        effect: (s, of) => set(s, inReply(of)),
      },
    },
  });
}

/** The system with what correct replicas sign early. */
export function withEarly(world: World) {
  const system = bftBc(world);
  const parts = { ...system.parts, early: signaturesMadeEarly(world) };
  return compose(system.name, parts, { open: [...system.open] as never[] }) as Composition<
    typeof parts
  >;
}

/** That the signatures would do harm if they were known: no quorum has signed that it holds the write. */
export const earlySignaturesSuffice = (system: ReturnType<typeof withEarly>, world: World) => {
  const { allWrites } = certificates(world);
  return witness(system, {
    name: "signatures made early would make a write proof that does not exist",
    reads: ["medium", "early"],
    reached: ({ medium, early }) =>
      allWrites.some(({ cell, signatures }) => {
        const signers = world.replicas.filter((replica) => early[signedBy(replica, cell)]);
        return !complete(medium[cell]) && signers.length >= signatures;
      }),
  });
};
