import type { Store } from "../../../impl/host/store/store.ts";

/** A store that is durable when it is told to be: for tests of what a host holds. */
export class FakeStore {
  readonly fields = new Map<string, Map<string, Uint8Array>>();
  readonly eager: boolean;
  durable = 0;
  readonly unitsAtStart = 0;
  #last = 0;
  #waiting: { readonly ticket: number; readonly run: () => void }[] = [];

  /** @param eager whether every commit is durable at once */
  constructor(eager = true) {
    this.eager = eager;
  }

  load(unit: string): ReadonlyMap<string, Uint8Array> | null {
    const fields = this.fields.get(unit);
    return fields === undefined || fields.size === 0 ? null : fields;
  }

  units(): Promise<string[]> {
    return Promise.resolve([...this.fields.keys()]);
  }

  stage(unit: string, changes: ReadonlyMap<string, Uint8Array | null>): number {
    const fields = this.fields.get(unit) ?? new Map<string, Uint8Array>();
    this.fields.set(unit, fields);
    for (const [field, value] of changes) {
      if (value === null) fields.delete(field);
      else fields.set(field, value);
    }
    this.#last += 1;
    if (this.eager) this.durable = this.#last;
    return this.#last;
  }

  whenDurable(ticket: number, run: () => void): void {
    if (ticket <= this.durable) run();
    else this.#waiting.push({ ticket, run });
  }

  /** Makes everything that was staged durable. */
  sync(): void {
    this.durable = this.#last;
    for (const { run } of this.#waiting.splice(0)) run();
  }

  asStore(): Store {
    return this as unknown as Store;
  }
}
