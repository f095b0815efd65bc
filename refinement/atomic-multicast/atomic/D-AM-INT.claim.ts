import {
  ATOMIC_MUTANTS,
  ATOMIC_PRINTED,
  ATOMIC_PRINTED_E04,
  ATOMIC_PRINTED_E05,
  type AtomicRules,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import {
  caseOf,
  ONE,
  ONE_AND_TWINS,
  ONE_AS_SPECIFIED,
  type Question,
  quick,
  repaired,
  TWINS,
  TWO,
  TWO_AT_ANY_TIME,
  unwitnessed,
} from "./problems.ts";
import { allDeliverAll, type By, forgedIsDecided, isAtomicMulticast } from "./properties.ts";

const refines = (once: By): Question => ({
  properties: (system, world) => [isAtomicMulticast(system, world, once)],
  witnesses: (system, world) => [allDeliverAll(system, world), forgedIsDecided(system)],
});
const byNumber = refines("each number");
const byMessage: Question = {
  ...quick(refines("each message")),
  witnesses: (system) => [forgedIsDecided(system)],
};
const mutant = (name: string) =>
  caseOf(`mutant/${name}`, TWO, unwitnessed(quick(byNumber)), {
    rules: ATOMIC_MUTANTS[name] as AtomicRules,
    expect: "violated",
  });

const E05 =
  "D-E05: what line 13 removes is remembered nowhere: one batch holds only the one of two messages that a faulty client signed under a number, the next only the other, and both are delivered";

export default claim({
  id: "D-AM-INT",
  says: "A correct replica A-delivers one message of a number at most once, and one of a correct client only if it was A-multicast: what shows is what the specification of atomic multicast shows.",
  source: "D §3.1, Algorithms 1 and 2, Theorem 7.6 (Integrity)",
  cases: [
    repaired(ONE_AS_SPECIFIED, byNumber),
    repaired(TWO, byNumber),
    repaired(TWO_AT_ANY_TIME, byNumber),
    repaired(TWINS, byNumber),
    repaired(
      ONE_AND_TWINS,
      { ...byNumber, reductions: ["sends-at-once", "symmetry"] },
      {
        tier: "nightly",
      },
    ),
    caseOf("printed", TWINS, byMessage, {
      rules: ATOMIC_PRINTED,
      expect: "holds",
      because: "a message is delivered once; its number is another matter",
    }),
    caseOf("printed/by number", TWINS, unwitnessed(quick(byNumber)), {
      rules: ATOMIC_PRINTED,
      expect: "violated",
      because: E05,
    }),
    caseOf("printed/D-E05", TWINS, unwitnessed(quick(byNumber)), {
      rules: ATOMIC_PRINTED_E05,
      expect: "violated",
      because: E05,
    }),
    caseOf("printed/D-E04", ONE, byMessage, {
      rules: ATOMIC_PRINTED_E04,
      expect: "holds",
      because: "D-E04 keeps messages from being delivered, and lets none in",
    }),
    mutant("signature-not-checked"),
    mutant("nothing-remembered"),
  ],
});
