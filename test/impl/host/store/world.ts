import { SimulatedDisk } from "../../../../impl/host/store/simulated-disk.ts";
import { Store, type StoreOptions } from "../../../../impl/host/store/store.ts";
import type { Random } from "../../../../impl/host/world.ts";

/** A clock that stands still until it is told to go on. */
export class ManualClock {
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  after = (delayMs: number, run: () => void): void => {
    this.#timers.push({ at: this.#now + delayMs, run });
    this.#timers.sort((a, b) => a.at - b.at);
  };

  /** Runs the next timer; false if there is none. */
  step(): boolean {
    const next = this.#timers.shift();
    if (next === undefined) return false;
    this.#now = next.at;
    next.run();
    return true;
  }

  /** Lets time pass until the promise is settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    while (!isSettled) {
      await new Promise(setImmediate);
      this.step();
    }
    return promise;
  }

  /** Lets time pass until nothing is left to do. */
  async drain(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.step());
  }
}

export const identity = { protocol: "bft-bc", cluster: "c1", process: "replica-0" };

/** Random bytes that a seed decides: mulberry32. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return (count) => Uint8Array.from({ length: count }, next);
}

export function newDisk(): { readonly clock: ManualClock; readonly disk: SimulatedDisk } {
  const clock = new ManualClock();
  return { clock, disk: new SimulatedDisk({ after: clock.after }) };
}

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function fields(entries: Record<string, Uint8Array | null>): Map<string, Uint8Array | null> {
  return new Map(Object.entries(entries));
}

export function open(
  clock: ManualClock,
  disk: SimulatedDisk,
  options: StoreOptions = {},
): Promise<Store> {
  return clock.settle(Store.open(disk, identity, options));
}

/** The state of the units that a store has, to compare. */
export async function stateOf(store: Store): Promise<Record<string, Record<string, number[]>>> {
  const state: Record<string, Record<string, number[]>> = {};
  for (const unit of (await store.units()).sort()) {
    const loaded = [...(store.load(unit) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    state[unit] = Object.fromEntries(loaded.map(([field, value]) => [field, [...value]]));
  }
  return state;
}

/** How a promise fails. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return null;
  } catch (error) {
    return Object(error).code ?? error;
  }
}
