import { describe, expect, test } from "vitest";
import lL11 from "../../refinement/bft-bc/L-L1.1.claim.ts";
import lRestart from "../../refinement/bft-bc/L-RESTART.claim.ts";
import lTs from "../../refinement/bft-bc/L-TS.claim.ts";
import lUniq from "../../refinement/bft-bc/L-UNIQ.claim.ts";
import { claim } from "../../spec/automaton/index.ts";
import { UsageError } from "./arguments.ts";
import { measure } from "./checker/own.ts";
import { explorationsOf, measureGroup, nameOfExploration } from "./checker/paper-l.ts";
import { readPlan } from "./checker/plan.ts";
import { runSketch } from "./checker/processes.ts";
import type { Figures, Outcome, OwnRow, Row } from "./checker/rows.ts";
import { runSpin, spinOutcome, whyNoSpin } from "./checker/spin.ts";
import { tableOf } from "./checker/table.ts";

const alone = { workers: 1, reductions: "none" } as const;
const twoPhaseCommit = (size: number): OwnRow => ({ model: "two-phase-commit", size, ...alone });

function figuresOf(outcome: Outcome): Figures {
  if ("refused" in outcome) throw new Error(`refused: ${outcome.refused}`);
  return outcome.figures;
}

describe("the arguments of the checker's table", () => {
  test("list models with their sizes, workers and reductions", () => {
    const plan = readPlan([
      ...["--models", "two-phase-commit:7,8,bft-bc,pbft-tiny:1", "--workers", "2"],
      ...["--reductions", "none,both", "--beside", "spin", "--limit-seconds", "30"],
    ]);

    expect(plan).toMatchObject({
      models: [
        { model: "two-phase-commit", size: 7 },
        { model: "two-phase-commit", size: 8 },
        { model: "pbft-tiny", size: 1 },
      ],
      paperL: true,
      workers: [2],
      reductions: ["none", "both"],
      beside: ["spin"],
      limitSeconds: 30,
    });
  });

  test.each([
    [["--models", "raft:3"], /^--models knows .*, bft-bc, not "raft:3"\.$/],
    [["--models", "bft-bc,2"], /^--models knows .*, not "2"\.$/],
    [["--models", "two-phase-commit"], /^--models knows .*, not "two-phase-commit"\.$/],
    [["--models", "pbft-tiny:1,3"], /^--models: the sizes of pbft-tiny are 1 to 2\.$/],
    [["--workers", "0"], /^--workers takes numbers from 1 to 8, not "0"\.$/],
    [["--reductions", "eager"], /^--reductions takes none, .*, not "eager"\.$/],
    [["--beside", "tlc"], /^--beside takes sketch, spin, not "tlc"\.$/],
    [["--limit-seconds", "soon"], /^--limit-seconds takes seconds, not "soon"\.$/],
    [["pbft-tiny"], /^"pbft-tiny" is no option\.$/],
  ])("are refused in one sentence: %j", (argv, sentence) => {
    expect(() => readPlan(argv)).toThrow(UsageError);
    expect(() => readPlan(argv)).toThrow(sentence);
  });
});

describe("a row of the checker", () => {
  test("has the counts, the memo and the usage of its process", () => {
    const figures = figuresOf(measure(twoPhaseCommit(3)));

    expect(figures).toMatchObject({ states: 288, levels: 11 });
    expect(figures.coldSteps).toBeGreaterThan(0);
    expect(figures.coldSteps).toBeLessThan(figures.transitions as number);
    expect(figures.memoHitRate).toBeGreaterThan(0.5);
    expect(figures.cpuSeconds).toBeGreaterThan(0);
    expect(figures.peakMb).toBeGreaterThan(0);
  });

  test("is of orbits with symmetry", () => {
    const symmetric = figuresOf(measure({ ...twoPhaseCommit(3), reductions: "symmetry" }));

    expect(symmetric.states).toBeLessThan(288);
    expect(symmetric.levels).toBe(11);
  });

  test.each<[Partial<OwnRow>, RegExp]>([
    [{ reductions: "both" }, /not combined with partial-order\.$/],
    [{ model: "paxos", size: 1, reductions: "symmetry" }, /nothing is declared interchangeable\.$/],
    [{ model: "pbft-tiny", size: 1, reductions: "symmetry" }, /replica#2 is not interchangeable/],
    [{ workers: 2, reductions: "partial-order" }, /^the reduction partial-order is not shared$/],
  ])("says why it has no figures: %j", (asked, reason) => {
    expect(measure({ ...twoPhaseCommit(3), ...asked })).toEqual({
      refused: expect.stringMatching(reason),
    });
  });
});

describe("paper L", () => {
  test("is explored once for the cases that share an exploration, in the tier ci", () => {
    const names = explorationsOf([lL11, lUniq, lTs]).map(nameOfExploration);

    expect(names).toContain("L-L1.1+L-UNIQ repaired on 1 faulty of 4, c: 2 values to val 2");
    expect(names).toContain("L-TS repaired on 1 faulty of 4, c: 2 values to val 2");
    expect(new Set(names).size).toBe(names.length);
  });

  test("has the pinned states, and fails where a verdict is not the expected one", () => {
    const small = explorationsOf([lRestart]).find((group) =>
      group.some(({ case: one }) => one.pinned?.states === 244),
    )!;
    const [first] = small as [(typeof small)[number]];
    const turned = claim({ ...lRestart, cases: [{ ...first.case, expect: "violated" }] });

    expect(figuresOf(measureGroup(small)).states).toBe(244);
    expect(() => measureGroup([{ claim: turned, case: turned.cases[0]! }])).toThrow(
      /^L-RESTART repaired on .* is not as it expects$/,
    );
  });
});

describe("the sketch", () => {
  test("tells its counts and what its process used", () => {
    const figures = figuresOf(runSketch("pbft-tiny", 1, 60));

    expect(figures).toMatchObject({ states: 18_575, transitions: 50_597 });
    expect(figures.memoHitRate).toBeGreaterThan(0.99);
    expect(figures.cpuSeconds).toBeGreaterThan(0);
    expect(runSketch("register", 2, 60)).toEqual({ refused: "there is no sketch of it" });
  });
});

const PAN = `State-vector 20 byte, depth reached 10, errors: 0
      288 states, stored
     1314 states, matched
     1602 transitions (= stored+matched)
  585.959	total actual memory usage
0m0.000000s 0m0.010000s
1m2.500000s 0m0.250000s
`;

describe("SPIN", () => {
  test("is read: counts, memory, and the CPU time of the shell's child", () => {
    expect(figuresOf(spinOutcome(PAN, 63))).toMatchObject({
      states: 288,
      transitions: 1_602,
      cpuSeconds: 62.75,
      peakMb: 586,
    });
  });

  test.each([
    ["errors: 0", "errors: 1"],
    ["State-vector", "error: max search depth too small\nState-vector"],
    ["State-vector", "Warning: Search not completed\nState-vector"],
  ])("is not read where it did not search everything: %j becomes %j", (before, after) => {
    expect(() => spinOutcome(PAN.replace(before, after), 1)).toThrow(/^SPIN did not search/);
  });

  test.skipIf(whyNoSpin() !== null).each<[string, number, number]>([
    ["two-phase-commit", 2, 0],
    ["two-phase-commit", 4, 0],
    ["pbft-tiny", 1, 0],
    ["paxos", 2, 0],
    ["register", 1, 1],
  ])("stores the states of our model: %s %i, %i more", { timeout: 60_000 }, (model, size, more) => {
    const { states } = figuresOf(measure({ model, size, ...alone }));
    const options = { states, limitSeconds: 60 };

    const full = figuresOf(runSpin(model, size, { ...options, partialOrder: false }));
    const reduced = figuresOf(runSpin(model, size, { ...options, partialOrder: true }));

    expect(full.states).toBe(states + more);
    expect(reduced.states).toBeLessThanOrEqual(states + more);
  });
});

describe("the table", () => {
  test("has a line for each row: its figures, or why it has none", () => {
    const row: Omit<Row, "outcome" | "ratio"> = {
      ...{ model: "two-phase-commit 3", by: "quorate", workers: 1, reductions: "none", load: 0.5 },
    };
    const figures: Figures = {
      ...{ states: 1_288, transitions: 9, levels: 11, seconds: 1, cpuSeconds: 2, peakMb: 70 },
      ...{ bytesPerState: null, memoHitRate: 0.9943, coldSteps: 3, coldMs: 4, notes: ["so it is"] },
    };

    const table = tableOf([
      { ...row, outcome: { figures }, ratio: 1 },
      { ...row, outcome: { refused: "for a reason" }, ratio: null },
    ]);

    const [, , first, second, note] = table.split("\n");
    expect(first).toBe(
      "| two-phase-commit 3 | quorate | 1 | none | 0.5 | 1,288 | 9 | 11 | 1.00 | 2.00 | 644 | 70 | – | 99.43 % | 3 | 4 | 1.00 |",
    );
    expect(second).toMatch(
      /^\| two-phase-commit 3 \| quorate \| 1 \| none \| 0\.5 \| refused: for/,
    );
    expect(second?.split("|").length).toBe(first?.split("|").length);
    expect(note).toBe("two-phase-commit 3, quorate, none: so it is");
  });
});
