import {
  type Automaton,
  cells,
  type Input,
  insert,
  type Output,
  spontaneous,
  urgent,
} from "../../../spec/automaton/index.ts";
import { startOf } from "../agreement/new-view.ts";
import type { AgreementActions } from "../agreement/state.ts";
import type { Replica } from "../messages.ts";
import { deliveries } from "./deliveries.ts";
import {
  type Cells,
  type Certificate,
  checkpointCell,
  commitCell,
  knowledge,
  newViewCell,
  type Reported,
  type Vouched,
  viewChangeCell,
  voteCell,
} from "./knowledge.ts";
import { below, type ClbftWorld, upTo } from "./world.ts";

const SENT = [
  "SEND-PRE-PREPARE",
  "SEND-PREPARE",
  "SEND-COMMIT",
  "SEND-VIEW-CHANGE",
  "SEND-NEW-VIEW",
  "SEND-CHECKPOINT",
] as const;
type Sent = (typeof SENT)[number];
/** The messages, and quorums of messages, that reach a replica. */
const DELIVERED = [
  "PRE-PREPARE",
  "PREPARED",
  "COMMITTED",
  "STABLE",
  "INSTALL",
  "JOIN",
  "VIEW-CHANGES",
  "NEW-VIEW",
] as const;
type Delivered = (typeof DELIVERED)[number];
type PayloadOf<K extends keyof AgreementActions> = AgreementActions[K]["payload"];

/** Each action of the coalition, where it owes nothing, and the input that looks the same. */
export const FORGED = Object.fromEntries(
  DELIVERED.map((action) => [`FORGED-${action}`, action]),
) as { readonly [K in Delivered as `FORGED-${K}`]: K };

type Sending = { readonly [K in Sent]: Input<PayloadOf<K>> };
type Delivering = { readonly [K in Delivered]: Output<PayloadOf<K>> };

export interface MediumActions extends Sending, Delivering {}

/** Adds a signer, until more of them change nothing. */
function grown(certificate: Certificate, by: Replica, enough: number): Certificate {
  if (certificate === "complete") return certificate;
  const signers = [...certificate];
  insert(signers, by);
  return signers.length >= enough ? "complete" : signers;
}

/**
 * The network and the coalition of faulty replicas. What correct replicas send is kept, and may come at any time, again
 * and again; messages that only count together are handed over as a quorum. One cell for each statement:
 * who of the correct replicas signed it.
 */
export function medium(world: ClbftWorld): Automaton<Cells, MediumActions> {
  const { correct, faulty, owes, numbers, views, sizes, rules, collapses } = world;
  const known = knowledge(world, []);
  const start: Record<string, unknown> = {};
  for (const n of known.checkpoints) start[checkpointCell(n)] = [];
  for (const view of below(views)) {
    for (const n of upTo(numbers)) {
      for (const batch of known.batchesIn(view)) {
        for (const cell of [voteCell, commitCell]) start[cell(view, n, batch)] = [];
      }
    }
    if (view === 0) continue;
    for (const from of correct) start[viewChangeCell(view, from)] = [];
    if (known.isCorrectPrimary(view)) start[newViewCell(view)] = [];
  }
  const more = owes ? 0 : faulty.length;
  const enough = (size: number) => (collapses ? Math.max(1, size - more) : correct.length + 1);
  type Statement = PayloadOf<"SEND-COMMIT">;
  const sign = (s: Record<string, unknown>, cell: string, by: Replica, size: number) => {
    s[cell] = grown(s[cell] as Certificate, by, enough(size));
  };
  const signed = (cellOf: typeof voteCell, size: number) => ({
    kind: "input" as const,
    cite: "CLBFT.NETWORK",
    touches: ({ view, n, batch }: Statement) => [cellOf(view, n, batch)],
    effect(s: Record<string, unknown>, { replica, view, n, batch }: Statement) {
      sign(s, cellOf(view, n, batch), replica, size);
    },
  });

  const sends: Parameters<typeof cells<Cells, Sending>>[1]["transitions"] = {
    "SEND-PRE-PREPARE": signed(voteCell, sizes.prepares),
    "SEND-PREPARE": signed(voteCell, sizes.prepares),
    "SEND-COMMIT": signed(commitCell, sizes.commits),
    "SEND-CHECKPOINT": {
      kind: "input",
      cite: "CLBFT.NETWORK",
      touches: ({ n }) => [checkpointCell(n)],
      effect(s, { replica, n, digest }) {
        const vouched = s[checkpointCell(n)] as Vouched;
        const others = vouched.filter((one) => one.digest !== digest);
        const before = vouched.find((one) => one.digest === digest)?.by ?? [];
        const by = grown(before, replica, enough(sizes.checkpoints));
        s[checkpointCell(n)] = [...others, { digest, by }].sort((a, b) =>
          a.digest < b.digest ? -1 : 1,
        );
      },
    },
    "SEND-VIEW-CHANGE": {
      kind: "input",
      cite: "CLBFT.NETWORK",
      touches: ({ view, replica }) => [viewChangeCell(view, replica)],
      effect(s, { view, replica, stable, prepared }) {
        const cell = viewChangeCell(view, replica);
        const reported = s[cell] as Reported;
        if (typeof reported === "string") s[cell] = "said";
        else insert(reported as unknown[], { stable, prepared } as never);
      },
    },
    "SEND-NEW-VIEW": {
      kind: "input",
      cite: "CLBFT.NETWORK",
      touches: ({ view, order }) => [
        newViewCell(view),
        ...order.map(({ n, batch }) => voteCell(view, n, batch)),
      ],
      effect(s, { replica, view, reports, order }) {
        const { stable } = startOf(reports, rules);
        insert(s[newViewCell(view)] as unknown[], { stable, order } as never);
        for (const { n, batch } of order) {
          sign(s, voteCell(view, n, batch), replica, sizes.prepares);
        }
      },
    },
  };
  const honest = deliveries(world, owes ? [] : faulty, urgent("deliver"));
  const forged = owes ? deliveries(world, faulty, spontaneous("forge")) : {};
  return cells<Cells, MediumActions>("medium", {
    start,
    transitions: {
      ...sends,
      ...honest,
      ...Object.fromEntries(
        Object.entries(forged).map(([action, one]) => [`FORGED-${action}`, one]),
      ),
    } as never,
  });
}
