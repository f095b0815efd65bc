import type { Estimate, Replica } from "../messages.ts";
import type { WicRules, WicSizes } from "../rules.ts";

/** A bounded instance of Algorithm 3: who takes part, and what is proposed. */
export interface WicWorld {
  readonly rules: WicRules;
  readonly sizes: WicSizes;
  /** n processes, in the order of the rotation */
  readonly group: readonly Replica[];
  readonly correct: readonly Replica[];
  /** the coalition: it signs anything, sees all messages and sends to whom it likes */
  readonly faulty: readonly Replica[];
  /** instances 1 … instances of each correct process */
  readonly instances: number;
  /** rounds 1 … rounds of each instance; nobody enters another */
  readonly rounds: number;
  /** what a correct process proposes in an instance */
  readonly proposes: (replica: Replica, k: number) => string;
  /** the estimates that may occur in an instance, of the universe of all */
  readonly estimates: (k: number) => readonly Estimate[];
  /** false for a process whose own first estimate nobody ever sees: it always starts with one */
  readonly estimateMatters: (replica: Replica) => boolean;
  /** `at once`: each correct process distrusts every other from the start; `detector`: a part says */
  readonly suspicion: "at once" | "detector" | "never";
  /**
   * true: what correct processes send is owed to correct ones by actions of its own, for liveness;
   * false: one action for what is sent and what is forged
   */
  readonly owes: boolean;
  /**
   * true: nothing of a round is handed over once a correct process entered a later one, and what a
   * round leaves behind is all that is kept of it (rules.md, D.WIC.LOCKSTEP); false: any order
   */
  readonly lockstep: boolean;
  /** false: a decision is not told to the proposer; where that changes nothing that is asked */
  readonly tells: boolean;
}

/** 1 … count. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** An estimate as part of a cell's name. */
export const spell = (estimate: Estimate): string =>
  estimate.map(({ from, value }) => `${from}:${value}`).join("+");

/**
 * The instance as messages say it: without it in the body (D-E03), one name stands for all of them.
 */
export const named = ({ rules }: Pick<WicWorld, "rules">, k: number): number =>
  rules.instanceInBodies ? k : 0;

/** The instances as messages say them. */
export const namedInstances = (world: WicWorld): number[] =>
  world.rules.instanceInBodies ? upTo(world.instances) : [0];

/** The estimates that may occur under the name of an instance. */
export function estimatesOf(world: WicWorld, k: number): readonly Estimate[] {
  if (k > 0) return world.estimates(k);
  const all = upTo(world.instances).flatMap((each) => world.estimates(each));
  return all.filter((one, at) => all.findIndex((other) => spell(other) === spell(one)) === at);
}
