import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { testClaim } from "../../../checker/vitest.ts";
import bracha from "../../../refinement/adversary/A-BRACHA.claim.ts";
import signedEcho from "../../../refinement/adversary/A-SIGNED-ECHO.claim.ts";
import stop from "../../../refinement/adversary/A-STOP.claim.ts";
import type { Case, Claim, Problem } from "../../../spec/automaton/index.ts";
import { exploreAll, lengthsOf, naiveLengths } from "../../checker/explore/comparing.ts";

const claims: readonly Claim[] = [bracha, signedEcho, stop];
for (const one of claims) testClaim(one);

const cases = claims.flatMap(({ id, cases: of }) =>
  of.map((one) => ({ name: `${id}@${one.variant} on ${one.instance}`, one })),
);

/** The steps of the shortest run that violates each property; sends at once are part of a step. */
function stepsOf(one: Case): number[] {
  const { reductions = [], ...problem } = one.problem();
  const { violations } = explore({ ...problem, reductions });
  const isStep = ({ name }: { readonly name: string }) =>
    !reductions.includes("sends-at-once") || name !== "SEND";
  return violations.map((violation) => violation?.actions.filter(isStep).length ?? 0);
}

test("what one fault more allows, or a weaker rule, takes so many steps", () => {
  const violated = cases.filter(({ one }) => one.expect === "violated");

  const steps = violated.map(({ name, one }) => [name, stepsOf(one)]);

  expect(Object.fromEntries(steps)).toEqual(STEPS);
});

describe("the explorer and the naive search agree", () => {
  /** small enough for the naive search without reductions */
  const small = cases.filter(({ name }) =>
    /SIGNED-ECHO.*(coalition of (the|two)|crash)|A-STOP/.test(name),
  );

  test("on nine cases", () => {
    expect(small).toHaveLength(9);
  });

  test.each(small.map(({ name, one }) => [name, one] as const))("%s", (_, one) => {
    const problem: Problem = { ...one.problem(), reductions: [] };

    const all = exploreAll(problem);
    const naive = searchNaively(problem.system, problem.properties);

    expect([all.states, all.depth]).toEqual([naive.states, naive.depth]);
    expect(lengthsOf(problem, explore(problem))).toEqual(naiveLengths(naive));
  });
});

/** In the order of each case's properties; 0 for one that is not violated. */
const STEPS = {
  "A-BRACHA@tight on coalition of two": [4, 2],
  "A-BRACHA@mutant/echo-quorum-f+1 on coalition of the broadcaster": [0, 6],
  "A-BRACHA@mutant/ready-after-f on coalition of the broadcaster": [0, 4],
  "A-BRACHA@tight on two equivocate": [10],
  "A-BRACHA@tight on two vote double": [15],
  "A-BRACHA@tight on two mutate what they send": [8],
  "A-BRACHA@tight on two are mute": [0, 5],
  "A-BRACHA@tight on two withhold READY from one": [11],
  "A-SIGNED-ECHO@tight on coalition of two": [4, 2],
  "A-SIGNED-ECHO@mutant/quorum-f+1 on coalition of the broadcaster": [4, 2],
  "A-SIGNED-ECHO@mutant/echo-does-not-sign-value on coalition of the broadcaster": [4, 3],
  "A-SIGNED-ECHO@tight on the broadcaster is a twin and another votes double": [12],
  "A-SIGNED-ECHO@mutant/echo-does-not-sign-value on the broadcaster mutates what it sends": [7],
  "A-SIGNED-ECHO@tight on two receivers crash": [9],
  "A-SIGNED-ECHO@mutant/counts-messages on messages are replayed": [6],
  "A-STOP@tight on another faulty client goes on": [3],
  "A-STOP@mutant/signature-does-not-cover-lease on 3 leases": [3],
};
