import { canonical, has, setOf } from "../../../spec/automaton/index.ts";
import { coordinatorOf, type Estimate, type Replica, type Report } from "../messages.ts";
import { allows, isEstimate } from "./valid.ts";
import { estimatesOf, spell, upTo, type WicWorld } from "./world.ts";

/** What was sent, by the names below. */
export type Cells = Readonly<Record<string, unknown>>;

/** Who of the correct processes signed a statement, until more of them change nothing. */
export type Certificate = readonly Replica[] | "complete";

/** The highest round of an instance that a correct process has entered: 0 before the first. */
export const stageCell = (k: number) => `stage ${k}`;
/** Where early messages are lost: whether a process is in round 1, or lost its Initial before. */
export const begunCell = (k: number, of: Replica) => `begun ${k} ${of}`;
export const lostCell = (k: number, of: Replica) => `lost ${k} ${of}`;

export const valueCell = (k: number, from: Replica) => `value ${k} ${from}`;
export const initialCell = (k: number, round: number) => `initial ${k} ${round}`;
export const echoCell = (k: number, round: number, e: Estimate) => `echo ${k} ${round} ${spell(e)}`;
export const readyCell = (k: number, round: number, e: Estimate) =>
  `ready ${k} ${round} ${spell(e)}`;
export const suspicionCell = (k: number, round: number) => `suspicion ${k} ${round}`;
export const goPhase2Cell = (k: number, round: number, from: Replica) =>
  `go-phase-2 ${k} ${round} ${from}`;
export const decideCell = (k: number, round: number, e: Estimate) =>
  `decide ${k} ${round} ${spell(e)}`;

export const signersIn = (s: Cells, cell: string): number => {
  const certificate = s[cell] as Certificate;
  return certificate === "complete" ? Number.POSITIVE_INFINITY : certificate.length;
};

/**
 * What can be shown of what was sent, if `coalition` signs whatever helps. With nobody in it: what
 * correct processes alone have made.
 */
export function knowledge(world: WicWorld, coalition: readonly Replica[]) {
  const { rules, sizes, group, correct } = world;
  const more = coalition.length;

  /** The cells that say whether the coalition may have the values of an estimate. */
  const valueCells = (k: number, e: Estimate) =>
    e.filter(({ from }) => correct.includes(from)).map(({ from }) => valueCell(k, from));
  const valuesKnown = (s: Cells, k: number, e: Estimate) =>
    e.every(({ from, value }) =>
      correct.includes(from)
        ? has(s[valueCell(k, from)] as readonly unknown[], value)
        : coalition.includes(from),
    );

  /** A ReadyCertif exists: with one correct signer at least, or the estimate would be anything. */
  const isCertified = (s: Cells, k: number, round: number, e: Estimate) => {
    const echoes = signersIn(s, echoCell(k, round, e));
    return echoes > 0 && echoes + more >= sizes.echoes;
  };
  const isReady = (s: Cells, k: number, round: number, e: Estimate) =>
    more > 0 ? isCertified(s, k, round, e) : signersIn(s, readyCell(k, round, e)) > 0;
  const isReadyQuorum = (s: Cells, k: number, round: number, e: Estimate) => {
    const extra = more > 0 && isCertified(s, k, round, e) ? more : 0;
    return signersIn(s, readyCell(k, round, e)) + extra >= sizes.readys;
  };
  const isSuspected = (s: Cells, k: number, round: number) =>
    signersIn(s, suspicionCell(k, round)) + more >= sizes.suspicions;

  const readyCells = (k: number, round: number, e: Estimate) => [
    echoCell(k, round, e),
    readyCell(k, round, e),
  ];
  /** A GoPhase2 was sent, or the coalition can send one. */
  const isGoPhase2 = (s: Cells, k: number, round: number) =>
    correct.some((from) => (s[goPhase2Cell(k, round, from)] as readonly Report[]).length > 0) ||
    (more > 0 && (isSuspected(s, k, round) || !rules.goPhase2Certificate));

  /** The cells that {@link outcomes} reads. */
  const outcomeCells = (k: number, round: number) => [
    suspicionCell(k, round),
    ...correct.map((from) => goPhase2Cell(k, round, from)),
    ...(more === 0 ? [] : certifiedCells(k, round)),
  ];
  const certifiedCells = (k: number, upToRound: number) =>
    upTo(upToRound).flatMap((at) => estimatesOf(world, k).map((e) => echoCell(k, at, e)));

  /** What a faulty process may report in a round, if it shows the suspicions that it must show. */
  function forgedReports(s: Cells, k: number, round: number, backed: boolean): Report[] {
    if (backed && rules.goPhase2Certificate && !isSuspected(s, k, round)) return [];
    const certified = upTo(round).flatMap((at) =>
      estimatesOf(world, k)
        .filter((e) => isCertified(s, k, at, e))
        .map((estimate) => ({ round: at, estimate })),
    );
    return [null, ...certified];
  }

  /** What quorums of GoPhase2s of a round may report, each as a set. */
  function outcomes(s: Cells, k: number, round: number, backed: boolean): Report[][] {
    const forged = more === 0 ? [] : forgedReports(s, k, round, backed);
    const said = [
      ...correct.map((from) => s[goPhase2Cell(k, round, from)] as readonly Report[]),
      ...coalition.map(() => forged),
    ].filter((reports) => reports.length > 0);
    let partial = new Map<string, { size: number; reports: readonly Report[] }>();
    partial.set("", { size: 0, reports: [] });
    for (const options of said) {
      const next = new Map(partial);
      for (const { size, reports } of partial.values()) {
        if (size === sizes.goPhase2s) continue;
        for (const option of options) {
          const grown = { size: size + 1, reports: setOf<Report>(...reports, option) };
          next.set(`${grown.size} ${canonical(grown.reports)}`, grown);
        }
      }
      partial = next;
    }
    const full = [...partial.values()].filter(({ size }) => size === sizes.goPhase2s);
    return full.map(({ reports }) => [...reports]);
  }

  /** Whether a faulty coordinator can send a valid Initial. */
  function mayPropose(s: Cells, k: number, round: number, e: Estimate): boolean {
    if (!valuesKnown(s, k, e)) return false;
    if (round === 1) return true;
    return outcomes(s, k, round - 1, rules.backsReports).some((reports) =>
      allows(reports, e, rules),
    );
  }
  const proposalCells = (k: number, round: number) => [
    ...setOf(...estimatesOf(world, k).flatMap((e) => valueCells(k, e))),
    ...(round === 1 ? [] : outcomeCells(k, round - 1)),
  ];

  /** Estimates that a valid message of an instance may carry. */
  const valid = (k: number) =>
    estimatesOf(world, k).filter((e) => isEstimate(e, Math.max(k, 1), world));
  const coordinates = (round: number) => coalition.includes(coordinatorOf(round, group));

  return {
    valid,
    coordinates,
    valueCells,
    valuesKnown,
    isCertified,
    isReady,
    isReadyQuorum,
    isSuspected,
    isGoPhase2,
    readyCells,
    outcomeCells,
    outcomes,
    mayPropose,
    proposalCells,
  };
}
