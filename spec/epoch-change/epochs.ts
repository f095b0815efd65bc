import { type Automaton, get, insert, observer, put } from "../automaton/index.ts";
import type { Process } from "./psi.ts";

/** What an action of a protocol means to Ψ. */
export type EpochEvent =
  | { readonly what: "complains"; readonly process: Process; readonly epoch: number }
  | {
      readonly what: "starts";
      readonly process: Process;
      readonly epoch: number;
      readonly leader: Process;
    };

/** The safety properties of paper C, Definition 4. */
export type EpochFault = "monotonicity" | "consistency" | "coup resistance";

export interface EpochsState {
  /** by correct process: the last epoch that it started */
  readonly last: Readonly<Record<Process, number>>;
  /** by epoch: the leader with whom a correct process started it first */
  readonly leaders: Readonly<Record<string, Process>>;
  /** by epoch: the correct processes that complained in it, a set */
  readonly complained: Readonly<Record<string, readonly Process[]>>;
  /** which properties some event has broken, a set: empty is what claims C-PSI say */
  readonly broken: readonly EpochFault[];
}

/** By action: what it means, given what happened before. */
export type EpochReading<Actions> = {
  readonly [A in keyof Actions]: (
    payload: Actions[A] extends { readonly payload: infer P } ? P : never,
    before: EpochsState,
  ) => EpochEvent | null;
};

/** Whose complaints count against a coup. */
export type Complaints = "in any epoch" | "in epochs that they started";

export interface EpochsOf {
  readonly correct: readonly Process[];
  /** the leader of epoch 0 */
  readonly first: Process;
  /**
   * Whether a complaint in an epoch counts that the process had not started, since it waited for it
   * too long. Definition 4 has "complained about leader p1 in epoch e1", which may be read in both
   * ways.
   */
  readonly complaints: Complaints;
}

/**
 * What a protocol does, seen as Ψ (paper C, Definition 4): an observer of the actions that a reading
 * names. `broken` tells monotonicity, consistency and coup resistance; of succession and leadership
 * see {@link isToBeSucceeded}, {@link isBeyond} and {@link isLed}, which take its state.
 */
export function epochsOf<Actions>(
  reading: EpochReading<Actions>,
  of: EpochsOf,
): Automaton<EpochsState, Actions> {
  const { correct, first } = of;
  const listening = Object.entries(reading).map(([action, meaning]) => [
    action,
    {
      effect(s: EpochsState, payload: never) {
        const event = (meaning as (payload: never, before: EpochsState) => EpochEvent | null)(
          payload,
          s,
        );
        if (event !== null && correct.includes(event.process)) hear(s as Live, event, of);
      },
    },
  ]);
  return observer<EpochsState, Record<string, never>>("epochs", {
    start: {
      last: Object.fromEntries(correct.map((process) => [process, 0])),
      leaders: { 0: first },
      complained: {},
      broken: [],
    },
    on: Object.fromEntries(listening),
  }) as unknown as Automaton<EpochsState, Actions>;
}

interface Live {
  last: Record<Process, number>;
  leaders: Record<string, Process>;
  complained: Record<string, Process[]>;
  broken: EpochFault[];
}

function hear(s: Live, event: EpochEvent, { complaints }: EpochsOf) {
  const { process, epoch } = event;
  const before = s.last[process] ?? 0;
  const by = get(s.complained, `${epoch}`) ?? [];
  if (event.what === "complains") {
    if (complaints === "in epochs that they started" && before !== epoch) return;
    put(s.complained, `${epoch}`, by);
    insert(s.complained[epoch] as Process[], process);
    return;
  }
  if (epoch <= before) insert(s.broken, "monotonicity");
  const leader = get(s.leaders, `${epoch}`);
  if (leader === undefined) put(s.leaders, `${epoch}`, event.leader);
  else if (leader !== event.leader) insert(s.broken, "consistency");
  if ((get(s.complained, `${before}`) ?? []).length === 0) insert(s.broken, "coup resistance");
  s.last[process] = epoch;
}
