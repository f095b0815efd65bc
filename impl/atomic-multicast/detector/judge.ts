import { equal } from "../../../spec/automaton/index.ts";
import { coordinatorOf, type Replica, type Signed } from "../messages.ts";
import { isEstimate, type WicGroup } from "../wic/valid.ts";

/** A message as it came, and what verification said of it. */
export interface Received extends Signed {
  /** who sent it over its authenticated channel: `by`, or a process that passes it on */
  readonly sender: Replica;
  /** whether `by` signed the statement */
  readonly isSigned: boolean;
  /** whether the certificate that came with it is valid; nobody signs certificates */
  readonly isCertified: boolean;
}

export type Misbehaviour =
  | "forged a signature"
  | "sent an invalid certificate"
  | "sent an Initial of another's round"
  | "signed an estimate that is no set of f + 1 values"
  | "signed two Initials of one round";

/** D.FD.BYZANTINE: whom a message convicts. Mutants change a field. */
export interface JudgeRules {
  /** a bad signature convicts the sender, not whom the message names */
  readonly forgeryIsTheSenders: boolean;
  /** a bad certificate convicts the sender, not the signer */
  readonly certificateIsTheSenders: boolean;
  /** Initials of different instances do not contradict each other (D-E03) */
  readonly comparesInstances: boolean;
}

export const JUDGE_REPAIRED: JudgeRules = {
  forgeryIsTheSenders: true,
  certificateIsTheSenders: true,
  comparesInstances: true,
};

export interface Conviction {
  readonly of: Replica;
  readonly why: Misbehaviour;
}

/**
 * Whom a message proves faulty, or null: Byzantine_p(q) of §5, for MISBEHAVED. Only what a process
 * signed convicts it, or what it handed over itself, so no correct process is ever convicted (claim
 * D-FD-BYZ), provided that it forgets nothing that it signed when it restarts.
 *
 * @param initials that were judged before, of the same signer; one of each round is enough
 */
export function misbehaviour(
  received: Received,
  initials: readonly Signed[],
  of: WicGroup,
  rules: JudgeRules = JUDGE_REPAIRED,
): Conviction | null {
  const { sender, by, statement, isSigned, isCertified } = received;
  if (!isSigned) {
    return { of: rules.forgeryIsTheSenders ? sender : by, why: "forged a signature" };
  }
  if ("estimate" in statement && !isEstimate(statement.estimate, statement.k, of)) {
    return { of: by, why: "signed an estimate that is no set of f + 1 values" };
  }
  if (statement.type === "INITIAL") {
    const { k, round } = statement;
    if (by !== coordinatorOf(round, of.group)) {
      return { of: by, why: "sent an Initial of another's round" };
    }
    const contradicts = initials.some(
      (one) =>
        one.by === by &&
        one.statement.type === "INITIAL" &&
        one.statement.round === round &&
        (one.statement.k === k || !rules.comparesInstances) &&
        !equal(one.statement.estimate, statement.estimate),
    );
    if (contradicts) return { of: by, why: "signed two Initials of one round" };
  }
  if (!isCertified) {
    return { of: rules.certificateIsTheSenders ? sender : by, why: "sent an invalid certificate" };
  }
  return null;
}
