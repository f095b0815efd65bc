import type { Template } from "./template.ts";

const text = `import { automaton, claim, compose, type Internal, invariant, witness } from "quorate";

/** What the automaton remembers. */
interface State {
  readonly count: number;
}

/** What it does: each action is an Input, an Output or Internal, with its parameters. */
interface Actions {
  count: Internal;
}

const counter = automaton<State, Actions>("counter", {
  start: { count: 0 },
  transitions: {
    count: {
      kind: "internal",
      when: { below: ({ count }) => count < 3 },
      effect: (state) => {
        state.count += 1;
      },
    },
  },
});

const system = compose("my system", { counter });

export default claim({
  id: "my-claim",
  says: "The counter stays small.",
  source: "where this comes from",
  cases: [
    {
      variant: "first",
      instance: "up to 3",
      tier: "ci",
      expect: "holds",
      problem: () => ({
        system,
        properties: [
          invariant(system, {
            name: "three at most",
            reads: ["counter"],
            holds: ({ counter }) => counter.count <= 3,
          }),
        ],
        witnesses: [
          witness(system, {
            name: "it reaches three",
            reads: ["counter"],
            reached: ({ counter }) => counter.count === 3,
          }),
        ],
      }),
    },
  ],
});
`;

/** The skeleton of a claim: one automaton, one property, one witness. */
export const claimTemplate: Template = {
  name: "claim",
  summary: "the skeleton of a claim: one automaton, one property, one witness",
  file: "my.claim.ts",
  text,
  next: [
    "edit my.claim.ts       the automata, what must hold, what must be reached",
    "quorate check",
  ],
};
