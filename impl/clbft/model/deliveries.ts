import type { Scope as ScopeOf, Task } from "../../../spec/automaton/index.ts";
import type { Start } from "../agreement/new-view.ts";
import type { AgreementActions } from "../agreement/state.ts";
import { type Batch, primaryOf, type Replica, type ServiceState } from "../messages.ts";
import {
  type Cells,
  checkpointCell,
  knowledge,
  newViewCell,
  summaryOf,
  viewChangeCell,
  voteCell,
} from "./knowledge.ts";
import { FALSE_STATE, stateUnder } from "./service.ts";
import { below, type ClbftWorld, upTo } from "./world.ts";

type Scope = ScopeOf<Cells, never>;
type PayloadOf<K extends keyof AgreementActions> = AgreementActions[K]["payload"];

interface InView {
  readonly view: number;
}
interface Proposal extends InView {
  readonly n: number;
  readonly batch: Batch;
}

/** What may be handed over to correct replicas, if the coalition signs whatever helps. */
export function deliveries(world: ClbftWorld, coalition: readonly Replica[], task: Task) {
  const { correct, group, numbers, views, rules, collapses } = world;
  const known = knowledge(world, coalition);
  const proposals = below(views).flatMap((view) =>
    upTo(numbers).flatMap((n) =>
      known.batchesIn(view).map((batch): Proposal => ({ view, n, batch })),
    ),
  );
  const laterViews = below(views).filter((view) => view > 0);
  const primary = (view: number) => primaryOf(view, group);
  const backups = (view: number) => correct.filter((one) => one !== primary(view));

  const delivery = (scopes: readonly Scope[]) => ({
    kind: "output" as const,
    cite: "CLBFT.NETWORK",
    task,
    scopes,
  });
  const toEach = <P>(receivers: readonly Replica[], payload: P) =>
    receivers.map((replica) => ({ replica, ...payload }));
  const when = <P>(
    payload: P,
    reads: readonly string[],
    isSo: (s: Cells) => boolean,
    receivers = correct,
  ): Scope => {
    const payloads = toEach(receivers, payload) as never[];
    return { reads, choose: (s) => (isSo(s) ? payloads : []) };
  };
  const newView = (view: number, start: Start): Omit<PayloadOf<"NEW-VIEW">, "replica"> => ({
    view,
    reports: summaryOf(start, primary(view)),
    order: start.order,
  });

  /** What may be shown as the state of a certified checkpoint. */
  const states = (digest: string): ServiceState[] => [
    stateUnder(digest),
    ...(rules.verifiesState || coalition.length === 0 ? [] : [FALSE_STATE]),
  ];

  return {
    "PRE-PREPARE": delivery(
      proposals
        .filter(({ view, batch }) => batch.length > 0 && offers(view))
        .map((of) => {
          const { view, n, batch } = of;
          const reads = known.isForged(view) ? [] : [voteCell(view, n, batch)];
          return when(of, reads, (s) => known.isProposed(s, view, n, batch), backups(view));
        }),
    ),
    PREPARED: delivery(
      proposals.map((of) => {
        const { view, n, batch } = of;
        return when(of, known.votesFor(view, n, batch), (s) => known.isPrepared(s, view, n, batch));
      }),
    ),
    COMMITTED: delivery(
      proposals.map((of) => {
        const { view, n, batch } = of;
        return when(of, known.commitsFor(view, n, batch), (s) =>
          known.isCommitted(s, view, n, batch),
        );
      }),
    ),
    STABLE: delivery(
      known.checkpoints.map((n) => ({
        reads: [checkpointCell(n)],
        choose: (s) => known.stableAt(s, n).flatMap((one) => toEach(correct, one)) as never[],
      })),
    ),
    INSTALL: delivery(
      known.checkpoints.map((n) => ({
        reads: [checkpointCell(n)],
        choose: (s) =>
          known
            .stableAt(s, n)
            .flatMap((one) =>
              states(one.digest).flatMap((state) => toEach(correct, { ...one, state })),
            ) as never[],
      })),
    ),
    JOIN: delivery(
      laterViews.map((view) =>
        when({ view }, known.joinCells(view), (s) => known.isJoined(s, view)),
      ),
    ),
    "VIEW-CHANGES": {
      ...delivery(
        laterViews
          .filter((view) => correct.includes(primary(view)))
          .map((view) => ({
            reads: known.startCells(view),
            choose: (s) => {
              // Before its own VIEW-CHANGE it is not in the view, and takes none.
              if (!known.hasReported(s, view, primary(view))) return [];
              return known.starts(s, view).map((start) => ({
                replica: primary(view),
                view,
                reports: summaryOf(start, primary(view)),
              })) as never[];
            },
          })),
      ),
      ...(collapses && {
        touches: ({ view }: InView) => correct.map((from) => viewChangeCell(view, from)),
        effect(s: Record<string, unknown>, { view }: InView) {
          // Reports for a view serve its primary alone, which is correct: it has what it needs.
          for (const from of correct) {
            const cell = viewChangeCell(view, from);
            if (typeof s[cell] !== "string") {
              s[cell] = known.hasReported(s, view, from) ? "said" : "silent";
            }
          }
        },
      }),
    },
    "NEW-VIEW": delivery(
      laterViews.filter(offers).map((view) => {
        const reads = known.isCorrectPrimary(view) ? [newViewCell(view)] : known.startCells(view);
        const sent = (s: Cells): readonly Start[] => {
          if (known.isCorrectPrimary(view)) return s[newViewCell(view)] as readonly Start[];
          return rules.derivesOrder ? known.starts(s, view) : known.anyOrders(s, view);
        };
        return {
          reads,
          choose: (s) =>
            sent(s).flatMap((start) => toEach(backups(view), newView(view, start))) as never[],
        };
      }),
    ),
  };

  /** Somebody may send as the primary of the view. */
  function offers(view: number): boolean {
    return known.isCorrectPrimary(view) || known.isForged(view);
  }
}
