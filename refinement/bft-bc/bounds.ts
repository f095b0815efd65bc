import { type InstanceSize, worldOf } from "../../impl/bft-bc/instances.ts";
import { PRINTED, REPAIRED, type Rules } from "../../impl/bft-bc/rules.ts";
import type { Case } from "../../spec/automaton/index.ts";
import { isHiddenAfter, isRegister } from "./histories.ts";
import { proofsLeftBehind, withHeld } from "./lurking.ts";
import { caseOf, excludesOf, nameOf } from "./problems.ts";
import { VARIANTS } from "./variants.ts";
import { aReadReturns } from "./witnesses.ts";

/*
 * Measured bounds: each case says of one number whether it bounds what a stopped client does. The
 * variant is named as the table of the docs reads it: "opt/b=2", "printed/strong/k=1".
 */

/** The protocols that are measured, by the name of their row. */
const PROTOCOLS: Readonly<Record<string, { repaired: Rules; printed: Rules }>> = {
  base: { repaired: REPAIRED, printed: PRINTED },
  ...VARIANTS,
};

/** A row of the table: "opt", or "printed/opt". */
function rulesOf(row: string): Rules {
  const which = row.startsWith("printed/") ? "printed" : "repaired";
  const protocol = PROTOCOLS[row.replace(/^printed\//, "")];
  if (protocol === undefined) throw new RangeError(`no protocol "${row}"`);
  return protocol[which];
}

type Rest = Pick<Case, "expect"> & Partial<Case>;

/** At most b writes of the client take effect after its stop: told by what a reader sees. */
export const lurkingSeen = (row: string, b: number, size: InstanceSize, rest: Rest): Case =>
  seenOf(`${row}/b=${b}`, rulesOf(row), b, size, rest);

/** The same of any rules, under any name: not in the table unless the name says `/b=`. */
export const seenOf = (
  variant: string,
  rules: Rules,
  b: number,
  size: InstanceSize,
  rest: Rest,
): Case =>
  caseOf(
    variant,
    rules,
    size,
    {
      properties: (system, world) => [isRegister(system, world, b)],
      witnesses: (system) => [aReadReturns(system, (value) => value.startsWith("c"))],
    },
    rest,
  );

/** The same, told by the proofs that the client left behind: all of its choices, and no reader. */
export const lurkingTold = (row: string, b: number, size: InstanceSize, rest: Rest): Case =>
  toldOf(`${row}/b=${b}`, rulesOf(row), b, size, rest);

/** The same of any rules, under any name: not in the table unless the name says `/b=`. */
export const toldOf = (
  variant: string,
  rules: Rules,
  b: number,
  size: InstanceSize,
  rest: Rest,
): Case => ({
  variant,
  instance: `${nameOf(size)}, by its proofs`,
  tier: "ci",
  problem: () => {
    const world = worldOf(size, rules);
    const system = withHeld(world);
    return {
      system,
      properties: [proofsLeftBehind(system, world, b)],
      witnesses: [],
      reductions: ["sends-at-once"],
      excludes: excludesOf(size),
    };
  },
  ...rest,
});

/** After k writes of correct clients nothing of the stopped client takes effect. */
export const hiddenAfter = (row: string, k: number, size: InstanceSize, rest: Rest): Case =>
  caseOf(
    `${row}/k=${k}`,
    rulesOf(row),
    size,
    {
      properties: (system, world) => [isHiddenAfter(system, world, k)],
      witnesses: (system) => [aReadReturns(system, (value) => value.startsWith("c"))],
    },
    rest,
  );

/** c with so many values may stop; nobody reads. */
export const leaving = (faultyReplicas: number, valuesOfC: number, maxForgedVal = 1) => ({
  faultyReplicas,
  valuesOfC,
  stops: true,
  maxForgedVal,
});

/** c splits its prepares over both lists: each pair of three replicas shares one value. */
export const PAIRWISE: InstanceSize = {
  ...leaving(1, 3),
  reads: 4,
  onlyForged: [
    "READ-TS-PREP replica#0 c1",
    "READ-TS-PREP replica#1 c1",
    "READ-TS-PREP replica#2 c2",
    "PREPARE replica#0 c2",
    "PREPARE replica#1 c3",
    "PREPARE replica#2 c3",
  ],
};

/** The three again; then c1 is completed, and c prepares two values above it. */
export const TWO_ABOVE_COMPLETED: InstanceSize = {
  ...leaving(1, 5, 2),
  onlyPrepares: ["1 c1", "1 c2", "1 c3", "2 c4", "2 c5"],
  onlyForged: [
    ...(PAIRWISE.onlyForged ?? []),
    "WRITE replica#0 c1",
    "WRITE replica#1 c1",
    "READ-TS-PREP replica#0 c4",
    "READ-TS-PREP replica#1 c4",
    "PREPARE replica#0 c5",
    "PREPARE replica#1 c5",
  ],
};

/** The same with three values above c1, as many as two lists have room for. */
export const THREE_ABOVE_COMPLETED: InstanceSize = {
  ...leaving(1, 6, 2),
  onlyPrepares: ["1 c1", "1 c2", "1 c3", "2 c4", "2 c5", "2 c6"],
  onlyForged: [
    ...(PAIRWISE.onlyForged ?? []),
    "WRITE replica#0 c1",
    "WRITE replica#1 c1",
    "WRITE replica#2 c1",
    "READ-TS-PREP replica#0 c4",
    "READ-TS-PREP replica#1 c4",
    "PREPARE replica#0 c5",
    "READ-TS-PREP replica#2 c5",
    "PREPARE replica#1 c6",
    "PREPARE replica#2 c6",
  ],
};

/** c asks two replicas to keep four values in their opt-lists. */
export const FOUR_IN_ONE_LIST: InstanceSize = {
  ...leaving(1, 4),
  onlyForged: ["c1", "c2", "c3", "c4"].flatMap((value) => [
    `READ-TS-PREP replica#0 ${value}`,
    `READ-TS-PREP replica#1 ${value}`,
  ]),
};

/** The three again; b builds on them, and c signs a request above b's write before its stop. */
export const SIGNED_IN_ADVANCE: InstanceSize = {
  ...leaving(1, 4, 3),
  valuesOfB: 1,
  onlyPrepares: ["1 c1", "1 c2", "1 c3", "2 b1", "3 c4"],
  onlyForged: [
    ...(PAIRWISE.onlyForged ?? []),
    "PREPARE replica#0 b1",
    "PREPARE replica#1 b1",
    "WRITE replica#0 b1",
    "WRITE replica#1 b1",
    "PREPARE replica#0 c4",
    "PREPARE replica#1 c4",
  ],
};

/** c has one value in each list. */
export const BOTH_LISTS: InstanceSize = {
  ...leaving(1, 2),
  reads: 3,
  onlyForged: [
    "READ-TS-PREP replica#0 c1",
    "READ-TS-PREP replica#1 c1",
    "PREPARE replica#0 c2",
    "PREPARE replica#1 c2",
  ],
};

/** Enough reads to see three writes. */
export const BOTH_LISTS_READ: InstanceSize = { ...BOTH_LISTS, reads: 4 };

/** c may stop after its prepare; b, whose timestamps are smaller under one val, writes. */
export const overwritten = (writesOfB: number, maxForgedVal: number): InstanceSize => ({
  ...leaving(1, 1, maxForgedVal),
  writesOfB,
  reads: 1,
  onlyForged: ["PREPARE replica#0 c1", "PREPARE replica#1 c1"],
});

/** The same where replicas choose the timestamp when the request reaches them. */
export const overwrittenExpected = (writesOfB: number): InstanceSize => ({
  ...leaving(1, 1, 1),
  maxExpectedVal: writesOfB + 1,
  writesOfB,
  reads: 1,
  onlyForged: ["READ-TS-PREP replica#0 c1", "READ-TS-PREP replica#1 c1"],
});
