import { canonical, equal, setOf, symbolicDigest } from "../../../spec/automaton/index.ts";
import { type Start, startOf } from "../agreement/new-view.ts";
import {
  type Batch,
  type Checkpoint,
  GENESIS,
  type Prepared,
  primaryOf,
  type Replica,
  type Report,
} from "../messages.ts";
import { FALSE_STATE } from "./service.ts";
import { batchesOf, below, type ClbftWorld, spell, upTo } from "./world.ts";

/** What was sent, by the names below. */
export type Cells = Readonly<Record<string, unknown>>;

/** Who of the correct replicas signed a statement, until more of them change nothing. */
export type Certificate = readonly Replica[] | "complete";

/** Who of the correct replicas signed each digest of a checkpoint. */
export type Vouched = readonly { readonly digest: string; readonly by: Certificate }[];

/**
 * What a correct replica reported in its VIEW-CHANGE for a view. Once reports for the view are of no use any more:
 * whether it `said` that it leaves for it, or is `silent`.
 */
export type Reported = readonly Omit<Report, "replica">[] | "said" | "silent";

/** The pre-prepare or prepare of a batch. */
export const voteCell = (view: number, n: number, batch: Batch) =>
  `vote ${view} ${n} ${spell(batch)}`;
export const commitCell = (view: number, n: number, batch: Batch) =>
  `commit ${view} ${n} ${spell(batch)}`;
export const checkpointCell = (n: number) => `checkpoint ${n}`;
export const viewChangeCell = (view: number, from: Replica) => `view-change ${view} ${from}`;
/** What the correct primary of the view prescribed. */
export const newViewCell = (view: number) => `new-view ${view}`;

export const signersIn = (certificate: Certificate): number =>
  certificate === "complete" ? Number.POSITIVE_INFINITY : certificate.length;

/**
 * Reports that come to the same: of a quorum of reports nobody uses more than {@link startOf} says, so one
 * set stands for all that agree in it (rules.md, CLBFT.MODEL).
 */
export const summaryOf = ({ stable, order }: Start, replica: Replica): Report[] => [
  {
    replica,
    stable,
    prepared: order.map((ordered) => ({ ...ordered, view: 0 })),
  },
];

/**
 * What can be shown of what was sent, if `coalition` signs whatever helps. With nobody in it: what
 * correct replicas alone have made.
 */
export function knowledge(world: ClbftWorld, coalition: readonly Replica[]) {
  const { rules, sizes, group, correct, numbers, window, views } = world;
  const more = coalition.length;
  const proposals = batchesOf(world);
  const checkpoints = upTo(numbers).filter((n) => n % (world.checkpointEvery ?? n + 1) === 0);

  const isCorrectPrimary = (view: number) => correct.includes(primaryOf(view, group));
  const isForged = (view: number) => coalition.includes(primaryOf(view, group));
  /** What may stand at a number of a view: the null request comes out of a new view alone. */
  const batchesIn = (view: number): readonly Batch[] =>
    view === 0 ? proposals : [[], ...proposals];
  const isVotedBy = (s: Cells, cell: string) => signersIn(s[cell] as Certificate) > 0;

  /** Whether some correct signers make a quorum with the coalition. */
  function isEnough(by: Certificate, size: number): boolean {
    if (by === "complete") return true;
    const signers = by.length + more;
    return rules.countsSigners ? signers >= size : signers > 0;
  }
  /** Whether some statements, that pass for one, make a quorum with those of the coalition. */
  function isQuorum(s: Cells, statements: readonly string[], size: number): boolean {
    const certificates = statements.map((cell) => s[cell] as Certificate);
    if (certificates.includes("complete")) return true;
    return isEnough(setOf(...(certificates as (readonly Replica[])[]).flat()), size);
  }
  /** The statements that pass for one of this view and number: itself, unless a mutant mixes them. */
  const passingFor =
    (cellOf: typeof voteCell) =>
    (view: number, n: number, batch: Batch): string[] =>
      (rules.coversView
        ? [view]
        : below(views).filter((one) => one > 0 || batch.length > 0)
      ).flatMap((inView) =>
        (rules.coversNumber ? [n] : upTo(numbers)).map((at) => cellOf(inView, at, batch)),
      );
  const votesFor = passingFor(voteCell);
  const commitsFor = passingFor(commitCell);

  const isProposed = (s: Cells, view: number, n: number, batch: Batch) =>
    batch.length > 0 &&
    (isCorrectPrimary(view) ? isVotedBy(s, voteCell(view, n, batch)) : isForged(view));
  const isPrepared = (s: Cells, view: number, n: number, batch: Batch) =>
    isQuorum(s, votesFor(view, n, batch), sizes.prepares);
  const isCommitted = (s: Cells, view: number, n: number, batch: Batch) =>
    isQuorum(s, commitsFor(view, n, batch), sizes.commits);
  /** The checkpoints of a number that are certified: a false one where the coalition needs nobody else. */
  const stableAt = (s: Cells, n: number): Checkpoint[] => [
    ...(s[checkpointCell(n)] as Vouched)
      .filter(({ by }) => isEnough(by, sizes.checkpoints))
      .map(({ digest }) => ({ n, digest })),
    ...(more > 0 && isEnough([], sizes.checkpoints)
      ? [{ n, digest: symbolicDigest({ n, state: FALSE_STATE }) }]
      : []),
  ];

  const hasReported = (s: Cells, view: number, from: Replica) => {
    const reported = s[viewChangeCell(view, from)] as Reported;
    return reported === "said" || (reported !== "silent" && reported.length > 0);
  };
  /** The correct replicas that are in this view or later ones, and said so. */
  const isJoined = (s: Cells, view: number) => {
    const ahead = correct.filter((from) =>
      below(views).some((later) => later >= view && later > 0 && hasReported(s, later, from)),
    );
    return ahead.length + more >= sizes.joins;
  };
  const joinCells = (view: number) =>
    below(views)
      .filter((later) => later >= view && later > 0)
      .flatMap((later) => correct.map((from) => viewChangeCell(later, from)));

  /** The views whose VIEW-CHANGEs pass for those of a view. */
  const reportedFor = (view: number) =>
    rules.reportsOfView ? [view] : below(views).filter((one) => one > 0);
  /** The cells that {@link starts} reads. */
  const startCells = (view: number): string[] => [
    ...reportedFor(view).flatMap((one) => correct.map((from) => viewChangeCell(one, from))),
    ...(more === 0 ? [] : checkpoints.map(checkpointCell)),
    ...(more === 0
      ? []
      : setOf(
          ...below(view).flatMap((earlier) =>
            upTo(numbers).flatMap((n) =>
              batchesIn(earlier).flatMap((batch) => votesFor(earlier, n, batch)),
            ),
          ),
        )),
  ];

  /** What a faulty replica may report in a VIEW-CHANGE for a view. */
  function forgedReports(s: Cells, view: number): Omit<Report, "replica">[] {
    const stables = [GENESIS, ...checkpoints.flatMap((n) => stableAt(s, n))];
    return stables.flatMap((stable) => {
      let reports: Prepared[][] = [[]];
      for (const n of upTo(numbers)) {
        if (n <= stable.n || n > stable.n + window) continue;
        const certified = below(view).flatMap((earlier) =>
          batchesIn(earlier)
            .filter((batch) => !rules.checksCertificates || isPrepared(s, earlier, n, batch))
            .map((batch): Prepared => ({ n, view: earlier, batch })),
        );
        reports = reports.flatMap((report) => [
          report,
          ...certified.map((one) => [...report, one]),
        ]);
      }
      return reports.map((prepared) => ({ stable, prepared }));
    });
  }

  /** What a correct replica reported that passes for a report for the view. */
  const reportsOf = (s: Cells, view: number, from: Replica) =>
    reportedFor(view).flatMap((one) => {
      const reported = s[viewChangeCell(one, from)] as Reported;
      return typeof reported === "string" ? [] : reported;
    });

  /** What a new view may start from: each outcome of reports of a quorum, once. */
  function starts(s: Cells, view: number): Start[] {
    const forged = more === 0 ? [] : forgedReports(s, view);
    // In the order of the replicas, as the reports of a NEW-VIEW are.
    const said = group.map((from) => ({
      from,
      reports: coalition.includes(from)
        ? forged
        : correct.includes(from)
          ? reportsOf(s, view, from)
          : [],
    }));
    let quorums: Report[][] = [[]];
    const found = new Map<string, Start>();
    for (const { from, reports } of said) {
      const grown = quorums.flatMap((quorum) =>
        reports.map((report): Report[] => [...quorum, { replica: from, ...report }]),
      );
      for (const quorum of grown) {
        if (quorum.length !== sizes.viewChanges) continue;
        const start = startOf(quorum, rules);
        found.set(canonical(start), start);
      }
      quorums = [...quorums, ...grown.filter(({ length }) => length < sizes.viewChanges)];
    }
    return [...found.values()];
  }

  /** What a faulty primary may prescribe beside: any order, where backups do not derive it again. */
  function anyOrders(s: Cells, view: number): Start[] {
    const stables = starts(s, view).map(({ stable }) => stable);
    const distinct = stables.filter(
      (one, at) => stables.findIndex((other) => equal(one, other)) === at,
    );
    return distinct.flatMap((stable) => {
      let orders: Start["order"][] = [[]];
      const all: Start["order"][] = [[]];
      for (const n of upTo(numbers).filter((one) => one > stable.n)) {
        orders = orders.flatMap((order) =>
          batchesIn(view).map((batch) => [...order, { n, batch }]),
        );
        all.push(...orders);
      }
      return all.map((order) => ({ stable, order }));
    });
  }

  return {
    proposals,
    batchesIn,
    checkpoints,
    isCorrectPrimary,
    isForged,
    votesFor,
    commitsFor,
    isProposed,
    isPrepared,
    isCommitted,
    stableAt,
    hasReported,
    isJoined,
    joinCells,
    startCells,
    starts,
    anyOrders,
  };
}
