import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { mapAutomata } from "../../../spec/automaton/compose.ts";
import {
  type AnyAutomaton,
  type Composition,
  index,
  type Problem,
  QuorateError,
  withRestarts,
} from "../../../spec/automaton/index.ts";
import { isRecord } from "../../../spec/automaton/values.ts";
import { randomProblem } from "../../fixtures/random/compositions.ts";
import { expectReplays, exploreAll, lengthsOf, naiveLengths } from "./comparing.ts";

const process = index("process", 0);

/** Bits that say which fields are durable, and whether a sender sends when it recovers. */
interface Crashing {
  readonly durable: number;
  readonly sends: boolean;
  readonly atMost: number;
}

/** Every automaton whose state is a record, as part of one process. Fuel lasts, or runs may not end. */
function crashing(one: AnyAutomaton, { durable, sends }: Crashing): AnyAutomaton {
  const [start, ...others] = one.start();
  if (one.form !== "leaf" || others.length > 0 || !isRecord(start)) return one;
  const fields = Object.keys(start).map((field, at) => {
    const lasts = field === "fuel" || ((durable >> at) & 1) === 1;
    const keeping = lasts ? ("durable" as const) : ("volatile" as const);
    return [field, { keeping, means: "any", bound: null }];
  });
  const sent = Object.entries(one.transitions).find(([, { kind }]) => kind === "sent");
  const slot = sent?.[1].at?.slot ?? index("slot", 0);
  const recover = {
    effect: (_state: unknown, _: unknown, send: (name: string, payload: object) => void) => {
      if (sent !== undefined) send(sent[0], { slot, value: 1 });
    },
  };
  return {
    ...one,
    process,
    fields: Object.fromEntries(fields),
    recover: sends ? (recover as never) : null,
  };
}

/** Random compositions with a process that restarts; null where nothing in them can. */
const problems = fc
  .tuple(
    randomProblem,
    fc.record({ durable: fc.nat(7), sends: fc.boolean(), atMost: fc.integer({ min: 1, max: 2 }) }),
  )
  .map(([problem, how]) => {
    const system = mapAutomata(problem.system, (one) => crashing({ ...one, process: null }, how));
    if (!system.leaves.some(({ automaton }) => automaton.process === process)) return null;
    const restarting = withRestarts(system, { processes: [process], atMost: how.atMost });
    const properties = problem.properties.filter(({ kind }) => kind !== "step");
    return { system: restarting as Composition, properties, witnesses: [] };
  });

const RUNS = { seed: 6_01_2026 };

describe("on random compositions with restarts", { timeout: 120_000 }, () => {
  test("the explorer has the counts, verdicts and shortest runs of the naive search", () => {
    let restarting = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        if (problem === null) return;
        restarting++;
        const naive = searchNaively(problem.system, problem.properties);

        const { states, depth, transitions } = exploreAll(problem);
        const found = explore(problem);

        expect([states, depth, transitions]).toEqual([
          naive.states,
          naive.depth,
          naive.transitions,
        ]);
        expect(lengthsOf(problem, found)).toEqual(naiveLengths(naive));
      }),
      { ...RUNS, numRuns: 150 },
    );
    expect(restarting).toBeGreaterThan(20);
  });

  test("where sends-at-once is accepted, every verdict is that without it", () => {
    let [accepted, reduced, violated] = [0, 0, 0];
    fc.assert(
      fc.property(problems, (uncut) => {
        if (uncut === null) return;
        // With a property of ends a sender that restarts is refused.
        const properties = uncut.properties.filter(({ kind }) => kind === "invariant");
        const problem = { ...uncut, properties };
        const fewer = tryReduced(problem);
        if (fewer === null) return;
        accepted++;
        const full = explore(problem);
        if (fewer.states < full.states) reduced++;

        const names = Object.keys(lengthsOf(problem, full));
        violated += names.length;
        expect(Object.keys(lengthsOf(problem, fewer))).toEqual(names);
        problem.properties.forEach((property, at) => {
          const violation = fewer.violations[at];
          if (violation) expectReplays(problem, property, violation);
        });
      }),
      { ...RUNS, numRuns: 1_200 },
    );
    expect([accepted > 10, reduced > 0, violated > 0]).toEqual([true, true, true]);
  });
});

function tryReduced(problem: Problem) {
  try {
    return explore({ ...problem, reductions: ["sends-at-once"] });
  } catch (error) {
    if (error instanceof QuorateError && error.code === "reduction-refused") return null;
    throw error;
  }
}
