import type { AnyTransition } from "../../spec/automaton/automaton.ts";
import type { Leaf } from "../../spec/automaton/compose.ts";
import { RESTART } from "../../spec/automaton/restarts.ts";
import { type Local, nextLocal } from "../../spec/automaton/semantics.ts";
import { isRecord } from "../../spec/automaton/values.ts";

/**
 * A leaf after its process started again, as the checker's crash action has it: durable fields as
 * they were, volatile ones as in the start state, an empty outbox, then `recover`. One that does not
 * say which fields are durable starts anew; observers are in no process.
 */
export function restarted(leaf: Leaf, from: Local, start: Local): Local {
  const { fields, form, recover } = leaf.automaton;
  if (form === "observer") return from;
  if (fields === null || form === "cells" || !isRecord(from.state)) return start;
  const transition: AnyTransition = {
    kind: "input",
    restarts: true,
    effect: (state, _restart, send) => recover?.effect(state, {}, send),
  };
  return nextLocal(leaf, transition, from, { name: RESTART, payload: {} });
}
