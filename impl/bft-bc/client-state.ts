import type {
  PrepareBody,
  PrepareProof,
  RegisterObject,
  Stamped,
  Timestamp,
  Written,
} from "./messages.ts";

/** A write under way. */
export interface Writing {
  readonly object: RegisterObject;
  /** the value to write */
  readonly value: string;
  /** how many phases were begun: at most 3, or 5 in the strong protocol */
  readonly rounds: number;
}

/** Where a client stands in its one operation. `rounds` counts the phases begun. */
export type Phase =
  | { readonly at: "idle" }
  | ({ readonly at: "read-ts" } & Writing)
  /** section 7: reads the value that it has to complete before it prepares */
  | ({ readonly at: "fetch" } & Writing)
  /** section 7: writes that value back */
  | ({ readonly at: "complete"; readonly fetched: Stamped } & Writing)
  | ({ readonly at: "prepare" } & Writing & PrepareBody)
  | ({ readonly at: "write" } & Writing & PrepareProof)
  | { readonly at: "read"; readonly object: RegisterObject }
  | ({
      readonly at: "write-back";
      readonly object: RegisterObject;
      readonly rounds: number;
    } & Stamped)
  | { readonly at: "wrote"; readonly object: RegisterObject; readonly rounds: number }
  | {
      readonly at: "has-read";
      readonly object: RegisterObject;
      readonly value: string | null;
      readonly rounds: number;
    };

export interface ClientState {
  readonly phase: Phase;
  readonly nonce: number;
  /** by object; what its last completed write was */
  readonly writeProofs: Readonly<Record<RegisterObject, Written>>;
}

/** What a quorum of replies says in phase 1 of a write. */
export interface TimestampsRead {
  /** the timestamps that replicas showed; only the largest matters */
  readonly timestamps: readonly Timestamp[];
  /** whether one of the replies with the largest timestamp showed its prepare proof */
  readonly proven: boolean;
  /** section 7: the timestamp that all replies signed to hold, so that they are its write proof */
  readonly completed: Timestamp | null;
  /** section 6: the timestamp that all replicas prepared for this client */
  readonly prepared: Timestamp | null;
}

/** The proof whose write acknowledgements the phase waits for. */
export function awaitedBy(
  phase: Phase,
  proofOf: (stamped: Stamped) => PrepareProof,
): PrepareProof | null {
  if (phase.at === "write") return phase;
  if (phase.at === "complete") return proofOf(phase.fetched);
  return phase.at === "write-back" ? proofOf(phase) : null;
}
