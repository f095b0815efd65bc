import type { Problem } from "../../spec/automaton/claim.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import {
  type Global,
  type Local,
  offersOf,
  type Step,
  startStates,
  stepsFrom,
} from "../../spec/automaton/semantics.ts";
import { viewOf } from "../explore/view.ts";
import { stateLines, stepChanges } from "../trace/changes.ts";
import { globalJson } from "../trace/counterexample.ts";
import { actionJson, actionLabel } from "../trace/json.ts";

const HELP = [
  "<number>      take the action of that number",
  "why <action>  what is offered of an action but disabled, and which clauses fail",
  "state         the whole state",
  "undo          take the last step back",
  "reset         go back to the start",
  "quit          leave",
];

/** Walks through a composition step by step, on command; it does no input or output itself. */
export class Stepper {
  readonly #problem: Problem;
  readonly #names: readonly string[];
  readonly #starts: readonly Global[];
  #path: Global[] = [];
  /** what a number stands for: start states first, then the enabled steps */
  #choices: readonly { readonly label: string; readonly to: Global; readonly action?: Action }[] =
    [];

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#names = problem.system.leaves.map(({ name }) => name);
    this.#starts = startStates(problem.system);
  }

  /** The first lines: the start state, or a choice of them. */
  open(): string[] {
    if (this.#starts.length === 1) return this.#enter([this.#starts[0] as Global]);
    this.#path = [];
    this.#choices = this.#starts.map((to) => ({
      label: `start with ${stateLines(this.#names, globalJson(to)).join("; ")}`,
      to,
    }));
    return this.#menu();
  }

  /** Obeys one command and gives the lines to print; null to leave. */
  obey(command: string): string[] | null {
    const [word = "", ...rest] = command.trim().split(/\s+/);
    if (/^\d+$/.test(word)) return this.#take(Number(word));
    switch (word) {
      case "":
        return this.#menu();
      case "why":
        return this.#why(rest[0]);
      case "state":
        return [...this.#state(), ...this.#menu()];
      case "undo":
        return this.#undo();
      case "reset":
        return this.open();
      case "help":
        return HELP;
      case "quit":
      case "exit":
      case "q":
        return null;
      default:
        return [`"${word}" is no command.`, ...HELP];
    }
  }

  get #here(): Global | undefined {
    return this.#path.at(-1);
  }

  #state(): string[] {
    return this.#here === undefined ? [] : stateLines(this.#names, globalJson(this.#here));
  }

  #menu(): string[] {
    const width = String(this.#choices.length).length;
    const lines = this.#choices.map(
      ({ label }, at) => `${String(at + 1).padStart(width)}  ${label}`,
    );
    return lines.length > 0 ? lines : ["No action is enabled. undo, reset or quit."];
  }

  #enter(path: Global[]): string[] {
    this.#path = path;
    return [...this.#state(), ...this.#offerSteps()];
  }

  #offerSteps(): string[] {
    const steps = stepsFrom(this.#problem.system, this.#here as Global);
    this.#choices = steps.map(({ action, controller, to }: Step) => ({
      label: `${actionLabel(actionJson(action))}  by ${controller.name}`,
      to,
      action,
    }));
    return this.#menu();
  }

  #take(number: number): string[] {
    const choice = this.#choices[number - 1];
    if (choice === undefined) return [`There is no ${number}.`, ...this.#menu()];
    const before = this.#here;
    if (before === undefined) return this.#enter([choice.to]);
    const changes = stepChanges(this.#names, globalJson(before), globalJson(choice.to));
    const violated = this.#violated(before, choice.action as Action, choice.to);
    this.#path.push(choice.to);
    return [
      `took ${choice.label}`,
      ...(changes.length === 0 ? ["nothing changes"] : changes).map((line) => `  ${line}`),
      ...violated.map((name) => `this violates "${name}"`),
      ...this.#offerSteps(),
    ];
  }

  #undo(): string[] {
    if (this.#path.length < 2) return ["This is the start.", ...this.#menu()];
    this.#path.pop();
    return ["went back to", ...this.#state(), ...this.#offerSteps()];
  }

  /** The invariants and step invariants that a step violates. */
  #violated(before: Global, action: Action, after: Global): string[] {
    const { properties, system } = this.#problem;
    return properties
      .filter((property) => {
        const view = (global: Global) => viewOf(system, property.reads, global);
        if (property.kind === "invariant") return !property.holds(view(after));
        return property.kind === "step" && !property.holds(view(before), action, view(after));
      })
      .map(({ name }) => name);
  }

  #why(name: string | undefined): string[] {
    const { leaves } = this.#problem.system;
    const known = new Set(leaves.flatMap(({ automaton }) => Object.keys(automaton.transitions)));
    if (name === undefined || !known.has(name)) {
      const names = [...known].join(", ");
      return [`${name === undefined ? "why needs" : `"${name}" is not`} an action: ${names}`];
    }
    if (this.#here === undefined) return ["Choose a start first."];
    const here = this.#here;
    const offers = leaves
      .flatMap((leaf, at) => offersOf(leaf, here[at] as Local))
      .filter(({ action }) => action.name === name);
    if (offers.length === 0) return [`Nothing offers ${name} in this state.`];
    const lines = new Map<string, string>();
    for (const { action, clauses } of offers) {
      const failed = clauses.filter(([, holds]) => !holds).map(([clause]) => clause);
      const reason =
        failed.length === 0 ? "is enabled" : `is disabled: not ${failed.join(", not ")}`;
      lines.set(actionText(action), `${actionLabel(actionJson(action))} ${reason}`);
    }
    return [...lines.values()];
  }
}
