import type { Action } from "../../spec/automaton/execute.ts";
import type { Violation } from "../explore/exploration.ts";
import type { StateGraph } from "../explore/graph.ts";
import { type Component, ComponentReader } from "./component.ts";
import type { FairPlaces } from "./fair.ts";
import { LoopFinder } from "./loop.ts";
import type { Obligations } from "./obligations.ts";
import { ENDS, GOAL, LOOPS, type Question } from "./question.ts";
import { type Reached, shortestStems } from "./stems.ts";

/** Loops are looked for in so many parts, those that are reached first, … */
const PARTS_TRIED_MAX = 8;
/** … and from further states of these until so many steps of theirs were looked at. */
const STEPS_TRIED_MAX = 4_000_000;

/** A run that goes on for ever: `states` has one more than `actions`. */
interface Lasso {
  readonly states: readonly number[];
  readonly actions: readonly number[];
  /** the loop begins after so many actions; it is empty where the run stays in its last state */
  readonly loop: number;
}

/**
 * The shortest of some short lassos: to the nearest states where fair runs can stay for ever, by
 * shortest ways, and round.
 */
export function lassoOf(
  graph: StateGraph,
  obligations: Obligations,
  question: Question,
  { parts }: FairPlaces,
): Violation {
  const { flags } = question;
  const has = (state: number, flag: number) => ((flags[state] as number) & flag) !== 0;
  const partOf = new Int32Array(graph.size);
  parts.forEach((states, part) => {
    for (const state of states) partOf[state] = part;
  });
  const reader = new ComponentReader(graph, obligations, (state) => has(state, GOAL));
  let best: Lasso | null = null;
  const tried = new Map<number, { readonly part: Component; readonly finder: LoopFinder }>();
  let stepsTried = 0;
  const loopsIn = (at: number) => {
    const known = tried.get(at);
    if (known !== undefined || tried.size === PARTS_TRIED_MAX) return known;
    const part = reader.read(parts[at] as Int32Array);
    const made = { part, finder: new LoopFinder(part, obligations) };
    tried.set(at, made);
    return made;
  };
  const consider = (lasso: Lasso) => {
    if (best === null || lasso.actions.length < best.actions.length) best = lasso;
  };
  shortestStems(graph, question, (reached: Reached) => {
    const { state, length } = reached;
    if (best !== null && (length >= best.actions.length || stepsTried > STEPS_TRIED_MAX)) {
      return false;
    }
    if (has(state, ENDS)) consider({ ...stemTo(graph, reached), loop: length });
    else if (has(state, LOOPS)) {
      const found = loopsIn(partOf[state] as number);
      if (found === undefined) return true;
      stepsTried += found.part.stepTo.length;
      const loop = found.finder.through(found.part.states.indexOf(state));
      const stem = stemTo(graph, reached);
      consider({
        states: [...stem.states, ...loop.states],
        actions: [...stem.actions, ...loop.actions],
        loop: stem.actions.length,
      });
    }
    return true;
  });
  if (best === null) throw new Error("a fair place cannot be reached");
  const { states, actions, loop } = best as Lasso;
  return {
    start: graph.globalOf(states[0] as number),
    actions: actions.map((action) => graph.model.actions[action] as Action),
    specification: null,
    loop,
  };
}

function stemTo(graph: StateGraph, { way }: Reached): Pick<Lasso, "states" | "actions"> {
  const states = way();
  const actions = states.slice(1).map((to, at) => {
    let taken = -1;
    graph.moves(states[at] as number, (action, target) => {
      if (target === to && taken < 0) taken = action;
    });
    return taken;
  });
  return { states, actions };
}
