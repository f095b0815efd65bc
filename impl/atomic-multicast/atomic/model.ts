import {
  type Automaton,
  automaton,
  compose,
  type Input,
  type Output,
  observer,
  spontaneous,
  type Value,
} from "../../../spec/automaton/index.ts";
import { reliableMulticast } from "../../../spec/multicast/reliable.ts";
import {
  type WeakInteractiveConsistencyActions,
  type WeakInteractiveConsistencyInstance,
  weakInteractiveConsistency,
} from "../../../spec/multicast/weak-interactive-consistency.ts";
import type { Replica } from "../messages.ts";
import {
  type AtomicActions,
  type AtomicOptions,
  type AtomicState,
  atomicMulticast,
} from "./automaton.ts";
import { leanConsistency } from "./lean-consistency.ts";
import { type Batch, type Message, type Request, requestOf } from "./message.ts";
import { numberlessConsistency } from "./numberless-consistency.ts";
import { signed } from "./symbolic.ts";

/** A bounded instance of atomic multicast over the specifications of what it uses. */
export interface AtomicWorld {
  readonly options: AtomicOptions;
  /** the correct replicas */
  readonly replicas: readonly Replica[];
  readonly faultyReplicas: readonly Replica[];
  /** what correct clients multicast: before the start, or at any time, each on its own */
  readonly multicast: readonly Request[];
  readonly multicastBefore: boolean;
  /** what faulty clients signed: it may reach correct replicas, and be in forged proposals */
  readonly faultyClients: readonly Message[];
  /** what a faulty replica may propose */
  readonly proposals: readonly Batch[];
  /** how many values a decision in instance k has: f + 1, or one where D-OPT2 begins with one */
  readonly valuesOf: (k: number) => number;
  /** instances 1 … instances of consistency decide */
  readonly instances: number;
  /**
   * as specified: the specification itself. any: the same, see {@link leanConsistency}. lockstep: instances without end, see {@link modulo}. numberless:
   * messages of consistency carry no instance number (D-E03)
   */
  readonly consistency: "as specified" | "any" | "lockstep" | "numberless";
}

/** A correct client: R-multicasts one request when it likes. By Algorithm 1 that A-multicasts it. */
function multicastOnce(request: Request) {
  type Actions = { "R-MULTICAST": Output<{ message: Message }> };
  return automaton<{ readonly multicast: boolean }, Actions>("client", {
    start: { multicast: false },
    transitions: {
      "R-MULTICAST": {
        kind: "output",
        at: { message: signed(request) },
        cite: "D.AM.MULTICAST",
        task: spontaneous("multicast"),
        when: { once: ({ multicast }) => !multicast },
        effect(s) {
          s.multicast = true;
        },
      },
    },
  });
}

interface HistoryActions {
  "A-DELIVER": Input<{ replica: Replica; k: number; message: Request }>;
  PROPOSE: Input<{ replica: Replica; k: number; value: Value }>;
}

function consistencyOf({ consistency }: AtomicWorld, instance: WeakInteractiveConsistencyInstance) {
  type Consistency = Automaton<unknown, WeakInteractiveConsistencyActions>;
  if (consistency === "numberless") return numberlessConsistency(instance) as Consistency;
  if (consistency === "as specified") return weakInteractiveConsistency(instance) as Consistency;
  return leanConsistency(instance, { lockstep: consistency === "lockstep" }) as Consistency;
}

/** What a correct replica did, as far as claims speak of it. */
export interface History {
  /** in the order of delivery; at most the messages of the instance, printed rules aside */
  readonly delivered: readonly { readonly k: number; readonly message: Request }[];
  /** the last instance that it proposed to */
  readonly proposed: number;
}

function history(replica: Replica, deliveriesMax: number) {
  return observer<History, HistoryActions>("history", {
    start: { delivered: [], proposed: 0 },
    on: {
      "A-DELIVER": {
        at: { replica },
        effect(s, { k, message }) {
          if (s.delivered.length < deliveriesMax) {
            s.delivered.push({ k, message: requestOf(message) });
          }
        },
      },
      PROPOSE: {
        at: { replica },
        effect(s, { k }) {
          s.proposed = k;
        },
      },
    },
  });
}

/**
 * The same automaton, which after an instance of a certain number starts again with number 1. Where no
 * two instances under way are more than one apart, counting modulo 2 tells them apart as counting does,
 * and runs of endless instances have finitely many states.
 */
function modulo(
  one: Automaton<AtomicState, AtomicActions>,
  instances: number,
): Automaton<AtomicState, AtomicActions> {
  const decided = one.transitions.DECIDED;
  const effect = decided?.effect;
  if (effect === undefined) throw new RangeError("DECIDED has no effect");
  const DECIDED: NonNullable<typeof decided> = {
    ...decided,
    kind: "input",
    effect(state, payload, send) {
      effect(state, payload, send);
      if (!state.deciding && state.k === instances) state.k = 0;
    },
  };
  return Object.freeze({ ...one, transitions: { ...one.transitions, DECIDED } });
}

/**
 * Atomic multicast at the correct replicas, over the specification of reliable multicast and that of
 * weak interactive consistency, in which faulty replicas propose what the world lists.
 */
export function atomicModel(world: AtomicWorld) {
  const { options, replicas, faultyReplicas, multicast, multicastBefore, faultyClients } = world;
  const { proposals, valuesOf, instances } = world;
  const messages = multicast.length + faultyClients.length;
  const channel = reliableMulticast<Message>({
    correct: replicas,
    faulty: faultyClients,
    before: multicastBefore ? multicast.map(signed) : [],
    once: options.rules.remembers === "numbers" ? "each number" : "each message",
  });
  const instance: WeakInteractiveConsistencyInstance = {
    correct: replicas,
    faulty: faultyReplicas,
    instances,
    valuesOf,
    forged: () => proposals,
  };
  const lockstep = world.consistency === "lockstep";
  const atomic = replicas.map((self) => atomicMulticast(self, options));
  return compose(
    "atomic multicast at replicas",
    {
      clients: multicastBefore ? [] : multicast.map(multicastOnce),
      channel,
      replicas: lockstep ? atomic.map((one) => modulo(one, instances)) : atomic,
      consistency: consistencyOf(world, instance),
      histories: replicas.map((self) => history(self, messages + 1)),
    },
    { open: ["INSTALL", "R-MULTICAST"] },
  );
}

export type AtomicSystem = ReturnType<typeof atomicModel>;
