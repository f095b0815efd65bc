import { mkdir, readdir } from "node:fs/promises";
import type { AbstractLevel } from "abstract-level";
import { HostError } from "../errors.ts";
import { optionalPackage } from "../optional-package.ts";
import type { Disk, Write } from "../world.ts";
import { unwritable } from "./errors.ts";

/** Given with every call, so that it does not matter how the database was opened. */
const encodings = { keyEncoding: "utf8", valueEncoding: "view" } as const;

/** A store in LevelDB fsyncs its log before it answers; memory-level ignores the option. */
const synced = { ...encodings, sync: true } as const;

/**
 * Opens LevelDB in a folder, which is made if there is none, readable by its owner alone.
 * @throws HostError `store-in-use` if another process has it open
 * @throws HostError `store-unwritable` if the folder cannot be made or written
 * @throws HostError `store-corrupt` if LevelDB refuses its own files
 * @throws HostError `package-missing` without classic-level
 */
export async function openLevelDisk(directory: string): Promise<Disk> {
  const { ClassicLevel } = await optionalPackage("classic-level", () => import("classic-level"));
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await refuseHeadless(directory);
    const level = new ClassicLevel<string, Uint8Array>(directory, encodings);
    await level.open();
    return levelDisk(level);
  } catch (error) {
    throw openingError(directory, error);
  }
}

/** A disk on an open database of the level family, whose only user it is. */
export function levelDisk<Format>(level: AbstractLevel<Format, string, Uint8Array>): Disk {
  return new LevelDisk(level);
}

class LevelDisk<Format> implements Disk {
  readonly #level: AbstractLevel<Format, string, Uint8Array>;
  /** Two batches at once would race in the thread pool, and their order is part of the contract. */
  #written: Promise<void> = Promise.resolve();

  constructor(level: AbstractLevel<Format, string, Uint8Array>) {
    this.#level = level;
  }

  get(key: string): Uint8Array | undefined {
    try {
      const value = this.#level.getSync(key, encodings);
      return value === undefined ? undefined : plain(value);
    } catch (error) {
      throw levelError(error);
    }
  }

  async entries(from: string, to: string): Promise<readonly (readonly [string, Uint8Array])[]> {
    try {
      const entries = await this.#level.iterator({ gte: from, lt: to, ...encodings }).all();
      return entries.map(([key, value]) => [key, plain(value)]);
    } catch (error) {
      throw levelError(error);
    }
  }

  write(batch: readonly Write[], done: (error: Error | null) => void): void {
    // After a failure every later write fails too: the log of LevelDB may end in the middle of one.
    const written = this.#written.then(() => this.#level.batch([...batch], synced));
    this.#written = written;
    // What `done` throws is for the process to see, and no failure of the write.
    written.then(
      () => done(null),
      (error) => done(levelError(error)),
    );
  }

  async close(): Promise<void> {
    // Whoever wrote was told of a failure.
    await this.#written.catch(() => undefined);
    await this.#level.close();
  }
}

/** Native code gives a Buffer, which behaves differently where it is sliced or compared. */
function plain(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function levelError(error: unknown): HostError {
  if (Object(error).code !== "LEVEL_CORRUPTION") return unwritable(error);
  return new HostError("store-corrupt", `LevelDB: ${(error as Error).message}.`, { cause: error });
}

/**
 * Without the file CURRENT, LevelDB would take a full folder for an empty one and start anew: a
 * replica that has forgotten everything it signed.
 */
async function refuseHeadless(directory: string): Promise<void> {
  const files = await readdir(directory);
  const data = files.find((file) => /^\d+\.(ldb|sst|log)$/.test(file));
  if (data === undefined || files.includes("CURRENT")) return;
  throw new HostError("store-corrupt", `${directory} has ${data} but no file CURRENT.`);
}

function openingError(directory: string, error: unknown): HostError {
  if (error instanceof HostError) return error;
  const cause: unknown = Object(error).cause ?? error;
  if (Object(cause).code === "LEVEL_LOCKED") {
    return new HostError("store-in-use", `${directory} is open already.`, { cause });
  }
  return levelError(cause);
}
