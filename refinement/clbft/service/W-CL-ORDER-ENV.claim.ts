import type { ClbftSize } from "../../../impl/clbft/model/instances.ts";
import { type ClbftRules, MUTANTS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { type Case, claim, witnessAction } from "../../../spec/automaton/index.ts";
import { nameOf, problemOf } from "../problems.ts";
import { CHANGE, CHECKPOINTS, GAPS, NORMAL, RESTART, TIGHT } from "../sizes.ts";
import { isOrdering } from "./ordered.ts";
import { caseOf, type Rest } from "./problems.ts";

const ID = "W-CL-ORDER-ENV";

const ordered = (
  variant: string,
  size: ClbftSize,
  rest: Rest,
  rules: ClbftRules = REPAIRED,
): Case =>
  caseOf(
    ID,
    variant,
    nameOf(size),
    () =>
      problemOf(size, rules, {
        properties: (system, world) => [isOrdering(system, world)],
        witnesses: (system) =>
          rest.expect === "violated"
            ? []
            : [
                witnessAction(system, {
                  name: "the last number is executed",
                  action: "EXECUTE",
                  where: ({ n }) => n === size.numbers,
                }),
                ...(size.restarts === undefined
                  ? []
                  : [
                      witnessAction(system, {
                        name: "a replica restarts",
                        action: "RESTART" as never,
                      }),
                    ]),
                ...(size.checkpoints === undefined
                  ? []
                  : [
                      witnessAction(system, {
                        name: "a replica installs a checkpoint",
                        action: "INSTALL",
                      }),
                    ]),
              ],
      }),
    rest,
  );
const HOLDS: Rest = { expect: "holds" };
const NIGHTLY: Rest = { expect: "holds", tier: "nightly" };
const mutant = (name: string, size: ClbftSize, because: string): Case =>
  ordered(`mutant/${name}`, size, { expect: "violated", because }, MUTANTS[name]);

export default claim({
  id: ID,
  says: "What agreement shows to the services of replicas, be it EXECUTE, a certified checkpoint or a state to install, is what the ordering environment of W-CL-SERVER shows.",
  source:
    "W appendix B: CLBFT as the environment of what wraps it; composition of trace inclusions (Lynch and Tuttle)",
  cases: [
    ordered("repaired", NORMAL.equivocation, HOLDS),
    ordered("repaired", NORMAL.again, HOLDS),
    ordered("repaired", NORMAL.twoNumbers, HOLDS),
    ordered("repaired", CHANGE.first, HOLDS),
    ordered("repaired", CHECKPOINTS.one, HOLDS),
    ordered("repaired", RESTART.equivocation, HOLDS),
    ordered("repaired", { ...CHECKPOINTS.one, restarts: [1] }, HOLDS),
    ordered("repaired", NORMAL.batches, NIGHTLY),
    ordered("repaired", CHANGE.second, NIGHTLY),
    ordered("repaired", CHANGE.backup, NIGHTLY),
    ordered("repaired", CHANGE.nobody, NIGHTLY),
    ordered("repaired", CHANGE.twins, NIGHTLY),
    ordered("repaired", GAPS.oneRequest, NIGHTLY),
    ordered("repaired", CHECKPOINTS.normal, {
      expect: "bounded",
      tier: "nightly",
      maxStates: 1_500_000,
      because:
        "not explored to its end: 1,705,050 states and level 20 took 4 minutes on a busy machine, and the search went on",
    }),
    ordered("tight", TIGHT, {
      expect: "violated",
      because: "two faulty replicas of four make two quorums that share no correct one",
    }),
    mutant(
      "executes-out-of-order",
      NORMAL.twoNumbers,
      "a batch is executed before one of a lower number",
    ),
    mutant("commit-quorum-2f", CHANGE.first, "a decision survives no view change"),
    mutant("reports-nothing", CHANGE.first, "what was decided is ordered again"),
    mutant("checkpoint-quorum-f", CHECKPOINTS.one, "the one faulty replica vouches for a state"),
    mutant("state-not-verified", CHECKPOINTS.one, "a state is installed that nobody vouches for"),
  ],
});
