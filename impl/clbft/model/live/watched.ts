import {
  type AnyAutomaton,
  type Automaton,
  detach,
  type Value,
} from "../../../../spec/automaton/index.ts";
import type { AgreementActions, AgreementState } from "../../agreement/state.ts";
import type { ExecutionActions, ExecutionState } from "../../execution/automaton.ts";

type AnyTransition = AnyAutomaton["transitions"][string];
type Half = "agreement" | "execution";
type Send = (action: string, payload: object) => void;

/** What somebody who sees everything that one replica is told, does and says makes of it. */
export interface Watcher<W> {
  readonly start: W;
  /** @param action its name; a forged message's is that of the message that it looks like */
  readonly after: (state: W, action: string, payload: never) => W;
}

export interface Watched<W> {
  readonly agreement: AgreementState;
  readonly execution: ExecutionState;
  readonly watch: W;
}

/** Each action of either half; what one says to the other is an output. */
export type WatchedActions = Omit<AgreementActions, "ADMIT" | "SEND-CHECKPOINT"> &
  Omit<ExecutionActions, "EXECUTE" | "STABLE" | "INSTALL" | "RECOVER">;

const FORGED = "FORGED-";

/**
 * One replica as one leaf, with a watcher inside. An observer beside it would have to hear what leaves the
 * outbox, which forbids `sends-at-once`; this one sees each message in the step that sends it, after its cause.
 */
export function watched<W extends Value>(
  agreement: AnyAutomaton,
  execution: AnyAutomaton,
  watcher: Watcher<W>,
): Automaton<Watched<W>, WatchedActions> {
  const halves: Readonly<Record<Half, AnyAutomaton>> = { agreement, execution };
  const names = [agreement, execution].flatMap(({ transitions }) => Object.keys(transitions));
  const transitions = Object.fromEntries(
    [...new Set(names)].map((action) => [action, joined(action, halves, watcher)]),
  );
  return {
    ...agreement,
    name: "replica",
    fields: null,
    recover: null,
    transitions,
    start: () =>
      [...agreement.start()].flatMap((one) =>
        [...execution.start()].map((other) => ({
          agreement: one,
          execution: other,
          watch: watcher.start,
        })),
      ),
  };
}

/** The transition of both halves, of which one at most controls it. */
function joined<W>(
  action: string,
  halves: Readonly<Record<Half, AnyAutomaton>>,
  { after }: Watcher<W>,
): AnyTransition {
  const those = (["agreement", "execution"] as const).flatMap((half) => {
    const transition = halves[half].transitions[action];
    return transition === undefined ? [] : [{ half, transition }];
  });
  const [first] = those;
  const { half, transition: own } =
    those.find((one) => one.transition.kind !== "input") ?? first ?? never();
  // The rules are the halves' own: their claims exercise them.
  const { cite: _, ...transition } = own;
  if (transition.kind === "sent") return transition as AnyTransition;
  const { choose, when } = transition;
  const seen = action.startsWith(FORGED) ? action.slice(FORGED.length) : action;
  return {
    ...transition,
    ...(choose && { choose: (s: Watched<W>, draw: never) => choose(s[half], draw) }),
    ...(when && {
      when: Object.fromEntries(
        Object.entries(when).map(([name, clause]) => [
          name,
          (s: Watched<W>, payload: never) => clause(s[half], payload),
        ]),
      ),
    }),
    effect(s: Record<string, unknown>, payload: object, send: Send) {
      const watch = (what: string, said: object) => {
        s.watch = after(detach(s.watch) as W, what, said as never);
      };
      watch(seen, payload);
      for (const one of those) {
        const told: Send = (what, said) => {
          watch(what, said);
          send(what, said);
        };
        const next = one.transition.effect?.(s[one.half], payload, told as never);
        if (next !== undefined) s[one.half] = next;
      }
    },
  } as AnyTransition;
}

function never(): never {
  throw new RangeError("an action of neither half");
}
