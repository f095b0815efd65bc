import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import L_BG from "../../../refinement/bft-bc/L-BG.claim.ts";
import type { Property } from "../../../spec/automaton/index.ts";
import { expectReplays } from "../../checker/explore/comparing.ts";

const leaking = L_BG.cases.filter(({ variant }) => variant.startsWith("mutant/"));

describe("write statements that replicas sign before they hold the write", () => {
  test.each(leaking)("break Lemma 1 if they leave early: $variant on $instance", (one) => {
    const problem = one.problem();

    const [violation] = explore(problem, { untilViolated: true }).violations;

    expect(violation).not.toBeNull();
    expect(violation?.actions.map(({ name }) => name)).not.toContain("WRITE");
    if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
  });

  test("would make proofs of writes that nobody holds, and do not", () => {
    const problem = L_BG.cases.find(({ variant }) => variant === "strong")?.problem();
    if (problem === undefined) throw new RangeError("no such case");

    const { violations, reached } = explore(problem);

    expect(violations).toEqual([null]);
    expect(reached).toEqual([true]);
  });
});
