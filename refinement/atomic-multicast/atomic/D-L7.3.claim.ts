import { ATOMIC_MUTANTS, type AtomicRules } from "../../../impl/atomic-multicast/atomic/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  NUMBERLESS,
  ONE,
  type Question,
  quick,
  repaired,
  TWINS,
  TWO,
  unwitnessed,
} from "./problems.ts";
import {
  allDeliverAll,
  allProposeToWhatOneProposesTo,
  sameBatchInEachStage,
} from "./properties.ts";

const sameBatch: Question = {
  properties: (system, world) => [sameBatchInEachStage(system, world)],
  witnesses: (system, world) => [allDeliverAll(system, world)],
};
const lemma: Question = {
  ...sameBatch,
  properties: (system, world) => [
    sameBatchInEachStage(system, world),
    ...allProposeToWhatOneProposesTo(system, world),
  ],
};

const E03 =
  "D-E03: a Decide of an instance that comes late ends a later instance of whoever takes it, with another batch";

export default claim({
  id: "D-L7.3",
  says: "If one correct replica proposes to instance k, each does; and who finished stage k delivered the same messages in it.",
  source: "D Appendix, Lemma 7.3",
  cases: [
    repaired(ONE, lemma),
    repaired(TWO, lemma),
    repaired(TWINS, lemma),
    caseOf("printed/D-E03", NUMBERLESS, unwitnessed(quick(sameBatch)), {
      expect: "violated",
      because: E03,
    }),
    caseOf("mutant/arrival-order", TWO, quick(sameBatch), {
      rules: ATOMIC_MUTANTS["arrival-order"] as AtomicRules,
      expect: "violated",
    }),
  ],
});
