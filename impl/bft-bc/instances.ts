import { index, indices, symbolicDigest } from "../../spec/automaton/index.ts";
import type { Client, RegisterObject } from "./messages.ts";
import type { Rules } from "./rules.ts";
import type { Operation, World } from "./world.ts";

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
  /** the faulty replicas never send anything; without it they sign and answer all that may be */
  readonly silentReplica?: boolean;
  /** how many values c may prepare; 0: c is not there */
  readonly valuesOfC?: number;
  /** how many values b may prepare; 0: b is not there */
  readonly valuesOfB?: number;
  /** whether c may stop */
  readonly stops?: boolean;
  /** writes of d; reads of e */
  readonly writes?: number;
  readonly reads?: number;
  /** writes of b, which is correct then and has no `valuesOfB` */
  readonly writesOfB?: number;
  /** faulty clients prepare timestamps up to this val */
  readonly maxForgedVal: number;
  /** optimised: what replicas prepare for them in phase 1 is used up to this val, if larger */
  readonly maxExpectedVal?: number;
  /** limits what faulty clients prepare beyond that: "1 c1" allows c1 at val 1 */
  readonly onlyPrepares?: readonly string[];
  /** limits the values that the coalition writes */
  readonly onlyWrites?: readonly string[];
  /** how many correct replicas faulty clients send to; all without it */
  readonly reach?: number;
  /** how many correct replicas any request reaches, the others being late for ever; all without it */
  readonly reachable?: number;
  /** the requests that faulty clients send: "WRITE replica#0 c1"; all without it */
  readonly onlyForged?: readonly string[];
  /** 1 or 2; operations go to the first, faulty clients use both */
  readonly objects?: number;
  /**
   * the faulty replicas may fall silent at any moment, for ever: what is owed then is owed by
   * 2f + 1 correct ones; not where c may stop
   */
  readonly mayFallSilent?: boolean;
}

/**
 * A bounded instance of f = 1 under the given rules.
 *
 * @throws RangeError where b is both correct and faulty, or both c stops and replicas fall silent
 */
export function worldOf(size: InstanceSize, rules: Rules): World {
  const { faultyReplicas, valuesOfC = 0, valuesOfB = 0, writes = 0, reads = 0 } = size;
  const { writesOfB = 0, mayFallSilent = false, onlyPrepares = null } = size;
  if (valuesOfB > 0 && writesOfB > 0) throw new RangeError("b is either correct or faulty");
  if (size.stops && mayFallSilent) throw new RangeError("c stops, or faulty replicas fall silent");
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
    // One that says nothing adds nothing to what correct replicas say.
    faultyReplicas: size.silentReplica ? [] : replicas.slice(4 - faultyReplicas),
    quorum: 3,
    scripts: [
      {
        client: D,
        operations: values("d", writes).map((write) => ({ object: X, write })),
      },
      {
        client: B,
        operations: values("b", writesOfB).map((write) => ({ object: X, write })),
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
    mayForge:
      size.onlyForged === undefined
        ? null
        : (what, replica, value) =>
            size.onlyForged?.includes(`${what} ${replica} ${value}`) === true,
    reached: replicas.slice(0, Math.min(size.reachable ?? 4, 4 - faultyReplicas)),
    reach: replicas.slice(0, Math.min(size.reach ?? 4, size.reachable ?? 4, 4 - faultyReplicas)),
    onlyWrites: size.onlyWrites ?? null,
    maxExpectedVal: Math.max(size.maxForgedVal, size.maxExpectedVal ?? 0),
    mayFallSilent: mayFallSilent && faultyReplicas > 0,
    initial: INITIAL,
  };
}
