import type { DigestFunction, Index } from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import type { Unit } from "../../network/process.ts";
import type { RecordedFacts } from "../../network/protocol.ts";
import { agreement } from "../agreement/automaton.ts";
import { clbftClient } from "../client-automaton.ts";
import { execution } from "../execution/automaton.ts";
import type { Replica } from "../messages.ts";
import type { ClbftRules } from "../rules.ts";
import { timer } from "../timer.ts";
import { boundsOf } from "./bounds.ts";

/** How many batches executed in a row halve a time-out that was doubled. */
const RECOVER_AFTER = 16;

/**
 * The automata of a replica: one unit, as they share actions.
 * @param digest of a checkpoint
 */
export function replicaAutomata(
  self: Replica,
  facts: RecordedFacts,
  service: Service,
  rules: ClbftRules,
  digest: DigestFunction,
): Unit {
  const { replicas: group, suspicion } = facts;
  const bounds = boundsOf(facts);
  const { checkpointEvery, clientWindow } = bounds;
  const doublingsMax = Math.ceil(Math.log2(Math.max(1, suspicion.mostMs / suspicion.firstMs)));
  return {
    agreement: agreement({ self, group, rules, bounds }),
    execution: execution({ self, service, digest, rules, checkpointEvery, clientWindow }),
    timer: timer({ self, doublingsMax, recoverAfter: RECOVER_AFTER }),
  };
}

export function clientAutomata(self: Index<"client">, facts: RecordedFacts): Unit {
  return { client: clbftClient({ self, window: boundsOf(facts).clientWindow }) };
}
