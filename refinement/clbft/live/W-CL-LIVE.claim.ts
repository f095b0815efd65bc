import type { OwingSize } from "../../../impl/clbft/model/live/composition.ts";
import type { SaidAgain } from "../../../impl/clbft/model/live/relays.ts";
import { withoutForwarding } from "../../../impl/clbft/model/service/joint.ts";
import { type ClbftRules, MUTANTS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { type Case, claim } from "../../../spec/automaton/index.ts";
import { LIVENESS } from "../survivors.ts";
import {
  caseOf,
  type Ending,
  endsInLastView,
  isFull,
  isLeftBehind,
  type LiveSize,
  nameOf,
  servedProblem,
} from "./problems.ts";
import { LIVE } from "./sizes.ts";

const live = (size: LiveSize, rest: Partial<Case> = {}) =>
  caseOf(
    "repaired",
    nameOf(size),
    () =>
      servedProblem(size, REPAIRED, {}, (system, world) => [
        endsInLastView(system, world),
        ...(size.checkpoints ? [] : [isLeftBehind(system)]),
      ]),
    { expect: "holds", ...rest },
  );

const mutant = (
  name: string,
  size: LiveSize,
  ending: Ending = "executed",
  more: Omit<OwingSize, "world"> = {},
) =>
  caseOf(
    `mutant/${name}`,
    nameOf(size),
    () => servedProblem(size, MUTANTS[name] as ClbftRules, more, () => [], [ending]),
    { expect: "violated" },
  );

/**
 * Where the log is full. Replicas forward nothing: what is admitted again and forwarded again, while nobody takes it, is a
 * step for ever where sends are steps, and none where they are not.
 */
const full = (variant: string, rules: ClbftRules, rest: Pick<Case, "expect"> & Partial<Case>) =>
  caseOf(
    variant,
    nameOf(LIVE.full),
    () =>
      servedProblem(LIVE.full, rules, { change: withoutForwarding }, (system) =>
        rest.expect === "holds" ? [isFull(system)] : [],
      ),
    rest,
  );

/** The repaired rules where something is not said again. */
const silent = (
  what: keyof SaidAgain,
  size: LiveSize,
  asks: readonly Ending[],
  rest: Pick<Case, "expect"> & Partial<Case>,
) =>
  caseOf(
    `without saying again/${what}`,
    nameOf(size),
    () => servedProblem(size, REPAIRED, { saidAgain: { [what]: false } }, () => [], asks),
    rest,
  );

export default claim({
  id: "W-CL-LIVE",
  says: "Once a view of a correct primary lasts, whatever all correct replicas were asked for is executed at all of them.",
  source:
    "W §3, appendix B; OSDI 1999, section 4.5.2; rows 2, 3, 6, 7, 11 and 13 of the bugs that shipped elsewhere",
  cases: [
    live(LIVE.first),
    live(LIVE.nobody),
    live(LIVE.checkpoints),
    live(LIVE.equivocates),
    full("repaired", REPAIRED, { expect: "holds", pinned: { states: 41612, depth: 35 } }),
    full(
      "mutant/checkpoint-quorum-2f+2",
      { ...REPAIRED, shifts: { checkpoints: 1 } },
      { expect: "violated", because: "a faulty replica that is mute fills the logs of all others" },
    ),
    live(LIVE.checkpointsNobody, { tier: "nightly" }),
    live(LIVE.gap, {
      tier: "nightly",
      expect: "bounded",
      maxStates: 2_500_000,
      pinned: { states: 2_500_000, depth: 17 },
      because: "the faulty primary leaves a gap; nothing was violated up to here",
    }),
    live(LIVE.threeFirst, {
      tier: "nightly",
      expect: "bounded",
      maxStates: 2_500_000,
      pinned: { states: 2_500_000, depth: 21 },
      because: "three views; nothing was violated up to here",
    }),
    live(LIVE.threeSecond, {
      tier: "nightly",
      expect: "bounded",
      maxStates: 2_500_000,
      pinned: { states: 2_500_000, depth: 19 },
      because: "three views; nothing was violated up to here",
    }),
    silent("decisions", LIVE.first, ["executed"], { expect: "violated" }),
    silent("checkpoints", LIVE.checkpoints, ["executed", "entered"], {
      expect: "holds",
      tier: "nightly",
      because: "a NEW-VIEW shows the checkpoint that it starts from, and decisions are said again",
    }),
    mutant("decides-in-its-view-alone", LIVE.first),
    mutant("decides-in-its-view-alone", LIVE.nobody),
    mutant("new-view-needs-own-checkpoint", LIVE.checkpoints, "entered", {
      saidAgain: { checkpoints: false },
    }),
  ],
  survivors: LIVENESS,
});
