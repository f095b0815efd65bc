import type { ClbftSize } from "../../impl/clbft/model/instances.ts";
import { type Case, claim, volatileMutants } from "../../spec/automaton/index.ts";
import { changed, holds, mutant, nightly, type Stage } from "./cases.ts";
import type { Mutation, Question } from "./problems.ts";
import { restartsAfterPreparing } from "./problems.ts";
import { agreement, neverContradicts, oneDigest, order } from "./properties.ts";
import { RESTART } from "./sizes.ts";
import { RESTARTS } from "./survivors.ts";
import { allExecute, carriesOver, decidesInLastView, installs, isStable } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [
    agreement(system),
    order(system),
    ...(world.collapses ? [] : [neverContradicts(system, world)]),
    ...(world.checkpointEvery === null ? [] : [oneDigest(system, world)]),
  ],
  witnesses: () => [],
};

const losing =
  (part: string, field: string): Mutation =>
  (system) => {
    const mutants = volatileMutants(system);
    const mutant = mutants.find((one) => one.part === part && one.field === field);
    if (mutant === undefined) throw new RangeError(`no durable ${part}.${field}`);
    return mutant.system;
  };

type Fate = Pick<Case, "expect" | "because"> & Partial<Case>;
/** Another claim kills it. */
const seeRecover = (because: string): Fate => ({
  expect: "holds",
  because: `${because}: see W-CL-RECOVER`,
});
const NOBODY_RECOVERS = seeRecover("RECOVER alone sets it, which these instances leave out");

/** What becomes of each durable field's mutant. */
const VOLATILE: Readonly<Record<string, readonly [ClbftSize, Fate]>> = {
  "agreement.log": [
    RESTART.equivocation,
    { expect: "violated", because: "it prepares another batch for a number of the view" },
  ],
  "agreement.view": [
    RESTART.signing,
    { expect: "violated", because: "it votes in a view that it said it has left", tier: "nightly" },
  ],
  "agreement.active": [
    RESTART.twice,
    {
      expect: "violated",
      because:
        "who restarts between views is in the next one without its order; it takes two of them to make a quorum with the faulty primary",
    },
  ],
  "agreement.stable": [
    RESTART.checkpointChange,
    {
      expect: "violated",
      because: "it reports that nothing is prepared, of numbers whose entries it has dropped",
      tier: "nightly",
    },
  ],
  "agreement.base": [
    RESTART.one,
    {
      expect: "holds",
      because: "it waits for decisions that nobody repeats, and does nothing wrong meanwhile",
    },
  ],
  "execution.snapshots": [
    RESTART.one,
    seeRecover("it executes nothing any more until it installs the state of others"),
  ],
  "agreement.recovering": [RESTART.one, NOBODY_RECOVERS],
  "execution.recovering": [RESTART.one, NOBODY_RECOVERS],
};

const volatileCases = Object.entries(VOLATILE).map(([name, [size, rest]]) => {
  const [part = "", field = ""] = name.split(".");
  return changed(`mutant/volatile-${name}`, size, question, losing(part, field), rest);
});

const CHANGES = [decidesInLastView, carriesOver, restartsAfterPreparing] as const;
const staged = (size: ClbftSize, ...goals: Stage["goals"]): Stage => ({ size, goals });

export default claim({
  id: "W-CL-RESTART",
  says: "A correct replica that crashes and starts again never contradicts what it signed, and stays in agreement with the others.",
  source:
    "our addition: OSDI 1999 leaves restarts of correct replicas to a later paper (TOCS 2002 §4), CLBFT.RESTART",
  cases: [
    holds(staged(RESTART.equivocation, restartsAfterPreparing), question),
    holds(staged(RESTART.backup, ...CHANGES), question),
    holds(staged(RESTART.primary, ...CHANGES), question),
    holds(staged(RESTART.signing, ...CHANGES), question),
    holds(staged(RESTART.one, allExecute, restartsAfterPreparing), question),
    nightly(holds(staged(RESTART.twice, ...CHANGES), question)),
    nightly(holds(staged(RESTART.checkpoints, allExecute, installs), question)),
    nightly(holds(staged(RESTART.checkpointChange, ...CHANGES, isStable), question)),
    mutant("votes-not-durable", RESTART.equivocation, question),
    mutant("restart-enters-view", RESTART.twice, question),
    ...volatileCases,
  ],
  survivors: RESTARTS,
});
