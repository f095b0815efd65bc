import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { type Exploration, explore } from "../../checker/search/search.ts";
import type { Problem } from "../../spec/automaton/index.ts";
import { expectReplays, exploreAll, lengthsOf } from "../checker/explore/comparing.ts";

/** A model of others on one instance, with what others found. */
export interface Entry {
  readonly id: string;
  /** URL or path, and the commit where it is known */
  readonly source: string;
  /** our file, beside the manifest */
  readonly model: string;
  readonly instance: string;
  /** distinct states of the whole instance, whether or not it is violated; of orbits if symmetric */
  readonly states: number;
  /** null: not compared */
  readonly transitions: number | null;
  /** in our levels: edges of the longest shortest path + 1; null: not compared */
  readonly depth: number | null;
  readonly verdict: "holds" | "violated";
  /** by property the steps of the shortest counterexample, where the verdict is `violated` */
  readonly counterexample?: Readonly<Record<string, number>>;
  /** whether others state the counts; otherwise `notes` says how they were computed */
  readonly published: boolean;
  /** about, on one core */
  readonly seconds: number;
  readonly tier: "ci" | "nightly";
  readonly symmetric: boolean;
  readonly liveness: boolean;
  readonly refinement: boolean;
  readonly notes: string;
}

const HERE = new URL(".", import.meta.url);

/** The manifests of all folders, by folder. */
export function allManifests(): ReadonlyMap<string, readonly Entry[]> {
  const folders = readdirSync(HERE, { withFileTypes: true }).filter((one) => one.isDirectory());
  return new Map(
    folders.flatMap(({ name }) =>
      readdirSync(new URL(name, HERE)).includes("manifest.json")
        ? [[name, readManifest(name)]]
        : [],
    ),
  );
}

export function readManifest(folder: string): readonly Entry[] {
  return JSON.parse(readFileSync(new URL(`${folder}/manifest.json`, HERE), "utf8"));
}

/** The entries of a model that run now: those of the tier `ci`, and all with QUORATE_NIGHTLY=1. */
export function entriesOf(folder: string, ...models: readonly string[]): readonly Entry[] {
  const nightly = process.env.QUORATE_NIGHTLY === "1";
  return readManifest(folder).filter(
    ({ model, tier }) => models.includes(model) && (nightly || tier === "ci"),
  );
}

/** Expects of a problem what its entry says: counts, verdict and shortest counterexamples. */
export function expectAsPublished(entry: Entry, problem: Problem): void {
  const found = explore(problem);

  expect(found.bound).toBe(null);
  expect(lengthsOf(problem, found)).toEqual(entry.counterexample ?? {});
  expect(found.violations.some((one) => one !== null)).toBe(entry.verdict === "violated");
  if (entry.verdict === "holds") {
    expect(found.reached).toEqual(problem.witnesses.map(() => true));
    expectCounts(entry, found);
    return;
  }
  problem.properties.forEach((property, at) => {
    const violation = found.violations[at];
    if (violation) expectReplays(problem, property, violation);
  });
  expectCounts(entry, exploreAll(problem));
}

function expectCounts(entry: Entry, { states, transitions, depth }: Exploration): void {
  expect({ states, transitions, depth }).toEqual({
    states: entry.states,
    transitions: entry.transitions ?? transitions,
    depth: entry.depth ?? depth,
  });
}
