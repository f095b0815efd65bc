import { WIC_REPAIRED } from "../../../impl/atomic-multicast/rules.ts";
import { claim, witnessAction } from "../../../spec/automaton/index.ts";
import { nightly, printed } from "./cases.ts";
import { caseOf, isWeakInteractiveConsistency, type Question } from "./problems.ts";
import {
  inLockstep,
  THREE_ROUNDS,
  TWO_INSTANCES,
  TWO_INSTANCES_NOBODY,
  TWO_ROUNDS,
  told,
} from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [isWeakInteractiveConsistency(system, world)],
  witnesses: (system, { instances }) => [
    witnessAction(system, {
      name: `a decision of instance ${instances} is told`,
      action: "DECIDED",
      where: ({ k }) => k === instances,
    }),
  ],
};

export default claim({
  id: "D-WIC",
  says: "What Algorithm 3 shows is what weak interactive consistency shows: so atomic multicast may be built over either.",
  source: "D §4.2 and §5",
  cases: [
    caseOf("repaired", WIC_REPAIRED, told(TWO_ROUNDS.neither), question, { expect: "holds" }),
    caseOf("repaired", WIC_REPAIRED, told(TWO_ROUNDS.first), question, {
      expect: "holds",
      tier: "nightly",
    }),
    caseOf("repaired", WIC_REPAIRED, told(inLockstep(THREE_ROUNDS.third)), question, {
      expect: "holds",
      tier: "nightly",
    }),
    caseOf("repaired", WIC_REPAIRED, TWO_INSTANCES, question, { expect: "holds" }),
    printed(
      "D-E03",
      TWO_INSTANCES_NOBODY,
      question,
      "violated",
      "D-E03: instance 2 is told what instance 1 decided",
    ),
    nightly(
      printed(
        "D-E01",
        told(TWO_ROUNDS.second),
        question,
        "violated",
        "D-E01: two decisions of one instance",
      ),
    ),
  ],
});
