import { type Case, claim } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allReturned,
  invocationsReturn,
  looksLikeOneServer,
  type MachineSize,
  machineProblem,
  nameOf,
  returns,
} from "./problems.ts";

const TWO_CLIENTS: MachineSize = {
  faultyReplicas: 1,
  operations: ["x", "y"],
  faultyClient: true,
};
const THREE_REQUESTS: MachineSize = {
  faultyReplicas: 1,
  operations: ["vw", "y"],
  faultyClient: false,
};

const oneServer = (
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
      (system, world) => [
        looksLikeOneServer(system, world),
        ...(size.mute === true ? [invocationsReturn(system)] : []),
      ],
      (system) => [
        allReturned(system, size.operations.join("").length),
        returns(system, size.faultyClient ? "xzy" : "vyw"),
      ],
    ),
  ...pinnedOf(variant, nameOf(size)),
  ...rest,
});

export default claim({
  id: "D-SMR-REP",
  says: "A result that f + 1 replicas reply is the right one: clients see one server that does not fail, and that answers.",
  source: "D §3.2",
  cases: [
    oneServer("repaired", TWO_CLIENTS, { expect: "holds" }),
    oneServer("repaired", THREE_REQUESTS, { expect: "holds", shares: "state machine" }),
    oneServer("repaired", { ...THREE_REQUESTS, mute: true }, { expect: "holds" }),
    oneServer(
      "tight/answers",
      { ...THREE_REQUESTS, mute: true, faultyReplicas: 3 },
      { expect: "violated", because: "one correct replica makes no f + 1 replies" },
    ),
    oneServer(
      "tight",
      { ...TWO_CLIENTS, faultyReplicas: 2 },
      {
        expect: "violated",
        because: "two faulty replicas of four make f + 1 equal replies",
      },
    ),
    oneServer(
      "mutant/f-replies",
      { ...TWO_CLIENTS, repliesNeeded: 1 },
      {
        expect: "violated",
        because: "a client believes the one faulty replica",
      },
    ),
  ],
});
