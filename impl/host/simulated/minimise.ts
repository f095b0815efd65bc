import { isDeepStrictEqual } from "node:util";
import { endMsOf, type Item, type Schedule } from "./schedule.ts";

export interface MinimiseOptions {
  /** @defaultValue 500 */
  readonly runsMax?: number;
}

export interface Minimised {
  readonly schedule: Schedule;
  readonly runs: number;
  /** false if `runsMax` ended it: more might be left out */
  readonly isComplete: boolean;
}

const RUNS_MAX = 500;
/** Below this a time is not made shorter: it would show nothing more. */
const STEP_MS = 1;

/**
 * A smaller schedule that fails as well: first without the items that it does not need (delta debugging,
 * Zeller and Hildebrandt, TSE 2002), then with shorter times and smaller numbers. If it is complete, no
 * single item can be left out.
 * @param fails runs a schedule; it must decide equal schedules alike, and better refuse one that fails
 *   for another reason. Shorter times may bring faults together: what is assumed about how many there
 *   are at once is its matter, too.
 * @returns null if the given schedule does not fail
 */
export async function minimise(
  schedule: Schedule,
  fails: (schedule: Schedule) => Promise<boolean>,
  { runsMax = RUNS_MAX }: MinimiseOptions = {},
): Promise<Minimised | null> {
  const budget = new Budget(fails, runsMax);
  if (!(await budget.fails(schedule))) return null;
  const calmMs = Math.max(0, schedule.durationMs - lastEndMs(schedule));
  // Smaller numbers may make further items needless, and the other way round.
  let smallest = schedule;
  for (let before: Schedule | null = null; !isDeepStrictEqual(before, smallest); ) {
    before = smallest;
    smallest = await withFewerItems(smallest, budget);
    smallest = await withSmallerNumbers(smallest, calmMs, budget);
    if (budget.isSpent) break;
  }
  return { schedule: smallest, runs: budget.runs, isComplete: !budget.isSpent };
}

/** Asks no question twice and none too many; one that is not asked counts as "does not fail". */
class Budget {
  readonly #fails: (schedule: Schedule) => Promise<boolean>;
  readonly #runsMax: number;
  readonly #known = new Map<string, boolean>();
  runs = 0;
  isSpent = false;

  constructor(fails: (schedule: Schedule) => Promise<boolean>, runsMax: number) {
    this.#fails = fails;
    this.#runsMax = runsMax;
  }

  async fails(schedule: Schedule): Promise<boolean> {
    const name = JSON.stringify(schedule);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.runs >= this.#runsMax) {
      this.isSpent = true;
      return false;
    }
    this.runs += 1;
    const answer = await this.#fails(schedule);
    this.#known.set(name, answer);
    return answer;
  }
}

/** ddmin: leaves out one part of the items after another, in ever smaller parts. */
async function withFewerItems(schedule: Schedule, budget: Budget): Promise<Schedule> {
  let smallest = schedule;
  if (await budget.fails({ ...schedule, items: [] })) return { ...schedule, items: [] };
  let parts = 2;
  while (smallest.items.length > 1 && !budget.isSpent) {
    const smaller = await withoutOnePart(smallest, Math.min(parts, smallest.items.length), budget);
    if (smaller !== null) {
      smallest = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (parts < smallest.items.length) parts *= 2;
    else break;
  }
  return smallest;
}

async function withoutOnePart(
  schedule: Schedule,
  parts: number,
  budget: Budget,
): Promise<Schedule | null> {
  const { items } = schedule;
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * items.length) / parts);
    const to = Math.floor(((part + 1) * items.length) / parts);
    const rest = { ...schedule, items: [...items.slice(0, from), ...items.slice(to)] };
    if (await budget.fails(rest)) return rest;
  }
  return null;
}

const lastEndMs = ({ items }: Schedule) => Math.max(0, ...items.map(endMsOf));

async function withSmallerNumbers(
  schedule: Schedule,
  calmMs: number,
  budget: Budget,
): Promise<Schedule> {
  let smallest = schedule;
  for (const [at, item] of schedule.items.entries()) {
    for (const [name, least] of numbersOf(item)) {
      const value = (item as unknown as Record<string, number>)[name] as number;
      smallest = await shrink(value, least, budget, smallest, (from, number) => ({
        ...from,
        items: from.items.map((one, place) => (place === at ? { ...one, [name]: number } : one)),
      }));
    }
  }
  // The calm after the last item stays as long as it was: in a shorter one even a run without any
  // fault would not finish, and every schedule would fail.
  const leastMs = lastEndMs(smallest) + calmMs;
  const { durationMs: givenMs } = smallest;
  smallest = await shrink(givenMs, leastMs, budget, smallest, (from, durationMs) => ({
    ...from,
    durationMs,
  }));
  // Times that moved may have changed the order, which only readers see.
  const inOrder = [...smallest.items].sort((a, b) => a.atMs - b.atMs);
  const sorted = { ...smallest, items: inOrder };
  return (await budget.fails(sorted)) ? sorted : smallest;
}

/** The numbers of an item that may be smaller, with their least values. */
function numbersOf(item: Item): [string, number][] {
  const least: Readonly<Record<string, number>> = {
    forMs: 0,
    atMs: 0,
    jumpMs: 0,
    delayMs: 0,
    percent: 1,
  };
  return Object.entries(least).filter(([name]) => Object.hasOwn(item, name));
}

/** Halves the distance to the least value while the schedule fails, and gives up after a few misses. */
async function shrink(
  value: number,
  least: number,
  budget: Budget,
  schedule: Schedule,
  withNumber: (schedule: Schedule, number: number) => Schedule,
): Promise<Schedule> {
  const lowest = withNumber(schedule, least);
  if (value <= least || (await budget.fails(lowest))) return value <= least ? schedule : lowest;
  let [works, low] = [value, least];
  let smallest = schedule;
  while (works - low > STEP_MS && !budget.isSpent) {
    const middle = Math.floor((works + low) / 2);
    const smaller = withNumber(smallest, middle);
    if (await budget.fails(smaller)) [works, smallest] = [middle, smaller];
    else low = middle;
  }
  return smallest;
}
