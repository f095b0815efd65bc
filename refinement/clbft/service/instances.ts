import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import { CELL, JOURNAL } from "../../../impl/clbft/model/service/world.ts";
import { type ClbftRules, quorumSizes, REPAIRED, replySizes } from "../../../impl/clbft/rules.ts";
import { type Index, index, indices, threshold } from "../../../spec/automaton/index.ts";
import type { Request } from "../../../spec/clbft/request.ts";

type Client = Index<"client">;
export const GROUP = indices("replica", 4);
/** Two correct clients and one that is faulty. */
export const C: Client = index("client", 0);
const D: Client = index("client", 1);
const B: Client = index("client", 2);

/** What distinguishes an instance of four replicas, f = 1. */
export interface ServiceSize {
  /** what client#0 and client#1 ask for, one letter each, "?" for a read; "" without the client */
  readonly operations: readonly [string, string];
  /** what client#2, which is faulty, signs, all under one t: one letter each */
  readonly twins?: string;
  /** 1 without it, or one too many */
  readonly faulty?: number;
  /** faulty replicas answer nothing instead of anything */
  readonly mute?: boolean;
  /** how far apart a client's timestamps under way are; 1 without it */
  readonly window?: number;
  /** what replicas take the window for (a mutant) */
  readonly replicaWindow?: number;
  /** false: replicas hear of requests by the log alone, which keeps states few */
  readonly asks?: boolean;
  /** clients read "?" without ordering */
  readonly directReads?: boolean;
  /** the service keeps the last letter alone, and starts with "0"; all letters without it */
  readonly overwrites?: boolean;
  readonly batchMax?: number;
  /** how many places in the log are given away twice, and to null requests; none without it */
  readonly repeats?: number;
  readonly nulls?: number;
  /** K; no checkpoints without it */
  readonly checkpointEvery?: number;
  /** whether a replica may install a checkpoint's state */
  readonly transfers?: boolean;
}

export function worldOf(size: ServiceSize, rules: ClbftRules = REPAIRED): ServiceWorld {
  const { operations, twins = "", faulty = 1, directReads = false, window = 1 } = size;
  const [ofC, ofD] = operations;
  const scripts = [
    { client: C, operations: [...ofC] },
    { client: D, operations: [...ofD] },
  ].filter((script) => script.operations.length > 0);
  const ofFaulty = [...twins].map((op): Request => ({ client: B, t: 1, op }));
  return {
    correct: GROUP.slice(0, GROUP.length - faulty),
    faultyReplicas: GROUP.slice(GROUP.length - faulty),
    liars: faulty,
    requests: [
      ...scripts.flatMap((script) =>
        script.operations.map((op, at): Request => ({ client: script.client, t: at + 1, op })),
      ),
      ...ofFaulty,
    ],
    known: ofFaulty,
    enough: threshold("admitted", 2),
    batchMax: size.batchMax ?? 1,
    repeats: size.repeats ?? 0,
    nulls: size.nulls ?? 0,
    checkpointEvery: size.checkpointEvery ?? null,
    sizes: quorumSizes(1, rules),
    rules,
    transfers: size.transfers ?? false,
    service: size.overwrites === true ? CELL : JOURNAL,
    scripts,
    clientWindow: window,
    replicaWindow: size.replicaWindow ?? window,
    replySizes: replySizes(1, directReads, rules),
    lies: size.mute === true ? null : ["lie"],
    asked: size.asks === false ? [] : GROUP.slice(0, GROUP.length - faulty),
    directReads,
  };
}

const WORDS = ["no", "one", "two"] as const;

export function nameOf(size: ServiceSize): string {
  const { operations, twins = "", faulty = 1, mute = false, window = 1 } = size;
  const asked = operations.filter((one) => one !== "").map((one) => one.length);
  const has = (isSo: unknown, what: string) => (isSo ? [what] : []);
  return [
    `${faulty} ${mute ? "mute" : "faulty"} of 4`,
    `${asked.join(" and ")} of correct clients${window > 1 ? " at a time" : ""}`,
    ...has(twins, `${WORDS[twins.length]} under one t of a faulty one`),
    ...has(size.asks === false, "nobody asked"),
    ...has(size.overwrites, "which overwrite"),
    ...has(
      size.directReads,
      `direct reads as in ${operations.filter((one) => one !== "").join(" | ")}`,
    ),
    ...has((size.batchMax ?? 1) > 1, `batches of ${size.batchMax}`),
    ...has(size.repeats, `${size.repeats} ordered twice`),
    ...has(size.nulls, `${size.nulls} null`),
    ...has(size.checkpointEvery, `K = ${size.checkpointEvery}`),
    ...has(size.transfers, "state transfer"),
  ].join(", ");
}
