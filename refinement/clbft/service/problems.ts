import { type ServiceSystem, serviceModel } from "../../../impl/clbft/model/service/composition.ts";
import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import type { ClbftRules } from "../../../impl/clbft/rules.ts";
import {
  type Case,
  interchangeable,
  type Problem,
  type Property,
  type Reduction,
  type Witness,
} from "../../../spec/automaton/index.ts";
import { nameOf, type ServiceSize, worldOf } from "./instances.ts";
import { pinnedOf } from "./pins.ts";

/** What a case asks of an instance. */
export interface Question {
  readonly properties: (system: ServiceSystem, world: ServiceWorld) => readonly Property[];
  readonly witnesses: (system: ServiceSystem, world: ServiceWorld) => readonly Witness[];
  readonly rules?: ClbftRules;
  /** changes the system before it is explored: a mutant, or restarts */
  readonly mutate?: (system: ServiceSystem) => ServiceSystem;
  /** sends at once without it */
  readonly reductions?: readonly Reduction[];
}

export function serviceProblem(size: ServiceSize, question: Question): Problem {
  const { properties, witnesses, rules, mutate = (system) => system } = question;
  const world = worldOf(size, rules);
  const system = mutate(serviceModel(world));
  return {
    system,
    properties: properties(system, world),
    witnesses: witnesses(system, world),
    reductions: question.reductions ?? ["sends-at-once"],
    symmetries: [interchangeable(world.correct)],
    excludes: [
      "agreement is its specification: claim W-CL-ORDER-ENV says that the protocol is included in it",
      world.lies === null
        ? "faulty replicas answer nothing"
        : `faulty replicas answer whatever correct ones answer, and "${world.lies.join('", "')}"`,
      ...(size.asks === false ? ["REQUEST never happens: nobody is asked again"] : []),
      ...(size.transfers === true ? [] : ["INSTALL never happens"]),
      "what is decided beyond what some correct replica has executed",
    ],
  };
}

/** What a case says besides: `ci` without a tier. */
export type Rest = Pick<Case, "expect"> & Partial<Case>;

/** A case of a claim, with its pins. */
export const caseOf = (
  claim: string,
  variant: string,
  instance: string,
  problem: () => Problem,
  rest: Rest,
): Case => ({
  variant,
  instance,
  tier: "ci",
  problem,
  ...pinnedOf(claim, variant, instance),
  ...rest,
});

/** A case over the ordering environment. */
export const serviceCase = (
  claim: string,
  variant: string,
  size: ServiceSize,
  question: Question,
  rest: Rest,
  name = "",
): Case => caseOf(claim, variant, nameOf(size) + name, () => serviceProblem(size, question), rest);
