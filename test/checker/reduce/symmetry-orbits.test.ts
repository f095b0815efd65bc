import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { echo } from "../../../refinement/oracle/echo.ts";
import { incrementAtomically, incrementRace } from "../../../refinement/oracle/increment-race.ts";
import { lock } from "../../../refinement/oracle/lock.ts";
import { transactionCommit } from "../../../refinement/oracle/tcommit.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import {
  type Composition,
  indices,
  interchangeable,
  invariant,
  type Problem,
} from "../../../spec/automaton/index.ts";
import known from "../../fixtures/known-counts.json" with { type: "json" };
import { lamps, N0, N1 } from "../../fixtures/small/restarts.ts";
import { expectReplays, lengthsOf } from "../explore/comparing.ts";
import { letters, ring, tokens } from "./symmetry-fixtures.ts";
import { NODES, SYMMETRY, symmetric, workersProblem } from "./symmetry-models.ts";
import { orbitsOf, type Renamer, statesOf } from "./symmetry-orbits.ts";

const among = (problem: Problem, ...names: Parameters<typeof interchangeable>): Problem => ({
  ...problem,
  symmetries: [interchangeable(...names)],
});
const one = (sort: string, count: number, arrays: Renamer["arrays"] = {}): Renamer => ({
  groups: [[indices(sort, count)]],
  arrays,
});
const others = (sort: string, count: number) => indices(sort, count).slice(1);

const MODELS: readonly (readonly [string, Problem, Renamer])[] = [
  ...[1, 2, 3, 4].map(
    (n) =>
      [
        `two-phase commit of ${n}`,
        among(twoPhaseCommit(n), indices("rm", n)),
        one("rm", n, { rms: 0 }),
      ] as const,
  ),
  [
    "transaction commit, one automaton of cells",
    among(transactionCommit(4), indices("rm", 4)),
    one("rm", 4),
  ],
  ["lock, one automaton", among(lock(3), indices("process", 3)), one("process", 3)],
  [
    "increment race, which is violated",
    among(incrementRace(3), indices("thread", 3)),
    one("thread", 3, { threads: 0 }),
  ],
  [
    "increment atomically",
    among(incrementAtomically(4), indices("thread", 4)),
    one("thread", 4, { threads: 0 }),
  ],
  [
    "echo, where inboxes move along with nodes other than the initiator",
    among(echo(3), others("node", 3), { with: [others("inbox", 3)] }),
    { groups: [[others("node", 3), others("inbox", 3)]], arrays: {} },
  ],
  [
    "workers and a saboteur, which is violated",
    { ...workersProblem(), symmetries: [SYMMETRY] },
    { groups: [[NODES]], arrays: { nodes: 0 } },
  ],
  ["a ring in which only rotations are alike", ring(4), one("member", 4)],
  [
    "letters of clients to servers, two symmetries",
    letters(3, 2),
    { groups: [[indices("client", 3)], [indices("server", 2)]], arrays: { clients: 0 } },
  ],
  [
    "lamps that restart",
    {
      system: lamps(2) as unknown as Composition,
      properties: [],
      witnesses: [],
      symmetries: [interchangeable([N0, N1])],
    },
    { groups: [[[N0, N1]]], arrays: { lamps: 0, ledgers: 0 } },
  ],
  ["tokens whose digests name their signers", tokens(3), one("signer", 3, { signers: 0 })],
];

describe.each(MODELS)("%s", (_, problem, renamer) => {
  const plain = explore(problem);

  test("has as many representatives as brute force finds orbits", () => {
    const all = { ...symmetric(problem), properties: [] };

    const [wide, deep] = (["breadth-first", "depth-first"] as const).map((order) =>
      explore(all, { order }),
    );

    const orbits = orbitsOf(problem, renamer);
    expect([wide?.states, deep?.states]).toEqual([orbits, orbits]);
    expect([wide?.bound, deep?.bound]).toEqual([null, null]);
    expect(orbits).toBeLessThanOrEqual(statesOf(problem).size);
  });

  test("has the verdict, witnesses and depth of the search without symmetry", () => {
    const found = explore(symmetric(problem));

    expect(lengthsOf(problem, found)).toEqual(lengthsOf(problem, plain));
    if (Object.keys(lengthsOf(problem, plain)).length > 0) return;
    expect([found.reached, found.depth]).toEqual([plain.reached, plain.depth]);
  });

  test.each(["breadth-first", "depth-first"] as const)(
    "is violated by runs in one naming that replay, %s",
    (order) => {
      const found = explore(symmetric(problem), { order });

      problem.properties.forEach((property, at) => {
        const violation = found.violations[at];
        if (violation) expectReplays(problem, property, violation);
      });
    },
  );
});

describe("two-phase commit", () => {
  const published = Object.entries(known.TwoPhase.by_RMs).flatMap(([n, counts]) =>
    "orbits_under_RM_permutation" in counts
      ? [[Number(n), counts.orbits_under_RM_permutation, counts.depth] as const]
      : [],
  );

  test.each(published)("of %i has the published %i orbits", (n, orbits, depth) => {
    const found = explore(symmetric(among(twoPhaseCommit(n), indices("rm", n))));

    expect([found.states, found.depth]).toEqual([orbits, depth]);
    expect(found.violations).toEqual([null, null]);
    expect(found.reached).toEqual([true]);
  });
});

test("finds the same run whatever else was found by then", () => {
  const { system, ...problem } = symmetric({ ...workersProblem(), symmetries: [SYMMETRY] });
  const endless = invariant(system, { name: "holds", reads: [], holds: () => true });
  const properties = [...problem.properties, endless];

  const short = explore({ ...problem, system });
  const long = explore({ ...problem, system, properties });

  expect(long.states).toBeGreaterThan(short.states);
  expect(long.violations[0]).toEqual(short.violations[0]);
});

test("a property that throws is told as without symmetry", () => {
  const problem = workersProblem();
  const holds = () => {
    throw new Error("no");
  };
  const throwing = invariant(problem.system, { name: "throws", reads: [], holds });

  const search = () => explore(symmetric({ ...problem, properties: [throwing] }));

  expect(search).toThrow(expect.objectContaining({ code: "property-threw" }));
});
