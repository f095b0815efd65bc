import {
  type Automaton,
  automaton,
  detach,
  equal,
  subsets,
  type Value,
} from "../../../spec/automaton/index.ts";
import type {
  WeakInteractiveConsistencyActions,
  WeakInteractiveConsistencyInstance,
} from "../../../spec/multicast/weak-interactive-consistency.ts";
import type { Estimate, Replica } from "../messages.ts";

interface NumberlessState {
  /** by instance: what was proposed, and the decision if there is one */
  readonly proposed: Readonly<Record<string, Readonly<Record<Replica, Value>>>>;
  readonly decisions: Readonly<Record<string, Estimate>>;
  /** by instance: who returned from it */
  readonly told: Readonly<Record<string, readonly Replica[]>>;
}

/**
 * Weak interactive consistency whose messages carry no instance number (D-E03), without faults: a
 * Decide of an instance that is relayed late ends a later instance of whoever takes it.
 */
export function numberlessConsistency({
  correct,
  instances,
  valuesOf,
}: Pick<WeakInteractiveConsistencyInstance, "correct" | "instances" | "valuesOf">): Automaton<
  NumberlessState,
  WeakInteractiveConsistencyActions
> {
  const ks = Array.from({ length: instances }, (_, at) => at + 1);
  const fresh = ({ proposed, decisions }: NumberlessState, k: number): Estimate[] => {
    const decision = decisions[k];
    if (decision !== undefined) return [decision];
    const values = proposed[k] ?? {};
    const signers = correct.filter((one) => Object.hasOwn(values, one));
    return subsets(signers, valuesOf(k)).map((chosen) =>
      chosen.map((from) => ({ from, value: values[from] as Value })),
    );
  };
  const late = ({ decisions }: NumberlessState, k: number): Estimate[] =>
    ks
      .filter((other) => other < k)
      .flatMap((other) => {
        const decision = decisions[other];
        return decision === undefined ? [] : [decision];
      });
  return automaton<NumberlessState, WeakInteractiveConsistencyActions>("numberless consistency", {
    start: { proposed: {}, decisions: {}, told: {} },
    transitions: {
      PROPOSE: {
        kind: "input",
        cite: "D.WIC.SPEC",
        effect(s, { replica, k, value }) {
          s.proposed[k] = { ...s.proposed[k], [replica]: detach(value) } as never;
        },
      },
      DECIDED: {
        kind: "output",
        cite: "D.WIC.SPEC",
        choose: (s) =>
          ks.flatMap((k) =>
            correct.flatMap((replica) =>
              [...fresh(s, k), ...late(s, k)].map((estimate) => ({ replica, k, estimate })),
            ),
          ),
        when: {
          proposedHere: (s, { replica, k }) => Object.hasOwn(s.proposed[k] ?? {}, replica),
          notYetTold: (s, { replica, k }) => s.told[k]?.includes(replica) !== true,
        },
        effect(s, { replica, k, estimate }) {
          s.told[k] = [...(s.told[k] ?? []), replica].sort();
          const isLate = late(s as NumberlessState, k).some((one) => equal(one, estimate));
          if (!isLate && s.decisions[k] === undefined) {
            s.decisions[k] = detach(estimate) as never;
          }
        },
      },
    },
  });
}
