import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchOf } from "../models.ts";
import { besideSources } from "../sources.ts";
import { run } from "./processes.ts";
import type { Outcome } from "./rows.ts";

const [SPIN, GCC] = ["spin", "gcc"];
const LIMIT_MB = 8000;
/** Of the search's stack, for which SPIN takes memory at once; no model here is deeper than 100. */
const MAX_STEPS = 100_000;

/** Why SPIN cannot run here; null where it can. The bench installs nothing. */
export function whyNoSpin(): string | null {
  const missing = [
    [SPIN, "-V"],
    [GCC, "--version"],
  ].filter(([program, option]) => spawnSync(program as string, [option as string]).status !== 0);
  if (missing.length === 0) return null;
  const names = missing.map(([program]) => program).join(" and ");
  return `not installed: ${names} (Debian: apt-get install spin gcc)`;
}

/** "Spin Version 6.5.2 -- 6 December 2019" */
export const spinVersion = () => spawnSync(SPIN, ["-V"], { encoding: "utf8" }).stdout.trim();

/**
 * SPIN on the same model: safety and the assertion, depth first, states stored exactly. What the
 * compilers use is not counted.
 *
 * @param states how many to make room for in the hash table
 */
export function runSpin(
  model: string,
  size: number,
  options: {
    readonly partialOrder: boolean;
    readonly states: number;
    readonly limitSeconds: number;
  },
): Outcome {
  const { promela } = benchOf(model);
  const folder = mkdtempSync(join(tmpdir(), "quorate-spin-"));
  const { limitSeconds } = options;
  const inFolder = (program: string, args: readonly string[]) =>
    run(program, args, limitSeconds, folder);
  try {
    const file = besideSources(`promela/${promela.file}`);
    const reduction = options.partialOrder ? [] : ["-DNOREDUCE"];
    const flags = ["-O2", "-w", "-DSAFETY", `-DMEMLIM=${LIMIT_MB}`, ...reduction];
    inFolder(SPIN, ["-a", `-D${promela.macro}=${size}`, file]);
    inFolder(GCC, [...flags, "-o", "pan", "pan.c"]);
    const hashBits = Math.max(16, Math.ceil(Math.log2(options.states)));
    const before = performance.now();
    // The shell tells what its child used: Node cannot.
    const ran = inFolder("sh", ["-c", `./pan -m${MAX_STEPS} -w${hashBits}; times`]);
    if ("refused" in ran) return ran;
    return spinOutcome(ran.output, (performance.now() - before) / 1000);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What a verifier printed, and after it `times` of the shell.
 * @throws Error where it did not search everything, or found an error
 */
export function spinOutcome(output: string, seconds: number): Outcome {
  const number = (pattern: RegExp) => {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) throw new Error(`SPIN did not say ${pattern.source}:\n${output}`);
    return Number(found);
  };
  const isCut = /max search depth too small|out of memory|Search not completed/.test(output);
  if (isCut || number(/errors: (\d+)/) > 0) {
    throw new Error(`SPIN did not search everything, or found an error:\n${output}`);
  }
  const states = number(/([\d.e+]+) states, stored/);
  const peakMb = number(/([\d.]+)\s+total actual memory usage/);
  const figures = {
    states,
    transitions: number(/([\d.e+]+) transitions/),
    levels: null,
    bytesPerState: Math.round(((peakMb * 2 ** 20) / states) * 10) / 10,
    memoHitRate: null,
    coldSteps: null,
    coldMs: null,
    seconds,
    cpuSeconds: childTimes(output),
    peakMb: Math.round(peakMb),
    notes: [],
  };
  return { figures };
}

/** The second line of `times`: user and system time of the shell's children, as in "0m1.25s". */
function childTimes(output: string): number {
  const [, last = ""] = output.trimEnd().split("\n").slice(-2);
  const times = [...last.matchAll(/(\d+)m([\d.]+)s/g)];
  if (times.length !== 2) throw new Error(`no times of the shell in "${last}"`);
  return times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
}
