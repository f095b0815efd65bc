import { describe, expect, test } from "vitest";
import { byzantineQuorums } from "../../../spec/automaton/index.ts";
import {
  threshold,
  withThresholds,
  withThresholdsClosed,
} from "../../../spec/automaton/thresholds.ts";

describe("a threshold", () => {
  test("is its value where no mutant is built", () => {
    expect(threshold("quorum", 3)).toBe(3);
  });

  test("of the name is shifted while a mutant is built, and no other", () => {
    const build = () => [
      threshold("quorum", 3),
      threshold("one-correct", 2),
      threshold("quorum", 5),
    ];

    const { built, thresholds } = withThresholds(build, { threshold: "quorum", by: -1 });

    expect(built).toEqual([2, 2, 4]);
    expect([...thresholds]).toEqual([
      ["quorum", [3, 5]],
      ["one-correct", [2]],
    ]);
    expect(build()).toEqual([3, 2, 5]);
  });

  test("is itself again after a build that throws", () => {
    const fails = () => {
      throw new Error("no system");
    };

    expect(() => withThresholds(fails, { threshold: "quorum", by: 1 })).toThrow("no system");

    expect(threshold("quorum", 3)).toBe(3);
  });

  test("is refused while the checker runs, and where it is no whole number", () => {
    expect(() => withThresholdsClosed(() => threshold("quorum", 3))).toThrow(/threshold-misplaced/);
    expect(() => threshold("quorum", 1.5)).toThrow(/threshold-misplaced/);
  });

  test("of Byzantine quorums are both named", () => {
    const { built, thresholds } = withThresholds(() => byzantineQuorums(1));

    expect(built).toEqual({ n: 4, f: 1, quorum: 3, oneCorrect: 2 });
    expect([...thresholds.keys()]).toEqual(["quorum", "one-correct"]);
  });
});
