import { claim, witness } from "../../../spec/automaton/index.ts";
import { ends, mutant } from "./cases.ts";
import { allProceed, type Question } from "./problems.ts";
import { ENDS } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [allProceed(system, world)],
  witnesses: (system) => [
    witness(system, {
      name: "all correct processes are in round 2",
      reads: ["replicas.round"],
      reached: ({ replicas }) => replicas.every(({ round }) => round === 2),
    }),
  ],
};

export default claim({
  id: "D-L7.11",
  says: "If no correct process decides in a round, all proceed to the next, by the mute completeness of the detector alone.",
  source: "D appendix, Lemma 7.11",
  cases: [
    ends(ENDS.first, question),
    ends(ENDS.neither, question),
    mutant("go-phase-2-not-relayed", ENDS.first, question),
  ],
});
