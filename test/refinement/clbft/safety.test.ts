import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
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
import {
  canonical,
  type Property,
  setOf,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
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

/** Numbers in [0, 1) that depend on the seed alone. */
function* mulberry(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/**
 * What each correct replica decided for number 1 in some random runs. Among the steps that change something the kind of
 * action is drawn first, or the many deliveries would leave no room for the rest.
 */
function decisionsInRuns(name: string, runs: number, steps: number): string[][] {
  const { system } = problemOf(SEVEN, MUTANTS[name] ?? REPAIRED, agree);
  return Array.from({ length: runs }, (_, seed) => {
    const random = mulberry(seed + 1);
    const drawn = <T>(all: readonly T[]) => all[Math.floor(random.next().value * all.length)] as T;
    let [state] = startStates(system);
    for (let step = 0; step < steps && state !== undefined; step++) {
      const before = canonical(state);
      const changing = stepsFrom(system, state).filter(({ to }) => canonical(to) !== before);
      if (changing.length === 0) break;
      const kind = drawn(setOf(...changing.map(({ action }) => action.name)));
      state = drawn(changing.filter(({ action }) => action.name === kind)).to;
    }
    return (state ?? []).flatMap(({ state: local }) => {
      const { log } = (local ?? {}) as { readonly log?: Record<string, { decided: unknown }> };
      return log?.["1"]?.decided == null ? [] : [JSON.stringify(log["1"].decided)];
    });
  });
}

describe("seven replicas, two of them faulty", () => {
  const disagree = (decided: string[]) => new Set(decided).size > 1;

  test("agree in random runs, in which they decide", { timeout: 120_000 }, () => {
    const runs = decisionsInRuns("repaired", 5, 120);

    expect(runs.flat().length).toBeGreaterThan(0);
    expect(runs.filter(disagree)).toEqual([]);
  });

  test("are found to disagree where a signer counts twice", { timeout: 120_000 }, () => {
    expect(decisionsInRuns("signers-not-distinct", 2, 60).some(disagree)).toBe(true);
  });
});
