import type { ClbftSize } from "../../impl/clbft/model/instances.ts";
import { REPAIRED } from "../../impl/clbft/rules.ts";
import { type Case, claim, volatileMutants } from "../../spec/automaton/index.ts";
import { caseOf, type Mutation, type Question } from "./problems.ts";
import { agreement, oneDigest } from "./properties.ts";
import { goesOn, orderOfTrusted, recovering, serviceKeepsUp } from "./recovery.ts";

/** Replica 1 recovers, or the primary of view 0; replica 3 is faulty. */
const AT = 1;
const PRIMARY = 0;
const EVERY = { checkpoints: { every: 1, window: 2 }, collapses: false } as const;
const ONE: ClbftSize = { faulty: [3], views: 1, numbers: 1, requests: [1], ...EVERY };
const TWO: ClbftSize = { ...ONE, numbers: 2, requests: [2] };
const RESTARTS: ClbftSize = { ...ONE, restarts: [AT] };
const CHANGES: ClbftSize = { ...ONE, views: 2 };
/** It may install a state below its own last checkpoint. */
const BACK: ClbftSize = {
  ...RESTARTS,
  numbers: 2,
  requests: [2],
  checkpoints: { every: 1, window: 1 },
  collapses: true,
};

const questionOf = (at: number): Question => ({
  properties: (system, world) => [
    agreement(system),
    orderOfTrusted(system),
    oneDigest(system, world),
    serviceKeepsUp(system),
  ],
  witnesses: (system, world) => [goesOn(at)(system, world)],
});
const question = questionOf(AT);

const losing =
  (part: string, field: string): Mutation =>
  (system) => {
    const mutants = volatileMutants(recovering(AT)(system));
    const mutant = mutants.find((one) => one.part === part && one.field === field);
    if (mutant === undefined) throw new RangeError(`no durable ${part}.${field}`);
    return mutant.system;
  };

const holds = (size: ClbftSize, rest: Partial<Case> = {}) =>
  caseOf("repaired", REPAIRED, size, question, { expect: "holds", ...rest }, recovering(AT));

/** A restart loses a field. */
const forgets = (part: string, field: string, size: ClbftSize, because: string) =>
  caseOf(
    `mutant/volatile-${part}.${field}`,
    REPAIRED,
    size,
    question,
    { expect: "violated", because },
    losing(part, field),
  );

export default claim({
  id: "W-CL-RECOVER",
  says: "A replica whose state and snapshots went wrong recovers: it executes, answers and vouches for nothing until it has a certified state, and then goes on like the others.",
  source: "TOCS 2002, recovery, and W §9.2: CLBFT.RECOVER",
  cases: [
    holds(ONE),
    // Instances of one name are pinned as they are without recovery.
    holds(RESTARTS, { pinned: { states: 6102, depth: 21 } }),
    holds(BACK, { pinned: { states: 81146, depth: 36 } }),
    holds(TWO, { tier: "nightly" }),
    // A primary that recovers changes the view first.
    caseOf(
      "repaired/primary",
      REPAIRED,
      CHANGES,
      questionOf(PRIMARY),
      { expect: "holds", tier: "nightly" },
      recovering(PRIMARY),
    ),
    caseOf(
      "mutant/trusts-its-state",
      REPAIRED,
      ONE,
      question,
      { expect: "violated" },
      recovering(AT, false),
    ),
    forgets(
      "execution",
      "recovering",
      RESTARTS,
      "it starts again from a snapshot that went wrong, and takes it for good",
    ),
    forgets(
      "agreement",
      "recovering",
      BACK,
      "agreement goes on above the state that its service installs",
    ),
    forgets(
      "execution",
      "snapshots",
      BACK,
      "agreement goes on above a checkpoint that its service has lost",
    ),
  ],
});
