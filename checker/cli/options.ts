import { Option } from "commander";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { MOST_WORKERS } from "../explore/team.ts";
import { TIERS } from "../report/tiers.ts";
import type { CheckOptions } from "../run.ts";

/** Reads a budget: digits, which `_` may group. */
function budget(flag: string): (text: string) => number {
  return (text) => {
    const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new QuorateError("budget-invalid", `${flag} is ${text}.`);
    }
    return value;
  };
}

/** Reads a number of threads. */
function threads(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > MOST_WORKERS) {
      throw new QuorateError("budget-invalid", `${flag} is ${text}, not 1 to ${MOST_WORKERS}.`);
    }
    return value;
  };
}

/** Reads "2/5". */
function shard(text: string): { part: number; of: number } {
  const [part, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (part === undefined || of === undefined || part < 1 || part > of) {
    throw new QuorateError("budget-invalid", `--shard is ${text}, not i/n with 1 ≤ i ≤ n.`);
  }
  return { part, of };
}

export function budgetOption(flag: string, means: string): Option {
  return new Option(`${flag} <n>`, means).argParser(budget(flag));
}

/** What `quorate check` takes; commander names the fields after the flags. */
export interface CheckFlags extends Omit<CheckOptions, "onProgress"> {
  readonly tier: (typeof TIERS)[number];
  readonly files: readonly string[];
  readonly reporter: "pretty" | "json";
  readonly out?: string;
  readonly watch?: boolean;
  readonly workers: number;
  readonly jobs?: number;
  readonly shard?: { readonly part: number; readonly of: number };
}

/** Takes one glob, so that it does not swallow the ids after it; it can be repeated. */
export const filesOption = () =>
  new Option("--files <glob>", "claim files; can be repeated")
    .argParser((glob: string, before: readonly string[]) => [...before, glob])
    .default([], "quorate.claims of package.json, or all");

export const checkOptions = (): Option[] => [
  new Option("--tier <tier>", "how dear a case may be; each tier includes those before it")
    .choices(TIERS)
    .default("ci"),
  filesOption(),
  budgetOption("--max-states", "end each search as `bounded` after n states"),
  budgetOption("--max-depth", "after n levels"),
  budgetOption("--max-memory-mb", "when its tables take n MB"),
  budgetOption("--max-seconds", "after n seconds"),
  new Option("--order <order>", "breadth-first gives shortest counterexamples")
    .choices(["breadth-first", "depth-first"])
    .default("breadth-first"),
  new Option("--minimal-fairness", "find how little fairness each liveness property needs"),
  new Option("--no-reductions", "explore every state, whatever reductions a case asks for"),
  new Option("--workers <n>", "threads that share each large search; the verdict does not change")
    .argParser(threads("--workers"))
    .default(1),
  new Option(
    "--jobs <n>",
    "explorations at a time (default: cores / workers, at most 8)",
  ).argParser(threads("--jobs")),
  new Option("--shard <i/n>", "the i-th of n parts of the explorations").argParser(shard),
  new Option("--reporter <reporter>", "json prints one record a line and nothing else")
    .choices(["pretty", "json"])
    .default("pretty"),
  new Option("--out <dir>", "write evidence: a JSON file for each case, and counterexamples"),
  new Option("--watch", "check again when a file changes"),
];
