import { claim } from "../../../spec/automaton/index.ts";
import { mutant, nightly, printed, repairedEverywhere } from "./cases.ts";
import { decidesInLastRound, locked, type Question } from "./problems.ts";
import { inLockstep, THREE_ROUNDS, TWO_ROUNDS } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [locked(system, world)],
  witnesses: (system, world) => [decidesInLastRound(system, world)],
};

export default claim({
  id: "D-L7.8",
  says: "After f + 1 correct processes delivered an estimate, no other is certified in that round or a later one.",
  source: "D appendix, Lemma 7.8",
  cases: [
    ...repairedEverywhere(question),
    nightly(
      printed(
        "D-E01",
        TWO_ROUNDS.second,
        question,
        "violated",
        "the proof lets a correct process report what it delivered, which it may deliver after its report",
      ),
    ),
    printed(
      "D-F01",
      inLockstep(THREE_ROUNDS.third),
      question,
      "violated",
      "the proof takes for granted that the certificate is kept from round to round",
    ),
    nightly(mutant("certificates-not-compared", TWO_ROUNDS.second, question)),
  ],
});
