import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { ToolOptions } from "../explore/budget.ts";
import { StateGraph } from "../explore/graph.ts";
import { explore } from "../search/search.ts";
import { type GlobalJson, stepChanges } from "../trace/changes.ts";
import { globalJson } from "../trace/counterexample.ts";
import { type ActionJson, actionJson, actionLabel } from "../trace/json.ts";

/** The reachable states of a system and its steps: plain JSON. */
export interface SystemGraph {
  readonly format: "quorate-graph";
  readonly version: 1;
  readonly system: string;
  /** the leaves of the composition, in the order of each state */
  readonly leaves: readonly string[];
  /** numbers of the start states */
  readonly starts: readonly number[];
  /** by number, breadth first from the start states */
  readonly states: readonly {
    readonly state: GlobalJson;
    /** how it differs from the first start state, in lines; empty for that one */
    readonly changes: readonly string[];
  }[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly action: ActionJson;
    /** "grant(client: client#1)" */
    readonly label: string;
  }[];
}

/**
 * The whole graph of a system: each enabled action that leads to another state is an edge. No
 * reduction is used, and no specification is followed.
 *
 * @param maxStates refuses larger systems
 * @throws QuorateError `graph-too-large`, `budget-invalid`
 */
export function systemGraph({ system }: Problem, maxStates: number): SystemGraph {
  const problem: Problem = { system, properties: [], witnesses: [] };
  const leaves = system.leaves.map(({ name }) => name);
  let drawn: Pick<SystemGraph, "starts" | "states" | "edges"> | null = null;
  const options: ToolOptions = {
    // a search ends when it has reached its bound, though there be no more states
    maxStates: maxStates + 1,
    look: (model, states) => {
      if (states.count <= maxStates) drawn = draw(new StateGraph(model, states), leaves);
    },
  };
  explore(problem, options);
  if (drawn === null) {
    const what = `"${system.name}" has more than ${maxStates} states without reductions.`;
    throw new QuorateError("graph-too-large", what);
  }
  const found: Pick<SystemGraph, "starts" | "states" | "edges"> = drawn;
  return { format: "quorate-graph", version: 1, system: system.name, leaves, ...found };
}

function draw(graph: StateGraph, leaves: readonly string[]) {
  const numbers = new Map<number, number>();
  const order: number[] = [];
  const numberOf = (index: number) => {
    const known = numbers.get(index);
    if (known !== undefined) return known;
    numbers.set(index, order.length);
    return order.push(index) - 1;
  };
  const starts = graph.starts.map(numberOf);
  const edges: SystemGraph["edges"][number][] = [];
  for (const [from, index] of order.entries()) {
    const taken = new Set<string>();
    graph.moves(index, (id, target) => {
      const action = actionJson(graph.model.actions[id] as Action);
      const label = actionLabel(action);
      if (taken.size === taken.add(label).size) return;
      edges.push({ from, to: numberOf(target), action, label });
    });
  }
  const globals = order.map((index) => globalJson(graph.globalOf(index)));
  const first = globals[starts[0] as number] as GlobalJson;
  const states = globals.map((state) => ({ state, changes: stepChanges(leaves, first, state) }));
  return { starts, states, edges };
}
