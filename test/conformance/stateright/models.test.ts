import { describe, test } from "vitest";
import type { Problem } from "../../../spec/automaton/index.ts";
import { entriesOf, expectAsPublished } from "../manifest.ts";
import { increment, incrementLock } from "./increment.ts";
import { linearEquation } from "./linear-equation.ts";
import { pausing } from "./pausing.ts";
import { pingPong } from "./ping-pong.ts";
import { slidingPuzzle } from "./sliding-puzzle.ts";
import { twoPhaseCommit } from "./two-phase-commit.ts";

const PROBLEMS: Readonly<Record<string, () => Problem>> = {
  "2pc-3": () => twoPhaseCommit(3),
  "2pc-5": () => twoPhaseCommit(5),
  "2pc-5-symmetric": () => twoPhaseCommit(5, { symmetric: true }),
  "2pc-7": () => twoPhaseCommit(7),
  "increment-2": () => increment(2),
  "increment-2-symmetric": () => increment(2, { symmetric: true }),
  "increment-3": () => increment(3),
  "increment-4-symmetric": () => increment(4, { symmetric: true }),
  "increment-lock-2": () => incrementLock(2),
  "increment-lock-6": () => incrementLock(6),
  "increment-lock-6-symmetric": () => incrementLock(6, { symmetric: true }),
  "sliding-puzzle": () => slidingPuzzle([1, 4, 2, 3, 5, 8, 6, 7, 0]),
  "sliding-puzzle-unsolvable": () => slidingPuzzle([0, 2, 1, 3, 4, 5, 6, 7, 8]),
  "linear-equation-unsolvable": () => linearEquation(2, 4, 7),
  "linear-equation": () => linearEquation(2, 10, 14),
  pausing: () => pausing(),
  "pausing-symmetric": () => pausing({ symmetric: true }),
  "ping-pong-1-lossy": () => pingPong(1, "duplicating", true),
  "ping-pong-5-lossy": () => pingPong(5, "duplicating", true),
  "ping-pong-5": () => pingPong(5, "duplicating", false),
  "ping-pong-5-nonduplicating": () => pingPong(5, "nonduplicating", false),
};

const FILES = [
  "two-phase-commit.ts",
  "increment.ts",
  "sliding-puzzle.ts",
  "linear-equation.ts",
  "pausing.ts",
  "ping-pong.ts",
];

/** Some hundred thousand states on a busy machine. */
const TIMEOUT_MS = 60_000;

describe("models of Stateright", () => {
  const entries = entriesOf("stateright", ...FILES).filter(({ liveness }) => !liveness);

  test.each(entries)("$id is as published", { timeout: TIMEOUT_MS }, (entry) => {
    expectAsPublished(entry, PROBLEMS[entry.id]!());
  });
});
