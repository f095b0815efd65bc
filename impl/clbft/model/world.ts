import { positionOf } from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import { type Batch, type Client, primaryOf, type Replica, type Request } from "../messages.ts";
import type { ClbftRules, QuorumSizes } from "../rules.ts";

/** A bounded instance of the protocol: who takes part, what is asked for, and how far it goes. */
export interface ClbftWorld {
  readonly rules: ClbftRules;
  readonly sizes: QuorumSizes;
  /** n = 3f + 1 replicas, in the order in which they are primaries */
  readonly group: readonly Replica[];
  readonly correct: readonly Replica[];
  /** the coalition: it signs anything, sees all messages and sends to whom it likes */
  readonly faulty: readonly Replica[];
  /** all that clients ever sign; two of one name are of a faulty client */
  readonly requests: readonly Request[];
  /**
   * `at any time`: requests reach each correct primary of a view of the instance at any time, in any order;
   * `from the start`: it has all of them when it starts, in the order of `requests`. Who is never
   * the primary always has all of them: what is missing would only keep it from suspecting.
   */
  readonly admission: "at any time" | "from the start";
  readonly batchMax: number;
  /** views 0 … views - 1; nobody changes to another */
  readonly views: number;
  /** sequence numbers 1 … numbers; nobody assigns another */
  readonly numbers: number;
  /** K; null without checkpoints */
  readonly checkpointEvery: number | null;
  /** L; with checkpoints a multiple of K */
  readonly window: number;
  readonly service: Service;
  /**
   * true: what correct replicas send is owed to correct ones by actions of its own, for liveness;
   * false: one action for what is sent and what is forged
   */
  readonly owes: boolean;
  /** who may crash and start again: as many times in all as they are */
  readonly restarts: readonly Replica[];
  /**
   * false: nothing is executed, for claims about decisions without checkpoints. Execution enables nothing
   * there: it drops requests that wait, and what it raises is in the order of the view already.
   */
  readonly executes: boolean;
  /** false: it stays known who signed a statement even where that changes nothing, for properties that ask */
  readonly collapses: boolean;
}

/** 0 … count - 1. */
export const below = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
/** 1 … count. */
export const upTo = (count: number): number[] => below(count).map((at) => at + 1);

const isSame = (one: Request, other: Request) => one.client === other.client && one.t === other.t;

/** The batches that a primary may make of the requests, without the null request. */
export function batchesOf({ requests, batchMax }: Pick<ClbftWorld, "requests" | "batchMax">) {
  let longest: Batch[] = [[]];
  const all: Batch[] = [];
  for (const _ of upTo(batchMax)) {
    longest = longest.flatMap((batch) =>
      requests
        .filter((one) => !batch.some((other) => isSame(one, other)))
        .map((one): Batch => [...batch, one]),
    );
    all.push(...longest);
  }
  return all;
}

/** A batch as part of a cell's name. */
export const spell = (batch: Batch): string =>
  batch.length === 0 ? "null" : batch.map(spellRequest).join("+");
const spellRequest = ({ client, t, op }: Request): string => `${nameOf(client)}${t}:${op}`;
const nameOf = (client: Client): string => "cdefgh"[positionOf(client)] ?? client;

/** How far apart the timestamps of a client may be: all of the instance may be under way at a time. */
export const clientWindowOf = ({ requests }: Pick<ClbftWorld, "requests">): number =>
  Math.max(...requests.map(({ t }) => t));

/** Whether a correct replica has all requests when it starts. */
export const hasAllRequests = (world: ClbftWorld, replica: Replica): boolean =>
  world.admission === "from the start" ||
  !below(world.views).some((view) => primaryOf(view, world.group) === replica);
