import {
  automaton,
  compose,
  type Internal,
  invariant,
  witness,
} from "../../../spec/automaton/index.ts";

interface Jugs {
  readonly small: number;
  readonly big: number;
}

type Pourings = Record<
  "FillSmallJug" | "FillBigJug" | "EmptySmallJug" | "EmptyBigJug" | "SmallToBig" | "BigToSmall",
  Internal
>;

const [SMALL, BIG] = [3, 5];
const kind = "internal";

/** One automaton of 16 states: to pour looks at both jugs. */
const jugs = automaton<Jugs, Pourings>("jugs", {
  start: { small: 0, big: 0 },
  transitions: {
    FillSmallJug: { kind, effect: ({ big }) => ({ small: SMALL, big }) },
    FillBigJug: { kind, effect: ({ small }) => ({ small, big: BIG }) },
    EmptySmallJug: { kind, effect: ({ big }) => ({ small: 0, big }) },
    EmptyBigJug: { kind, effect: ({ small }) => ({ small, big: 0 }) },
    SmallToBig: {
      kind,
      effect: (now) => {
        const poured = Math.min(now.small, BIG - now.big);
        now.small -= poured;
        now.big += poured;
      },
    },
    BigToSmall: {
      kind,
      effect: (now) => {
        const poured = Math.min(now.big, SMALL - now.small);
        now.big -= poured;
        now.small += poured;
      },
    },
  },
});

/** Two jugs that measure four gallons, after DieHard.tla: a counterexample is the solution. */
export function dieHard() {
  const system = compose("die-hard", { jugs });
  const reads = ["jugs"] as const;
  return {
    system,
    properties: [
      invariant(system, { name: "NotSolved", reads, holds: ({ jugs }) => jugs.big !== 4 }),
    ],
    witnesses: [
      witness(system, { name: "a jug is full", reads, reached: ({ jugs }) => jugs.big === BIG }),
    ],
  };
}
