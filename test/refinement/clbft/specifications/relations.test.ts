import { describe, expect, test } from "vitest";
import { explore } from "../../../../checker/search/search.ts";
import lemma from "../../../../refinement/clbft/specifications/W-SPEC-L10.claim.ts";
import lemmaSequencer from "../../../../refinement/clbft/specifications/W-SPEC-L10-SEQ.claim.ts";
import order from "../../../../refinement/clbft/specifications/W-SPEC-ORDER.claim.ts";
import sequencer from "../../../../refinement/clbft/specifications/W-SPEC-SEQ.claim.ts";
import type { Claim, Property } from "../../../../spec/automaton/index.ts";
import { expectReplays } from "../../../checker/explore/comparing.ts";

/** The shortest run that a violated case of a claim has. */
function shortest(of: Claim, variant: string) {
  const problem = of.cases.find((one) => one.variant === variant)!.problem();
  const [violation] = explore(problem).violations;
  if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
  return violation?.actions.map(({ name }) => name);
}

describe("the shortest runs that tell the specifications of CLBFT apart", () => {
  test("W-SPEC-L10@printed: a REPLY says anything, and one faulty replica agrees", () => {
    expect(shortest(lemma, "printed")).toEqual(["INVOKE", "PRE-PREPARE", "REPLY", "RETURN"]);
  });

  test("W-SPEC-L10@repaired: two replicas that are proposed different requests execute in two orders", () => {
    const once = ["INVOKE", "PRE-PREPARE", "REPLY", "RETURN"];
    expect(shortest(lemma, "repaired")).toEqual([...once, ...once]);
  });

  test("W-SPEC-L10-SEQ@repaired: the second of two first replies is in no order of one log", () => {
    expect(shortest(lemmaSequencer, "repaired")).toHaveLength(6);
  });

  test("W-SPEC-L10@limit/answers: a silent primary ends everything", () => {
    expect(shortest(lemma, "limit/answers")).toEqual(["INVOKE"]);
  });

  test("W-SPEC-SEQ@tight: two liars answer a request at once", () => {
    expect(shortest(sequencer, "tight")).toEqual(["INVOKE", "RETURN"]);
  });

  test("W-SPEC-SEQ@mutant/sequences-twice: what comes again is executed again, and believed", () => {
    expect(shortest(sequencer, "mutant/sequences-twice")).toHaveLength(8);
  });

  test("W-SPEC-ORDER@printed/state transfer: who skipped an entry replies to a later one first (W-E08)", () => {
    const run = shortest(order, "printed/state transfer");
    expect(run).toContain("SKIP");
    expect(run?.at(-1)).toBe("REPLY");
  });
});
