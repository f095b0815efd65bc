import type { ServiceSystem } from "../../../impl/clbft/model/service/composition.ts";
import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import {
  type Composition,
  type Fairness,
  type Index,
  leadsTo,
  type Property,
  type Restarting,
  type Witness,
  weaklyFair,
  withRestarts,
  witness,
} from "../../../spec/automaton/index.ts";

type Restarted = Composition<Restarting<ServiceSystem["parts"]>>;

/** The same system, in which one of some processes may crash and start again, once. */
export const restarting = (system: ServiceSystem, processes: readonly Index[]): ServiceSystem =>
  withRestarts(system, {
    processes,
    atMost: 1,
    cite: "CLBFT.RESTART",
  }) as unknown as ServiceSystem;

/** What is sent again and again, or owed, is so for each receiver by itself. */
const EACH: readonly Fairness[] = [
  weaklyFair("REQUEST-AGAIN", { by: ["replica", "request.client", "request.t"] }),
  weaklyFair("EXECUTE", { by: ["replica"] }),
  weaklyFair("REPLIES", { by: ["client", "t"] }),
];

/** Each operation of a correct client returns. */
export const answersEach = (system: ServiceSystem): Property =>
  leadsTo(system, {
    name: "each operation returns",
    reads: ["users"],
    fairness: EACH,
    premise: ({ users }) => users.some(({ open }) => open.length > 0),
    conclusion: ({ users }) => users.every(({ open }) => open.length === 0),
  });

/** Each correct replica comes to execute what clients asked for. */
export const executesAll = (system: ServiceSystem, { requests }: ServiceWorld): Property =>
  leadsTo(system, {
    name: "each correct replica executes each request",
    reads: ["users", "execution.service"],
    fairness: EACH,
    premise: ({ users }) =>
      users.reduce((sum, { invoked }) => sum + invoked, 0) === requests.length,
    conclusion: ({ execution }) =>
      execution.every(({ service }) => (service as string).length === requests.length),
  });

/** A replica restarts after it executed something that its last checkpoint lacks. */
export const losesExecuted = (system: ServiceSystem, at: number): Witness =>
  witness(system as unknown as Restarted, {
    name: "a replica restarts and is behind what it had executed",
    reads: ["faults.restarts", "execution.executed", "execution.reached"],
    reached: ({ faults, execution }) => {
      const { executed = 0, reached = 0 } = execution[at] ?? {};
      return faults.restarts === 1 && executed < reached;
    },
  });

/** A replica restarts and goes on from a checkpoint. */
export const startsFromCheckpoint = (system: ServiceSystem, at: number): Witness =>
  witness(system as unknown as Restarted, {
    name: "a replica restarts from a checkpoint that lacks something that it had executed",
    reads: ["faults.restarts", "execution.executed", "execution.reached"],
    reached: ({ faults, execution }) => {
      const { executed = 0, reached = 0 } = execution[at] ?? {};
      return faults.restarts === 1 && executed > 0 && executed < reached;
    },
  });

/** A client restarts while an operation is under way. */
export const clientIsInterrupted = (system: ServiceSystem): Witness =>
  witness(system as unknown as Restarted, {
    name: "a client restarts with an operation under way",
    reads: ["faults.restarts", "users"],
    reached: ({ faults, users }) =>
      faults.restarts === 1 && users.some(({ open }) => open.length > 0),
  });
