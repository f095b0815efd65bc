import { type Automaton, compose, type Value } from "../../../spec/automaton/index.ts";
import { reliableMulticast } from "../../../spec/multicast/reliable.ts";
import type { Estimate, Replica } from "../messages.ts";
import { wicReplicas } from "../wic/composition.ts";
import { medium } from "../wic/medium.ts";
import type { WicWorld } from "../wic/world.ts";
import {
  type AtomicActions,
  type AtomicOptions,
  type AtomicState,
  atomicMulticast,
} from "./automaton.ts";
import type { Batch, Message } from "./message.ts";

/** Atomic multicast over Algorithm 3: one message, which is all that correct replicas propose. */
export interface OverProtocolWorld {
  readonly options: AtomicOptions;
  readonly consistency: WicWorld;
  /** multicast before the start by a correct client */
  readonly message: Message;
  /** what the values of faulty replicas, which Algorithm 3 only compares, stand for */
  readonly proposals: Readonly<Record<string, Batch>>;
}

type Atomic = Automaton<AtomicState, AtomicActions>;

/**
 * Atomic multicast at the correct replicas over the specification of reliable multicast and Algorithm
 * 3. Its model calls values by names, and so do the actions between the two.
 */
export function overProtocol(world: OverProtocolWorld) {
  const { options, consistency, message, proposals } = world;
  const { correct, proposes } = consistency;
  const meaningOf = (name: Value): Value => proposals[name as string] ?? [message];
  return compose(
    "atomic multicast over Algorithm 3",
    {
      channel: reliableMulticast<Message>({
        correct,
        faulty: [],
        before: [message],
        once: "each number",
      }),
      replicas: correct.map((self) => naming(atomicMulticast(self, options), proposes, meaningOf)),
      consistency: wicReplicas(consistency),
      medium: medium(consistency),
    },
    { open: ["INSTALL", "R-MULTICAST", "DISTRUST", "RECALL", "SUSPECT"] },
  );
}

/** The same automaton, whose values have names outside. */
function naming(
  one: Atomic,
  nameOf: (replica: Replica, k: number) => string,
  meaningOf: (name: Value) => Value,
): Atomic {
  type Proposal = AtomicActions["PROPOSE"]["payload"];
  const { PROPOSE, DECIDED } = one.transitions;
  const choose = PROPOSE?.choose;
  const effect = DECIDED?.effect;
  if (choose === undefined || effect === undefined) throw new RangeError("not atomic multicast");
  const named = (proposal: Proposal): Proposal => ({
    ...proposal,
    value: nameOf(proposal.replica, proposal.k),
  });
  const meant = (proposal: Proposal): Proposal => ({
    ...proposal,
    value: meaningOf(proposal.value),
  });
  const clauses = Object.entries(PROPOSE?.when ?? {}).map(([clause, holds]) => [
    clause,
    (state: AtomicState, proposal: Proposal) => holds(state, meant(proposal)),
  ]);
  const transitions = {
    ...one.transitions,
    PROPOSE: {
      ...PROPOSE,
      kind: "output" as const,
      choose: (state: AtomicState, draw: never) => Array.from(choose(state, draw), named),
      when: Object.fromEntries(clauses),
    },
    DECIDED: {
      ...DECIDED,
      kind: "input" as const,
      effect: (state: AtomicState, payload: { readonly estimate: Estimate }, send: never) =>
        effect(state, { ...payload, estimate: payload.estimate.map(said) }, send),
    },
  };
  const said = ({ from, value }: Estimate[number]) => ({ from, value: meaningOf(value) });
  return Object.freeze({ ...one, transitions }) as unknown as Atomic;
}
