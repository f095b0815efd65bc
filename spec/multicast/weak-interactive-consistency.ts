import {
  automaton,
  compose,
  detach,
  equal,
  type Index,
  type Input,
  type Output,
  setOf,
  subsets,
  type Value,
} from "../automaton/index.ts";

export type Replica = Index<"replica">;

/** The value that a process proposed, under its signature. */
export interface SignedValue {
  readonly from: Replica;
  readonly value: Value;
}

/** Values of distinct processes, in the order of the processes: what an instance decides. */
export type Estimate = readonly SignedValue[];

export interface WeakInteractiveConsistencyActions {
  PROPOSE: Input<{ replica: Replica; k: number; value: Value }>;
  DECIDED: Output<{ replica: Replica; k: number; estimate: Estimate }>;
}

export interface WeakInteractiveConsistencyState {
  /** for each instance that somebody proposed in, what each correct process proposed there */
  readonly proposed: Readonly<Record<string, Readonly<Record<Replica, Value>>>>;
  /** for each instance that is decided, the decision and who was told; at most the correct processes */
  readonly decided: Readonly<
    Record<string, { readonly estimate: Estimate; readonly told: readonly Replica[] }>
  >;
}

export interface WeakInteractiveConsistencyInstance {
  readonly correct: readonly Replica[];
  readonly faulty: readonly Replica[];
  /** instances 1 … instances; bounds the state */
  readonly instances: number;
  /** how many values of distinct processes a decision in instance k has: f + 1 */
  readonly valuesOf: (k: number) => number;
  /** what a faulty process may be said to have proposed in instance k */
  readonly forged: (replica: Replica, k: number) => readonly Value[];
}

/**
 * Weak interactive consistency (§4.2), all instances in one automaton. *Agreement*: an instance has
 * one decision. *Validity*: it has f + 1 values of distinct processes, of which at most f are
 * faulty; those of correct ones are what they proposed in that instance. *Termination*: an instance
 * with enough proposals is decided, and each correct process that proposed is told (both are owed).
 *
 * A process is told an instance after it proposed there. Nothing is said of *which* values are
 * chosen: that is the protocol's.
 */
export function weakInteractiveConsistency(instance: WeakInteractiveConsistencyInstance) {
  const { correct, faulty, instances, valuesOf, forged } = instance;
  const ks = Array.from({ length: instances }, (_, at) => at + 1);
  return automaton<WeakInteractiveConsistencyState, WeakInteractiveConsistencyActions>(
    "weak interactive consistency",
    {
      start: { proposed: {}, decided: {} },
      transitions: {
        PROPOSE: {
          kind: "input",
          cite: "D.WIC.SPEC",
          effect(s, { replica, k, value }) {
            s.proposed[k] ??= {};
            (s.proposed[k] as Record<Replica, Value>)[replica] ??= detach(value);
          },
        },
        DECIDED: {
          kind: "output",
          cite: "D.WIC.SPEC",
          choose(s) {
            return ks.flatMap((k) => {
              const proposed = s.proposed[k] ?? {};
              const fixed = s.decided[k]?.estimate;
              const estimates = fixed ? [fixed] : estimatesFrom(k, proposed);
              return correct.flatMap((replica) =>
                estimates.map((estimate) => ({ replica, k, estimate })),
              );
            });
          },
          when: {
            proposedHere: (s, { replica, k }) => Object.hasOwn(s.proposed[k] ?? {}, replica),
            notYetTold: (s, { replica, k }) => s.decided[k]?.told.includes(replica) !== true,
            agrees: (s, { k, estimate }) =>
              s.decided[k] === undefined || equal(s.decided[k]?.estimate, estimate),
          },
          effect(s, { replica, k, estimate }) {
            const told = setOf(...(s.decided[k]?.told ?? []), replica);
            s.decided[k] = { estimate: detach(estimate) as never, told };
          },
        },
      },
    },
  );

  function estimatesFrom(k: number, proposed: Readonly<Record<Replica, Value>>): Estimate[] {
    const signers = setOf(...correct.filter((one) => Object.hasOwn(proposed, one)), ...faulty);
    const valuesBy = (from: Replica) =>
      faulty.includes(from) ? forged(from, k) : [proposed[from] as Value];
    return subsets(signers, valuesOf(k)).flatMap((chosen) =>
      chosen.reduce<SignedValue[][]>(
        (partial, from) =>
          partial.flatMap((rest) => valuesBy(from).map((value) => [...rest, { from, value }])),
        [[]],
      ),
    );
  }
}

/** The specification alone, with its proposals left open. */
export function weakInteractiveConsistencySystem(instance: WeakInteractiveConsistencyInstance) {
  return compose(
    "weak interactive consistency",
    { wic: weakInteractiveConsistency(instance) },
    { open: ["PROPOSE"] },
  );
}
