import { WIC_REPAIRED } from "../../../impl/atomic-multicast/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { mutant, printed, tight } from "./cases.ts";
import {
  caseOf,
  decidesForged,
  decidesInLastInstance,
  decidesInLastRound,
  type Question,
  validity,
} from "./problems.ts";
import {
  ALL_ESTIMATES,
  ALL_ESTIMATES_TIGHT,
  ALL_ESTIMATES_TWO_ROUNDS,
  TWO_INSTANCES,
  TWO_INSTANCES_FIRST,
  TWO_INSTANCES_NOBODY,
} from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [validity(system, world)],
  witnesses: (system, world) => [decidesForged(system, world), decidesInLastRound(system, world)],
};
const each: Question = {
  properties: (system, world) => [validity(system, world)],
  witnesses: (system, world) => [decidesInLastInstance(system, world)],
};

export default claim({
  id: "D-WIC-VAL",
  says: "A decision holds the initial value of a correct process, and of correct processes only what they proposed in that instance.",
  source: "D §4.2 (validity), Theorem 7.13",
  cases: [
    caseOf("repaired", WIC_REPAIRED, ALL_ESTIMATES, question, { expect: "holds" }),
    caseOf("repaired", WIC_REPAIRED, ALL_ESTIMATES_TWO_ROUNDS, question, {
      expect: "holds",
      tier: "nightly",
    }),
    ...[TWO_INSTANCES_FIRST, TWO_INSTANCES, TWO_INSTANCES_NOBODY].map((size) =>
      caseOf("repaired", WIC_REPAIRED, size, each, { expect: "holds", shares: "wic instances" }),
    ),
    printed(
      "D-E03",
      TWO_INSTANCES_FIRST,
      question,
      "violated",
      "D-E03: values of instance 1 make an estimate of instance 2",
    ),
    tight(ALL_ESTIMATES_TIGHT, question),
    mutant("values-f", ALL_ESTIMATES, question),
    mutant("signers-not-distinct", ALL_ESTIMATES, question),
  ],
});
