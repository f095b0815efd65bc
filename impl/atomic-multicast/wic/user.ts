import { automaton, type Input, type Output } from "../../../spec/automaton/index.ts";
import type { WeakInteractiveConsistencyActions } from "../../../spec/multicast/weak-interactive-consistency.ts";
import type { Replica } from "../messages.ts";

export interface UserActions {
  PROPOSE: Output<WeakInteractiveConsistencyActions["PROPOSE"]["payload"]>;
  DECIDED: Input<WeakInteractiveConsistencyActions["DECIDED"]["payload"]>;
}

/** Proposes in one instance after the other, each when the one before is decided. */
export function user(self: Replica, proposes: (k: number) => string, instances: number) {
  return automaton<{ readonly k: number; readonly waits: boolean }, UserActions>("user", {
    start: { k: 0, waits: false },
    transitions: {
      PROPOSE: {
        kind: "output",
        at: { replica: self },
        cite: "D.WIC.SPEC",
        choose: ({ k }) => [{ replica: self, k: k + 1, value: proposes(k + 1) }],
        when: {
          isDecided: ({ waits }) => !waits,
          goesOn: ({ k }) => k < instances,
        },
        effect(s) {
          s.k += 1;
          s.waits = true;
        },
      },
      DECIDED: {
        kind: "input",
        at: { replica: self },
        effect(s, { k }) {
          if (k === s.k) s.waits = false;
        },
      },
    },
  });
}
