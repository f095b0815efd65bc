import type { Disk, Write } from "../world.ts";

/**
 * A disk that forgets everything with the process: for clients without a folder and for trials. A
 * replica on it must never be started again under the same identity.
 */
export function memoryDisk(): Disk {
  return new MemoryDisk();
}

class MemoryDisk implements Disk {
  readonly #values = new Map<string, Uint8Array>();

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  entries(from: string, to: string): Promise<readonly (readonly [string, Uint8Array])[]> {
    return Promise.resolve(entriesBetween(this.#values, from, to));
  }

  write(batch: readonly Write[], done: (error: Error | null) => void): void {
    applyWrites(this.#values, batch);
    queueMicrotask(() => done(null));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Entries with `from` <= key < `to`, in the order of their keys, which are ASCII. */
export function entriesBetween(
  values: ReadonlyMap<string, Uint8Array>,
  from: string,
  to: string,
): (readonly [string, Uint8Array])[] {
  return [...values]
    .filter(([key]) => from <= key && key < to)
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

export function applyWrites(values: Map<string, Uint8Array>, batch: readonly Write[]): void {
  for (const write of batch) {
    if (write.type === "put") values.set(write.key, write.value);
    else values.delete(write.key);
  }
}
