import {
  cells,
  type Input,
  type Output,
  type Task,
  values,
} from "../../../../spec/automaton/index.ts";
import type { AgreementActions } from "../../agreement/state.ts";
import type { Replica } from "../../messages.ts";
import { below, type ClbftWorld } from "../world.ts";

type PayloadOf<K extends keyof AgreementActions> = AgreementActions[K]["payload"];

export interface ClockActions {
  "SEND-VIEW-CHANGE": Input<PayloadOf<"SEND-VIEW-CHANGE">>;
  SUSPECT: Output<PayloadOf<"SUSPECT">>;
}

/** By correct replica: the view to which its last VIEW-CHANGE leads. */
export type Said = Readonly<Record<Replica, number>>;

export interface Clocks {
  /** the first view in which nobody suspects its primary: the network is timely, and the clocks are slow enough */
  readonly stableFrom: number;
  /** how many replicas must be known to change to a view before the clock of the change starts: 2f + 1 */
  readonly enough: number;
  readonly task: Task;
}

/**
 * The clocks of the correct replicas, as timer.ts has them, without time: before `stableFrom` any clock may run out, early or
 * late, and where somebody still waits it does in the end. Replicas that change to a view wait for `enough`
 * VIEW-CHANGEs before their clock starts (CLBFT.TIMER); those of faulty replicas count as here.
 */
export function clocks({ correct, faulty }: ClbftWorld, { stableFrom, enough, task }: Clocks) {
  const starts = (said: Said, view: number) =>
    values(said).filter((to) => to >= view).length + faulty.length >= enough;
  // Where nobody suspects in a later view than the first, nobody needs to know what was said.
  const tells = stableFrom > 1;
  const start: Said = Object.fromEntries(tells ? correct.map((replica) => [replica, 0]) : []);
  return cells<Said, ClockActions>("clocks", {
    start,
    transitions: {
      "SEND-VIEW-CHANGE": {
        kind: "input",
        cite: "CLBFT.TIMER",
        touches: ({ replica }) => (tells ? [replica] : []),
        effect(s, { replica, view }) {
          if (!tells) return;
          (s as Record<Replica, number>)[replica] = Math.max(s[replica] ?? 0, view);
        },
      },
      SUSPECT: {
        kind: "output",
        cite: "CLBFT.TIMER",
        task,
        scopes: below(stableFrom).map((view) => {
          const all = correct.map((replica) => ({ replica, view }));
          if (view === 0) return { reads: [], choose: () => all };
          return { reads: correct, choose: (said) => (starts(said, view) ? all : []) };
        }),
      },
    },
  });
}
