import { actionJson, actionLabel, toJson, valueText } from "./json.ts";
import type { Mismatch, Validation } from "./validate.ts";

/** A validation for a reader: what was accepted, or the line that is wrong and why. */
export function formatValidation(validation: Validation): string {
  switch (validation.verdict) {
    case "accepted": {
      const { actions, units, restarts, waiting } = validation;
      const notes = [
        ...(restarts > 0 ? [counted(restarts, "restart")] : []),
        ...(waiting > 0 ? [`${counted(waiting, "output")} not yet performed at the end`] : []),
      ];
      const more = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
      return `${counted(actions, "action")} of ${counted(units, "unit")} accepted${more}`;
    }
    case "undecided":
      return `line ${validation.line}, ${validation.unit}: undecided, since the record lacks so many internal steps that the unit could be in too many states`;
    case "mismatch":
      return mismatchLines(validation).join("\n");
  }
}

function mismatchLines(mismatch: Mismatch): string[] {
  const { line, unit, action, nearest, internalSteps, accepted } = mismatch;
  const steps =
    internalSteps === 0 ? [] : [`  with up to ${internalSteps} internal steps before it`];
  return [
    `line ${line}, ${unit}: ${actionLabel(actionJson(action))} is not what the automata do`,
    ...reasonLines(mismatch).map((text) => `  ${text}`),
    ...steps,
    ...nearestLines(nearest).map((text) => `  ${text}`),
    `  ${counted(accepted, "action")} before it accepted`,
  ];
}

function reasonLines({ reason, leaf, action, clauses, message }: Mismatch): string[] {
  switch (reason) {
    case "unknown":
      return [`no automaton of this unit has ${action.name} with these indices`];
    case "not-sent":
      return [`${leaf}: it is not in the outbox: nothing sent it, or it was performed before`];
    case "not-offered":
      return [`${leaf}: its clauses are true, but the automaton does not choose these parameters`];
    case "threw":
      return [message ?? "the automaton threw"];
    case "not-enabled":
      return clauses.flatMap(({ clause, reads }) => [
        `${leaf}: clause "${clause}" is false`,
        ...Object.entries(reads).map(
          ([field, value]) => `  ${field === "" ? "state" : field}: ${valueText(toJson(value))}`,
        ),
      ]);
  }
}

function nearestLines(nearest: Mismatch["nearest"]): string[] {
  if (nearest === null) return ["no output or internal action is enabled there"];
  const { action, differences } = nearest;
  return [
    `the nearest that is enabled: ${actionLabel(actionJson(action))}`,
    ...differences.map((text) => `  ${text}`),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
