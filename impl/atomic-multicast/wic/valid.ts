import { equal, has, setOf } from "../../../spec/automaton/index.ts";
import {
  type Certified,
  coordinatorOf,
  type Estimate,
  type Replica,
  type Report,
  type Signed,
  type Statement,
  type StatementOf,
} from "../messages.ts";
import { valuesIn, type WicRules, type WicSizes } from "../rules.ts";

/** What decides whether a message of Algorithm 3 is valid: D.WIC.VALID. */
export interface WicGroup {
  /** n = 3f + 1 processes, in the order of the rotation */
  readonly group: readonly Replica[];
  readonly sizes: WicSizes;
  readonly rules: WicRules;
}

/** An estimate under the ReadyCertif that certifies it. */
export interface CertifiedWithProof extends Certified {
  readonly echoes: readonly Signed[];
}

/** A GoPhase2 with what it shows: the ReadyCertif and the suspicions that caused it. */
export interface ProvedReport {
  readonly by: Replica;
  readonly certified: CertifiedWithProof | null;
  readonly suspicions: readonly Signed[];
}

/**
 * Whether enough distinct processes of the group signed one statement. The signatures were verified
 * before.
 */
export function isQuorum(
  votes: readonly Signed[],
  statement: Statement,
  size: number,
  { group }: Pick<WicGroup, "group">,
): boolean {
  const saying = votes.filter((vote) => has(group, vote.by) && equal(vote.statement, statement));
  return setOf(...saying.map(({ by }) => by)).length >= size;
}

/** Whether an estimate has as many values as instance k asks for, of distinct processes, in order. */
export function isEstimate(estimate: Estimate, k: number, of: WicGroup): boolean {
  const { group, rules, sizes } = of;
  const signers = estimate.map(({ from }) => from);
  if (estimate.length !== valuesIn(k, rules, sizes)) return false;
  if (!signers.every((from) => has(group, from))) return false;
  return !rules.distinctSigners || equal(signers, setOf(...signers));
}

/** A Ready is valid if 2f + 1 processes echoed its estimate in its round. */
export function isValidReady(
  { k, round, estimate }: StatementOf<"READY">,
  echoes: readonly Signed[],
  of: WicGroup,
): boolean {
  const echo: Statement = { type: "ECHO", k, round, estimate };
  return isEstimate(estimate, k, of) && isQuorum(echoes, echo, of.sizes.echoes, of);
}

/** A GoPhase2 is valid if it shows 2f + 1 suspicions, and a ReadyCertif for the estimate it names. */
export function isValidGoPhase2(
  { k, round }: Pick<StatementOf<"GO-PHASE-2">, "k" | "round">,
  report: ProvedReport,
  of: WicGroup,
): boolean {
  const { rules, sizes } = of;
  const suspicion: Statement = { type: "SUSPICION", k, round };
  const backed = isQuorum(report.suspicions, suspicion, sizes.suspicions, of);
  return (backed || !rules.goPhase2Certificate) && isProved(report.certified, k, round, of);
}

/**
 * An Initial is valid if the round's coordinator sent it, its estimate is one, and, after the first
 * round, 2f + 1 valid GoPhase2s of the round before allow that estimate: it is the one that was
 * certified last, or none was certified.
 */
export function isValidInitial(
  { k, round, estimate }: StatementOf<"INITIAL">,
  by: Replica,
  reports: readonly ProvedReport[],
  of: WicGroup,
): boolean {
  const { group, rules, sizes } = of;
  if (by !== coordinatorOf(round, group) || !isEstimate(estimate, k, of)) return false;
  if (round === 1) return true;
  const valid = reports.filter(
    (report) =>
      has(group, report.by) &&
      (rules.backsReports
        ? isValidGoPhase2({ k, round: round - 1 }, report, of)
        : isProved(report.certified, k, round - 1, of)),
  );
  if (setOf(...valid.map((report) => report.by)).length < sizes.goPhase2s) return false;
  return allows(
    valid.map(({ certified }) => certified),
    estimate,
    rules,
  );
}

/** A Decide is valid if 2f + 1 processes signed Ready for its estimate in one round. */
export function isValidDecide(
  { k, round, estimate }: StatementOf<"DECIDE">,
  readys: readonly Signed[],
  of: WicGroup,
): boolean {
  const ready: Statement = { type: "READY", k, round, estimate };
  return isEstimate(estimate, k, of) && isQuorum(readys, ready, of.sizes.readys, of);
}

function isProved(
  certified: CertifiedWithProof | null,
  k: number,
  latest: number,
  of: WicGroup,
): boolean {
  if (certified === null) return true;
  const { round, estimate, echoes } = certified;
  if (!Number.isSafeInteger(round) || round < 1 || round > latest) return false;
  return isValidReady({ type: "READY", k, round, estimate }, echoes, of);
}

/** Line 41: of what some GoPhase2s report, the estimate that was successfully echo certified last. */
export function lastSuccessfullyEchoCertified(
  reports: readonly Report[],
  { takes }: Pick<WicRules, "takes">,
): Report {
  if (takes === "none") return null;
  const better = takes === "the highest" ? 1 : -1;
  return reports.reduce<Report>(
    (last, one) =>
      one !== null && (last === null || (one.round - last.round) * better > 0) ? one : last,
    null,
  );
}

/** Whether 2f + 1 GoPhase2s that report this allow a coordinator to propose an estimate. */
export function allows(
  reports: readonly Report[],
  estimate: Estimate,
  rules: Pick<WicRules, "takes" | "comparesCertificates">,
): boolean {
  const last = lastSuccessfullyEchoCertified(reports, rules);
  return last === null || !rules.comparesCertificates || equal(last.estimate, estimate);
}
