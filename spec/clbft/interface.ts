import { canonical, type Input, type Output } from "../automaton/index.ts";
import type { Named, Replica, Request } from "./request.ts";

/** The requests that share a sequence number; empty: the null request. */
export type Batch = readonly Request[];

/** A batch at a sequence number of a view: what a pre-prepare says. */
export interface Placed {
  readonly view: number;
  readonly n: number;
  readonly batch: Batch;
}

/** What a VIEW-CHANGE reports; of what it holds besides, Lemma 10 does not speak. */
export interface Reported {
  readonly replica: Replica;
  readonly stable: { readonly n: number; readonly digest: string };
  /** the set 𝒫 */
  readonly prepared: readonly Placed[];
}

/** An element of the set 𝒪 of a NEW-VIEW. */
export interface Prescribed {
  readonly n: number;
  readonly batch: Batch;
}

interface At {
  readonly replica: Replica;
}
interface NewView extends At {
  readonly view: number;
  /** the set 𝒱 */
  readonly reports: readonly Reported[];
  readonly order: readonly Prescribed[];
}

/**
 * The interface of SBE_i, the back end of one replica (paper W, appendix B), with batches for single
 * requests and a quorum of VIEW-CHANGEs for each: what Lemma 10 speaks of.
 */
export interface BackEndActions {
  REQUEST: Input<At & { readonly request: Request }>;
  "PRE-PREPARE": Input<At & Placed>;
  "VIEW-CHANGES": Input<At & { readonly view: number; readonly reports: readonly Reported[] }>;
  "NEW-VIEW": Input<NewView>;
  FORWARD: Output<At & { readonly request: Request }>;
  "SEND-PRE-PREPARE": Output<At & Placed>;
  "SEND-VIEW-CHANGE": Output<
    At & {
      readonly view: number;
      readonly stable: { readonly n: number; readonly digest: string };
      readonly prepared: readonly Placed[];
    }
  >;
  "SEND-NEW-VIEW": Output<NewView>;
  REPLY: Output<At & Named & { readonly result: string }>;
}

/** What replicas of ours have inside of the interface, and observers may hear in its place. */
export interface InnerActions {
  /** a valid REQUEST that was not executed reaches agreement */
  ADMIT: Input<At & { readonly request: Request }>;
}

/** A text of its own for each batch at a sequence number; signatures of requests do not count. */
export const prescribedText = ({ n, batch }: Prescribed): string =>
  `${n} ${canonical(batch.map(({ client, t, op }) => ({ client, t, op })))}`;
