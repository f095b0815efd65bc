import type { Index } from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import type { Unit } from "../../network/process.ts";
import type { RecordedFacts } from "../../network/protocol.ts";
import { atomicMulticast } from "../atomic/automaton.ts";
import { ATOMIC, type AtomicRules } from "../atomic/rules.ts";
import { detector, MESSAGES_PER_ROUND } from "../detector/automaton.ts";
import { DETECTOR_REPAIRED } from "../detector/rules.ts";
import { doubling } from "../detector/timeouts.ts";
import { machineClient } from "../machine/client-automaton.ts";
import { stateMachine } from "../machine/replica-automaton.ts";
import type { Replica } from "../messages.ts";
import { multicaster } from "../reliable/client-automaton.ts";
import { reliableReplica } from "../reliable/replica-automaton.ts";
import { RELIABLE, type ReliableRules } from "../reliable/rules.ts";
import { WIC_REPAIRED, type WicRules } from "../rules.ts";
import { wicReplica } from "../wic/replica.ts";
import { boundsOf } from "./bounds.ts";
import { installing } from "./installing.ts";

/** How many ticks of the detector's clock its first time-out takes. */
export const TICKS = 5;

/** The mailbox has verified every signature before a message, or a value that holds it, comes in. */
const isSigned = () => true;

/** The rules that the layers of a replica run under. */
export interface Rules {
  readonly reliable: ReliableRules;
  readonly atomic: AtomicRules;
  readonly wic: WicRules;
}

/** What we run. */
export const REPAIRED: Rules = { reliable: RELIABLE, atomic: ATOMIC, wic: WIC_REPAIRED };

/** The automata of a replica: one unit, as they share actions. */
export function replicaAutomata(
  self: Replica,
  facts: RecordedFacts,
  service: Service,
  rules: Rules,
): Unit {
  const { replicas: group, clients, suspicion } = facts;
  const { width, batchMax } = boundsOf(facts);
  const ceiling = Math.max(TICKS, Math.ceil((TICKS * suspicion.mostMs) / suspicion.firstMs));
  return {
    reliable: reliableReplica(self, width, isSigned, rules.reliable),
    atomic: atomicMulticast(self, {
      width,
      isSigned,
      rules: rules.atomic,
      share: { batchMax, clients },
    }),
    wic: installing(self, wicReplica({ self, group, rules: rules.wic, window: 1 })),
    detector: detector({
      self,
      group,
      rules: DETECTOR_REPAIRED,
      timeouts: doubling(TICKS, ceiling),
      messagesPerRound: MESSAGES_PER_ROUND,
    }),
    machine: stateMachine(self, service),
  };
}

/** The automata of a client. It signs what leaves it, so within it nothing is signed. */
export function clientAutomata(self: Index<"client">, group: readonly Replica[]): Unit {
  return { multicaster: multicaster(self, () => null, group), client: machineClient(self) };
}
