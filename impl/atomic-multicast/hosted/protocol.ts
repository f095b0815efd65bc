import { type Index, sortOf } from "../../../spec/automaton/index.ts";
import type { ServiceProtocol } from "../../network/service-protocol.ts";
import { ATOMIC_MUTANTS } from "../atomic/rules.ts";
import type { Replica } from "../messages.ts";
import { clientAutomata, REPAIRED, type Rules, replicaAutomata } from "./automata.ts";
import { clientProcess } from "./client-process.ts";
import { ReplicaProcess } from "./replica-process.ts";

/** Atomic multicast as hosts run it: any deterministic service, replicated. */
function protocolUnder(rules: Rules): ServiceProtocol {
  return {
    offers: "service",
    name: "atomic-multicast",
    format: 1,
    replicasTalk: true,
    replicasFor: (faults) => 3 * faults + 1,
    replica: (self, facts, service) => new ReplicaProcess(self, facts, service, rules),
    client: clientProcess,
    automata: (process, _unit, facts, service) =>
      sortOf(process) === "replica"
        ? replicaAutomata(process as Replica, facts, service, rules)
        : clientAutomata(process as Index<"client">, facts.replicas),
  };
}

/** The protocol that we run: the repaired rules of every layer. */
export const protocol: ServiceProtocol = protocolUnder(REPAIRED);

/** What runs under other rules, by name: simulations look for their faults. */
export const variants: Readonly<Record<string, ServiceProtocol>> = {
  repaired: protocol,
  ...Object.fromEntries(
    Object.entries(ATOMIC_MUTANTS).map(([name, atomic]) => [
      name,
      protocolUnder({ ...REPAIRED, atomic }),
    ]),
  ),
};
