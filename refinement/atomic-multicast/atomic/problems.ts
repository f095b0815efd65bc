import type { Message, Request } from "../../../impl/atomic-multicast/atomic/message.ts";
import {
  type AtomicSystem,
  type AtomicWorld,
  atomicModel,
} from "../../../impl/atomic-multicast/atomic/model.ts";
import { ATOMIC, type AtomicRules } from "../../../impl/atomic-multicast/atomic/rules.ts";
import { forged, isSigned, signed } from "../../../impl/atomic-multicast/atomic/symbolic.ts";
import {
  type Case,
  type Index,
  index,
  indices,
  interchangeable,
  type Problem,
  type Property,
  type Reduction,
  setOf,
  subsets,
  threshold,
  type Witness,
} from "../../../spec/automaton/index.ts";
import { PINS } from "./pins.ts";

/** What distinguishes an instance of four replicas. */
export interface AtomicSize {
  /** 0, 1, or (one too many) 2 */
  readonly faultyReplicas: number;
  /** client#0 and client#1 are correct and multicast one message each: so many of them */
  readonly correctMessages: 0 | 1 | 2;
  /** whether client#2, which is faulty, signs two messages under one number */
  readonly twins: boolean;
  /** false: correct clients multicast at any time, and faulty replicas propose nothing of theirs */
  readonly multicastBefore: boolean;
  readonly instances: number;
  /** the instances that decide one value, D-OPT2; none without it */
  readonly oneValue?: (k: number) => boolean;
  /** a proposal has room for one message; without it for all */
  readonly oneByOne?: boolean;
  /** see {@link AtomicWorld}; any without it */
  readonly consistency?: AtomicWorld["consistency"];
}

/** One message of a correct client. */
export const ONE: AtomicSize = {
  faultyReplicas: 1,
  correctMessages: 1,
  twins: false,
  multicastBefore: true,
  instances: 2,
};
/** The same over the specification of consistency as it stands. */
export const ONE_AS_SPECIFIED: AtomicSize = { ...ONE, consistency: "as specified" };
/** Two messages of correct clients. */
export const TWO: AtomicSize = { ...ONE, correctMessages: 2, instances: 3 };
export const TWO_AT_ANY_TIME: AtomicSize = { ...TWO, multicastBefore: false };
/** Two messages, and a proposal has room for one. */
export const ONE_BY_ONE: AtomicSize = { ...TWO, oneByOne: true };
/** Two messages that a faulty client signed under one number. */
export const TWINS: AtomicSize = { ...ONE, correctMessages: 0, twins: true };
export const ONE_AND_TWINS: AtomicSize = { ...ONE, twins: true, instances: 3 };
/** Instances without end. */
export const endless = (size: AtomicSize): AtomicSize => ({
  ...size,
  instances: 2,
  consistency: "lockstep",
});
/** D-OPT2: an instance of one value, then one of f + 1 values. */
export const oneValueFirst = (size: AtomicSize): AtomicSize => ({
  ...size,
  oneValue: (k) => k % 2 === 1,
});
/** One value in every instance: consensus alone. */
export const oneValueAlways = (size: AtomicSize): AtomicSize => ({ ...size, oneValue: () => true });
/** Over consistency whose messages carry no number; the fourth replica is slow, and none faulty. */
export const NUMBERLESS: AtomicSize = { ...TWO, consistency: "numberless" };

const FORGER: Index<"replica"> = index("replica", 3);
const WIDTH = 2;

function worldOf(size: AtomicSize, rules: AtomicRules): AtomicWorld {
  const { faultyReplicas, correctMessages, twins, multicastBefore, instances } = size;
  const values = threshold("values", 2);
  const all = indices("replica", 4);
  const [c, d, b] = [0, 1, 2].map((at) => index("client", at)) as [Client, Client, Client];
  const multicast = [
    { client: c, seq: 1, op: "m" },
    { client: d, seq: 1, op: "n" },
  ].slice(0, correctMessages);
  const own = twins ? ["b", "b2"].map((op) => signed({ client: b, seq: 1, op })) : [];
  // Less than "m", so that it comes before it wherever contents are compared.
  const twin = forged({ client: c, seq: 1, op: "a" }, FORGER);
  const proposable = [...(multicastBefore ? multicast.map(signed) : []), ...own];
  const counts = Array.from({ length: proposable.length + 1 }, (_, count) => count);
  return {
    options: {
      width: WIDTH,
      isSigned,
      rules,
      share: size.oneByOne === true ? { batchMax: 1, clients: [c, d] } : null,
    },
    replicas: all.slice(0, 4 - faultyReplicas),
    faultyReplicas: all.slice(4 - faultyReplicas),
    multicast,
    multicastBefore,
    faultyClients: own,
    proposals: counts.flatMap((count) =>
      subsets(proposable, count).map((some): Message[] => setOf<Message>(twin, ...some)),
    ),
    valuesOf: (k) => (size.oneValue?.(k) === true ? 1 : values),
    instances,
    consistency: size.consistency ?? "any",
  };
}

type Client = Request["client"];

export interface Question {
  readonly properties: (system: AtomicSystem, world: AtomicWorld) => readonly Property[];
  readonly witnesses: (system: AtomicSystem, world: AtomicWorld) => readonly Witness[];
  /** none without it: liveness needs all steps */
  readonly reductions?: readonly Reduction[];
}

/** The same question where no liveness is asked for. */
export const quick = (question: Question): Question => ({
  ...question,
  reductions: ["sends-at-once"],
});

/** The same question where some premises are out of reach: the counterexample is what counts. */
export const unwitnessed = (question: Question): Question => ({ ...question, witnesses: () => [] });

export function problemOf(size: AtomicSize, rules: AtomicRules, question: Question): Problem {
  const world = worldOf(size, rules);
  const system = atomicModel(world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.reductions ?? [],
    symmetries: [interchangeable(world.replicas)],
    excludes: excludesOf(size, world),
  };
}

function excludesOf(
  { multicastBefore, instances, consistency = "any" }: AtomicSize,
  { proposals }: AtomicWorld,
) {
  return [
    "reliable multicast and weak interactive consistency are their specifications; claims D-RM and D-WIC say that the protocols are included in them",
    ...(consistency === "as specified" ? [] : ["decisions that hold the same messages are one"]),
    `a faulty replica proposes one of ${proposals.length} sets of messages to each instance, always with a forged one`,
    multicastBefore
      ? "correct clients have multicast before the start"
      : "faulty replicas propose no messages of correct clients",
    consistency === "lockstep"
      ? "an instance is decided after all correct replicas proposed; instances are counted modulo 2"
      : `consistency decides instances 1 to ${instances}`,
    "a replica learns a decision after it proposed; INSTALL never happens",
  ];
}

function nameOf(size: AtomicSize): string {
  const { faultyReplicas, correctMessages, twins, multicastBefore, instances } = size;
  const { consistency = "any" } = size;
  return [
    `${faultyReplicas} faulty of 4`,
    `${correctMessages} of correct clients${multicastBefore ? "" : " at any time"}`,
    ...(twins ? ["twins of a faulty one"] : []),
    consistency === "lockstep" ? "endless instances" : `${instances} instances`,
    ...(consistency === "numberless" || consistency === "as specified" ? [consistency] : []),
    ...(size.oneValue === undefined
      ? []
      : [size.oneValue(2) ? "of one value" : "odd ones of one value"]),
    ...(size.oneByOne === true ? ["proposed one by one"] : []),
  ].join(", ");
}

/** The repaired protocol: claims share the explorations. */
export const repaired = (size: AtomicSize, question: Question, rest: Partial<Case> = {}): Case =>
  caseOf("repaired", size, question, { expect: "holds", shares: "atomic multicast", ...rest });

export function caseOf(
  variant: string,
  size: AtomicSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case> & { readonly rules?: AtomicRules },
): Case {
  const { rules = ATOMIC, ...more } = rest;
  const pinned = rest.expect === "holds" ? PINS[`${variant} on ${nameOf(size)}`] : undefined;
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    ...(pinned && { pinned }),
    problem: () => problemOf(size, rules, question),
    ...more,
  };
}
