import type { Action } from "../../spec/automaton/execute.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import type { Fault } from "../refine/simulation.ts";
import { changesOf } from "./changes.ts";
import { actionJson, actionLabel, toJson, valueText } from "./json.ts";

/** A fault of a simulation for a reader: what the specification could not do, and why. */
export function explainFault(leaves: readonly string[], fault: Fault): string[] {
  switch (fault.kind) {
    case "start":
      return ["The start state stands for no start state of the specification:"].concat(
        statesOf(leaves, fault.stands),
      );
    case "shows": {
      const step = fault.step === null ? "nothing" : label(fault.step);
      return [`The step shows ${step}; its answer is ${answerOf(fault.answer)}.`];
    }
    case "disabled": {
      const { taken, action, clauses, from } = fault;
      const why =
        clauses.length === 0 ? "choose does not offer it" : `not ${clauses.join(", not ")}`;
      const place = taken === 0 ? "" : `, after ${taken} of the answer,`;
      return [
        `The specification cannot do ${label(action)}${place}: ${why}.`,
        "There it is at",
      ].concat(statesOf(leaves, from));
    }
    case "end": {
      const differences = leaves.flatMap((leaf, at) =>
        changesOf(leaf, toJson(fault.reached[at]?.state), toJson(fault.stands[at]?.state)),
      );
      return [
        `The answer ${answerOf(fault.answer)} ends elsewhere than where the step leads:`,
        ...differences.map((line) => `  ${line}`),
      ];
    }
  }
}

function answerOf(answer: readonly Action[]): string {
  return answer.length === 0 ? "no action" : answer.map(label).join(", ");
}

function label(action: Action): string {
  return actionLabel(actionJson(action));
}

function statesOf(leaves: readonly string[], global: Global): string[] {
  return leaves.map((leaf, at) => `  ${leaf}: ${valueText(toJson(global[at]?.state))}`);
}
