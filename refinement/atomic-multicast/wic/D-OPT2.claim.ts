import { WIC_ONE_VALUE } from "../../../impl/atomic-multicast/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  agreement,
  caseOf,
  decidesForged,
  decidesInLastInstance,
  decidesInLastRound,
  type Question,
  termination,
  validity,
} from "./problems.ts";
import { ENDS, ONE_VALUE, ONE_VALUE_THEN_MORE } from "./sizes.ts";

const isEven = (k: number) => k % 2 === 0;
const alternating: Question = {
  properties: (system, world) => [agreement(system), validity(system, world, isEven)],
  witnesses: (system, world) => [
    decidesInLastInstance(system, world),
    decidesForged(system, world),
  ],
};
const valid: Question = {
  properties: (system, world) => [validity(system, world)],
  witnesses: () => [],
};
const ending: Question = {
  properties: (system, world) => [termination(system, world)],
  witnesses: (system, world) => [decidesInLastRound(system, world)],
};
const variant = "one value first";

export default claim({
  id: "D-OPT2",
  says: "If odd instances decide one value and even ones f + 1, all instances agree and end, and the even ones are valid.",
  source: "D §7, second optimisation",
  cases: [
    caseOf(variant, WIC_ONE_VALUE, ONE_VALUE_THEN_MORE, alternating, { expect: "holds" }),
    caseOf(variant, WIC_ONE_VALUE, ENDS.oneValue, ending, { expect: "holds" }),
    caseOf(`${variant}, all valid`, WIC_ONE_VALUE, ONE_VALUE, valid, {
      expect: "violated",
      because:
        "one value is the coordinator's own, be it faulty: validity is left to the next instance",
    }),
  ],
});
