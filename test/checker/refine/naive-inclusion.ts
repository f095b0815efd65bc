import {
  type Action,
  actionText,
  type Composition,
  canonical,
  type Global,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

type Show = (action: Action) => string | null;

/**
 * All visible traces of at most `length` actions, by brute force: every run is followed, and a
 * state is followed again for each trace that leads to it. It shares nothing with the checker but
 * the reference semantics.
 */
function tracesOf(
  system: Composition,
  length: number,
  show: Show,
  onlyQuiescent = false,
): Set<string> {
  const traces = new Set<string>();
  const seen = new Set<string>();
  const pending = startStates(system).map((at) => ({ at, trace: [] as readonly string[] }));
  const visit = (at: Global, trace: readonly string[]) => pending.push({ at, trace });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at, trace } = next;
    const text = `${trace.join(" ")} at ${canonical(at)}`;
    if (seen.has(text)) continue;
    seen.add(text);
    const steps = stepsFrom(system, at);
    const owed = steps.some(({ action, controller, to }) => {
      const isUrgent =
        controller.automaton.transitions[action.name]?.task?.urgency !== "spontaneous";
      return isUrgent && (show(action) !== null || canonical(to) !== canonical(at));
    });
    if (!(onlyQuiescent && owed)) traces.add(trace.join(" "));
    for (const { action, to } of steps) {
      const shown = show(action);
      if (shown === null) visit(to, trace);
      else if (trace.length < length) visit(to, [...trace, shown]);
    }
  }
  return traces;
}

/**
 * The length of a shortest visible trace of one system that another lacks, up to `length`; of all
 * traces, or of those to quiescent states.
 */
export function shortestMissing(
  system: Composition,
  specification: Composition,
  visible: readonly string[],
  length: number,
  onlyQuiescent = false,
): number | null {
  const show: Show = (action) => (visible.includes(action.name) ? actionText(action) : null);
  const allowed = tracesOf(specification, length, show, onlyQuiescent);
  const missing = [...tracesOf(system, length, show, onlyQuiescent)].filter(
    (trace) => !allowed.has(trace),
  );
  const lengths = missing.map((trace) => (trace === "" ? 0 : trace.split("} ").length));
  return lengths.length === 0 ? null : Math.min(...lengths);
}
