import {
  automaton,
  compose,
  type Index,
  type Input,
  type Output,
  observer,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import { atomicMulticastOf } from "../../../spec/multicast/atomic.ts";
import type { Service } from "../../../spec/service/service.ts";
import { type AtomicOptions, atomicMulticast } from "../atomic/automaton.ts";
import { leanConsistency } from "../atomic/lean-consistency.ts";
import type { Batch, Client, Message, Request } from "../atomic/message.ts";
import { signed } from "../atomic/symbolic.ts";
import { coordinatorOf, type Replica } from "../messages.ts";
import { multicaster } from "../reliable/client-automaton.ts";
import { network } from "../reliable/model.ts";
import { reliableReplica } from "../reliable/replica-automaton.ts";
import type { ReliableRules } from "../reliable/rules.ts";
import { machineClient } from "./client-automaton.ts";
import { stateMachine } from "./replica-automaton.ts";
import { replyMedium } from "./reply-medium.ts";

/** A bounded instance of the replicated state machine. */
export interface MachineWorld {
  readonly service: Service<string>;
  /** the correct replicas */
  readonly replicas: readonly Replica[];
  readonly faultyReplicas: readonly Replica[];
  /** what each correct client asks for, one after the other */
  readonly scripts: readonly { readonly client: Client; readonly operations: readonly string[] }[];
  /** false: a client issues its next request without waiting for the reply to the last (a mutant) */
  readonly waits: boolean;
  /** what faulty clients multicast */
  readonly faulty: readonly Request[];
  /** how many replicas have to reply the same: f + 1 */
  readonly repliesNeeded: number;
  /** what faulty replicas reply of their own, beside what any correct one replies; null: they are mute */
  readonly lies: readonly string[] | null;
}

interface UserActions {
  INVOKE: Output<{ client: Client; op: string }>;
  RETURN: Input<{ client: Client; result: string }>;
}

export interface UserState {
  /** how many operations were invoked, and how many returned; at most the script's */
  readonly invoked: number;
  readonly returned: number;
}

function machineUser(client: Client, operations: readonly string[], waits: boolean) {
  return automaton<UserState, UserActions>("user", {
    start: { invoked: 0, returned: 0 },
    transitions: {
      INVOKE: {
        kind: "output",
        at: { client },
        task: spontaneous("invoke"),
        choose: ({ invoked }) =>
          operations.slice(invoked, invoked + 1).map((op) => ({ client, op })),
        when: {
          idle: ({ invoked, returned }) => !waits || invoked === returned,
          next: ({ invoked }, { op }) => operations[invoked] === op,
        },
        effect(s) {
          s.invoked += 1;
        },
      },
      RETURN: {
        kind: "input",
        at: { client },
        effect(s) {
          s.returned += 1;
        },
      },
    },
  });
}

interface CauseActions {
  INVOKE: Input<{ client: Client; op: string }>;
  RETURN: Input<{ client: Client; result: string }>;
  "A-DELIVER": Input<{ replica: Replica; k: number; message: Request }>;
}

/** Which operations may cause which, and in which order replicas executed them; operations are unique. */
export interface Causes {
  /** by client: the last operation that it issued */
  readonly issued: Readonly<Record<Client, string>>;
  readonly returned: readonly string[];
  /** [cause, effect]: issued before by the same client, or answered before the other was issued */
  readonly pairs: readonly (readonly [string, string])[];
  readonly executed: Readonly<Record<Replica, readonly string[]>>;
}

function causes(replicas: readonly Replica[]) {
  return observer<Causes, CauseActions>("causes", {
    start: {
      issued: {},
      returned: [],
      pairs: [],
      executed: Object.fromEntries(replicas.map((replica) => [replica, []])),
    },
    on: {
      INVOKE: {
        effect(s, { client, op }) {
          const last = s.issued[client];
          const before = new Set([...s.returned, ...(last === undefined ? [] : [last])]);
          for (const cause of [...before].sort()) s.pairs.push([cause, op]);
          s.issued[client] = op;
        },
      },
      RETURN: {
        effect(s, { client }) {
          s.returned = [...s.returned, s.issued[client] as string].sort();
        },
      },
      "A-DELIVER": {
        effect(s, { replica, message: { op } }) {
          s.executed[replica]?.push(op);
        },
      },
    },
  });
}

const requestsOf = ({ scripts }: MachineWorld): Request[] =>
  scripts.flatMap(({ client, operations }) =>
    operations.map((op, at) => ({ client, seq: at + 1, op })),
  );

/** What every model of the machine has: users, clients, machines, and what carries the replies. */
function aroundMulticast(world: MachineWorld) {
  const { service, replicas, faultyReplicas, scripts, waits, repliesNeeded, lies } = world;
  return {
    users: scripts.map(({ client, operations }) => machineUser(client, operations, waits)),
    clients: scripts.map(({ client }) => machineClient(client)),
    machines: replicas.map((self) => stateMachine(self, service)),
    replies: replyMedium({
      requests: [...requestsOf(world), ...world.faulty],
      needed: repliesNeeded,
      liars: lies === null ? 0 : faultyReplicas.length,
      lies: lies ?? [],
    }),
  };
}

/** The replicated state machine over the specification of atomic multicast. */
export function machineModel(world: MachineWorld) {
  const { replicas, faulty } = world;
  return compose(
    "replicated state machine",
    {
      ...aroundMulticast(world),
      multicast: atomicMulticastOf({ correct: replicas, faulty, stages: 1, once: "each number" }),
      causes: causes(replicas),
    },
    { open: ["RECEIVE", "INSTALL", "RETRY"] },
  );
}

/** What a model of the machine over the protocols says besides. */
export interface StackWorld extends MachineWorld {
  readonly group: readonly Replica[];
  readonly reliable: ReliableRules;
  readonly atomic: AtomicOptions;
  /** D-OPT1: at first a request goes to the first coordinator only */
  readonly toCoordinator: boolean;
  /** whether clients that wait for long multicast again */
  readonly retries: boolean;
  readonly valuesMin: number;
  readonly proposals: readonly Batch[];
  readonly instances: number;
}

/** The client's timer: it may expire at any time, and does so again and again. */
const timer = (client: Client) =>
  automaton<Readonly<Record<never, never>>, { RETRY: Output<{ client: Client }> }>("timer", {
    start: {},
    transitions: { RETRY: { kind: "output", at: { client } } },
  });

/**
 * The replicated state machine over Algorithms 1, 2, 4 and 5 and the specification of weak interactive
 * consistency.
 */
export function stackModel(world: StackWorld) {
  const { replicas, faultyReplicas, group, reliable, atomic, scripts, proposals } = world;
  const { valuesMin, instances, retries, toCoordinator } = world;
  const first = toCoordinator ? [coordinatorOf(1, group)] : group;
  const messages: readonly Message[] = requestsOf(world).map(signed);
  const signer = ({ client }: Request): Index => client;
  return compose(
    "replicated state machine, all layers",
    {
      ...aroundMulticast(world),
      timers: retries ? scripts.map(({ client }) => timer(client)) : [],
      multicasters: scripts.map(({ client }) => multicaster(client, signer, group, first)),
      network: network(replicas, messages),
      reliable: replicas.map((self) =>
        reliableReplica(self, atomic.width, atomic.isSigned, reliable),
      ),
      atomic: replicas.map((self) => atomicMulticast(self, atomic)),
      consistency: leanConsistency({
        correct: replicas,
        faulty: faultyReplicas,
        instances,
        valuesOf: () => valuesMin,
        forged: () => proposals,
      }),
    },
    { open: ["INSTALL", "RETRY"] },
  );
}

export type MachineSystem = ReturnType<typeof machineModel>;
export type StackSystem = ReturnType<typeof stackModel>;
