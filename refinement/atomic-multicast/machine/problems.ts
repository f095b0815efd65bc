import { ATOMIC } from "../../../impl/atomic-multicast/atomic/rules.ts";
import { forged, isSigned } from "../../../impl/atomic-multicast/atomic/symbolic.ts";
import {
  type MachineSystem,
  type MachineWorld,
  machineModel,
  type StackSystem,
  type StackWorld,
  stackModel,
} from "../../../impl/atomic-multicast/machine/model.ts";
import { RELIABLE } from "../../../impl/atomic-multicast/reliable/rules.ts";
import {
  type Composition,
  type Fairness,
  type Index,
  includedIn,
  index,
  indices,
  invariant,
  leadsTo,
  type Problem,
  type Property,
  threshold,
  type Witness,
  weaklyFair,
  withRestarts,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { serverSystem } from "../../../spec/service/server.ts";
import type { Service } from "../../../spec/service/service.ts";

type Client = Index<"client">;
const GROUP = indices("replica", 4);
const [C, D, B] = [0, 1, 2].map((at) => index("client", at)) as [Client, Client, Client];

/** Its state and each result is what was executed, in order: nothing tells orders apart better. */
export const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, operation) => ({ state: state + operation, result: state + operation }),
};

/** What distinguishes an instance of four replicas. */
export interface MachineSize {
  /** 1, or (one too many) 2 */
  readonly faultyReplicas: number;
  /** the operations of client#0 and client#1, one letter each */
  readonly operations: readonly [string, string];
  /** whether client#2, which is faulty, asks for "z" */
  readonly faultyClient: boolean;
  /** false: clients do not wait for replies (a mutant) */
  readonly waits?: boolean;
  /** how many equal replies a client takes; f + 1 without it */
  readonly repliesNeeded?: number;
  /** faulty replicas reply nothing: what liveness must survive */
  readonly mute?: boolean;
}

function worldOf(size: MachineSize): MachineWorld {
  const { faultyReplicas, operations, faultyClient, waits = true } = size;
  const [ofC, ofD] = operations;
  return {
    service: journal,
    replicas: GROUP.slice(0, 4 - faultyReplicas),
    faultyReplicas: GROUP.slice(4 - faultyReplicas),
    scripts: [
      { client: C, operations: [...ofC] },
      { client: D, operations: [...ofD] },
    ].filter((script) => script.operations.length > 0),
    waits,
    faulty: faultyClient ? [{ client: B, seq: 1, op: "z" }] : [],
    repliesNeeded: size.repliesNeeded ?? threshold("replies", 2),
    lies: size.mute === true ? null : ["lie"],
  };
}

export function nameOf({ faultyReplicas, operations, faultyClient, mute }: MachineSize): string {
  const asked = operations.filter((one) => one !== "").map((one) => one.length);
  const faulty = faultyClient ? ", 1 of a faulty one" : "";
  const which = mute === true ? "mute" : "faulty";
  return `${faultyReplicas} ${which} of 4, ${asked.join(" and ")} of correct clients${faulty}`;
}

/** The same with all layers below, and the first coordinator faulty where the instance says so. */
export interface StackSize {
  readonly toCoordinator: boolean;
  /** the faulty replica, which says nothing but proposes what it likes */
  readonly faultyReplica: number;
  readonly retries: boolean;
}

function stackOf({ toCoordinator, faultyReplica, retries }: StackSize): StackWorld {
  const world = worldOf({
    faultyReplicas: 1,
    operations: ["x", ""],
    faultyClient: false,
    mute: true,
  });
  const faulty = GROUP[faultyReplica] as Index<"replica">;
  return {
    ...world,
    group: GROUP,
    replicas: GROUP.filter((one) => one !== faulty),
    faultyReplicas: [faulty],
    reliable: RELIABLE,
    atomic: { width: 2, isSigned, rules: ATOMIC },
    toCoordinator,
    retries,
    valuesMin: threshold("values", 2),
    proposals: [[], [forged({ client: C, seq: 1, op: "a" }, faulty)]],
    instances: 2,
  };
}

export const machineProblem = (
  size: MachineSize,
  properties: (system: MachineSystem, world: MachineWorld) => readonly Property[],
  witnesses: (system: MachineSystem) => readonly Witness[],
): Problem => {
  const world = worldOf(size);
  const system = machineModel(world);
  return {
    system,
    properties: properties(system, world),
    witnesses: witnesses(system),
    excludes: [
      "atomic multicast is its specification; claims D-AM say that Algorithms 1 and 2 are included in it",
      world.lies === null
        ? "faulty replicas reply nothing"
        : `faulty replicas reply whatever correct ones reply, and "${world.lies.join('", "')}"`,
      "RETRY, a repeated RECEIVE and INSTALL never happen",
    ],
  };
};

/** The same in which replica#0 may crash and start again, once. */
export const restartProblem = (
  size: StackSize,
  properties: (system: StackSystem, world: StackWorld) => readonly Property[],
  mutate: (system: StackSystem) => StackSystem = (system) => system,
): Problem => {
  const world = stackOf(size);
  const before = mutate(stackModel(world));
  const [process] = GROUP;
  const system = withRestarts(before, { processes: [process as Index<"replica">], atMost: 1 });
  return {
    system,
    properties: properties(system as unknown as StackSystem, world),
    witnesses: [
      witness(system, {
        name: "it restarts after it executed the request",
        reads: ["faults", "machines.replies"],
        reached: ({ faults, machines }) =>
          faults.restarts === 1 && Object.keys(machines[0]?.replies ?? {}).length > 0,
      }),
      allReturned(system as unknown as StackSystem, 1),
    ],
    excludes: [
      "weak interactive consistency is its specification, which no restart touches",
      "one restart, of one replica; clients and the network do not restart",
    ],
  };
};

export const stackProblem = (
  size: StackSize,
  properties: (system: StackSystem, world: StackWorld) => readonly Property[],
  witnesses: (system: StackSystem) => readonly Witness[],
): Problem => {
  const world = stackOf(size);
  const system = stackModel(world);
  return {
    system,
    properties: properties(system, world),
    witnesses: witnesses(system),
    excludes: [
      "weak interactive consistency is its specification",
      "the faulty replica relays and replies nothing, and proposes nothing or a forged message",
      "INSTALL never happens",
    ],
  };
};

/** What clients see is what one server that does not fail would show them. */
export const looksLikeOneServer = (
  system: MachineSystem | StackSystem,
  { service, scripts, faulty }: MachineWorld,
) =>
  includedIn(system as unknown as MachineSystem, {
    name: "one server",
    specification: serverSystem({
      service,
      correct: scripts.map(({ client }) => client),
      faulty: Object.fromEntries(faulty.map(({ client, op }) => [client, [op]])),
    }),
    visible: ["INVOKE", "RETURN"],
  });

/** Whatever is issued after a reply, or after another request of its client, is executed after it. */
export const causesComeFirst = (system: MachineSystem) =>
  invariant(system, {
    name: "each replica executes causes before effects",
    reads: ["causes"],
    holds: ({ causes: { pairs, executed } }) =>
      Object.values(executed).every((order) =>
        pairs.every(([cause, effect]) => {
          const at = order.indexOf(effect);
          return at < 0 || order.slice(0, at).includes(cause);
        }),
      ),
  });

type Users = Composition<{ readonly users: MachineSystem["parts"]["users"] }>;

/**
 * Each request is answered. Where there is a network, a replica to which it repeats a message does
 * not keep it from the others.
 */
export const invocationsReturn = (
  system: MachineSystem | StackSystem,
  fairness: readonly Fairness[] = [],
) =>
  leadsTo(system as unknown as Users, {
    name: "each request is answered",
    reads: ["users"],
    fairness,
    premise: ({ users }) => users.some(({ invoked, returned }) => invoked > returned),
    conclusion: ({ users }) => users.every(({ invoked, returned }) => invoked === returned),
  });

export const EACH_RECEIVES: Fairness = weaklyFair("RECEIVE", { by: ["replica"] });

export const allReturned = (system: MachineSystem | StackSystem, operations: number) =>
  witness(system as unknown as Users, {
    name: "every operation returned",
    reads: ["users"],
    reached: ({ users }) => users.reduce((sum, { returned }) => sum + returned, 0) === operations,
  });

export const returns = (system: MachineSystem, result: string) =>
  witnessAction(system, {
    name: `a client is told "${result}"`,
    action: "RETURN",
    where: (payload) => payload.result === result,
  });

/** Each number is executed at most once by each replica. */
export const executesOnce = (system: StackSystem) =>
  invariant(system, {
    name: "no replica executes a request twice",
    reads: ["machines.service"],
    holds: ({ machines }) => machines.every(({ service }) => service.length <= 1),
  });

/** Lemma 7.3, of one request: who executed it did so in one stage. */
export const executesInOneStage = (system: StackSystem) =>
  invariant(system, {
    name: "replicas execute the request in one stage",
    reads: ["machines.k"],
    holds: ({ machines }) => new Set(machines.map(({ k }) => k).filter((k) => k > 0)).size < 2,
  });

/** Every correct replica executes the request. */
export const allExecute = (system: StackSystem) =>
  leadsTo(system, {
    name: "each correct replica executes the request",
    reads: ["users", "machines.service"],
    fairness: [EACH_RECEIVES],
    premise: ({ users }) => users.some(({ invoked }) => invoked > 0),
    conclusion: ({ machines }) => machines.every(({ service }) => service === "x"),
  });
