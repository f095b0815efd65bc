import type { Value } from "../../spec/automaton/index.ts";
import type { Estimate, Replica } from "../../spec/multicast/weak-interactive-consistency.ts";

export type { Estimate, Replica };

/**
 * An estimate that the coordinator of `round` successfully echo certified: 2f + 1 processes signed
 * an Echo for it. Those signatures, the ReadyCertif, live beside the state.
 */
export interface Certified {
  readonly round: number;
  readonly estimate: Estimate;
}

/** What a GoPhase2 says of its sender: what it last delivered, or null for an empty ReadyCertif. */
export type Report = Certified | null;

/**
 * What is signed in Algorithm 3. `k` is the instance, a repair (D-E03). The certificates that some
 * messages carry are other signed statements; see `wic/valid.ts` for which.
 */
export type Statement =
  | { readonly type: "VALUE"; readonly k: number; readonly value: Value }
  | (InRound & { readonly type: "INITIAL"; readonly estimate: Estimate })
  | (InRound & { readonly type: "ECHO"; readonly estimate: Estimate })
  | (InRound & { readonly type: "READY"; readonly estimate: Estimate })
  | (InRound & { readonly type: "SUSPICION" })
  | (InRound & { readonly type: "GO-PHASE-2"; readonly certified: Report })
  | (InRound & { readonly type: "DECIDE"; readonly estimate: Estimate });

interface InRound {
  readonly k: number;
  /** 1 and up */
  readonly round: number;
}

export type StatementOf<T extends Statement["type"]> = Extract<Statement, { readonly type: T }>;

/** A statement and who signed it; whoever reads it has verified the signature. */
export interface Signed<S extends Statement = Statement> {
  readonly by: Replica;
  readonly statement: S;
}

/** Line 9: c = (r mod N) + 1, where the paper counts processes from 1. */
export function coordinatorOf(round: number, group: readonly Replica[]): Replica {
  return group[round % group.length] as Replica;
}
