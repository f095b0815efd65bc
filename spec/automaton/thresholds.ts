import { QuorateError } from "./errors.ts";

/** A threshold that a mutant has elsewhere. */
export interface Shift {
  readonly threshold: string;
  readonly by: number;
}

interface Building {
  readonly shift: Shift | null;
  /** by name: the values that the system was built with, unshifted */
  readonly met: Map<string, Set<number>>;
}

/**
 * What is being built; `closed` while the checker runs what was built. It is kept beside this module,
 * since a claim file may have loaded another copy of the library than the checker.
 */
interface Ambient {
  now: Building | "closed" | null;
}

const key = Symbol.for("quorate.thresholds");

function ambient(): Ambient {
  const holder = globalThis as { [key]?: Ambient };
  holder[key] ??= { now: null };
  return holder[key];
}

/**
 * Names a threshold of a protocol: a count of processes or messages that suffices for something. It
 * is `value` itself, but in a mutant of `quorate mutate`, where it is one more or one less.
 *
 * ```ts
 * const quorum = threshold("prepare-proof", 2 * f + 1);
 * ```
 * Call it while the system is built, not in an effect or a clause, and build the system within the
 * case's `problem`: what a claim file builds when it is loaded has no mutants of its thresholds.
 *
 * @param name of this threshold; one that is used in two places for one reason has one name
 * @throws QuorateError `threshold-misplaced` for no whole number, and, while `quorate mutate` checks,
 * in model code
 */
export function threshold(name: string, value: number): number {
  const { now } = ambient();
  if (!Number.isSafeInteger(value)) {
    throw new QuorateError("threshold-misplaced", `Threshold "${name}" is ${value}.`);
  }
  if (now === "closed") {
    throw new QuorateError("threshold-misplaced", `Model code asks for threshold "${name}".`);
  }
  if (now === null) return value;
  const values = now.met.get(name) ?? new Set();
  now.met.set(name, values.add(value));
  return now.shift?.threshold === name ? value + now.shift.by : value;
}

/** Builds something, with one of its thresholds shifted, and tells the thresholds that it named. */
export function withThresholds<T>(
  build: () => T,
  shift: Shift | null = null,
): { readonly built: T; readonly thresholds: ReadonlyMap<string, readonly number[]> } {
  const met: Building["met"] = new Map();
  const built = within({ shift, met }, build);
  return { built, thresholds: new Map(Array.from(met, ([name, values]) => [name, [...values]])) };
}

/** Runs what was built: a threshold that is asked for now would escape its mutants. */
export function withThresholdsClosed<T>(run: () => T): T {
  return within("closed", run);
}

function within<T>(now: Ambient["now"], run: () => T): T {
  const scope = ambient();
  const before = scope.now;
  scope.now = now;
  try {
    return run();
  } finally {
    scope.now = before;
  }
}
