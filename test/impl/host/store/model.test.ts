import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedDisk, type Tearing } from "../../../../impl/host/store/simulated-disk.ts";
import type { Store } from "../../../../impl/host/store/store.ts";
import { codeOf, ManualClock, open, seeded, stateOf } from "./world.ts";

/*
 * A store against the list of everything that was staged. After a crash it must be the result of
 * some first part of that list: at least everything that was reported durable, and whole ticks.
 */

interface Change {
  readonly unit: string;
  readonly field: string;
  readonly value: Uint8Array | null;
}

type Step =
  | { readonly do: "stage"; readonly changes: readonly Change[] }
  | { readonly do: "tick" | "time" | "reopen" }
  | { readonly do: "crash"; readonly seed: number };

type State = Record<string, Record<string, number[]>>;

const change = fc.record<Change>({
  unit: fc.constantFrom("a", "b", "ü/1", "c"),
  field: fc.constantFrom("x", "y", "__proto__"),
  value: fc.option(fc.uint8Array({ maxLength: 6 }), { nil: null, freq: 3 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("stage" as const),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "tick" } as const) },
  { weight: 5, arbitrary: fc.constant({ do: "time" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "reopen" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), seed: fc.nat() }) },
);

function after(staged: readonly Change[]): State {
  const units = new Map<string, Map<string, number[]>>();
  for (const { unit, field, value } of staged) {
    const fields = units.get(unit) ?? new Map<string, number[]>();
    units.set(unit, fields);
    if (value === null) fields.delete(field);
    else fields.set(field, [...value]);
  }
  const some = [...units].filter(([, fields]) => fields.size > 0);
  return Object.fromEntries(some.map(([unit, fields]) => [unit, Object.fromEntries(fields)]));
}

const tick = () => new Promise(setImmediate);

class Run {
  readonly #clock = new ManualClock();
  readonly #options;
  readonly #tearing: Tearing;
  #disk = new SimulatedDisk({ after: this.#clock.after });
  #store!: Store;
  /** every change in order, and how many of them make up each group that a tick staged */
  #staged: Change[] = [];
  #groups: number[] = [0];
  #tickets = 0;
  #durable = 0;
  /** how many changes had been staged before the store was opened */
  #base = 0;
  crashes = 0;
  refusals = 0;

  constructor(logRecordsMax: number, tearing: Tearing) {
    // A tick that the steps, which are awaited one by one, do not end by themselves.
    this.#options = { logRecordsMax, defer: (run: () => void) => void setImmediate(run) };
    this.#tearing = tearing;
  }

  async run(steps: readonly Step[]): Promise<void> {
    this.#store = await open(this.#clock, this.#disk, this.#options);
    for (const next of steps) if (!(await this.#perform(next))) return;
    await this.#clock.drain();
    expect(this.#durable).toBe(this.#staged.length);
    await this.#check(this.#staged.length);
  }

  async #perform(next: Step): Promise<boolean> {
    switch (next.do) {
      case "stage":
        for (const staged of next.changes) this.#stage(staged);
        return true;
      case "tick":
        await this.#endGroup();
        return true;
      case "time":
        await this.#endGroup();
        this.#clock.step();
        return true;
      case "reopen":
        await this.#endGroup();
        await this.#clock.settle(this.#store.close());
        expect(this.#durable).toBe(this.#staged.length);
        return this.#start(new SimulatedDisk({ after: this.#clock.after }, this.#disk.content));
      case "crash":
        this.#store.abandon();
        this.crashes += 1;
        return this.#start(this.#disk.crash(seeded(next.seed), this.#tearing));
    }
  }

  #stage(staged: Change): void {
    this.#staged.push(staged);
    this.#tickets += 1;
    const ticket = this.#store.stage(staged.unit, new Map([[staged.field, staged.value]]));
    const count = this.#staged.length;
    expect(ticket).toBe(count - this.#base);
    this.#store.whenDurable(ticket, () => {
      expect(this.#durable).toBe(count - 1);
      this.#durable = count;
    });
  }

  async #endGroup(): Promise<void> {
    await tick();
    this.#groups.push(this.#staged.length);
  }

  async #start(disk: SimulatedDisk): Promise<boolean> {
    this.#disk = disk;
    const opened = open(this.#clock, disk, this.#options).then((store) => {
      this.#store = store;
      return stateOf(store);
    });
    const code = await codeOf(opened);
    if (code !== null) {
      // Only a disk that breaks its promise, by tearing a checkpoint, makes a crash fatal.
      expect([code, this.#tearing]).toEqual(["store-corrupt", "batches"]);
      this.refusals += 1;
      return false;
    }
    const state = await opened;
    const cuts = [...new Set([...this.#groups, this.#staged.length])];
    const cut = cuts
      .filter((count) => count >= this.#durable)
      .find((count) => this.#isAfter(state, count));
    const what = `${JSON.stringify(state)} after ${this.#durable} durable of ${this.#staged.length}`;
    expect(cut, `${what} has lost something, or half of it`).not.toBe(undefined);
    const twin = new SimulatedDisk({ after: this.#clock.after }, disk.content);
    expect(await stateOf(await open(this.#clock, twin))).toEqual(state);
    this.#staged.length = cut as number;
    this.#groups = [cut as number];
    this.#base = cut as number;
    this.#durable = cut as number;
    return true;
  }

  #isAfter(state: State, count: number): boolean {
    return this.#text(state) === this.#text(after(this.#staged.slice(0, count)));
  }

  #text(state: State): string {
    const units = Object.entries(state).map(([unit, fields]) => [
      unit,
      Object.entries(fields).sort(),
    ]);
    return JSON.stringify(units.sort());
  }

  async #check(count: number): Promise<void> {
    expect(this.#text(await stateOf(this.#store))).toBe(
      this.#text(after(this.#staged.slice(0, count))),
    );
  }
}

test.each<Tearing>(["nothing", "records", "batches"])(
  "whatever crashes, what was durable survives and nothing is half applied (torn: %s)",
  async (tearing) => {
    let [crashes, refusals] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        // Long ones: of fifteen steps, which is the usual size, few meet a checkpoint that is torn.
        fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
        fc.constantFrom(0, 1, 3, 100),
        async (steps, logRecordsMax) => {
          const run = new Run(logRecordsMax, tearing);
          await run.run(steps);
          crashes += run.crashes;
          refusals += run.refusals;
        },
      ),
      { numRuns: 200 },
    );
    expect(crashes).toBeGreaterThan(300);
    expect(refusals > 0).toBe(tearing === "batches");
  },
  120_000,
);
