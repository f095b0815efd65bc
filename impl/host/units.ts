import type { Draw } from "../../spec/automaton/index.ts";
import type { Certificate, HostedProcess, Signatures, Wire } from "../network/process.ts";
import { type Execution, RunningUnit } from "./execution/running-unit.ts";
import type { Store } from "./store/store.ts";
import { type Restored, restore, STORED, storedChange } from "./stored-fields.ts";
import { decodeWire, encodeWire } from "./wire/codec.ts";
import { decodeValue, encodeValue } from "./wire/values.ts";

interface LoadedUnit {
  readonly name: string;
  readonly running: RunningUnit;
  readonly kept: Map<string, Certificate>;
  /** slots that changed in this turn */
  readonly slots: Set<string>;
  /** what its outputs have to wait for */
  ticket: number;
  isStored: boolean;
  /** whether nothing may be left of it in the store: dropped entries leave nothing */
  readonly mayVanish: boolean;
}

/** The field of a certificate's slot, apart from the fields of leaves by its sign. */
const SLOT = "§";

export interface UnitsOptions {
  readonly process: HostedProcess;
  readonly store: Store;
  readonly execution: Execution;
  readonly draw: Draw;
  readonly unitsMax: number;
  /** how many are stored at the start, and may be stored at most */
  readonly unitsStored: number;
  readonly unitsStoredMax: number;
}

/** The units of a process that are in memory: loaded when touched, dropped when too many. */
export class Units {
  readonly #options: UnitsOptions;
  /** the least recently touched first */
  readonly #loaded = new Map<string, LoadedUnit>();
  readonly #touched = new Set<LoadedUnit>();
  #unitsStored: number;

  constructor(options: UnitsOptions) {
    this.#options = options;
    this.#unitsStored = options.unitsStored;
  }

  get loaded(): number {
    return this.#loaded.size;
  }

  get(name: string): LoadedUnit {
    const known = this.#loaded.get(name);
    if (known !== undefined) {
      if (this.#touched.has(known)) return known;
      this.#loaded.delete(name);
    }
    const unit = known ?? this.#load(name);
    this.#loaded.set(name, unit);
    this.#touched.add(unit);
    return unit;
  }

  keep(name: string, slot: string, certificate: Certificate | null): void {
    const unit = this.get(name);
    if (certificate === null) unit.kept.delete(slot);
    else unit.kept.set(slot, certificate);
    unit.slots.add(slot);
  }

  hasRoom(name: string): boolean {
    return this.#unitsStored < this.#options.unitsStoredMax || this.get(name).isStored;
  }

  ticketOf(name: string): number {
    return this.#loaded.get(name)?.ticket ?? this.#options.store.durable;
  }

  /** Stages what changed in this turn: each unit's state and certificates as one. */
  stage(): void {
    for (const unit of this.#touched) {
      const changes = new Map<string, Uint8Array | null>();
      for (const change of unit.running.takeChanges()) changes.set(...storedChange(change));
      for (const slot of unit.slots) {
        const certificate = unit.kept.get(slot);
        changes.set(SLOT + slot, certificate === undefined ? null : encodeCertificate(certificate));
      }
      unit.slots.clear();
      if (changes.size === 0) continue;
      const { store } = this.#options;
      unit.ticket = store.stage(unit.name, changes);
      const isGone =
        unit.mayVanish &&
        [...changes.values()].every((bytes) => bytes === null) &&
        store.load(unit.name) === null;
      this.#unitsStored += Number(!isGone) - Number(unit.isStored);
      unit.isStored = !isGone;
    }
    this.#touched.clear();
  }

  /** Drops units that were not touched for long, as far as all of their state is stored. */
  trim(): void {
    if (this.#loaded.size <= this.#options.unitsMax) return;
    for (const [name, unit] of this.#loaded) {
      if (this.#loaded.size <= this.#options.unitsMax) return;
      if (unit.ticket <= this.#options.store.durable && this.#isDurable(name)) {
        this.#loaded.delete(name);
      }
    }
  }

  #isDurable(name: string): boolean {
    return Object.values(this.#options.process.unit(name)).every(({ fields }) =>
      Object.values(fields ?? {}).every(({ keeping }) => keeping === "durable"),
    );
  }

  #load(name: string): LoadedUnit {
    const { process, store, execution, draw } = this.#options;
    const unit = process.unit(name);
    const restored: Restored = {};
    const kept = new Map<string, Certificate>();
    const stored = store.load(name);
    for (const [key, bytes] of stored ?? []) {
      if (key.startsWith(SLOT)) {
        kept.set(key.slice(SLOT.length), decodeCertificate(bytes));
      } else restore(restored, unit, key, bytes);
    }
    const running = new RunningUnit(unit, restored, { execution, draw });
    const mayVanish = Object.values(unit).some(({ fields }) =>
      Object.values(fields ?? {}).some(({ by }) => by === "entry"),
    );
    return {
      name,
      running,
      kept,
      slots: new Set(),
      ticket: store.durable,
      isStored: stored !== null,
      mayVanish,
    };
  }
}

function encodeCertificate({ statement, signatures }: Certificate): Uint8Array {
  return encodeWire([encodeValue(statement), signatures]);
}

function decodeCertificate(bytes: Uint8Array): Certificate {
  const [statement, signatures] = decodeWire(bytes, STORED) as readonly [Uint8Array, Wire];
  return { statement: decodeValue(statement, STORED), signatures: signatures as Signatures };
}
