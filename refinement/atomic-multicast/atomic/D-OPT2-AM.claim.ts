import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  endless,
  ONE,
  oneValueAlways,
  oneValueFirst,
  type Question,
  quick,
  TWO,
  unwitnessed,
} from "./problems.ts";
import {
  allDeliverAll,
  comesToRest,
  forgedIsDecided,
  isAtomicMulticast,
  multicastIsDelivered,
  noIdleInstance,
  noTwoIdleInstances,
} from "./properties.ts";

const witnesses: Question["witnesses"] = (system, world) => [
  allDeliverAll(system, world),
  forgedIsDecided(system),
];
const delivers: Question = {
  properties: (system, world) => [...multicastIsDelivered(system, world), comesToRest(system)],
  witnesses,
};
const safe: Question = quick({
  properties: (system, world) => [
    isAtomicMulticast(system, world, "each number"),
    noTwoIdleInstances(system, world),
  ],
  witnesses,
});
const neverIdle: Question = unwitnessed(
  quick({ properties: (system, world) => [noIdleInstance(system, world)], witnesses }),
);

export default claim({
  id: "D-OPT2-AM",
  says: "Replicas may decide on one value first and on f + 1 values in the next instance: atomic multicast stays what it is, and of two instances one delivers something new.",
  source:
    "D §7, the second optimisation, as Algorithm 2 sees it; we read `again` as every second instance",
  cases: [
    caseOf("repaired", oneValueFirst({ ...ONE, instances: 3 }), safe, { expect: "holds" }),
    caseOf("repaired", oneValueFirst({ ...TWO, instances: 5 }), safe, {
      expect: "holds",
      tier: "nightly",
    }),
    caseOf("repaired", oneValueFirst(endless(ONE)), delivers, { expect: "holds" }),
    caseOf("repaired/each instance", oneValueFirst({ ...ONE, instances: 3 }), neverIdle, {
      expect: "violated",
      because:
        "what the faulty replica proposes may be decided alone: an instance with nothing new",
    }),
    caseOf("mutant/one value always", oneValueAlways(endless(ONE)), unwitnessed(delivers), {
      expect: "violated",
      because: "consensus on one value may decide a faulty replica's, again and again",
    }),
  ],
});
