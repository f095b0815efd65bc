import { type ClbftRules, MUTANTS, PRINTED_READS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { claim, type Reduction } from "../../../spec/automaton/index.ts";
import { GROUP, type ServiceSize } from "./instances.ts";
import { losing } from "./mutants.ts";
import { type Question, type Rest, serviceCase } from "./problems.ts";
import { allReturned, looksLikeOneServer, readsDirectly } from "./properties.ts";
import { losesExecuted, restarting } from "./restarts.ts";

const ID = "W-CL-READ";
const AFTER_WRITE: ServiceSize = { operations: ["x?", ""], directReads: true };
const BEFORE_WRITE: ServiceSize = { operations: ["?x", ""], directReads: true };
const BESIDE_WRITE: ServiceSize = { operations: ["x", "?"], directReads: true };
/** A value, another, and the first again; nobody is asked again, so that states stay few. */
const THERE_AND_BACK: ServiceSize = {
  operations: ["1??", "0"],
  directReads: true,
  overwrites: true,
  asks: false,
};
const REPLICA = GROUP.slice(0, 1);

interface How {
  readonly rules?: ClbftRules | undefined;
  /** false: without quiescence, and with replicas exchanged */
  readonly answers?: boolean;
  readonly restarts?: boolean;
  readonly mutate?: Question["mutate"];
}

const reading = (variant: string, size: ServiceSize, rest: Rest, how: How = {}) => {
  const { rules = REPAIRED, answers = true, restarts = false, mutate = (system) => system } = how;
  const isPlain = answers && !restarts;
  const symmetry: Reduction[] = answers || restarts ? [] : ["symmetry"];
  return serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system, world) => [looksLikeOneServer(system, world, { answers: isPlain })],
      witnesses: (system, world) => [
        ...(rest.expect === "holds" ? [allReturned(system, world), readsDirectly(system)] : []),
        ...(rest.expect === "holds" && restarts ? [losesExecuted(system, 0)] : []),
      ],
      rules,
      mutate: (system) => (restarts ? restarting(mutate(system), REPLICA) : mutate(system)),
      reductions: ["sends-at-once", ...symmetry],
    },
    rest,
    restarts ? ", one restart of replica#0" : "",
  );
};
const dies = (because: string): Rest => ({ expect: "violated", because });

export default claim({
  id: ID,
  says: "Reads that nobody orders are operations like others: each takes effect at one time between its invocation and its return, beside operations that are ordered; and each is answered.",
  source:
    "OSDI 1999, section 5.1 (read-only operations); arXiv 2107.11144, section III; rules CLBFT.READ and CLBFT.RETURN",
  cases: [
    reading("repaired", AFTER_WRITE, { expect: "holds" }),
    reading("repaired", BEFORE_WRITE, { expect: "holds" }),
    reading("repaired", BESIDE_WRITE, { expect: "holds", tier: "nightly" }),
    reading("repaired", THERE_AND_BACK, { expect: "holds", tier: "nightly" }, { answers: false }),
    reading("repaired", AFTER_WRITE, { expect: "holds", tier: "nightly" }, { restarts: true }),
    reading(
      "printed",
      THERE_AND_BACK,
      dies(
        "2f + 1 equal results are of different states: an old 0 and a new 0 make a quorum, and then an older 1 does",
      ),
      { rules: PRINTED_READS, answers: false },
    ),
    reading(
      "mutant/replies-f+1",
      AFTER_WRITE,
      dies("a write that f + 1 replies end may be unknown to 2f + 1 replicas that are read"),
      { rules: { ...REPAIRED, shifts: { replies: -1 } } },
    ),
    reading(
      "mutant/read-quorum-f+1",
      AFTER_WRITE,
      dies("one correct replica that lags behind and a faulty one are a quorum"),
      { rules: MUTANTS["read-quorum-f+1"] },
    ),
    reading(
      "mutant/reads-go-back",
      AFTER_WRITE,
      dies("a replica that replied to the write answers from its last checkpoint after a restart"),
      { rules: MUTANTS["reads-go-back"], restarts: true },
    ),
    reading(
      "mutant/volatile-execution.reached",
      AFTER_WRITE,
      dies("the same: it has forgotten that it was further"),
      { mutate: losing("execution", "reached"), restarts: true },
    ),
  ],
});
