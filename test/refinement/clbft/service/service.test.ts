import { describe, expect, test } from "vitest";
import { explore } from "../../../../checker/search/search.ts";
import { ordering } from "../../../../impl/clbft/model/service/ordering.ts";
import { MUTANTS, PRINTED_DECIDES, PRINTED_READS, REPAIRED } from "../../../../impl/clbft/rules.ts";
import {
  C,
  GROUP,
  type ServiceSize,
  worldOf,
} from "../../../../refinement/clbft/service/instances.ts";
import { type JointSize, owingProblem } from "../../../../refinement/clbft/service/joint.ts";
import {
  losing,
  repliesOfLast,
  snapshotsWithoutRecords,
  withoutExecutingAgain,
} from "../../../../refinement/clbft/service/mutants.ts";
import { type Question, serviceProblem } from "../../../../refinement/clbft/service/problems.ts";
import { looksLikeOneServer } from "../../../../refinement/clbft/service/properties.ts";
import { restarting } from "../../../../refinement/clbft/service/restarts.ts";
import {
  compose,
  type Property,
  startStates,
  stepsFrom,
} from "../../../../spec/automaton/index.ts";
import { expectReplays } from "../../../checker/explore/comparing.ts";

const ONE: ServiceSize = { operations: ["x", ""] };
const CONCURRENT: ServiceSize = { operations: ["xy", ""], window: 2 };
const INSTALLED: ServiceSize = { operations: ["xy", ""], checkpointEvery: 1, transfers: true };
const READ: ServiceSize = { operations: ["x?", ""], directReads: true };
const THERE_AND_BACK: ServiceSize = {
  operations: ["1??", "0"],
  directReads: true,
  overwrites: true,
  asks: false,
};

const asking = (rest: Partial<Question> = {}, answers = true): Question => ({
  properties: (system, world) => [looksLikeOneServer(system, world, { answers })],
  witnesses: () => [],
  ...rest,
});
const ofRules = (name: string, answers = true) =>
  asking({ rules: MUTANTS[name] ?? REPAIRED }, answers);
const restarted = (rest: Partial<Question> = {}) => {
  const { mutate = (system) => system } = rest;
  const once: Question["mutate"] = (system) => restarting(mutate(system), GROUP.slice(0, 1));
  return asking({ ...rest, mutate: once }, false);
};

describe("the shortest counterexamples", () => {
  test.each<[string, number, ServiceSize, Question]>([
    ["W-CL-SERVER@tight", 4, { ...ONE, faulty: 2 }, asking()],
    ["W-CL-SERVER@tight/answers", 4, { ...ONE, faulty: 3, mute: true }, asking()],
    ["W-CL-SERVER@mutant/reply-quorum-f", 4, ONE, ofRules("reply-quorum-f")],
    ["W-CL-SERVER@mutant/replies-counted", 7, ONE, ofRules("replies-counted-not-compared")],
    ["W-CL-SERVER@mutant/executes-again", 10, { ...ONE, repeats: 1 }, ofRules("executes-again")],
    ["W-CL-SERVER@mutant/window-not-kept", 13, { ...CONCURRENT, replicaWindow: 1 }, asking()],
    ["W-CL-SERVER@mutant/replies-of-last", 14, CONCURRENT, asking({ mutate: repliesOfLast })],
    [
      "W-CL-SERVER@mutant/snapshots-without-records",
      15,
      { ...ONE, repeats: 1, checkpointEvery: 1, transfers: true },
      asking({ mutate: snapshotsWithoutRecords }),
    ],
    [
      "W-CL-SERVER-RESTART@mutant/does-not-execute-again",
      15,
      { operations: ["xy", ""], checkpointEvery: 2 },
      restarted({ mutate: withoutExecutingAgain }),
    ],
    ["W-CL-INSTALL@mutant/state-not-verified", 19, INSTALLED, ofRules("state-not-verified", false)],
    [
      "W-CL-INSTALL@mutant/checkpoint-quorum-f",
      15,
      INSTALLED,
      ofRules("checkpoint-quorum-f", false),
    ],
    [
      "W-CL-READ@printed",
      32,
      THERE_AND_BACK,
      asking({ rules: PRINTED_READS, reductions: ["sends-at-once", "symmetry"] }, false),
    ],
    [
      "W-CL-READ@mutant/replies-f+1",
      15,
      READ,
      asking({ rules: { ...REPAIRED, shifts: { replies: -1 } } }),
    ],
    ["W-CL-READ@mutant/read-quorum-f+1", 15, READ, ofRules("read-quorum-f+1")],
    [
      "W-CL-READ@mutant/reads-go-back",
      18,
      READ,
      restarted({ rules: MUTANTS["reads-go-back"] ?? REPAIRED }),
    ],
    [
      "W-CL-READ@mutant/volatile-execution.reached",
      18,
      READ,
      restarted({ mutate: losing("execution", "reached") }),
    ],
  ])("%s is violated in %d steps that replay", { timeout: 60_000 }, (_, steps, size, question) => {
    const problem = serviceProblem(size, question);

    const [violation] = explore(problem).violations;

    expect(violation?.actions).toHaveLength(steps);
    if (violation) expectReplays(problem, problem.properties[0] as Property, violation);
  });
});

describe("the attack on direct reads of arXiv 2107.11144", () => {
  const attacked: JointSize = {
    service: { operations: ["x", ""], mute: true, directReads: true },
    agreement: { faulty: [0], views: 2, numbers: 1 },
  };

  test("ends where two replicas have replied, and the third is in the next view alone", {
    timeout: 120_000,
  }, () => {
    const problem = owingProblem(attacked, {
      properties: (system, world) => [looksLikeOneServer(system, world)],
      witnesses: () => [],
      rules: PRINTED_DECIDES,
    });

    const [violation] = explore(problem).violations;

    const actions = violation?.actions ?? [];
    const by = (name: string) =>
      actions.filter((one) => one.name === name).map(({ payload }) => payload.replica);
    expect(new Set(by("REPLY")).size).toBe(2);
    expect(by("SEND-VIEW-CHANGE")).toHaveLength(1);
    expect(by("REPLY")).not.toContain(by("SEND-VIEW-CHANGE")[0]);
    expect(actions.map(({ name }) => name)).not.toContain("RETURN");
  });
});

describe("the ordering environment", () => {
  const alone = (size: ServiceSize) =>
    compose(
      "ordering",
      { ordering: ordering(worldOf(size)) },
      { open: ["SEND-REQUEST", "ADMIT", "SEND-CHECKPOINT", "RESTART"] },
    );

  test("orders nothing of a correct client before it is sent", () => {
    const system = alone(ONE);
    const [start = []] = startStates(system);

    expect(stepsFrom(system, start)).toEqual([]);
  });

  test("orders one of two requests that a faulty client made under one t, and then the other", () => {
    const system = alone({ operations: ["", ""], twins: "vw" });
    const [start = []] = startStates(system);

    const first = stepsFrom(system, start).map(({ action }) => action);

    expect(first.map(({ name }) => name)).toEqual(["ORDER-EARLY", "ORDER-EARLY"]);
  });

  test("keeps to itself what it decides ahead of all replicas", () => {
    const system = alone({ operations: ["", ""], twins: "vw" });
    const [start = []] = startStates(system);
    const [ordered] = stepsFrom(system, start);

    const next = stepsFrom(system, ordered?.to ?? []).map(({ action }) => action.name);

    expect(new Set(next)).toEqual(new Set(["EXECUTE"]));
    expect(next).toHaveLength(3);
  });
});

test("a client's requests are named by its own numbering", () => {
  expect(worldOf({ operations: ["xy", ""] }).requests).toEqual([
    { client: C, t: 1, op: "x" },
    { client: C, t: 2, op: "y" },
  ]);
});
