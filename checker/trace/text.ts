import { type GlobalJson, stateLines, stepChanges } from "./changes.ts";
import type { Counterexample, CounterexampleAction, SpecificationLane } from "./counterexample.ts";
import { actionLabel } from "./json.ts";

/** More states of a specification than these are counted, not shown. */
const ALLOWED_SHOWN_MAX = 3;

/**
 * A counterexample for a reader: each step with its controller and what it changed; for an inclusion
 * also the states that the specification allows.
 */
export function formatCounterexample(counterexample: Counterexample): string {
  const { leaves, start, actions, states, specification, property, loop } = counterexample;
  const names = leaves.map(({ name }) => name);
  const width = String(actions.length).length;
  const margin = " ".repeat(width + 2);
  const indented = (lines: readonly string[]) => lines.map((line) => `${margin}  ${line}`);
  const lines = ["start", ...indented(stateLines(names, start)), ...lane(specification, 0, margin)];
  actions.forEach((action, at) => {
    if (at === loop) {
      lines.push(`${margin}-- from here on for ever: ${stepsText(at, actions.length)} --`);
    }
    const before = (at === 0 ? start : states[at - 1]) as GlobalJson;
    const changes = stepChanges(names, before, states[at] as GlobalJson);
    lines.push(
      `${String(at + 1).padStart(width)}. ${actionLabel(action)}  ${roles(action)}`,
      ...indented(changes.length === 0 ? ["(nothing changes)"] : changes),
      ...lane(specification, at + 1, margin),
    );
  });
  if (loop === actions.length) {
    lines.push(`${margin}-- nothing is owed a step: it stays so for ever --`);
  }
  lines.push(`${endings[counterexample.kind]}: "${property}"`);
  if (specification !== null) lines.push(...insteadLines(specification));
  return lines.join("\n");
}

const endings = {
  invariant: "In this state the invariant is false",
  step: "The last step violates the step invariant",
  deadlock: "No step leads on from this state, and it is not finished",
  quiescence: "Nothing is owed a step in this state, and it is not finished",
  inclusion: "No run of the specification looks like this one",
  simulation: "The simulation breaks here",
  eventually: "In a fair run this never comes",
  "leads-to": "In a fair run the premise is not followed by the conclusion",
  "always-eventually": "In a fair run this comes no more",
  "eventually-always": "In a fair run this does not come to stay",
} as const;

/** "steps 2 to 4" */
function stepsText(from: number, to: number): string {
  return to === from + 1 ? `step ${to}` : `steps ${from + 1} to ${to}`;
}

/** "by server, with client[1]" */
function roles({ controller, participants }: CounterexampleAction): string {
  const others = participants.length === 0 ? "" : `, with ${participants.join(", ")}`;
  return `by ${controller}${others}`;
}

function lane(specification: SpecificationLane | null, at: number, margin: string): string[] {
  if (specification === null) return [];
  const allowed = specification.allowed[at] ?? [];
  if (allowed.length === 0) return [`${margin}| specification: no state is left`];
  const shown = allowed
    .slice(0, ALLOWED_SHOWN_MAX)
    .map((global) => `${margin}|   ${stateLines(specification.leaves, global).join("; ")}`);
  const more = allowed.length - shown.length;
  const states = allowed.length === 1 ? "1 state" : `${allowed.length} states`;
  return [
    `${margin}| specification: ${states} possible`,
    ...shown,
    ...(more > 0 ? [`${margin}|   and ${more} more`] : []),
  ];
}

function insteadLines({ instead, explanation = [] }: SpecificationLane): string[] {
  if (explanation.length > 0 && instead.length === 0) return [...explanation];
  if (instead.length === 0) return ["The specification allowed no visible action there."];
  return [
    ...explanation,
    "The specification allowed there:",
    ...instead.map((action) => `  ${actionLabel(action)}`),
  ];
}
