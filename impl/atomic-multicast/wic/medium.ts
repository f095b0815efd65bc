import {
  type Automaton,
  cells,
  type Input,
  insert,
  type Output,
  spontaneous,
  urgent,
} from "../../../spec/automaton/index.ts";
import { coordinatorOf, type Replica } from "../messages.ts";
import { deliveries } from "./deliveries.ts";
import {
  begunCell,
  type Cells,
  decideCell,
  echoCell,
  goPhase2Cell,
  initialCell,
  knowledge,
  lostCell,
  readyCell,
  stageCell,
  suspicionCell,
  valueCell,
} from "./knowledge.ts";
import type { WicReplicaActions } from "./replica.ts";
import { allows, isEstimate } from "./valid.ts";
import { named, namedInstances, upTo, type WicWorld } from "./world.ts";

type Sent = `SEND-${string}` & keyof WicReplicaActions;
/** The messages, and quorums of messages, that reach a process. */
const DELIVERED = [
  "VALUES",
  "INITIAL",
  "ECHO-QUORUM",
  "READY",
  "READY-QUORUM",
  "SUSPICION-QUORUM",
  "GO-PHASE-2",
  "GO-PHASE-2-QUORUM",
  "DECIDE",
] as const;
type Delivered = (typeof DELIVERED)[number];
type PayloadOf<K extends keyof WicReplicaActions> = WicReplicaActions[K]["payload"];

/** Each action of the coalition, where it owes nothing, and the input that looks the same. */
export const FORGED = Object.fromEntries(
  DELIVERED.map((action) => [`FORGED-${action}`, action]),
) as { readonly [K in Delivered as `FORGED-${K}`]: K };

type Sending = { readonly [K in Sent]: Input<PayloadOf<K>> };
type Delivering = { readonly [K in Delivered]: Output<PayloadOf<K>> };

export interface MediumActions extends Sending, Delivering {}

/**
 * The network and the coalition of faulty processes. What correct processes send is kept, and may
 * come at any time, again and again; messages that only count together are handed over as a quorum.
 * One cell for each statement: who of the correct processes signed it.
 */
export function medium(world: WicWorld): Automaton<Cells, MediumActions> {
  const { correct, rules, group, faulty, owes } = world;
  const start: Record<string, unknown> = {};
  const { valid } = knowledge(world, []);
  for (const k of namedInstances(world)) {
    if (world.lockstep) start[stageCell(k)] = 0;
    for (const from of correct) {
      start[valueCell(k, from)] = [];
      if (!rules.buffersEarly) start[begunCell(k, from)] = start[lostCell(k, from)] = false;
    }
    for (const round of upTo(world.rounds)) {
      start[suspicionCell(k, round)] = [];
      if (correct.includes(coordinatorOf(round, group))) start[initialCell(k, round)] = [];
      for (const from of correct) start[goPhase2Cell(k, round, from)] = [];
      for (const e of valid(k)) {
        for (const cell of [echoCell, readyCell]) start[cell(k, round, e)] = [];
        start[decideCell(k, round, e)] = false;
      }
    }
  }
  const at = (k: number) => named(world, k);
  /** With `enough` correct signers it does not matter who they are, nor whether there are more. */
  const signed = <P extends { readonly replica: Replica }>(
    cellOf: (of: P) => string,
    enough: number,
  ) => ({
    kind: "input" as const,
    cite: "D.WIC.NETWORK",
    touches: (of: P) => [cellOf(of)],
    effect(s: Record<string, unknown>, of: P) {
      const certificate = s[cellOf(of)] as Replica[] | "complete";
      if (certificate === "complete") return;
      insert(certificate, of.replica);
      if (certificate.length >= enough) s[cellOf(of)] = "complete";
    },
  });
  const { sizes } = world;
  const more = owes ? 0 : faulty.length;
  const honest = deliveries(world, owes ? [] : faulty, urgent("deliver"));
  const forged = owes ? deliveries(world, faulty, spontaneous("forge")) : null;

  const sends: Parameters<typeof cells<Cells, Sending>>[1]["transitions"] = {
    "SEND-VALUE": {
      kind: "input",
      cite: "D.WIC.NETWORK",
      touches: ({ k, replica }) => [valueCell(at(k), replica)],
      effect(s, { k, replica, value }) {
        insert(s[valueCell(at(k), replica)] as unknown[], value as never);
      },
    },
    "SEND-INITIAL": {
      kind: "input",
      cite: "D.WIC.VALID",
      touches: ({ k, round }) => [initialCell(at(k), round)],
      effect(s, { k, round, estimate, reports }) {
        if (!isEstimate(estimate, k, world)) return;
        if (round > 1 && !allows(reports, estimate, rules)) return;
        insert(s[initialCell(at(k), round)] as unknown[], estimate as never);
      },
    },
    "SEND-ECHO": signed((of) => echoCell(at(of.k), of.round, of.estimate), sizes.echoes - more),
    "SEND-READY": signed((of) => readyCell(at(of.k), of.round, of.estimate), sizes.readys - more),
    "SEND-SUSPICION": signed((of) => suspicionCell(at(of.k), of.round), sizes.suspicions - more),
    "SEND-GO-PHASE-2": {
      kind: "input",
      cite: "D.WIC.NETWORK",
      touches: ({ k, round, replica }) => [goPhase2Cell(at(k), round, replica)],
      effect(s, { k, round, replica, certified }) {
        insert(s[goPhase2Cell(at(k), round, replica)] as unknown[], certified as never);
      },
    },
    "SEND-DECIDE": {
      kind: "input",
      cite: "D.WIC.NETWORK",
      touches: ({ k, round, estimate }) => [decideCell(at(k), round, estimate)],
      effect(s, { k, round, estimate }) {
        s[decideCell(at(k), round, estimate)] = true;
      },
    },
  };
  const forgeries =
    forged && Object.fromEntries(DELIVERED.map((action) => [`FORGED-${action}`, forged[action]]));
  return cells<Cells, MediumActions>("medium", {
    start,
    transitions: {
      ...sends,
      ...honest,
      ...forgeries,
      ...(!rules.buffersEarly && { EARLY: early(world) }),
    } as never,
  });
}

/** D-E07: the Initial of round 1 comes to a process that is not in round 1 yet, and is lost. */
function early(world: WicWorld) {
  const { correct, group } = world;
  const ks = correct.includes(coordinatorOf(1, group)) ? namedInstances(world) : [];
  return {
    kind: "output" as const,
    cite: "D.WIC.EARLY",
    task: spontaneous("lose"),
    scopes: ks.map((k) => ({
      reads: [initialCell(k, 1), ...correct.map((one) => begunCell(k, one))],
      choose: (s: Cells) =>
        (s[initialCell(k, 1)] as readonly unknown[]).length === 0
          ? []
          : correct
              .filter((one) => s[begunCell(k, one)] === false)
              .map((replica) => ({ replica, k })),
    })),
    touches: ({ k, replica }: { readonly k: number; readonly replica: Replica }) => [
      lostCell(k, replica),
    ],
    effect(
      s: Record<string, unknown>,
      { k, replica }: { readonly k: number; readonly replica: Replica },
    ) {
      s[lostCell(k, replica)] = true;
    },
  };
}
