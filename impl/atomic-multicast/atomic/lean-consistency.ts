import { type Automaton, canonical, setOf } from "../../../spec/automaton/index.ts";
import {
  type WeakInteractiveConsistencyActions,
  type WeakInteractiveConsistencyInstance,
  type WeakInteractiveConsistencyState,
  weakInteractiveConsistency,
} from "../../../spec/multicast/weak-interactive-consistency.ts";
import type { Replica } from "../messages.ts";
import { messagesIn } from "./message.ts";

type Spec = Automaton<WeakInteractiveConsistencyState, WeakInteractiveConsistencyActions>;
type Decision = WeakInteractiveConsistencyActions["DECIDED"]["payload"];

/**
 * The specification of weak interactive consistency with the states and decisions that atomic
 * multicast can tell apart:
 *
 * - the decisions that hold the same messages are one, written as a value of a faulty replica: line
 *   13 takes the union, and asks neither who proposed what nor how often;
 * - what was proposed to an instance is forgotten when it is decided, and the decision when every
 *   correct replica was told: the specification's clauses read neither any more.
 *
 * @param options.lockstep decides an instance after all correct replicas proposed, which the
 * specification allows. Then no two instances under way are more than one apart
 */
export function leanConsistency(
  instance: WeakInteractiveConsistencyInstance,
  { lockstep }: { readonly lockstep: boolean } = { lockstep: false },
): Spec {
  const spec: Spec = weakInteractiveConsistency(instance);
  const decided = spec.transitions.DECIDED as NonNullable<Spec["transitions"]["DECIDED"]>;
  const { choose, effect } = decided;
  if (choose === undefined || effect === undefined) throw new RangeError("DECIDED has no effect");
  const [writer = instance.correct[0] as Replica] = instance.faulty;
  const DECIDED: typeof decided = {
    ...decided,
    choose: (state, draw) => oneOfEachUnion(choose(state, draw), writer),
    when: {
      ...decided.when,
      ...(lockstep && {
        allProposed: (state: WeakInteractiveConsistencyState, { k }: Decision) =>
          Object.keys(state.proposed[k] ?? {}).length === instance.correct.length,
      }),
    },
    effect(state, payload: Decision, send) {
      effect(state, payload, send);
      const { k } = payload;
      const { told } = state.decided[k];
      if (told.length < instance.correct.length) {
        for (const replica of Object.keys(state.proposed[k])) state.proposed[k][replica] = null;
      } else {
        delete state.proposed[k];
        delete state.decided[k];
      }
    },
  };
  return Object.freeze({ ...spec, transitions: { ...spec.transitions, DECIDED } });
}

function oneOfEachUnion(decisions: Iterable<Decision>, from: Replica): Decision[] {
  const byUnion = new Map<string, Decision>();
  for (const { replica, k, estimate } of decisions) {
    const value = setOf(...estimate.flatMap((one) => messagesIn(one.value)));
    const decision = { replica, k, estimate: [{ from, value }] };
    byUnion.set(canonical(decision), decision);
  }
  return [...byUnion.values()];
}
