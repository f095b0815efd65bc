import { WIC_ECHO_TO_ALL } from "../../../impl/atomic-multicast/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { agreement, caseOf, decidesInLastRound, type Question, termination } from "./problems.ts";
import { ENDS, TWO_ROUNDS } from "./sizes.ts";

const agreeing: Question = {
  properties: (system) => [agreement(system)],
  witnesses: (system, world) => [decidesInLastRound(system, world)],
};
const ending: Question = {
  properties: (system, world) => [termination(system, world)],
  witnesses: (system, world) => [decidesInLastRound(system, world)],
};
const variant = "echo to all";

export default claim({
  id: "D-OPT3",
  says: "Processes agree and decide, too, if Echoes go to all and each assembles the certificate.",
  source: "D §7, decentralised Echo Broadcast",
  cases: [
    caseOf(variant, WIC_ECHO_TO_ALL, TWO_ROUNDS.second, agreeing, { expect: "holds" }),
    caseOf(variant, WIC_ECHO_TO_ALL, ENDS.trusted, ending, { expect: "holds" }),
    caseOf(variant, WIC_ECHO_TO_ALL, ENDS.first, ending, { expect: "holds", tier: "nightly" }),
  ],
});
