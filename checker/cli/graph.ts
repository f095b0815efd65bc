import { autOf, dotOf } from "../tell/drawings.ts";
import { systemGraph } from "../tell/state-graph.ts";
import { oneCase } from "./one-case.ts";

export const GRAPH_FORMATS = ["json", "dot", "aut"] as const;

/** `quorate graph`: the states and steps of a small system, on stdout. */
export async function runGraph(
  cwd: string,
  files: readonly string[],
  id: string,
  options: { readonly format: (typeof GRAPH_FORMATS)[number]; readonly maxStates: number },
): Promise<void> {
  const one = await oneCase(cwd, files, id);
  const graph = systemGraph(one.case.problem(), options.maxStates);
  const text = {
    json: () => `${JSON.stringify(graph, null, 1)}\n`,
    dot: () => dotOf(graph),
    aut: () => autOf(graph),
  }[options.format]();
  process.stdout.write(text);
}
