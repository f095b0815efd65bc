import {
  RELIABLE_MUTANTS,
  type ReliableRules,
} from "../../../impl/atomic-multicast/reliable/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  allDelivered,
  caseOf,
  faultyMessageDelivered,
  type Question,
  receivedConverge,
} from "./problems.ts";

const question: Question = {
  properties: (system, world) => receivedConverge(system, world),
  witnesses: (system) => [allDelivered(system), faultyMessageDelivered(system)],
};

export default claim({
  id: "D-L7.2",
  says: "What is in R_delivered of one correct replica comes into R_delivered of each, by number.",
  source: "D Appendix, Lemma 7.2",
  cases: [
    caseOf("repaired", question, { expect: "holds", shares: "reliable multicast" }),
    caseOf("mutant/no-relay", question, {
      rules: RELIABLE_MUTANTS["no-relay"] as ReliableRules,
      expect: "violated",
    }),
  ],
});
