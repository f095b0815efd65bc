import { claim } from "../../../spec/automaton/index.ts";
import { mutant, repairedEverywhere, tight } from "./cases.ts";
import { certifiesAnother, oneCertified, type Question } from "./problems.ts";
import { ONE_ROUND, ONE_ROUND_TIGHT } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [oneCertified(system, world)],
  witnesses: (system, world) => [certifiesAnother(system, world)],
};

export default claim({
  id: "D-L7.7",
  says: "No coordinator, correct or not, successfully echo certifies two estimates in one round.",
  source: "D appendix, Lemma 7.7",
  cases: [
    ...repairedEverywhere(question),
    tight(ONE_ROUND_TIGHT, question),
    mutant("echoes-again", ONE_ROUND, question),
    mutant("echo-quorum-f+1", ONE_ROUND, question),
  ],
});
