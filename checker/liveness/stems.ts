import type { StateGraph } from "../explore/graph.ts";
import { type Question, REGION, ROOT } from "./question.ts";

/** A state of the region, with a shortest way to it: from a start state to a root, and on inside. */
export interface Reached {
  readonly state: number;
  /** of the way, in steps */
  readonly length: number;
  /** the states of the way, from a start state to this one */
  readonly way: () => number[];
}

const [UNSEEN, IS_START, IS_ROOT] = [-3, -2, -1];

/**
 * Visits the states of the region that can be reached from roots, breadth first by the length of the
 * whole way from a start state, until `visit` answers false. Takes 8 bytes a state.
 */
export function shortestStems(
  graph: StateGraph,
  { flags }: Question,
  visit: (reached: Reached) => boolean,
): void {
  /** the state before each, on a shortest way from a start state */
  const before = new Int32Array(graph.size).fill(UNSEEN);
  /** the same inside the region, from a root on */
  const inside = new Int32Array(graph.size).fill(UNSEEN);
  const has = (state: number, flag: number) => ((flags[state] as number) & flag) !== 0;
  const way = (state: number) => () => {
    const states: number[] = [];
    let at = state;
    for (; inside[at] !== IS_ROOT; at = inside[at] as number) states.push(at);
    for (; before[at] !== IS_START; at = before[at] as number) states.push(at);
    return [...states, at].reverse();
  };
  for (const start of graph.starts) before[start] = IS_START;
  let [free, bound]: [number[], number[]] = [[...graph.starts], []];
  for (let length = 0; free.length + bound.length > 0; length++) {
    for (const state of free) {
      if (!has(state, ROOT) || inside[state] !== UNSEEN) continue;
      inside[state] = IS_ROOT;
      bound.push(state);
    }
    for (const state of bound) if (!visit({ state, length, way: way(state) })) return;
    const [nextFree, nextBound]: [number[], number[]] = [[], []];
    for (const state of bound) {
      graph.moves(state, (_, to) => {
        if (to < 0 || inside[to] !== UNSEEN || !has(to, REGION)) return;
        inside[to] = state;
        nextBound.push(to);
      });
    }
    for (const state of free) {
      graph.moves(state, (_, to) => {
        if (to < 0 || before[to] !== UNSEEN) return;
        before[to] = state;
        nextFree.push(to);
      });
    }
    [free, bound] = [nextFree, nextBound];
  }
}
