import { readFile } from "node:fs/promises";
import { nameOf } from "../report/record.ts";
import type { Counterexample } from "../trace/counterexample.ts";
import { itfOf } from "../trace/itf.ts";
import { mermaidOf } from "../trace/mermaid.ts";
import { readCounterexample } from "../trace/read.ts";
import { formatCounterexample } from "../trace/text.ts";
import { wrapped } from "./wrapped.ts";

const formats = {
  text: (one: Counterexample) => `${nameOf(one)}\n\n${formatCounterexample(one)}`,
  json: (one: Counterexample) => JSON.stringify(one, null, 2),
  mermaid: mermaidOf,
  itf: (one: Counterexample) => JSON.stringify(itfOf(one), null, 2),
};

export type ShowFormat = keyof typeof formats;
export const SHOW_FORMATS = Object.keys(formats) as ShowFormat[];

/** `quorate show`: a counterexample that `quorate check --out` wrote. */
export async function runShow(file: string, format: ShowFormat): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw wrapped("counterexample-unreadable", file, cause);
  }
  console.log(formats[format](readCounterexample(file, text)));
}
