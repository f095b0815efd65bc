import { get, type Input, type Output, plain } from "../../../spec/automaton/index.ts";
import {
  type Batch,
  type Checkpoint,
  type Ordered,
  type Prepared,
  primaryOf,
  type Replica,
  type Report,
  type Request,
  type ServiceState,
} from "../messages.ts";
import type { ClbftRules } from "../rules.ts";

interface At {
  readonly replica: Replica;
}
interface InView extends At {
  readonly view: number;
}
interface OfBatch extends InView {
  readonly n: number;
  readonly batch: Batch;
}

/**
 * Each input that stands for a message, or for a quorum of messages of distinct replicas, is valid: the mailbox has
 * verified signatures and certificates (CLBFT.VALID). It may come at any time, again, and late.
 */
export interface AgreementActions {
  /** a valid request that was not executed yet and that its client may have under way */
  ADMIT: Input<At & { readonly request: Request }>;
  /** signed by the primary of the view, the requests by their clients */
  "PRE-PREPARE": Input<OfBatch>;
  /** the pre-prepare and prepares that match it: of 2f + 1 replicas */
  PREPARED: Input<OfBatch>;
  /** 2f + 1 commits: a proof of the decision that anybody can check */
  COMMITTED: Input<OfBatch>;
  /** 2f + 1 checkpoints that match */
  STABLE: Input<At & Checkpoint>;
  /** this replica's state is that of a checkpoint that it fetched */
  INSTALL: Input<At & Checkpoint & { readonly state: ServiceState }>;
  /** execution has made a checkpoint of its own */
  "SEND-CHECKPOINT": Input<At & Checkpoint>;
  /** the timer of a view ran out */
  SUSPECT: Input<InView>;
  /** who runs over this agreement is not content with the primary of a view, whether or not anything waits */
  COMPLAIN: Input<InView>;
  /** f + 1 replicas are in this view or later ones */
  JOIN: Input<InView>;
  /** to the primary of the view: VIEW-CHANGEs of 2f + 1 replicas, in the order of the replicas */
  "VIEW-CHANGES": Input<InView & { readonly reports: readonly Report[] }>;
  /** signed by the primary of the view; the reports are valid and of 2f + 1 replicas */
  "NEW-VIEW": Input<
    InView & { readonly reports: readonly Report[]; readonly order: readonly Ordered[] }
  >;
  /** what this replica's service is may be wrong: it starts from a checkpoint of others */
  RECOVER: Input<At>;
  FORWARD: Output<At & { readonly request: Request }>;
  "SEND-PRE-PREPARE": Output<OfBatch>;
  "SEND-PREPARE": Output<OfBatch>;
  "SEND-COMMIT": Output<OfBatch>;
  "SEND-VIEW-CHANGE": Output<
    InView & { readonly stable: Checkpoint; readonly prepared: readonly Prepared[] }
  >;
  "SEND-NEW-VIEW": Output<
    InView & { readonly reports: readonly Report[]; readonly order: readonly Ordered[] }
  >;
  /** the replica is in a new view: an epoch of Ψ (paper C) starts here */
  "START-VIEW": Output<InView>;
  /** the next batch, to be executed */
  EXECUTE: Output<At & { readonly n: number; readonly batch: Batch }>;
}

/** What a replica knows of a sequence number above its last stable checkpoint. */
export interface Entry {
  /** the batch that it accepted last, by a pre-prepare or a new view, and the view */
  readonly accepted: { readonly view: number; readonly batch: Batch } | null;
  /** the certificate of the highest view that it holds */
  readonly prepared: { readonly view: number; readonly batch: Batch } | null;
  /** what 2f + 1 replicas have committed: final */
  readonly decided: Batch | null;
}

export interface AgreementState {
  readonly view: number;
  readonly active: boolean;
  readonly stable: Checkpoint;
  readonly log: Readonly<Record<string, Entry>>;
  readonly base: number;
  readonly recovering: boolean;
  readonly executed: number;
  readonly waiting: readonly Request[];
}

/** The bounds of a replica's memory and of what it has under way. */
export interface AgreementBounds {
  /** L: sequence numbers above the last stable checkpoint that may be in use; a multiple of K, and more than K */
  readonly window: number;
  /** how many batches the primary has under way at a time, so that requests gather meanwhile */
  readonly pipeline: number;
  /**
   * how many are when it begins one that is not full, itself included
   * @defaultValue pipeline
   */
  readonly partial?: number;
  /** how many requests a batch holds */
  readonly batchMax: number;
  /** how far apart the timestamps that a client has under way may be: execution's */
  readonly clientWindow: number;
}

export interface AgreementOptions {
  readonly self: Replica;
  /** n = 3f + 1 replicas, in the order in which they are primaries */
  readonly group: readonly Replica[];
  readonly rules: ClbftRules;
  readonly bounds: AgreementBounds;
  /** whether START-VIEW is said, for whoever runs over this agreement; without it nothing is */
  readonly announcesViews?: boolean;
}

export const EMPTY: Entry = { accepted: null, prepared: null, decided: null };

/** To read: an effect changes an entry by `change`. */
export const entryOf = ({ log }: Pick<AgreementState, "log">, n: number): Entry =>
  plain(get(log, `${n}`)) ?? EMPTY;

/** The next number that the primary of the view assigns. */
export function nextNumber(s: AgreementState, rules: Pick<ClbftRules, "continuesNumbers">): number {
  let last = rules.continuesNumbers ? Math.max(s.stable.n, s.executed) : 0;
  for (const [n, { accepted }] of Object.entries(plain(s.log))) {
    if (accepted?.view === s.view) last = Math.max(last, Number(n));
  }
  return last + 1;
}

/** What tells requests apart, as a text. */
export const nameOf = ({ client, t }: Request): string => `${client} ${t}`;

/** The requests that wait and are in no batch of this view, nor decided. */
export function unassigned(s: AgreementState): Request[] {
  const assigned = new Set<string>();
  for (const [n, { accepted, decided }] of Object.entries(plain(s.log))) {
    if (Number(n) <= s.executed) continue;
    const ofView = accepted?.view === s.view ? accepted.batch : [];
    for (const request of [...ofView, ...(decided ?? [])]) assigned.add(nameOf(request));
  }
  return s.waiting.filter((one) => !assigned.has(nameOf(one)));
}

/**
 * Whether a replica waits for its primary, so that a timer runs: for a new view, or for a request or a batch that is
 * not executed. Who lags behind its stable checkpoint waits for a state, which is not the primary's to give.
 */
export function awaitsPrimary(s: AgreementState): boolean {
  if (!s.active) return true;
  if (s.executed < s.stable.n) return false;
  return (
    s.waiting.length > 0 ||
    Object.entries(plain(s.log)).some(
      ([n, { accepted, decided }]) =>
        Number(n) > s.executed && (accepted?.view === s.view || decided !== null),
    )
  );
}

export const isPrimary = ({ view }: { readonly view: number }, options: AgreementOptions) =>
  primaryOf(view, options.group) === options.self;
