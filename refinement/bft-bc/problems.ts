import { bftBc } from "../../impl/bft-bc/composition.ts";
import { type InstanceSize, worldOf } from "../../impl/bft-bc/instances.ts";
import type { Rules } from "../../impl/bft-bc/rules.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import type { Case, Problem, Property, Witness } from "../../spec/automaton/index.ts";

export type System = ReturnType<typeof bftBc>;

/** What a claim asks of an instance. */
export interface Question {
  readonly properties: (system: System, world: World) => readonly Property[];
  readonly witnesses: (system: System, world: World) => readonly Witness[];
  /** true where a property reads what is under way, so that sends must not be taken at once */
  readonly interleaved?: boolean;
}

/** The problem that a question poses on an instance under some rules. */
export function problemOf(size: InstanceSize, rules: Rules, question: Question): Problem {
  const world = worldOf(size, rules);
  const system = bftBc(world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.interleaved ? [] : ["sends-at-once"],
    excludes: excludesOf(size),
  };
}

export function excludesOf(size: InstanceSize): string[] {
  const faulty = (size.valuesOfB ?? 0) + (size.valuesOfC ?? 0) > 0;
  return [
    ...(faulty ? [`faulty clients prepare timestamps with val at most ${size.maxForgedVal}`] : []),
    ...(size.onlyPrepares ? [`faulty clients prepare only ${size.onlyPrepares.join(", ")}`] : []),
    ...(size.onlyWrites ? [`the coalition writes only ${size.onlyWrites.join(", ")}`] : []),
    ...(size.onlyForged ? [`faulty clients send only ${size.onlyForged.join(", ")}`] : []),
    ...(size.maxExpectedVal === undefined
      ? []
      : [`what replicas prepare for c in phase 1 is of use up to val ${size.maxExpectedVal}`]),
    ...(size.reachable ? [`requests reach ${size.reachable} correct replicas only`] : []),
    ...(size.reach ? [`faulty clients send to ${size.reach} correct replicas only`] : []),
    "replies to a nonce that its client has left are dropped: nobody can accept them",
    "messages that no correct process would accept are not sent by faulty ones",
  ];
}

/** Names an instance by its size, in words. */
export function nameOf(size: InstanceSize): string {
  const { valuesOfC = 0, valuesOfB = 0, writes = 0, reads = 0, objects = 1 } = size;
  const { writesOfB = 0, onlyForged, maxExpectedVal } = size;
  return [
    `${size.faultyReplicas} ${size.silentReplica ? "silent" : "faulty"} of 4`,
    valuesOfC > 0 && `c: ${valuesOfC} values to val ${size.maxForgedVal}`,
    valuesOfB > 0 && `b: ${valuesOfB} values`,
    size.onlyPrepares && `only ${size.onlyPrepares.join("+")}`,
    size.reachable && `requests reach ${size.reachable}`,
    size.reach && `reaching ${size.reach}`,
    maxExpectedVal !== undefined && `expected to val ${maxExpectedVal}`,
    onlyForged && `${onlyForged.length} requests of c given`,
    size.stops && "c may stop",
    size.mayFallSilent && "it may fall silent",
    writesOfB > 0 && `${writesOfB} writes of b`,
    writes > 0 && `${writes} writes`,
    reads > 0 && `${reads} reads`,
    objects > 1 && `${objects} objects`,
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

/** One case: a variant of the rules on an instance, and what is expected. */
export function caseOf(
  variant: string,
  rules: Rules,
  size: InstanceSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    problem: () => problemOf(size, rules, question),
    ...rest,
  };
}
