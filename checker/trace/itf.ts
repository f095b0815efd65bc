import type { GlobalJson } from "./changes.ts";
import type { Counterexample } from "./counterexample.ts";
import { type ActionJson, isList, type Json } from "./json.ts";

/**
 * A counterexample in the Informal Trace Format of Apalache (its ADR 015). Each leaf is a variable,
 * "rms[2]" as `rms_2`; `action` is the action that led to a state, absent in the first.
 */
export function itfOf(counterexample: Counterexample): Json {
  const { claim, variant, instance, property, leaves, start, actions, states, loop } =
    counterexample;
  const names = leaves.map(({ name }) => name.replace(/\W+/g, "_").replace(/_$/, ""));
  const stateOf = (global: GlobalJson, at: number, action: ActionJson | null): Json => ({
    "#meta": { index: at },
    action: action === null ? tagged("None") : tagged("Some", actionValue(action)),
    ...Object.fromEntries(names.map((name, leaf) => [name, itfValue(global[leaf]?.state ?? null)])),
    outboxes: {
      "#map": names.map((name, leaf) => [name, (global[leaf]?.outbox ?? []).map(actionValue)]),
    },
  });
  return {
    "#meta": {
      format: "ITF",
      "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
      description: `${claim}@${variant}@${instance} violates ${property}`,
    },
    vars: ["action", ...names, "outboxes"],
    states: [
      stateOf(start, 0, null),
      ...states.map((global, at) => stateOf(global, at + 1, actions[at] as ActionJson)),
    ],
    // The last state is the first of the loop again: what follows it is the second.
    ...(loop === undefined ? {} : { loop: Math.min(loop + 1, actions.length) }),
  };
}

function actionValue({ name, payload }: ActionJson): Json {
  return { name, payload: itfValue(payload) };
}

function tagged(tag: string, value: Json = {}): Json {
  return { tag, value };
}

function itfValue(value: Json): Json {
  if (value === null) return tagged("None");
  if (typeof value === "number") return { "#bigint": String(value) };
  if (typeof value !== "object") return value;
  if (isList(value)) return value.map(itfValue);
  const entries = Object.entries(value).map(([key, part]) => [key, itfValue(part)] as const);
  const isRecord = entries.every(([key]) => /^[A-Za-z_]\w*$/.test(key));
  return isRecord ? Object.fromEntries(entries) : { "#map": entries };
}
