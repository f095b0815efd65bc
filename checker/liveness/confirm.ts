import type { Composition } from "../../spec/automaton/compose.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { LivenessProperty } from "../../spec/automaton/liveness.ts";
import { type Global, localText, startStates, stepsFrom } from "../../spec/automaton/semantics.ts";
import { viewOf } from "../explore/view.ts";
import { FairClasses } from "./classes.ts";

/** A run that goes on for ever. */
export interface InfiniteRun {
  readonly actions: readonly Action[];
  /** the start state, then the state after each action */
  readonly globals: readonly Global[];
  /** the loop begins after so many actions; without actions left, the run stays in its last state */
  readonly loop: number;
}

/**
 * Decides by the reference semantics alone, and without the search's tables, whether a lasso is a
 * fair run of the system that violates the property. Null if it is; else what is wrong with it.
 */
export function lassoFault(
  system: Composition,
  property: LivenessProperty,
  { actions, globals, loop }: InfiniteRun,
): string | null {
  const text = (at: number) => (globals.at(at) as Global).map(localText).join(" | ");
  const starts = startStates(system).map((start) => start.map(localText).join(" | "));
  if (!starts.includes(text(0))) return "it does not begin in a start state";
  const stray = actions.findIndex((action, at) => {
    const taken = actionText(action);
    const from = globals[at] as Global;
    return !stepsFrom(system, from).some((step) => {
      const to = step.to.map(localText).join(" | ");
      return actionText(step.action) === taken && to === text(at + 1);
    });
  });
  if (stray >= 0) return `step ${stray + 1} is none of the system`;
  if (!(loop >= 0 && loop <= actions.length)) return "it has no loop";
  if (text(loop) !== text(-1)) return "its loop does not close";
  return (
    promiseFault(system, property, globals, loop) ??
    fairnessFault(system, property, { actions, globals, loop })
  );
}

/** Why the run keeps what the property promises; null if it does not. */
function promiseFault(
  system: Composition,
  { kind, reads, premise, holds }: LivenessProperty,
  globals: readonly Global[],
  loop: number,
): string | null {
  const view = (global: Global) => viewOf(system, reads, global) as never;
  const good = globals.map((global) => holds(view(global)));
  const goodIn = (from: number) => good.slice(from).includes(true);
  switch (kind) {
    case "eventually":
      return goodIn(0) ? "it fulfils the property" : null;
    case "always-eventually":
      return goodIn(loop) ? "its loop fulfils the property" : null;
    case "eventually-always":
      return good.slice(loop).includes(false) ? null : "its loop fulfils the property";
    case "leads-to": {
      // A premise inside the loop is followed by the whole loop.
      const unmet = globals.some(
        (global, at) => !goodIn(Math.min(at, loop)) && premise(view(global)),
      );
      const early = globals.some(
        (global, at) => at <= loop && !goodIn(at) && premise(view(global)),
      );
      return unmet || early ? null : "it has no premise without its conclusion";
    }
  }
}

/** Which class the loop treats unfairly; null if none. */
function fairnessFault(
  system: Composition,
  property: LivenessProperty,
  { actions, globals, loop }: InfiniteRun,
): string | null {
  const fair = new FairClasses(system, property);
  const states = loop === actions.length ? globals.slice(loop) : globals.slice(loop, -1);
  const enabled = states.map((from) => {
    const here = from.map(localText).join(" | ");
    const moving = stepsFrom(system, from).filter(
      ({ to }) => to.map(localText).join(" | ") !== here,
    );
    return new Set(moving.map(({ action }) => fair.of(action)));
  });
  const taken = new Set(actions.slice(loop).map((action) => fair.of(action)));
  for (const [one, { name, strength }] of fair.classes.entries()) {
    if (taken.has(one)) continue;
    const owed = (classes: ReadonlySet<number>) => classes.has(one);
    if (strength === "weak" ? enabled.every(owed) : enabled.some(owed)) {
      return `${name} is owed a step in the loop, and has none`;
    }
  }
  return null;
}
