import { type Index, sortOf } from "../../../spec/automaton/index.ts";
import { nobleScheme } from "../../crypto/noble.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { ServiceProtocol } from "../../network/service-protocol.ts";
import type { Replica } from "../messages.ts";
import { type ClbftRules, MUTANTS, REPAIRED } from "../rules.ts";
import { clientAutomata, replicaAutomata } from "./automata.ts";
import { clientProcess } from "./client-process.ts";
import { ReplicaProcess } from "./replica-process.ts";
import { checkpointDigest } from "./transfer/texts.ts";
import { chunkCharsOf } from "./transfer/tree.ts";

/** CLBFT as hosts run it: any deterministic service, replicated. */
function protocolUnder(rules: ClbftRules): ServiceProtocol {
  return {
    offers: "service",
    name: "clbft",
    format: 1,
    replicasTalk: true,
    replicasFor: (faults) => 3 * faults + 1,
    replica: (self, facts, service) => new ReplicaProcess(self, facts, service, rules),
    client: (self, facts, ended) => clientProcess(self, facts, ended, rules),
    automata(process, _unit, facts, service) {
      if (sortOf(process) !== "replica") return clientAutomata(process as Index<"client">, facts);
      const chunkChars = chunkCharsOf(facts.messageBytes);
      const digest = checkpointDigest(digestWith(nobleScheme), chunkChars);
      return replicaAutomata(process as Replica, facts, service, rules, digest);
    },
  };
}

/** The protocol that we run: the repaired rules. */
export const protocol: ServiceProtocol = protocolUnder(REPAIRED);

/** The mutants whose fault a host does not make good: its mailbox sees to the other rules itself. */
const RUNNING = [
  "decides-in-its-view-alone",
  "numbers-begin-anew",
  "votes-not-durable",
  "reports-last-view",
  "reports-nothing",
  "restart-enters-view",
  "commits-when-accepted",
  "stays-in-view",
  "executes-out-of-order",
  "executes-again",
  "reads-go-back",
  "reads-match-by-result",
  "prepare-quorum-2f",
  "commit-quorum-2f",
  "view-change-quorum-2f",
  "joins-f",
  "checkpoint-quorum-f",
  "reply-quorum-f",
  "read-quorum-f+1",
] as const;

/** What runs under other rules, by name: simulations look for their faults. */
export const variants: Readonly<Record<string, ServiceProtocol>> = {
  repaired: protocol,
  ...Object.fromEntries(
    RUNNING.map((name) => [name, protocolUnder(MUTANTS[name] ?? REPAIRED)] as const),
  ),
};
