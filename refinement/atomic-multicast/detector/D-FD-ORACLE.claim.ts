import { DETECTOR_MUTANTS } from "../../../impl/atomic-multicast/detector/rules.ts";
import { type Case, claim } from "../../../spec/automaton/index.ts";
import { MUTE, PAIR, PINS, TALKS_IN_TURN } from "./instances.ts";
import { simulationOf } from "./oracle.ts";
import { nameOf } from "./problems.ts";
import type { InstanceSize } from "./system.ts";

const caseOf = (
  variant: string,
  size: InstanceSize,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance: nameOf(size),
  tier: "ci",
  problem: () => simulationOf(size),
  ...rest,
});

export default claim({
  id: "D-FD-ORACLE",
  says: "A detector with its timing assumption refines the oracle ◇M: what it shows is what ◇M shows, stabilised as soon as the time-out of a correct process exceeds the bound, and what ◇M owes is done.",
  source: "D §2",
  cases: [
    caseOf("repaired", PAIR, { expect: "holds", pinned: PINS.PAIR }),
    caseOf("repaired", MUTE, { expect: "holds", pinned: PINS.MUTE }),
    caseOf("repaired", TALKS_IN_TURN, {
      expect: "holds",
      tier: "nightly",
      pinned: { states: 129435, depth: 37 },
    }),
    caseOf(
      "mutant/unsigned-messages-count",
      { ...MUTE, inTheNameOf: "anything" },
      { expect: "violated" },
    ),
    caseOf(
      "mutant/count-over-all-instances",
      { ...PAIR, rules: DETECTOR_MUTANTS["count-over-all-instances"] },
      { expect: "violated" },
    ),
    caseOf(
      "mutant/suspicions-end-with-the-wait",
      { ...MUTE, rules: DETECTOR_MUTANTS["suspicions-end-with-the-wait"] },
      { expect: "violated" },
    ),
  ],
});
