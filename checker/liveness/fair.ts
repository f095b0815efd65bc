import type { StateGraph } from "../explore/graph.ts";
import { ComponentReader, fairParts } from "./component.ts";
import type { Obligations } from "./obligations.ts";
import { ENDS, GOAL, LOOPS, type Question, REGION, rootsOf } from "./question.ts";
import { findComponents } from "./scc.ts";

/** Where fair runs can stay for ever. */
export interface FairPlaces {
  /** parts of components, by states of the graph: a fair loop passes all states of a part */
  readonly parts: readonly Int32Array[];
  /** whether in some state no class is owed a step */
  readonly ends: boolean;
}

/**
 * Finds all states of the region, among those that can be reached from roots, where a fair run can
 * stay for ever: those in which no class is enabled are flagged {@link ENDS} (nothing need ever
 * happen), those on a fair loop {@link LOOPS}.
 */
export function findFairPlaces(
  graph: StateGraph,
  obligations: Obligations,
  question: Question,
): FairPlaces {
  const { flags } = question;
  const has = (state: number, flag: number) => ((flags[state] as number) & flag) !== 0;
  const add = (state: number, flag: number) => {
    flags[state] = (flags[state] as number) | flag;
  };
  const reader = new ComponentReader(graph, obligations, (state) => has(state, GOAL));
  const parts: Int32Array[] = [];
  let ends = false;
  findComponents(
    graph.size,
    rootsOf(question),
    (state, push) => {
      let owed = false;
      graph.moves(state, (action, to, changes) => {
        // Every action is asked for, so that all classes are known that the property may need.
        if (changes && obligations.of(action) >= 0) owed = true;
        if (to >= 0 && has(to, REGION)) push(to);
      });
      if (owed || !has(state, GOAL)) return;
      add(state, ENDS);
      ends = true;
    },
    (members) => {
      if (members.length === 1) return;
      for (const { states } of fairParts(reader.read(members), obligations)) {
        parts.push(states);
        for (const state of states) add(state, LOOPS);
      }
    },
  );
  return { parts, ends };
}

/** Whether a fair run violates the property. Leaves the question as it was. */
export function isViolated(
  graph: StateGraph,
  obligations: Obligations,
  question: Question,
): boolean {
  const flags = question.flags.slice();
  const { parts, ends } = findFairPlaces(graph, obligations, { ...question, flags });
  return ends || parts.length > 0;
}
