import { epochChange } from "../../../impl/clbft/model/live/epochs.ts";
import { REPAIRED } from "../../../impl/clbft/rules.ts";
import { type TimerActions, type TimerOptions, timer } from "../../../impl/clbft/timer.ts";
import {
  automaton,
  type Case,
  compose,
  eventuallyAlways,
  type Internal,
  index,
  invariant,
  type Output,
  type Problem,
  spontaneous,
  type Verdict,
  witness,
} from "../../../spec/automaton/index.ts";
import { EPOCHS } from "./pins.ts";
import { caseOf, excludesOf, type LiveSize, nameOf, worldOf } from "./problems.ts";

const SELF = index("replica", 0);
/** What the properties ask for, whatever the timer is told. */
const DOUBLINGS_MAX = 3;

type Timer = ReturnType<typeof timer>;

/** A timer that takes no doubling back. */
export const staysSlow = (one: Timer): Timer => ({
  ...one,
  transitions: {
    ...one.transitions,
    EXECUTE: {
      ...(one.transitions.EXECUTE as object),
      kind: "input",
      effect(s: { executed: number }) {
        s.executed = 1;
      },
    },
  },
});

interface World {
  readonly calm: boolean;
  readonly changing: boolean;
  /** view changes in a row without a batch between, up to one more than count */
  readonly fruitless: number;
}

type WorldActions = {
  [A in Exclude<keyof TimerActions, "SEND-NEW-VIEW">]: Output<TimerActions[A]["payload"]>;
} & { CALM: Internal };

/** A replica's life as its timer hears of it: anything at first, and progress alone from some time on. */
function life() {
  const at = { replica: SELF };
  const stable = { n: 0, digest: "" };
  return automaton<World, WorldActions>("life", {
    start: { calm: false, changing: false, fruitless: 0 },
    transitions: {
      CALM: {
        kind: "internal",
        when: { once: ({ calm }) => !calm },
        effect(s) {
          s.calm = true;
        },
      },
      "SEND-VIEW-CHANGE": {
        kind: "output",
        task: spontaneous("suspect"),
        choose: () => [{ ...at, view: 1, stable, prepared: [] }],
        when: { early: ({ calm }) => !calm },
        effect(s) {
          s.changing = true;
          s.fruitless = Math.min(s.fruitless + 1, DOUBLINGS_MAX + 1);
        },
      },
      "NEW-VIEW": {
        kind: "output",
        choose: () => [{ ...at, view: 1, reports: [], order: [] }],
        when: { waited: ({ changing }) => changing },
        effect(s) {
          s.changing = false;
        },
      },
      EXECUTE: {
        kind: "output",
        choose: () => [{ ...at, n: 1, batch: [] }],
        effect(s) {
          if (!s.changing) s.fruitless = 0;
        },
      },
    },
  });
}

export function timerCase(
  variant: string,
  { doublingsMax, recoverAfter }: Pick<TimerOptions, "doublingsMax" | "recoverAfter">,
  expect: Verdict,
  change: (one: Timer) => Timer = (one) => one,
): Case {
  const problem = (): Problem => {
    const system = compose(
      "timer",
      {
        life: life(),
        timers: [SELF].map((self) => change(timer({ self, doublingsMax, recoverAfter }))),
      },
      { open: ["SEND-NEW-VIEW"] },
    );
    const doublings = (timers: readonly { doublings: number }[]) => timers[0]?.doublings ?? 0;
    return {
      system,
      properties: [
        invariant(system, {
          name: "the time-out has a bound",
          reads: ["timers.doublings"],
          holds: ({ timers }) => doublings(timers) <= DOUBLINGS_MAX,
        }),
        invariant(system, {
          name: "it doubles with each view change that follows another without a batch",
          reads: ["timers.doublings", "life"],
          holds: ({ timers, life: { fruitless } }) => doublings(timers) >= fruitless - 1,
        }),
        eventuallyAlways(system, {
          name: "with progress alone it comes back to the base time",
          reads: ["timers.doublings"],
          holds: ({ timers }) => doublings(timers) === 0,
        }),
      ],
      witnesses: [
        ...(variant === "repaired"
          ? [
              witness(system, {
                name: "the time-out reaches its bound",
                reads: ["timers.doublings"],
                reached: ({ timers }) => doublings(timers) === DOUBLINGS_MAX,
              }),
            ]
          : []),
      ],
      excludes: ["time: how often the base time is doubled is all that counts"],
    };
  };
  const instance = `at most ${doublingsMax} doublings, back after ${recoverAfter}`;
  return caseOf(variant, instance, problem, { expect });
}

/** Whoever is in a view beyond the first was not alone in the one before. */
export function aloneCase(
  variant: string,
  size: LiveSize,
  expect: Verdict,
  rest: Partial<Case> = {},
  clockStartsWith?: number,
): Case {
  const problem = (): Problem => {
    const world = worldOf(size, REPAIRED);
    const system = epochChange({
      world,
      ...(clockStartsWith !== undefined && { clockStartsWith }),
    });
    const together = (world.group.length - 1) / 3 + 1;
    return {
      system,
      reductions: ["sends-at-once"],
      properties: [
        invariant(system, {
          name: "of whoever is in view v + 1, f + 1 correct replicas are in view v or later",
          reads: ["agreement.view"],
          holds: ({ agreement }) =>
            agreement.every(
              ({ view }) =>
                view < 2 || agreement.filter((one) => one.view >= view - 1).length >= together,
            ),
        }),
      ],
      witnesses:
        variant === "repaired"
          ? [
              witness(system, {
                name: `a correct replica is in view ${world.views - 1}`,
                reads: ["agreement.view"],
                reached: ({ agreement }) => agreement.some(({ view }) => view === world.views - 1),
              }),
            ]
          : [],
      excludes: excludesOf(world),
    };
  };
  return caseOf(variant, `${nameOf(size)}, complaints`, problem, { expect, ...rest }, EPOCHS);
}
