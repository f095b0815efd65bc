import { type Case, claim, volatileMutants } from "../../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";
import {
  allExecute,
  EACH_RECEIVES,
  executesInOneStage,
  executesOnce,
  invocationsReturn,
  looksLikeOneServer,
  restartProblem,
  type StackSize,
} from "./problems.ts";

const SIZE: StackSize = { toCoordinator: false, faultyReplica: 3, retries: false };

const INSTANCE = "1 request, replica#0 restarts once";

const restarting = (
  variant: string,
  rest: Pick<Case, "expect" | "tier"> & Partial<Case>,
  mutate?: Parameters<typeof restartProblem>[2],
): Case => ({
  variant,
  instance: INSTANCE,
  problem: () =>
    restartProblem(
      SIZE,
      (system, world) => [
        looksLikeOneServer(system, world),
        executesOnce(system),
        executesInOneStage(system),
        invocationsReturn(system, [EACH_RECEIVES]),
        allExecute(system),
      ],
      mutate,
    ),
  ...pinnedOf(variant, INSTANCE),
  ...rest,
});

/** What becomes of each durable field's mutant. */
const VOLATILE: Readonly<Record<string, Pick<Case, "expect" | "because">>> = {
  "atomic.delivered": { expect: "violated", because: "it executes the request again" },
  "atomic.k": { expect: "violated", because: "it forgets in which instance it takes part" },
  "atomic.deciding": {
    expect: "violated",
    because: "it ignores the decision of the instance and delivers in the next, alone",
  },
  "atomic.batch": { expect: "violated", because: "what was decided and not delivered is lost" },
  "machines.service": { expect: "violated", because: "what it executed is lost" },
  "machines.replies": {
    expect: "holds",
    because:
      "only replies to repeated requests are made from it, and one replica's reply is not needed: it is for clusters in which several restart",
  },
};

export default claim({
  id: "D-RESTART",
  says: "A correct replica that crashes and starts again stays correct: it executes each request once, in the stage of the others, and does not miss one.",
  source: "our addition: the paper is silent on crashes of correct processes (D.AM.RECOVER)",
  cases: [
    restarting("repaired", { expect: "holds", tier: "ci" }),
    ...Object.entries(VOLATILE).map(([name, rest]) =>
      restarting(`mutant/volatile-${name}`, { ...rest, tier: "nightly" }, (system) => {
        const mutants = volatileMutants(system);
        const mutant = mutants.find(({ part, field }) => `${part}.${field}` === name);
        if (mutant === undefined) throw new RangeError(`no durable ${name}`);
        return mutant.system;
      }),
    ),
  ],
});
