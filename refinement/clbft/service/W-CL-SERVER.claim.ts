import { type ClbftRules, MUTANTS } from "../../../impl/clbft/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { SERVICES } from "../survivors.ts";
import type { ServiceSize } from "./instances.ts";
import { repliesOfLast, snapshotsWithoutRecords } from "./mutants.ts";
import { type Question, type Rest, serviceCase } from "./problems.ts";
import { allReturned, looksLikeOneServer, returns } from "./properties.ts";

const ID = "W-CL-SERVER";
const ONE: ServiceSize = { operations: ["x", ""] };
const TWO_CLIENTS: ServiceSize = { operations: ["x", "y"] };
const CONCURRENT: ServiceSize = { operations: ["xy", ""], window: 2 };
const ONE_AFTER_THE_OTHER: ServiceSize = { operations: ["xy", ""] };
const TWINS: ServiceSize = { ...ONE, twins: "vw" };
const AGAIN: ServiceSize = { ...ONE, repeats: 1, nulls: 1 };
const TRANSFER: ServiceSize = { ...ONE, repeats: 1, checkpointEvery: 1, transfers: true };

/** @param last a result that some client must come to be told */
const oneServer = (
  variant: string,
  size: ServiceSize,
  last: string,
  rest: Rest,
  how: Pick<Question, "mutate"> & { readonly rules?: ClbftRules | undefined } = {},
) => {
  const { rules, mutate } = how;
  return serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system, world) => [looksLikeOneServer(system, world)],
      witnesses: (system, world) =>
        rest.expect === "holds" ? [allReturned(system, world), returns(system, last)] : [],
      ...(rules && { rules }),
      ...(mutate && { mutate }),
    },
    rest,
  );
};

const HOLDS: Rest = { expect: "holds" };
const NIGHTLY: Rest = { expect: "holds", tier: "nightly" };
const dies = (because: string): Rest => ({ expect: "violated", because });

export default claim({
  id: ID,
  says: "Clients of the replicated service see one server that does not fail, executes each request once, and answers.",
  source:
    "W §2, §7.4 and appendix B (claim W-CL); OSDI 1999, section 4.1; over the ordering environment of W-CL-ORDER-ENV",
  cases: [
    oneServer("repaired", TWO_CLIENTS, "yx", HOLDS),
    oneServer("repaired", { ...ONE_AFTER_THE_OTHER, mute: true }, "xy", HOLDS),
    oneServer("repaired", CONCURRENT, "yx", HOLDS),
    oneServer("repaired", ONE_AFTER_THE_OTHER, "xy", HOLDS),
    oneServer("repaired", TWINS, "wx", HOLDS),
    oneServer("repaired", AGAIN, "x", HOLDS),
    oneServer("repaired", TRANSFER, "x", HOLDS),
    oneServer("repaired", { ...TWO_CLIENTS, mute: true }, "yx", NIGHTLY),
    oneServer("repaired", { ...TWO_CLIENTS, repeats: 1 }, "yx", NIGHTLY),
    oneServer("repaired", { ...TWO_CLIENTS, batchMax: 2 }, "yx", NIGHTLY),
    oneServer("repaired", { ...TWINS, repeats: 1 }, "wx", NIGHTLY),
    oneServer("repaired", { operations: ["xyz", ""] }, "xyz", NIGHTLY),
    oneServer(
      "tight",
      { ...ONE, faulty: 2 },
      "x",
      dies("two faulty replicas of four make f + 1 equal replies"),
    ),
    oneServer(
      "tight/answers",
      { ...ONE, faulty: 3, mute: true },
      "x",
      dies("one correct replica that waits moves nobody to order the request"),
    ),
    oneServer("mutant/reply-quorum-f", ONE, "x", dies("a client believes the one faulty replica"), {
      rules: MUTANTS["reply-quorum-f"],
    }),
    oneServer(
      "mutant/replies-counted-not-compared",
      ONE,
      "x",
      dies("a reply of a correct replica makes the lie of a faulty one a quorum"),
      { rules: MUTANTS["replies-counted-not-compared"] },
    ),
    oneServer(
      "mutant/executes-again",
      { ...ONE, repeats: 1 },
      "x",
      dies("a request that has two numbers is executed at both"),
      { rules: MUTANTS["executes-again"] },
    ),
    oneServer(
      "mutant/window-not-kept",
      { ...CONCURRENT, replicaWindow: 1 },
      "xy",
      dies("replicas that execute t = 2 take t = 1 for an old request, for ever"),
    ),
    oneServer(
      "mutant/replies-of-last",
      CONCURRENT,
      "xy",
      dies("a request that comes again is answered with the result of a later one"),
      { mutate: repliesOfLast },
    ),
    oneServer(
      "mutant/snapshots-without-records",
      TRANSFER,
      "x",
      dies("who installs such a checkpoint executes what it stands for again"),
      { mutate: snapshotsWithoutRecords },
    ),
  ],
  survivors: SERVICES,
});
