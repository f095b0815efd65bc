import { claim } from "../../../spec/automaton/index.ts";
import { ends, mutant } from "./cases.ts";
import { allDecide, decidesForged, type Question } from "./problems.ts";
import { ENDS } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [allDecide(system, world)],
  witnesses: (system, world) => [decidesForged(system, world)],
};

export default claim({
  id: "D-L7.10",
  says: "If one correct process decides, every correct process does.",
  source: "D appendix, Lemma 7.10",
  cases: [
    ends(ENDS.alone, question),
    ends(ENDS.first, question),
    mutant("decide-not-relayed", ENDS.alone, question),
  ],
});
