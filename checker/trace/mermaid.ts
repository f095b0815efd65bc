import type { Counterexample } from "./counterexample.ts";
import { actionLabel } from "./json.ts";

/** A counterexample as a Mermaid sequence diagram, with a lane for each process. */
export function mermaidOf(counterexample: Counterexample): string {
  const { leaves, actions, property, loop } = counterexample;
  const laneOf = new Map(leaves.map(({ name, lane }) => [name, lane]));
  const lanes = [...new Set(laneOf.values())];
  const idOf = (leaf: string) => `P${lanes.indexOf(laneOf.get(leaf) ?? leaf)}`;
  const lines = lanes.map((lane, at) => `participant P${at} as ${escaped(lane)}`);
  actions.forEach((action, at) => {
    if (at === loop) lines.push("loop for ever");
    const from = idOf(action.controller);
    const others = new Set(action.participants.map(idOf).filter((id) => id !== from));
    const label = escaped(`${at + 1}. ${actionLabel(action)}`);
    if (others.size === 0) lines.push(`${from}->>${from}: ${label}`);
    for (const to of others) lines.push(`${from}->>${to}: ${label}`);
  });
  if (loop !== undefined && loop < actions.length) lines.push("end");
  const across = lanes.length > 1 ? `P0,P${lanes.length - 1}` : "P0";
  lines.push(`Note over ${across}: violates ${escaped(property)}`);
  return ["sequenceDiagram", ...lines.map((line) => `  ${line}`)].join("\n");
}

/** Mermaid takes these for syntax. */
function escaped(text: string): string {
  return text.replace(/[#;<>]/g, (character) => `#${character.charCodeAt(0)};`);
}
