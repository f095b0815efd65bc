import { type ClbftRules, MUTANTS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { type Case, claim } from "../../../spec/automaton/index.ts";
import { type JointSize, jointName, jointProblem } from "./joint.ts";
import { caseOf, type Rest } from "./problems.ts";
import { allReturned, looksLikeOneServer, returns } from "./properties.ts";

const ID = "W-CL-STACK";
const joint = (
  operations: readonly [string, string],
  agreement: JointSize["agreement"],
): JointSize => ({ service: { operations }, agreement });

const ONE = joint(["x", ""], { faulty: [3], views: 1, numbers: 1 });
const FAULTY_PRIMARY = joint(["x", ""], { faulty: [0], views: 1, numbers: 1 });
const AGAIN = joint(["x", ""], { faulty: [0], views: 1, numbers: 2 });
const VIEW_CHANGE = joint(["x", ""], { faulty: [0], views: 2, numbers: 1 });
const TWO_CLIENTS = joint(["x", "y"], { faulty: [3], views: 1, numbers: 2 });
const TWO_CLIENTS_FAULTY_PRIMARY = joint(["x", "y"], { faulty: [0], views: 1, numbers: 2 });
const EQUIVOCATION = joint(["x", "y"], { faulty: [0], views: 1, numbers: 1 });
const TWO_FAULTY = joint(["x", "y"], { faulty: [0, 3], views: 1, numbers: 1 });

const stack = (
  variant: string,
  size: JointSize,
  last: string,
  rest: Rest,
  rules: ClbftRules = REPAIRED,
): Case =>
  caseOf(
    ID,
    variant,
    jointName(size),
    () =>
      jointProblem(size, {
        properties: (system, world) => [looksLikeOneServer(system, world, { answers: false })],
        witnesses: (system, world) => [
          ...(rest.expect === "violated" ? [] : [returns(system, last)]),
          ...(rest.expect === "holds" && size.agreement.numbers >= world.requests.length
            ? [allReturned(system, world)]
            : []),
        ],
        rules,
      }),
    rest,
  );
const HOLDS: Rest = { expect: "holds" };

export default claim({
  id: ID,
  says: "Clients of the whole stack, agreement and all, see one server that does not fail and executes each request once.",
  source: "W §2, §7.4 and appendix B (claim W-CL); OSDI 1999, section 4.6",
  cases: [
    stack("repaired", ONE, "x", HOLDS),
    stack("repaired", FAULTY_PRIMARY, "x", HOLDS),
    stack("repaired", AGAIN, "x", HOLDS),
    stack("repaired", VIEW_CHANGE, "x", HOLDS),
    stack("repaired", TWO_CLIENTS, "yx", HOLDS),
    stack("repaired", TWO_CLIENTS_FAULTY_PRIMARY, "yx", { expect: "holds", tier: "nightly" }),
    stack(
      "mutant/reply-quorum-f",
      FAULTY_PRIMARY,
      "x",
      { expect: "violated", because: "a client believes the one faulty replica" },
      MUTANTS["reply-quorum-f"],
    ),
    stack(
      "mutant/executes-again",
      AGAIN,
      "x",
      {
        expect: "violated",
        because: "a faulty primary gives a request two numbers",
      },
      MUTANTS["executes-again"],
    ),
    stack("tight", TWO_FAULTY, "x", {
      expect: "violated",
      because: "two faulty replicas of four make f + 1 equal replies",
    }),
    stack(
      "mutant/commit-quorum-f",
      EQUIVOCATION,
      "x",
      {
        expect: "violated",
        because: "a faulty primary decides alone, and both clients are told that they were first",
      },
      { ...REPAIRED, shifts: { commits: -2 } },
    ),
  ],
});
