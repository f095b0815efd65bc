import fc from "fast-check";
import { expect, test } from "vitest";
import type { Execution } from "../../../impl/host/execution/running-unit.ts";
import { SimulatedDisk } from "../../../impl/host/store/simulated-disk.ts";
import type { Store } from "../../../impl/host/store/store.ts";
import { Units } from "../../../impl/host/units.ts";
import type { HostedProcess } from "../../../impl/network/process.ts";
import { type Action, canonical, drawAll, index } from "../../../spec/automaton/index.ts";
import { ledger, ledgerInput } from "./execution/ledger.ts";
import { FakeStore } from "./fakes.ts";
import { ManualClock, open, seeded } from "./store/world.ts";

/*
 * A unit whose maps are kept by entry, on a disk that crashes. After a crash its state must be the one
 * after some whole turn: none before the last one that was reported durable.
 */

const UNIT = "unit";
const process = { self: index("replica", 0), unit: () => ({ ledger }) } as unknown as HostedProcess;

type Step =
  | { readonly do: "turn"; readonly inputs: readonly Action[] }
  | { readonly do: "time" }
  | { readonly do: "drop" }
  | { readonly do: "crash"; readonly seed: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("turn" as const),
      inputs: fc.array(ledgerInput, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 5, arbitrary: fc.constant({ do: "time" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "drop" } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), seed: fc.nat() }) },
);

class Run {
  readonly #clock = new ManualClock();
  readonly #execution: Execution;
  readonly #logRecordsMax: number;
  #disk = new SimulatedDisk({ after: this.#clock.after });
  #store!: Store;
  #units!: Units;
  /** the state after each turn that may have survived: the first one is durable */
  #states: string[] = [];
  /** which turn that one is of */
  #first = 0;
  crashes = 0;
  lost = 0;

  constructor(execution: Execution, logRecordsMax: number) {
    this.#execution = execution;
    this.#logRecordsMax = logRecordsMax;
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#open();
    this.#states = [this.#state()];
    for (const next of steps) await this.#perform(next);
    await this.#clock.drain();
    this.#units = this.#load();
    expect(this.#state()).toBe(this.#states.at(-1));
  }

  async #perform(next: Step): Promise<void> {
    switch (next.do) {
      case "turn": {
        for (const input of next.inputs)
          this.#units.get(UNIT).running.input(input, () => undefined);
        this.#units.stage();
        const turn = this.#first + this.#states.push(this.#state()) - 1;
        this.#store.whenDurable(this.#units.ticketOf(UNIT), () => {
          this.#states.splice(0, turn - this.#first);
          this.#first = turn;
        });
        return;
      }
      case "time":
        await new Promise(setImmediate);
        this.#clock.step();
        return;
      case "drop":
        // As a host does with units that were not touched for long, once all of them is durable.
        if (this.#units.ticketOf(UNIT) > this.#store.durable) return;
        this.#units = this.#load();
        expect(this.#state()).toBe(this.#states.at(-1));
        return;
      case "crash": {
        this.#store.abandon();
        this.crashes += 1;
        this.#disk = this.#disk.crash(seeded(next.seed), "records");
        await this.#open();
        const at = this.#states.lastIndexOf(this.#state());
        expect(at, `${this.#state()} is none of ${this.#states}`).toBeGreaterThanOrEqual(0);
        this.lost += this.#states.length - 1 - at;
        this.#states = [this.#state()];
      }
    }
  }

  async #open(): Promise<void> {
    this.#store = await open(this.#clock, this.#disk, { logRecordsMax: this.#logRecordsMax });
    this.#units = this.#load();
  }

  #load(): Units {
    return new Units({
      process,
      store: this.#store,
      execution: this.#execution,
      draw: drawAll,
      unitsMax: 10,
      unitsStored: this.#store.unitsAtStart,
      unitsStoredMax: 10,
    });
  }

  #state(): string {
    return canonical(this.#units.get(UNIT).running.state("ledger"));
  }
}

test("a unit whose last entry is dropped takes no room in the store", () => {
  const units = new Units({
    process,
    store: new FakeStore().asStore(),
    execution: "in place",
    draw: drawAll,
    unitsMax: 10,
    unitsStored: 0,
    unitsStoredMax: 1,
  });
  const does = (unit: string, name: string) => {
    units.get(unit).running.input({ name, payload: { at: "a", vote: "v" } }, () => undefined);
    units.stage();
    return units.hasRoom("other");
  };
  expect(does("one", "put")).toBe(false);
  expect(does("one", "vote")).toBe(false);
  expect(does("one", "drop")).toBe(true);
  expect(does("one", "put")).toBe(false);
});

test.each<Execution>(["immutable", "in place"])(
  "maps that are kept by entry are whole after any crash (%s)",
  async (execution) => {
    let [crashes, lost] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 50, size: "max" }),
        fc.constantFrom(0, 1, 3, 100),
        async (steps, logRecordsMax) => {
          const run = new Run(execution, logRecordsMax);
          await run.run(steps);
          crashes += run.crashes;
          lost += run.lost;
        },
      ),
      { numRuns: 200 },
    );
    expect(crashes).toBeGreaterThan(300);
    expect(lost).toBeGreaterThan(100);
  },
  60_000,
);
