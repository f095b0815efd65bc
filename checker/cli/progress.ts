import { count } from "../report/decide.ts";
import { nameOf } from "../report/record.ts";
import type { PlannedCase } from "../report/table.ts";
import type { Progress } from "../search/search.ts";

const FIRST_LINE_AFTER_S = 2;
const NEXT_LINE_AFTER_S = 10;
const CLEAR_LINE = "\r\u001b[2K";

/** A case under way. */
interface Underway {
  readonly name: string;
  nextAt_s: number;
}

/**
 * Shows how far the searches have come. On a terminal one line that is written over, about the case
 * that is under way for the longest time; elsewhere a line when a case takes more than two seconds,
 * and again every ten.
 */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  /** by thread, the one that began first in front */
  readonly #underway = new Map<number, Underway>();
  #shown = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  start(one: PlannedCase, job: number): void {
    this.#underway.delete(job);
    this.#underway.set(job, { name: nameOf(one), nextAt_s: FIRST_LINE_AFTER_S });
    if (this.#out.isTTY && this.#isFirst(job)) this.#overwrite(nameOf(one));
  }

  update(progress: Progress, job: number): void {
    const one = this.#underway.get(job);
    if (one === undefined) return;
    const line = `${one.name}: ${progressText(progress)}`;
    if (this.#out.isTTY) {
      if (this.#isFirst(job)) this.#overwrite(line);
    } else if (progress.seconds >= one.nextAt_s) {
      this.#out.write(`${line}\n`);
      one.nextAt_s = progress.seconds + NEXT_LINE_AFTER_S;
    }
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.#shown) this.#out.write(CLEAR_LINE);
    this.#shown = false;
  }

  #isFirst(job: number): boolean {
    return this.#underway.keys().next().value === job;
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
