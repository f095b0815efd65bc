import { REPAIRED } from "../../../impl/clbft/rules.ts";
import { type Case, claim } from "../../../spec/automaton/index.ts";
import { nameOf as nameOfAgreement, problemOf } from "../problems.ts";
import { CHECKPOINTS } from "../sizes.ts";
import { GROUP, type ServiceSize } from "./instances.ts";
import { digestsOfWaiting, withoutExecutingAgain } from "./mutants.ts";
import { caseOf, type Question, type Rest, serviceCase } from "./problems.ts";
import { allReturned, checkpointsAgree, twoHaveCheckpoint } from "./properties.ts";
import { losesExecuted, restarting } from "./restarts.ts";

const ID = "W-CL-DIGEST";
const EVERY: ServiceSize = { operations: ["xy", ""], checkpointEvery: 1, transfers: true };
const SECOND: ServiceSize = { operations: ["xy", ""], checkpointEvery: 2, transfers: true };
const TWO_CLIENTS: ServiceSize = { ...SECOND, operations: ["x", "y"] };
const TWICE: ServiceSize = {
  operations: ["x", ""],
  twins: "vw",
  repeats: 1,
  checkpointEvery: 2,
  transfers: true,
};
const REPLICA = GROUP.slice(0, 1);

const agreeing = (
  variant: string,
  size: ServiceSize,
  rest: Rest,
  {
    mutate = (system) => system,
    restarts = false,
  }: Pick<Question, "mutate"> & {
    readonly restarts?: boolean;
  } = {},
): Case =>
  serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system) => [checkpointsAgree(system)],
      witnesses: (system, world) =>
        rest.expect === "holds"
          ? [
              allReturned(system, world),
              twoHaveCheckpoint(system, 2),
              ...(restarts ? [losesExecuted(system, 0)] : []),
            ]
          : [],
      mutate: (system) => (restarts ? restarting(mutate(system), REPLICA) : mutate(system)),
    },
    rest,
    restarts ? ", one restart of replica#0" : "",
  );

/** Over the protocol's agreement. */
const agreeingOver = (size: typeof CHECKPOINTS.normal, n: number, rest: Rest): Case =>
  caseOf(
    ID,
    "repaired/agreement",
    nameOfAgreement(size),
    () =>
      problemOf(size, REPAIRED, {
        properties: (system) => [checkpointsAgree(system as never)],
        witnesses: (system) => [twoHaveCheckpoint(system as never, n)],
      }),
    rest,
  );

export default claim({
  id: ID,
  says: "Checkpoints that correct replicas make or install at one sequence number have one digest: of the service and of what was executed of each client's.",
  source: "OSDI 1999, section 4.3; W §9.3; rule CLBFT.CHECKPOINT",
  cases: [
    agreeing("repaired", EVERY, { expect: "holds" }),
    agreeing("repaired", SECOND, { expect: "holds" }),
    agreeing("repaired", TWO_CLIENTS, { expect: "holds", tier: "nightly" }),
    agreeing("repaired", TWICE, { expect: "holds", tier: "nightly" }),
    agreeing(
      "repaired",
      { operations: ["xy", ""], checkpointEvery: 2 },
      { expect: "holds" },
      { restarts: true },
    ),
    agreeingOver(CHECKPOINTS.one, 1, { expect: "holds" }),
    agreeingOver(CHECKPOINTS.second, 2, { expect: "holds", tier: "nightly" }),
    agreeing(
      "mutant/digests-of-waiting",
      EVERY,
      { expect: "violated", because: "what waits at a replica is its own affair" },
      { mutate: digestsOfWaiting },
    ),
    agreeing(
      "mutant/does-not-execute-again",
      { operations: ["xy", ""], checkpointEvery: 2 },
      {
        expect: "violated",
        because: "after the restart its service lacks what was executed after its last checkpoint",
      },
      { mutate: withoutExecutingAgain, restarts: true },
    ),
  ],
});
