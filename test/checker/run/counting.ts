import {
  automaton,
  type Case,
  type Claim,
  claim,
  compose,
  type Internal,
  invariant,
  type Output,
  type Problem,
  type Property,
  witness,
} from "../../../spec/automaton/index.ts";

interface CounterActions {
  up: Output;
  reset: Internal;
}

/** Counts to `max`, and may go back to 0 when it is there. */
export const countingTo = (max: number) =>
  compose("counting", {
    counter: automaton<{ readonly at: number }, CounterActions>("counter", {
      start: { at: 0 },
      transitions: {
        up: {
          kind: "output",
          when: { below: ({ at }) => at < max },
          effect: (state) => {
            state.at += 1;
          },
        },
        reset: {
          kind: "internal",
          when: { top: ({ at }) => at === max },
          effect: () => ({ at: 0 }),
        },
      },
    }),
  });

export const system = countingTo(5);

export const below = (bound: number): Property =>
  invariant(system, {
    name: `below ${bound}`,
    reads: ["counter"],
    holds: ({ counter }) => counter.at < bound,
  });

export const reaches = (goal: number) =>
  witness(system, {
    name: `reaches ${goal}`,
    reads: ["counter"],
    reached: ({ counter }) => counter.at === goal,
  });

const problemOf = (body: Partial<Problem>): Problem => ({
  system,
  properties: [],
  witnesses: [],
  ...body,
});

export const claimOf = (body: Partial<Problem>, one: Partial<Case> = {}, id = "counting"): Claim =>
  claim({
    id,
    says: "It counts.",
    source: "this test",
    cases: [
      {
        variant: "repaired",
        instance: "max=5",
        tier: "ci",
        expect: "holds",
        problem: () => problemOf(body),
        ...one,
      },
    ],
  });
