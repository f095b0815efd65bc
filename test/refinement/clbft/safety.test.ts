import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { walk } from "../../../checker/walk/walk.ts";
import type { ClbftSize } from "../../../impl/clbft/model/instances.ts";
import { MUTANTS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { problemOf, type Question } from "../../../refinement/clbft/problems.ts";
import {
  agreement,
  neverContradicts,
  oneCommitted,
  onePrepared,
  order,
} from "../../../refinement/clbft/properties.ts";
import {
  CHANGE,
  NORMAL,
  RESTART,
  SEVEN,
  TIGHT,
  unexecuted,
} from "../../../refinement/clbft/sizes.ts";
import { get, type Property, witness } from "../../../spec/automaton/index.ts";
import { expectReplays } from "../../checker/explore/comparing.ts";

const asking = (properties: Question["properties"]): Question => ({
  properties,
  witnesses: () => [],
});
const agree = asking((system) => [agreement(system)]);
const certified = asking((system, world) => [onePrepared(system, world)]);
const bound = asking((system, world) => [neverContradicts(system, world)]);
const safety = asking((system, world) => [
  agreement(system),
  order(system),
  onePrepared(system, world),
  oneCommitted(system, world),
]);

/** Which of them is about execution. */
const EXECUTED = 1;

describe("the shortest counterexamples", () => {
  test.each<[string, number, ClbftSize, string, Question]>([
    ["W-CL@tight", 10, TIGHT, "repaired", agree],
    ["W-CL@mutant/signers-not-distinct", 2, NORMAL.equivocation, "signers-not-distinct", agree],
    ["W-CL-CERT@mutant/prepare-quorum-2f", 4, NORMAL.equivocation, "prepare-quorum-2f", certified],
    ["W-CL-CERT@mutant/accepts-again", 8, NORMAL.equivocation, "accepts-again", certified],
    ["W-CL-RESTART@mutant/votes-not-durable", 5, RESTART.equivocation, "votes-not-durable", bound],
  ])("%s is violated in %d steps that replay", (_, steps, size, name, question) => {
    const problem = problemOf(size, MUTANTS[name] ?? REPAIRED, question);

    const [violation] = explore(problem).violations;

    expect(violation?.actions).toHaveLength(steps);
    if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
  });
});

describe("what makes instances smaller", () => {
  const verdicts = (size: ClbftSize, name: string, reductions: readonly "sends-at-once"[]) => {
    const problem = { ...problemOf(size, MUTANTS[name] ?? REPAIRED, safety), reductions };
    const { states, violations } = explore(problem);
    return { states, violated: violations.map((violation) => violation !== null) };
  };

  test.each(["repaired", "commit-quorum-2f", "prepare-quorum-2f", "commits-when-accepted"])(
    "sends at once change no verdict: %s",
    { timeout: 60_000 },
    (name) => {
      const full = verdicts(NORMAL.equivocation, name, []);
      const reduced = verdicts(NORMAL.equivocation, name, ["sends-at-once"]);

      expect(reduced.violated).toEqual(full.violated);
      expect(reduced.states).toBeLessThan(full.states);
    },
  );

  test.each(["repaired", "certificates-not-checked"])(
    "forgetting who signed changes no verdict: %s",
    { timeout: 60_000 },
    (name) => {
      const kept = verdicts({ ...CHANGE.fixed, collapses: false }, name, ["sends-at-once"]);
      const forgotten = verdicts(CHANGE.fixed, name, ["sends-at-once"]);

      expect(forgotten.violated).toEqual(kept.violated);
      expect(forgotten.states).toBeLessThan(kept.states);
    },
  );

  test.each(["repaired", "stays-in-view"])(
    "leaving execution out changes no verdict about decisions: %s",
    { timeout: 60_000 },
    (name) => {
      const decisions = (size: ClbftSize) => {
        const { states, violated } = verdicts(size, name, ["sends-at-once"]);
        return { states, violated: violated.filter((_, at) => at !== EXECUTED) };
      };
      const whole = decisions(CHANGE.fixed);
      const decided = decisions(unexecuted(CHANGE.fixed));

      expect(decided.violated).toEqual(whole.violated);
      expect(decided.states).toBeLessThan(whole.states);
    },
  );
});

describe("seven replicas, two of them faulty", () => {
  const decides: Question = {
    ...agree,
    witnesses: (system) => [
      witness(system, {
        name: "a correct replica decides number 1",
        reads: ["agreement.log"],
        reached: ({ agreement }) => agreement.some(({ log }) => get(log, "1")?.decided != null),
      }),
    ],
  };

  test("agree in random walks, in which they decide", { timeout: 120_000 }, () => {
    const problem = problemOf(SEVEN, REPAIRED, decides);

    const { found, reached } = walk(problem, { walks: 5, steps: 120, seed: 1 });

    expect(found).toBeNull();
    expect(reached).toEqual([true]);
  });

  test("are found to disagree where a signer counts twice", { timeout: 120_000 }, () => {
    const rules = MUTANTS["signers-not-distinct"] ?? REPAIRED;
    const problem = problemOf(SEVEN, rules, agree);

    const { found } = walk(problem, { walks: 2, steps: 60, seed: 1 });

    expect(found?.property).toBe(problem.properties[0]);
    if (found) expectReplays(problem, found.property, found.violation);
  });
});
