import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  NUMBERLESS,
  ONE,
  ONE_AS_SPECIFIED,
  type Question,
  quick,
  repaired,
  TWINS,
  TWO,
  TWO_AT_ANY_TIME,
  unwitnessed,
} from "./problems.ts";
import {
  allDeliverAll,
  deliveredByOneIsDeliveredByAll,
  forgedIsDecided,
  restsWhenAllDelivered,
} from "./properties.ts";

const atRest: Question = {
  properties: (system) => [restsWhenAllDelivered(system)],
  witnesses: (system, world) => [allDeliverAll(system, world), forgedIsDecided(system)],
};
const always: Question = {
  ...atRest,
  properties: (system, world) => [
    restsWhenAllDelivered(system),
    ...deliveredByOneIsDeliveredByAll(system, world),
  ],
};

export default claim({
  id: "D-AM-AGR",
  says: "What one correct replica A-delivers, each correct replica A-delivers.",
  source: "D §3.1, Algorithms 1 and 2, Theorem 7.4 (Agreement)",
  cases: [
    repaired(ONE, always),
    repaired(ONE_AS_SPECIFIED, always),
    repaired(TWO, always),
    repaired(TWO_AT_ANY_TIME, always),
    repaired(TWINS, always),
    caseOf("printed/D-E03", NUMBERLESS, unwitnessed(quick(atRest)), {
      expect: "violated",
      because:
        "D-E03: a Decide that comes late ends a later instance of whoever takes it: it misses that instance's batch",
    }),
  ],
});
