import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { benchOf } from "../models.ts";
import { besideSources } from "../sources.ts";
import type { Outcome, OwnRow, Usage } from "./rows.ts";

const ROW = fileURLToPath(new URL("./row.js", import.meta.url));

/** Runs a program to its end, or to the limit: then `refused` says so. */
export function run(
  program: string,
  args: readonly string[],
  limitSeconds: number,
  cwd?: string,
): { readonly output: string } | { readonly refused: string } {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    ...(cwd !== undefined && { cwd }),
    encoding: "utf8",
    timeout: limitSeconds * 1000,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 26,
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ETIMEDOUT") return { refused: `not finished in ${limitSeconds} s` };
  if (error !== undefined) throw error;
  if (status === 0) return { output: stdout };
  throw new Error(`${program} ${args.join(" ")} ended with ${signal ?? status}: ${stderr}`);
}

/** A row of ours, or an exploration of paper L by its number. From compiled code only. */
export function runOwn(asked: OwnRow | number, limitSeconds: number): Outcome {
  const ran = run(process.execPath, [ROW, JSON.stringify(asked)], limitSeconds);
  return "refused" in ran ? ran : (JSON.parse(ran.output) as Outcome);
}

interface SketchRecord {
  readonly states: number;
  readonly transitions: number;
  readonly memoHitRate?: number;
}

/** The sketch of a model, unchanged, in a process that tells what it used. */
export function runSketch(model: string, size: number, limitSeconds: number): Outcome {
  const { sketch } = benchOf(model);
  if (sketch === null) return { refused: "there is no sketch of it" };
  const hook = pathToFileURL(besideSources("checker/usage-at-exit.mjs")).href;
  const path = besideSources(`sketches/${sketch}`);
  const ran = run(process.execPath, ["--import", hook, path, `${size}`], limitSeconds);
  if ("refused" in ran) return ran;
  const [record, usage] = ran.output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line)) as [SketchRecord, Usage];
  const { states, transitions, memoHitRate = null } = record;
  const unknown = { levels: null, bytesPerState: null, coldSteps: null, coldMs: null, notes: [] };
  return { figures: { ...unknown, states, transitions, memoHitRate, ...usage } };
}
