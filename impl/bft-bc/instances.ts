import { index, indices, symbolicDigest } from "../../spec/automaton/index.ts";
import type { Operation, World } from "./coalition.ts";
import type { Client, RegisterObject } from "./messages.ts";
import type { Rules } from "./rules.ts";

/** The clients of all instances: b and c may be faulty, d writes and e reads. */
export const [B, C, D, E] = [0, 1, 2, 3].map((at) => index("client", at)) as [
  Client,
  Client,
  Client,
  Client,
];

export const X: RegisterObject = index("object", 0);
export const Y: RegisterObject = index("object", 1);

export const INITIAL = "v0";

/** What distinguishes an instance of f = 1, four replicas. */
export interface InstanceSize {
  /** 0, 1, or (one too many) 2 */
  readonly faultyReplicas: number;
  /** how many values c may prepare; 0: c is not there */
  readonly valuesOfC?: number;
  /** how many values b may prepare; 0: b is not there */
  readonly valuesOfB?: number;
  /** whether c may stop */
  readonly stops?: boolean;
  /** writes of d; reads of e */
  readonly writes?: number;
  readonly reads?: number;
  /** faulty clients prepare timestamps up to this val */
  readonly maxForgedVal: number;
  /** limits what faulty clients prepare beyond that: "1 c1" allows c1 at val 1 */
  readonly onlyPrepares?: readonly string[];
  /** limits the values that the coalition writes */
  readonly onlyWrites?: readonly string[];
  /** how many correct replicas faulty clients send to; all without it */
  readonly reach?: number;
  /** 1 or 2; operations go to the first, faulty clients use both */
  readonly objects?: number;
}

/** A bounded instance of f = 1 under the given rules. */
export function worldOf(size: InstanceSize, rules: Rules): World {
  const { faultyReplicas, valuesOfC = 0, valuesOfB = 0, writes = 0, reads = 0 } = size;
  const { onlyPrepares = null } = size;
  const replicas = indices("replica", 4);
  const objects = indices("object", size.objects ?? 1);
  const everywhere = (operation: (object: RegisterObject) => Operation, times: number) =>
    Array.from({ length: times }, () => objects.map(operation)).flat();
  const values = (who: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${who}${at + 1}`);
  return {
    rules,
    digest: symbolicDigest,
    objects,
    replicas: replicas.slice(0, 4 - faultyReplicas),
    faultyReplicas: replicas.slice(4 - faultyReplicas),
    quorum: 3,
    scripts: [
      {
        client: D,
        operations: values("d", writes).map((write) => ({ object: X, write })),
      },
      { client: E, operations: everywhere((object) => ({ object }), reads) },
    ].filter(({ operations }) => operations.length > 0),
    faultyClients: [
      { client: C, values: values("c", valuesOfC) },
      { client: B, values: values("b", valuesOfB) },
    ].filter((one) => one.values.length > 0),
    stops: size.stops ? C : null,
    maxForgedVal: size.maxForgedVal,
    mayPrepare: onlyPrepares && ((_, val, value) => onlyPrepares.includes(`${val} ${value}`)),
    reach: replicas.slice(0, Math.min(size.reach ?? 4, 4 - faultyReplicas)),
    onlyWrites: size.onlyWrites ?? null,
    initial: INITIAL,
  };
}
