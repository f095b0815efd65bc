import type { InstanceSize } from "../../impl/bft-bc/instances.ts";
import { MUTANTS, OPTIMISED, PRINTED_E11, STRONG_OPTIMISED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { ALONE, WRITE_BESIDE_SILENCE } from "./instances.ts";
import { caseOf, type Question } from "./problems.ts";
import {
  everyOperationEnds,
  everyOperationFinishes,
  noPrepareRefused,
  phasesAreBounded,
} from "./progress.ts";
import { allWritesReturned, aWriteTakes } from "./witnesses.ts";

/**
 * c leaves a write at two replicas, so that those of the correct client meet timestamps R1, R2 / R3,
 * the faulty one saying either.
 */
export const SPLIT: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 1,
  writes: 1,
  maxForgedVal: 1,
  onlyForged: ["READ-TS-PREP replica#0 c1", "READ-TS-PREP replica#1 c1", "WRITE replica#0 c1"],
};

const within = (phases: number): Question => ({
  properties: (system, world) => [
    phasesAreBounded(system, "writes", phases),
    noPrepareRefused(system, world),
    everyOperationFinishes(system),
  ],
  witnesses: (system) => [aWriteTakes(system, 2), aWriteTakes(system, phases)],
});
const fairly: Question = {
  properties: (system, world) => [everyOperationEnds(system, world, "writes")],
  witnesses: (system, world) => [allWritesReturned(system, world)],
  interleaved: true,
};
const inPhases = (phases: number): Question => ({
  properties: (system) => [phasesAreBounded(system, "writes", phases)],
  witnesses: () => [],
});
const bug = (phases: number): Question => ({ ...within(phases), witnesses: () => [] });

export default claim({
  id: "L-LIVE-Wopt",
  says: "Writes of the optimised protocol take two phases, or three where replicas expect different timestamps, and in every fair run each ends.",
  source: "L §6.1, §6.2",
  cases: [
    caseOf("opt", OPTIMISED, SPLIT, within(3), { expect: "holds" }),
    caseOf("opt/two-phases", OPTIMISED, SPLIT, bug(2), {
      expect: "violated",
      because: "expected timestamps differ: the third phase is needed",
    }),
    caseOf("opt", OPTIMISED, WRITE_BESIDE_SILENCE, fairly, { expect: "holds" }),
    caseOf(
      "opt",
      OPTIMISED,
      ALONE,
      { ...fairly, ...bug(3), interleaved: false },
      {
        expect: "holds",
      },
    ),
    caseOf("strong-opt", STRONG_OPTIMISED, WRITE_BESIDE_SILENCE, fairly, { expect: "holds" }),
    caseOf("strong-opt", STRONG_OPTIMISED, SPLIT, within(5), {
      expect: "holds",
      because:
        "the predecessor is fetched and written back first: two phases more, where §7 speaks of one",
    }),
    caseOf("printed/L-E11", PRINTED_E11, SPLIT, inPhases(3), {
      expect: "violated",
      because:
        "L-E11: L.REPLICA.READ-TS-PREP as printed answers an acknowledgement without the prepare proof of the current timestamp, so that a client whose acknowledgements differ has nothing to show in phase 2 and asks again: a fourth phase.",
    }),
    caseOf(
      "mutant/opt/opt-list-consulted-in-phase-2",
      MUTANTS["opt/opt-list-consulted-in-phase-2"] ?? OPTIMISED,
      SPLIT,
      bug(3),
      { expect: "violated" },
    ),
  ],
});
