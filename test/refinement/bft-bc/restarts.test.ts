import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { worldOf } from "../../../impl/bft-bc/instances.ts";
import { REPAIRED } from "../../../impl/bft-bc/rules.ts";
import L_RESTART from "../../../refinement/bft-bc/L-RESTART.claim.ts";
import { oneValueUnderOneTimestamp } from "../../../refinement/bft-bc/proofs.ts";
import {
  holdsWhatItSigned,
  type Mutation,
  neverContradicts,
  type Question,
  restartCase,
  watchedOf,
} from "../../../refinement/bft-bc/restarts.ts";
import { type Property, volatileMutants } from "../../../spec/automaton/index.ts";
import { expectReplays, exploreAll } from "../../checker/explore/comparing.ts";

const size = { faultyReplicas: 1, valuesOfC: 2, maxForgedVal: 1, reach: 2 };
const question: Question = {
  size,
  who: "replicas",
  properties: (system, world) => [
    neverContradicts(system, world),
    holdsWhatItSigned(system, world),
    oneValueUnderOneTimestamp(system, world),
  ],
  witnesses: () => [],
};
const losing =
  (field: string): Mutation =>
  (system) =>
    volatileMutants(system).find((one) => one.field === field)?.system ?? system;
const problemOf = (of: Question, mutation?: Mutation) =>
  restartCase("any", of, { expect: "holds" }, mutation).problem();

describe.each([
  ["nothing", 0],
  ["data", 1],
  ["currentTs", 2],
  ["prepareList", 1],
])("a replica that loses %s in a restart", (field, violated) => {
  test("has the same verdicts with sends at once as where outputs are lost", () => {
    const full = problemOf({ ...question, interleaved: true }, losing(field));
    const reduced = problemOf(question, losing(field));

    const [all, fewer] = [explore(full), explore(reduced)];

    const isViolated = ({ violations }: typeof all) => violations.map((one) => one !== null);
    expect(reduced.reductions).toEqual(["sends-at-once"]);
    expect(isViolated(fewer)).toEqual(isViolated(all));
    expect(all.violations.filter((one) => one !== null)).toHaveLength(violated);
    fewer.violations.forEach((violation, at) => {
      if (violation) expectReplays(reduced, reduced.properties[at] as Property, violation);
    });
  });
});

test("explore agrees with the naive search on a read with a restart", () => {
  const problem = problemOf({
    ...question,
    size: { faultyReplicas: 1, reads: 1, maxForgedVal: 0 },
    who: "everyone",
    interleaved: true,
  });

  const { states, depth, transitions } = exploreAll(problem);

  const naive = searchNaively(problem.system);
  expect({ states, depth, transitions }).toMatchObject({
    states: naive.states,
    depth: naive.depth,
    transitions: naive.transitions,
  });
});

test("L-RESTART has a case for each durable field but the client's nonce", () => {
  const mutants = volatileMutants(watchedOf(worldOf(size, REPAIRED)));
  const writer = volatileMutants(
    watchedOf(worldOf({ faultyReplicas: 1, writes: 1, maxForgedVal: 0 }, REPAIRED)),
  );

  const decided = L_RESTART.cases.map(({ variant }) => variant);

  expect(mutants.map(({ field }) => field)).toEqual([
    "data",
    "currentTs",
    "prepareList",
    "optList",
    "writeTs",
  ]);
  const missing = writer
    .map(({ part, field }) => `mutant/volatile-${part}.${field}`)
    .filter((variant) => !decided.includes(variant));
  expect(missing).toEqual(["mutant/volatile-clients.nonce"]);
});
