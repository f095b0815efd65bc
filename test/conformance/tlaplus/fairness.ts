import { type Fairness, notFair } from "../../../spec/automaton/liveness.ts";

/**
 * The fairness of a specification, or none of it: the variant in which its liveness must be
 * violated. What the specification does not name is spontaneous in the models here.
 */
export function assumedIf(fair: boolean, fairness: readonly Fairness[]): readonly Fairness[] {
  return fair ? fairness : fairness.map(({ of }) => notFair(of));
}
