import { describe, expect, test } from "vitest";
import { allManifests, type Entry } from "./manifest.ts";

const manifests = allManifests();
const entries = [...manifests].flatMap(([folder, all]) =>
  all.map((entry) => ({
    ...entry,
    key: `${folder}/${entry.id}`,
    file: `${folder}/${entry.model}`,
  })),
);
const LARGE = 100_000;

const filesOf = (where: (entry: Entry) => boolean) =>
  new Set(entries.filter(where).map(({ file }) => file)).size;

describe("the conformance suite", () => {
  test("names each entry once", () => {
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length);
  });

  test("tells how each count came about that nobody published", () => {
    const silent = entries.filter(({ published, notes }) => !published && notes === "");

    expect(silent.map(({ key }) => key)).toEqual([]);
  });

  test("tells the shortest counterexamples of what is violated, but for liveness", () => {
    const silent = entries.filter(
      ({ verdict, liveness, counterexample }) =>
        verdict === "violated" && !liveness && counterexample === undefined,
    );

    expect(silent.map(({ key }) => key)).toEqual([]);
  });

  test("takes at most 40 seconds of the tier ci for Stateright", () => {
    const ci = manifests.get("stateright")?.filter(({ tier }) => tier === "ci") ?? [];

    expect(ci.length).toBeGreaterThan(0);
    expect(ci.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThanOrEqual(40);
  });

  test("has 25 models", () => {
    expect(filesOf(() => true)).toBeGreaterThanOrEqual(25);
  });

  test("has 8 models above 100,000 states", () => {
    expect(filesOf(({ states }) => states > LARGE)).toBeGreaterThanOrEqual(8);
  });

  test("has 6 models whose liveness is decided with and without fairness", () => {
    const filesWith = (fair: boolean) =>
      new Set(
        entries
          .filter(({ liveness, instance }) => liveness && fair !== /\bunfair\b/.test(instance))
          .map(({ file }) => file),
      );

    const unfair = filesWith(false);
    const both = [...filesWith(true)].filter((file) => unfair.has(file));

    expect(both.length).toBeGreaterThanOrEqual(6);
  });

  test("has 4 symmetric models", () => {
    expect(filesOf(({ symmetric }) => symmetric)).toBeGreaterThanOrEqual(4);
  });

  test("has 5 violated models", () => {
    expect(filesOf(({ verdict }) => verdict === "violated")).toBeGreaterThanOrEqual(5);
  });

  test("has 3 refinements", () => {
    expect(filesOf(({ refinement }) => refinement)).toBeGreaterThanOrEqual(3);
  });
});
