import { count } from "../report/decide.ts";
import { nameOf } from "../report/record.ts";
import type { PlannedCase } from "../report/table.ts";
import type { Progress } from "../search/search.ts";

const FIRST_LINE_AFTER_S = 2;
const NEXT_LINE_AFTER_S = 10;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Shows how far a search has come: one line that is written over on a terminal; elsewhere a line
 * when a case takes more than two seconds, and again every ten.
 */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  #name = "";
  #shown = false;
  #nextAt_s = FIRST_LINE_AFTER_S;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  start(one: PlannedCase): void {
    this.#name = nameOf(one);
    this.#nextAt_s = FIRST_LINE_AFTER_S;
    if (this.#out.isTTY) this.#overwrite(this.#name);
  }

  update(progress: Progress): void {
    const line = `${this.#name}: ${progressText(progress)}`;
    if (this.#out.isTTY) this.#overwrite(line);
    else if (progress.seconds >= this.#nextAt_s) {
      this.#out.write(`${line}\n`);
      this.#nextAt_s = progress.seconds + NEXT_LINE_AFTER_S;
    }
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.#shown) this.#out.write(CLEAR_LINE);
    this.#shown = false;
  }

  #overwrite(line: string): void {
    this.#out.write(CLEAR_LINE + line.slice(0, (this.#out.columns || 80) - 1));
    this.#shown = true;
  }
}

function progressText(progress: Progress): string {
  const { states, depth, queue, seconds, memoryMb } = progress;
  const rate = count(Math.round(states / Math.max(seconds, 1e-3)));
  return (
    `${count(states)} states, ${rate}/s, depth ${depth}, queue ${count(queue)}, ` +
    `${Math.round(memoryMb)} MB, ${Math.round(seconds)} s`
  );
}
