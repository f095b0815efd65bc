import { stateLines } from "../trace/changes.ts";
import type { SystemGraph } from "./state-graph.ts";

/**
 * The graph in the language of Graphviz. A start state has a double border; the first shows its
 * whole state, any other how it differs from that.
 */
export function dotOf({ system, leaves, starts, states, edges }: SystemGraph): string {
  const isStart = new Set(starts);
  return [
    `digraph ${quoted(system)} {`,
    '  node [shape=box, fontname="monospace"];',
    ...states.map(({ state, changes }, at) => {
      const lines = at === starts[0] ? stateLines(leaves, state) : changes;
      const label = [String(at), ...lines].map((line) => `${escaped(line)}\\l`).join("");
      return `  ${at} [label="${label}"${isStart.has(at) ? ", peripheries=2" : ""}];`;
    }),
    ...edges.map(({ from, to, label }) => `  ${from} -> ${to} [label=${quoted(label)}];`),
    "}",
    "",
  ].join("\n");
}

/**
 * The graph in the Aldebaran format of CADP and mCRL2: a header `des (first, transitions, states)`
 * and a line `(from,"label",to)` for each edge. Labels are visible actions, hidden ones too: hide
 * them there. The format has one initial state: for a system with several, one state more leads to
 * each by a step `start`. It has no escapes: double quotes in a label become single ones.
 */
export function autOf({ starts, states, edges }: SystemGraph): string {
  const single = starts.length === 1;
  const first = single ? (starts[0] as number) : states.length;
  const opening = single ? [] : starts.map((to) => ({ from: first, to, label: "start" }));
  const all = [...opening, ...edges];
  return [
    `des (${first},${all.length},${states.length + Number(!single)})`,
    ...all.map(({ from, to, label }) => `(${from},"${label.replaceAll('"', "'")}",${to})`),
    "",
  ].join("\n");
}

const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
const quoted = (text: string) => `"${escaped(text)}"`;
