import { execFileSync } from "node:child_process";
import { explore } from "../../checker/search/search.ts";
import type { Arguments } from "./arguments.ts";
import { besideSources } from "./sources.ts";

/** What a bench measured: one line of its output. */
export interface Measurement {
  readonly bench: string;
  /** resource managers, view changes, or clients */
  readonly n: number;
  readonly workers: number;
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytesPerState: number;
  /** of the whole process, at its peak */
  readonly peakMB: number;
  readonly memoHitRate: number;
  /** with --beside-sketch: the sketch's CPU seconds in this run, and ours over them */
  readonly sketchCpuSeconds?: number;
  readonly ratio?: number;
}

/** Explores once and measures; the model is built before the clock starts. */
export function run({ name, bench, size, besideSketch }: Arguments): Measurement {
  const problem = bench.problem(size);
  const before = process.cpuUsage();
  const found = explore(problem);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  if (found.bound !== null || found.violations.some((violation) => violation !== null)) {
    throw new Error(`${name} at ${size} was not explored as it should be`);
  }
  const measured = {
    bench: name,
    n: size,
    workers: 1,
    states: found.states,
    transitions: found.transitions,
    seconds: rounded(found.seconds),
    cpuSeconds: rounded(cpuSeconds),
    bytesPerState: found.bytesPerState,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    memoHitRate: found.memoHitRate,
  };
  if (!besideSketch || bench.sketch === null) return measured;
  const sketch = runSketch(bench.sketch, size);
  if (sketch.states !== found.states) {
    throw new Error(`the sketch of ${name} finds ${sketch.states} states, not ${found.states}`);
  }
  return {
    ...measured,
    sketchCpuSeconds: rounded(sketch.cpuSeconds),
    ratio: rounded(cpuSeconds / sketch.cpuSeconds),
  };
}

interface SketchRecord {
  readonly states: number;
  readonly cpuSeconds: number;
}

function runSketch(file: string, size: number): SketchRecord {
  const path = besideSources(`sketches/${file}`);
  const output = execFileSync(process.execPath, [path, String(size)], { encoding: "utf8" });
  return JSON.parse(output) as SketchRecord;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
