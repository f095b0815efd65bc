import {
  type AnyAutomaton,
  type AnyTransition,
  type Automaton,
  automaton,
  type Output,
} from "./automaton.ts";
import { type Composition, mapAutomata, type Parts } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import { durable } from "./fields.ts";
import { spontaneous } from "./tasks.ts";
import { type Index, isRecord } from "./values.ts";

/** The action that {@link withRestarts} adds: a process crashes and starts again. */
export const RESTART = "RESTART";

export interface RestartActions {
  RESTART: Output<{ readonly process: Index }>;
}

export interface FaultsState {
  /** how many restarts happened, at most as many as the instance allows */
  readonly restarts: number;
}

/** The parts of a composition with the automaton that decides when a process restarts. */
export type Restarting<P extends Parts> = P & {
  readonly faults: Automaton<FaultsState, RestartActions>;
};

/** Which processes may restart, and how often. */
export interface Restarts {
  readonly processes: readonly Index[];
  /** bounds the restarts of all processes together in one run */
  readonly atMost: number;
  /** the rule that says what a crash may do to a process */
  readonly cite?: string;
}

/**
 * The same composition with processes that may crash and start again, as one step `RESTART` of all
 * automata of the process. Durable fields stay as they are, volatile ones get their start values,
 * outputs that wait in the outbox are lost, and then the automaton's `recover` runs. What belongs
 * to no process does not restart: users, networks, observers; they may listen to `RESTART`.
 *
 * @throws QuorateError `restart-impossible` where the declaration does not tell what a crash leaves
 */
export function withRestarts<P extends Parts>(
  composition: Composition<P>,
  { processes, atMost, cite }: Restarts,
): Composition<Restarting<P>> {
  const refuse = (what: string): never => {
    throw new QuorateError("restart-impossible", `Composition "${composition.name}": ${what}.`);
  };
  if (!Number.isSafeInteger(atMost) || atMost < 1) refuse(`${atMost} restarts are no number`);
  if (Object.hasOwn(composition.parts, "faults")) refuse('it has a part "faults" already');
  for (const process of processes) {
    if (composition.leaves.some(({ automaton }) => automaton.process === process)) continue;
    refuse(`no automaton belongs to ${process}`);
  }
  const restarting = (one: AnyAutomaton): AnyAutomaton => {
    if (one.process === null || !processes.includes(one.process)) return one;
    const obstacle = obstacleTo(one);
    if (obstacle !== null) refuse(`automaton "${one.name}" of ${one.process} ${obstacle}`);
    return Object.freeze({
      ...one,
      transitions: { ...one.transitions, [RESTART]: restartOf(one) },
    });
  };
  const parts = { faults: faults(processes, atMost, cite) };
  const restarted = mapAutomata(composition, restarting, { parts, closes: [RESTART] });
  return restarted as unknown as Composition<Restarting<P>>;
}

/** Decides when a process restarts. */
function faults(processes: readonly Index[], atMost: number, cite: string | undefined) {
  return automaton<FaultsState, RestartActions>("faults", {
    fields: { restarts: durable("how many restarts happened") },
    start: { restarts: 0 },
    transitions: {
      RESTART: {
        kind: "output",
        ...(cite !== undefined && { cite }),
        task: spontaneous("restart"),
        choose: () => processes.map((process) => ({ process })),
        when: { budget: ({ restarts }) => restarts < atMost },
        effect(s) {
          s.restarts += 1;
        },
      },
    },
  });
}

/** How an automaton takes part in its process's restart. */
function restartOf({ process, recover }: AnyAutomaton): AnyTransition {
  return {
    kind: "input",
    at: { process },
    restarts: true,
    ...(recover?.cite !== undefined && { cite: recover.cite }),
    // Without parameters, as a host runs it.
    effect: (state, _restart, send) => recover?.effect(state, {}, send),
  };
}

function obstacleTo({ form, fields, transitions, start }: AnyAutomaton): string | null {
  if (form !== "leaf") return "is not one leaf";
  if (Object.hasOwn(transitions, RESTART)) return `has an action ${RESTART} of its own`;
  if (fields === null) return "does not declare its fields as durable or volatile";
  const starts = start();
  const [first] = starts;
  // A volatile field would have to choose its start value again.
  if (starts.length !== 1) return `has ${starts.length} start states`;
  if (!isRecord(first)) return "has a state that is no record";
  const undeclared = Object.keys(first).find((field) => !Object.hasOwn(fields, field));
  return undeclared === undefined ? null : `does not declare its field "${undeclared}"`;
}
