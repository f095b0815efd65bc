import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { claim, type Problem } from "../../../spec/automaton/index.ts";
import { isLiveness } from "../../../spec/automaton/liveness.ts";
import { exploreAll } from "../../checker/explore/comparing.ts";
import { type Entry, expectAsPublished, readManifest } from "../manifest.ts";
import { MODELS } from "./models.ts";

const nightly = process.env.QUORATE_NIGHTLY === "1";
const entries = readManifest("tlaplus");
const now = entries.filter(({ tier }) => nightly || tier === "ci");
/** An exploration in a CI that is busy; nightly ones take minutes. */
const TIMEOUT_MS = nightly ? 1_200_000 : 120_000;

const problemOf = ({ model, instance }: Entry): Problem => MODELS[model]![instance]!();

/** The record as a claim has it: its counterexamples are replayed, loops too. */
function recordOf({ id, source, verdict, instance, tier }: Entry, problem: Problem) {
  const one = {
    ...{ variant: "printed", expect: verdict, tier, problem: () => problem },
    instance: instance.replace(/[^\w=.-]+/g, "-"),
  };
  return checkCase(claim({ id, says: instance, source, cases: [one] }), one);
}

describe("models of the TLA+ Examples", () => {
  test("the manifest names each instance of each model", () => {
    const named = entries.map(({ model, instance }) => `${model}: ${instance}`);

    const made = Object.entries(MODELS).flatMap(([model, instances]) =>
      Object.keys(instances).map((instance) => `${model}: ${instance}`),
    );

    expect(named.toSorted()).toEqual(made.toSorted());
  });

  test.each(entries)("$id is marked as what it is", (entry) => {
    const { properties, reductions = [] } = problemOf(entry);
    const refines = properties.some(({ kind }) => kind === "simulation" || kind === "inclusion");

    const { symmetric, liveness, refinement } = entry;

    expect({ symmetric, liveness, refinement }).toEqual({
      symmetric: reductions.includes("symmetry"),
      liveness: properties.some(isLiveness),
      refinement: refines,
    });
  });

  test.each(now.filter(({ liveness }) => !liveness))(
    "$id is as published",
    { timeout: TIMEOUT_MS },
    (entry) => {
      expectAsPublished(entry, problemOf(entry));
    },
  );

  test.each(now.filter(({ liveness }) => liveness))(
    "$id is as published, with its liveness",
    { timeout: TIMEOUT_MS },
    (entry) => {
      const problem = problemOf(entry);

      const record = recordOf(entry, problem);

      expect(record.verdict).toBe(entry.verdict);
      const all = entry.verdict === "violated" ? exploreAll(problem) : record;
      const { states, transitions, depth } = all;
      expect({ states, transitions, depth }).toEqual({
        states: entry.states,
        transitions: entry.transitions,
        depth: entry.depth,
      });
    },
  );
});
