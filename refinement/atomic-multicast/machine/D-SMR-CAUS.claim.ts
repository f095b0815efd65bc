import { type Case, claim } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allReturned,
  causesComeFirst,
  type MachineSize,
  machineProblem,
  nameOf,
} from "./problems.ts";

const SIZE: MachineSize = { faultyReplicas: 1, operations: ["vw", "y"], faultyClient: false };

const ordered = (
  variant: string,
  size: MachineSize,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case => ({
  variant,
  instance: nameOf(size),
  tier: "ci",
  problem: () =>
    machineProblem(
      size,
      (system) => [causesComeFirst(system)],
      (system) => [allReturned(system, size.operations.join("").length)],
    ),
  ...pinnedOf(variant, nameOf(size)),
  ...rest,
});

export default claim({
  id: "D-SMR-CAUS",
  says: "Requests are executed in causal order: one that is issued after the reply to another, or after another of its own client, is executed after it by each correct replica.",
  source: "D §3 and §3.2: a client refrains from any other communication until its reply comes",
  cases: [
    ordered("repaired", SIZE, { expect: "holds", shares: "state machine" }),
    ordered(
      "mutant/does-not-wait",
      { ...SIZE, waits: false },
      {
        expect: "violated",
        because: "atomic multicast alone keeps no order between the messages of one client",
      },
    ),
  ],
});
