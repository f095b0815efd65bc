import { styleText } from "node:util";
import type { CheckRecord } from "../report/record.ts";

/** Colours a verdict: green as expected, red otherwise; not in a file, nor with NO_COLOR. */
export function painter(record: CheckRecord): (text: string) => string {
  if (!colours()) return (text) => text;
  return (text) => styleText(record.unexpected === null ? "green" : "red", text);
}

/** Text that matters less. */
export function dim(text: string): string {
  return colours() ? styleText("dim", text) : text;
}

function colours(): boolean {
  return process.stdout.isTTY && !process.env.NO_COLOR;
}
