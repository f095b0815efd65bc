import { symbolicDigest } from "../../../../spec/automaton/index.ts";
import type { Request as Asked } from "../../../../spec/clbft/request.ts";
import type { Service } from "../../../../spec/service/service.ts";
import type { Checkpoint, Client, Replica, Request, ServiceState } from "../../messages.ts";
import type { ClbftRules, QuorumSizes, ReplySizes } from "../../rules.ts";
import { upTo } from "../world.ts";

/** What a correct client asks for: its operations have the timestamps 1, 2, …, in this order. */
export interface Script {
  readonly client: Client;
  readonly operations: readonly string[];
}

/** What agreement may do, and what faulty replicas add: the bounds of {@link ordering}. */
export interface OrderingWorld {
  readonly correct: readonly Replica[];
  /** how many replicas are faulty: they vouch for whatever helps */
  readonly liars: number;
  /** all that clients ever sign; two of one name are of a faulty client */
  readonly requests: readonly Request[];
  /** those that may be ordered before SEND-REQUEST says so: faulty clients', or of a model without clients */
  readonly known: readonly Request[];
  /** of how many correct replicas a request that they admitted is owed a place in the log: f + 1 */
  readonly enough: number;
  readonly batchMax: number;
  /** how many places in the log are given to requests that stand in it before */
  readonly repeats: number;
  /** how many null requests are ordered */
  readonly nulls: number;
  /** K; null without checkpoints */
  readonly checkpointEvery: number | null;
  readonly sizes: Pick<QuorumSizes, "checkpoints">;
  readonly rules: Pick<ClbftRules, "verifiesState">;
  /** false: INSTALL never happens */
  readonly transfers: boolean;
}

/** A bounded instance of clients, the replicas' services and the network between them. */
export interface ServiceWorld extends OrderingWorld {
  readonly rules: ClbftRules;
  readonly service: Service;
  readonly faultyReplicas: readonly Replica[];
  readonly scripts: readonly Script[];
  /** how far apart the timestamps that a client has under way are: the clients' and the replicas' */
  readonly clientWindow: number;
  /** what the replicas take it for; a mutant where it is smaller than the clients' */
  readonly replicaWindow: number;
  readonly replySizes: ReplySizes;
  /** what faulty replicas answer of their own, beside what any correct one answers; null: they are mute */
  readonly lies: readonly string[] | null;
  /** the correct replicas that clients ask; what is sent may be ordered by whoever is faulty besides */
  readonly asked: readonly Replica[];
  /** whether clients read without ordering: {@link isRead} */
  readonly directReads: boolean;
}

/** The operation that changes nothing. */
const READ = "?";
export const isRead = (op: string): boolean => op === READ;

/** Its state and each result is what was executed, in order; a read tells it and changes nothing. */
export const JOURNAL: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, op) => {
    const after = isRead(op) ? state : state + op;
    return { state: after, result: after };
  },
  query: (state, op) => (isRead(op) ? state : null),
};

/** One bit, or any letter: a write of what stood there before is not told apart from no write. */
export const CELL: Service<string> = {
  name: "cell",
  start: "0",
  apply: (state, op) => {
    const after = isRead(op) ? state : op;
    return { state: after, result: after };
  },
  query: (state, op) => (isRead(op) ? state : null),
};

/** All that a script's client ever asks for. */
export const requestsOf = ({ client, operations }: Script): Asked[] =>
  operations.map((op, at) => ({ client, t: at + 1, op }));

/** How long the log may grow. */
export const longestLog = ({ requests, repeats, nulls }: OrderingWorld): number =>
  requests.length + repeats + nulls;

/** The numbers at which checkpoints are made. */
export const checkpointsOf = (world: OrderingWorld): number[] =>
  upTo(longestLog(world)).filter((n) => n % (world.checkpointEvery ?? n + 1) === 0);

/** A state that no replica was ever in: what a lying peer hands over. */
export const LIE: ServiceState = { service: "lie", clients: {} };

/** What the coalition vouches for, beside what correct replicas do. */
export const lyingCheckpoint = (n: number): Checkpoint => ({
  n,
  digest: symbolicDigest({ n, state: LIE }),
});
