import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  alwaysEventually,
  type Case,
  claim,
  includedIn,
  invariant,
  noDeadlock,
  type Problem,
  type Property,
  simulates,
} from "../../../spec/automaton/index.ts";
import { type Edge, edges, graph } from "../../fixtures/small/graphs.ts";
import { shortestMissing } from "./naive-inclusion.ts";

const within = (system: Problem["system"], specification: Problem["system"], quiescence = false) =>
  includedIn(system, { name: "included", specification, visible: ["a", "b"] as never, quiescence });

function run(property: Property, system: Problem["system"], options: Partial<Problem> = {}) {
  return explore({ system, properties: [property], witnesses: [], ...options });
}
const ANTICHAINS: Partial<Problem> = { reductions: ["antichains"] };

describe("antichains", () => {
  /*
   * The system comes to state 1 by a, and later by tau and b. After a the specification may be at 1
   * or 2, after b only at 1; b then is allowed at 2 alone.
   */
  const system = graph("two ways", [
    [0, "a", 1],
    [0, "tau", 2],
    [2, "b", 1],
    [1, "b", 3],
  ]);
  const specification = graph("unsure", [
    [0, "a", 1],
    [0, "a", 2],
    [0, "b", 1],
    [2, "b", 3],
  ]);

  test("keep the smaller set, also where the larger one was found before", () => {
    const property = within(system, specification);

    const [plain, reduced] = [run(property, system), run(property, system, ANTICHAINS)];

    const labels = (found: typeof plain) =>
      found.violations[0]?.actions.map(({ name }) => name).filter((name) => name !== "choose");
    expect(labels(plain)).toEqual(["b", "b"]);
    expect(labels(reduced)).toEqual(["b", "b"]);
  });

  test("expand less where sets grow, and say so", () => {
    const loop = graph("loop", [
      [0, "a", 0],
      [0, "b", 0],
    ]);
    const growing = graph("growing", [
      [0, "a", 0],
      [0, "b", 0],
      [0, "a", 1],
      [1, "a", 1],
      [1, "b", 1],
      [1, "a", 2],
      [2, "a", 2],
      [2, "b", 2],
    ]);
    const property = within(loop, growing);

    const [plain, reduced] = [run(property, loop), run(property, loop, ANTICHAINS)];

    expect(reduced.violations).toEqual(plain.violations);
    expect(reduced.transitions).toBeLessThan(plain.transitions);
    expect(reduced.notes).toContainEqual(expect.stringMatching(/^antichains: \d+ of the states/));
  });

  test("on random pairs verdicts and lengths are those without, with quiescence or not", () => {
    let [reduced, violated] = [0, 0];
    fc.assert(
      fc.property(edges, edges, fc.boolean(), (one, other, quiescence) => {
        const system = graph("system", one);
        const property = within(system, graph("specification", [...other, ...one]), quiescence);

        const [plain, fewer] = [run(property, system), run(property, system, ANTICHAINS)];

        const length = plain.violations[0]?.actions.length;
        expect(fewer.violations[0]?.actions.length).toBe(length);
        expect(fewer.transitions).toBeLessThanOrEqual(plain.transitions);
        if (fewer.transitions < plain.transitions) reduced++;
        if (length !== undefined) violated++;
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(reduced).toBeGreaterThan(20);
    expect(violated).toBeGreaterThan(20);
  });

  test("counts do not depend on the order in which steps are found", () => {
    fc.assert(
      fc.property(edges, edges, (one, other) => {
        const count = (system: readonly Edge[], specification: readonly Edge[]) => {
          const made = graph("system", system);
          const property = within(made, graph("specification", specification));
          const { states, transitions, depth } = run(property, made, ANTICHAINS);
          return { states, transitions, depth };
        };
        const reversed = (list: readonly Edge[]) => [...list].reverse();
        const all = [...other, ...one];

        expect(count(reversed(one), reversed(all))).toEqual(count(one, all));
      }),
      { numRuns: 200, seed: 13 },
    );
  });

  test("two specifications are compared together", () => {
    fc.assert(
      fc.property(edges, edges, edges, (one, left, right) => {
        const system = graph("system", one);
        const both = [left, right].map((more, at) => ({
          ...within(system, graph(`specification ${at}`, [...more, ...one.slice(at)])),
          name: `included in ${at}`,
        }));
        const lengths = (reductions: Partial<Problem>) =>
          explore({ system, properties: both, witnesses: [], ...reductions }).violations.map(
            (found) => found?.actions.length,
          );

        expect(lengths(ANTICHAINS)).toEqual(lengths({}));
      }),
      { numRuns: 200, seed: 17 },
    );
  });

  test.each<[string, (one: Problem["system"]) => Property]>([
    [
      "a deadlock",
      (one) => noDeadlock(one, { name: "end", reads: ["leaf"] as never, finished: () => true }),
    ],
    // A loop may close only through a state that a smaller set subsumes.
    [
      "liveness",
      (one) =>
        alwaysEventually(one, { name: "again", reads: ["leaf"] as never, holds: () => true }),
    ],
  ])("are refused beside %s", (_, property) => {
    const properties = [within(system, specification), property(system)];
    const reduced = () => explore({ system, properties, witnesses: [], ...ANTICHAINS });

    expect(reduced).toThrow("[reduction-refused]");
  });

  test("are refused depth first, and with what merges other states", () => {
    const property = within(system, specification);
    const problem = { system, properties: [property], witnesses: [] };

    expect(() => explore({ ...problem, ...ANTICHAINS }, { order: "depth-first" })).toThrow(
      "[reduction-refused]",
    );
    expect(() => explore({ ...problem, reductions: ["antichains", "symmetry"] })).toThrow(
      "[reduction-refused]",
    );
  });
});

/*
 * mCRL2 1459: "included" with -c (a counterexample asked for), rightly "not included" without; 1446:
 * the same of failures-divergence refinement.
 */
describe("a verdict of refinement", () => {
  const nothing = { name: "true", reads: ["leaf"] as never, holds: () => true };

  function verdicts(one: readonly Edge[], other: readonly Edge[], quiescence: boolean) {
    const system = graph("system", one);
    const specification = graph("specification", other);
    const property = within(system, specification, quiescence);
    const alone: Problem = { system, properties: [property], witnesses: [] };
    const beside = invariant(system, nothing);
    const verdict = (found: ReturnType<typeof explore>, at = 0) => found.violations[at] !== null;
    const recorded = (problem: Problem) => {
      const problemCase: Case = {
        variant: "repaired",
        instance: "small",
        tier: "ci",
        expect: "holds",
        problem: () => problem,
      };
      const body = { id: "small", says: "included", source: "ours", cases: [problemCase] };
      const record = checkCase(claim(body), problemCase);
      expect(record.error).toBeNull();
      expect(record.counterexample !== null).toBe(record.verdict === "violated");
      return record.verdict === "violated";
    };
    return {
      explored: verdict(explore(alone)),
      recorded: recorded(alone),
      depthFirst: verdict(explore(alone, { order: "depth-first" })),
      antichains: verdict(explore({ ...alone, ...ANTICHAINS })),
      beside: verdict(explore({ ...alone, properties: [beside, property] }), 1),
      twice: verdict(explore({ ...alone, properties: [property, { ...property, name: "x" }] }), 1),
    };
  }

  test("is one, whether or not a counterexample is built, in every order and company", () => {
    const seen = { violated: 0, holds: 0 };
    fc.assert(
      fc.property(edges, edges, fc.boolean(), (one, other, quiescence) => {
        const specification = [...other, ...one.slice(0, 4)];
        const { explored, ...others } = verdicts(one, specification, quiescence);

        expect(Object.values(others)).toEqual(Object.values(others).map(() => explored));
        if (explored) seen.violated++;
        else seen.holds++;
        if (quiescence) return;
        const [system, allowed] = [graph("system", one), graph("specification", specification)];
        const naive = shortestMissing(system, allowed, ["a", "b"], 5);
        if (naive !== null) expect(explored).toBe(true);
      }),
      { numRuns: 200, seed: 1459 },
    );
    expect(Math.min(seen.violated, seen.holds)).toBeGreaterThan(40);
  });

  test("by simulation is one, too, and that of the edges which the specification lacks", () => {
    fc.assert(
      fc.property(edges, fc.nat(6), (one, at) => {
        const lacking = one.filter((_, edge) => edge !== at % one.length);
        const system = graph("system", one);
        const place = new Map(lacking.map((edge, to) => [one.indexOf(edge), to]));
        const mapped = (next: number) => (next === -1 ? -1 : (place.get(next) ?? -2));
        const property = simulates(system, {
          name: "all edges but one",
          specification: graph("specification", lacking),
          visible: ["a", "b"] as never,
          reads: ["leaf"] as never,
          mapping: (({ leaf }: { leaf: { at: number; next: number } }) => ({
            leaf: { at: leaf.at, next: mapped(leaf.next) },
          })) as never,
          answers: (_, { name, payload }) => [
            name === "choose"
              ? { name, payload: { edge: mapped(payload.edge as number) } }
              : { name, payload },
          ],
        });
        const problem = { system, properties: [property], witnesses: [] };

        const isViolated = explore(problem).violations[0] !== null;

        const deep = explore(problem, { order: "depth-first" }).violations[0] !== null;
        expect(deep).toBe(isViolated);
        expect(isViolated).toBe(isUsed(one, at % one.length));
      }),
      { numRuns: 200, seed: 1446 },
    );
  });

  /** Whether a run can take an edge, as one that changes something. */
  function isUsed(all: readonly Edge[], at: number): boolean {
    const reached = new Set([0]);
    for (const node of reached) for (const [from, , to] of all) if (from === node) reached.add(to);
    const [from, label, to] = all[at] as Edge;
    return reached.has(from) && !(label === "tau" && from === to);
  }
});
