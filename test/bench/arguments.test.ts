import { describe, expect, test } from "vitest";
import { readArguments, UsageError } from "./arguments.ts";
import { run } from "./run.ts";

describe("the arguments of a bench", () => {
  test("name a bench and its size", () => {
    const read = readArguments(["two-phase-commit", "--n", "3", "--workers", "1", "--json"]);

    expect(read).toMatchObject({ name: "two-phase-commit", size: 3, json: true });
    expect(read.besideSketch).toBe(false);
  });

  test.each([
    [[], "Name one bench of two-phase-commit, pbft-tiny, paxos, register."],
    [["raft"], "Name one bench of two-phase-commit, pbft-tiny, paxos, register."],
    [["two-phase-commit"], "two-phase-commit needs --n from 1 to 9."],
    [["two-phase-commit", "--n", "ten"], "two-phase-commit needs --n from 1 to 9."],
    [["pbft-tiny", "--views", "3"], "pbft-tiny needs --views from 1 to 2."],
    [["pbft-tiny", "--n", "1"], "pbft-tiny takes --views, not --n."],
    [
      ["two-phase-commit", "--n", "2", "--workers", "2"],
      "--workers 2 is for the table: npm run bench -- checker --workers 1,2.",
    ],
    [["paxos", "--clients", "1", "--beside-sketch"], "paxos has no sketch."],
    [["two-phase-commit", "--size", "2"], "Unknown option '--size'."],
  ])("are refused in one sentence: %j", (argv, sentence) => {
    const read = () => readArguments(argv);

    expect(read).toThrow(UsageError);
    expect(read).toThrow(sentence);
  });
});

describe("a bench", () => {
  test("measures a model and the sketch of it in the same run", () => {
    const measured = run(readArguments(["two-phase-commit", "--n", "4", "--beside-sketch"]));

    expect(measured).toMatchObject({ bench: "two-phase-commit", n: 4, workers: 1, states: 1_568 });
    expect(measured.ratio).toBeGreaterThan(0);
    expect(measured.peakMB).toBeGreaterThan(0);
  });
});
