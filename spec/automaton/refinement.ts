import type { Composition, Parts, StatesOf } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import type { Action } from "./execute.ts";
import { alwaysEventually, type Fairness, type LivenessProperty } from "./liveness.ts";
import {
  checkReads,
  includedIn,
  type Property,
  type Readable,
  type View,
  type Visible,
  visibleActions,
} from "./properties.ts";
import { canonical, type Index } from "./values.ts";

/**
 * A forward simulation (Lynch and Vaandrager, "Forward and backward simulations", 1995): each state
 * of the system stands for one of the specification, and each step for a run of it, in which the
 * same shows. It is decided on every step that the search takes, so it proves more than
 * {@link includedIn} and says where the correspondence breaks.
 *
 * ```ts
 * simulates(system, {
 *   name: "a lock",
 *   specification: compose("lock", { lock }),
 *   visible: ["grant", "release"],
 *   reads: ["server"],
 *   mapping: ({ server }) => ({ lock: { holder: server.holder } }),
 *   answers: (before, action) => (action.name === "grant" ? [action] : []),
 * });
 * ```
 *
 * What is checked: each start state stands for a start state; the answer to a step leads from what
 * the state before stands for to what the state after stands for; each of its actions is enabled;
 * its actions that are not hidden are the one that the step shows, or none. A step that changes
 * nothing needs an answer only if it shows.
 *
 * @param body.mapping the state of the specification, for each of its parts; outputs that wait in
 * an outbox have no place in it, so a specification with `sent` outputs is refused
 * @param body.answers the actions of the specification that stand for a step; none is a stutter
 * @param body.fair asks for the liveness half: the run that a fair run of the system stands for is
 * fair, too, so each task of the specification that is not spontaneous is, again and again, disabled
 * or part of an answer. What is fair of the system is as for liveness, changed by this list; it may
 * be empty. Reductions are refused
 * @throws QuorateError `action-unknown`, `part-unknown`, `simulation-malformed`, `fairness-unknown`
 */
export function simulates<P extends Parts, Q extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: {
    readonly name: string;
    readonly specification: Composition<Q>;
    readonly visible: Visible<P>;
    /** the parts and fields that the mapping and the answers depend on */
    readonly reads: readonly R[];
    readonly mapping: (view: View<P, R>) => StatesOf<Q>;
    readonly answers: (before: View<P, R>, action: Action, after: View<P, R>) => readonly Action[];
    readonly fair?: readonly Fairness[];
  },
): Property {
  checkReads(system, body.name, body.reads);
  const visible = visibleActions(system, body.name, body.visible);
  for (const { name, automaton } of body.specification.leaves) {
    const sent = Object.entries(automaton.transitions).find(([, { kind }]) => kind === "sent");
    if (sent === undefined) continue;
    const what = `"${body.name}": ${name} of the specification sends ${sent[0]} from an outbox.`;
    throw new QuorateError("simulation-malformed", what);
  }
  const { name, reads, specification, mapping, answers } = body;
  const fair = body.fair === undefined ? null : assuming(system, name, body.fair);
  return { kind: "simulation", name, reads, specification, visible, mapping, answers, fair };
}

/**
 * Fair inclusion: every trace of a fair run of the system is one of a fair run of the specification.
 * It is decided where the specification is deterministic once its hidden actions are: where after
 * each visible trace it can be in one state only. Otherwise it is refused, when it is checked: whether *some* fair run
 * has the trace would be a question about infinite runs of state sets. Give a simulation then:
 * {@link simulates} with `fair`.
 *
 * @param body.fair changes what is fair of the system, as for liveness; none without it
 * @throws QuorateError `action-unknown`, `fairness-unknown`; `fair-inclusion-undecided` when checked
 */
export function fairlyIncludedIn<P extends Parts>(
  system: Composition<P>,
  body: Parameters<typeof includedIn<P>>[1] & { readonly fair?: readonly Fairness[] },
): Property {
  const { fair = [], ...rest } = body;
  return { ...includedIn(system, rest), fair: assuming(system, body.name, fair) };
}

/** The assumptions of a liveness property that says nothing. */
function assuming<P extends Parts>(
  system: Composition<P>,
  name: string,
  fairness: readonly Fairness[],
): LivenessProperty {
  const body = { name, reads: [], holds: () => false, fairness };
  return alwaysEventually(system, body) as LivenessProperty;
}

/**
 * What shows of some actions at one process: those whose parameter has the given index. The traces
 * of one replica alone, as in paper W, Theorem 1: the visible actions of {@link includedIn} or
 * {@link simulates}.
 *
 * ```ts
 * visible: projected(["SCHEDULE", "CFE-TO-APP"], { parameter: "host", on: replica, drops: true })
 * ```
 *
 * @param actions all carry the parameter
 * @param onto.drops whether the specification's actions lack the parameter: it is about one
 * process, and the system has many
 * @throws QuorateError `parameter-unknown`, when an action is taken that lacks the parameter: it
 * would be hidden, and the inclusion would hold for nothing
 */
export function projected<const A extends string>(
  actions: readonly A[],
  onto: { readonly parameter: string; readonly on: Index; readonly drops?: boolean },
): { readonly [K in A]: (payload: Action["payload"]) => Action | null } {
  const { parameter, on, drops = false } = onto;
  const show = (name: A) => (payload: Action["payload"]) => {
    if (!Object.hasOwn(payload, parameter)) {
      const what = `A projection shows ${name} by its ${parameter}, which it does not have.`;
      throw new QuorateError("parameter-unknown", what);
    }
    if (canonical(payload[parameter]) !== canonical(on)) return null;
    if (!drops) return { name, payload };
    const { [parameter]: _, ...rest } = payload;
    return { name, payload: rest };
  };
  return Object.fromEntries(actions.map((name) => [name, show(name)])) as never;
}
