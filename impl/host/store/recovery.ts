import { HostError } from "../errors.ts";
import type { Disk, Write } from "../world.ts";
import { Changes } from "./changes.ts";
import { corrupt, newer, unwritable } from "./errors.ts";
import { RECORD_FORMAT, type RecordReading, readRecord, sameBytes } from "./record.ts";
import {
  ALL_KEYS,
  LOG_KEYS,
  logKey,
  META_KEY,
  type Meta,
  readLog,
  readMeta,
  rootDigest,
  type StoreIdentity,
  sealMeta,
} from "./records.ts";

/*
 * What a store is after a restart: the last checkpoint and the log since then.
 *
 * A store writes one record at a time, so only the last record can have been under way when the
 * machine stopped. If that one is torn, nothing that depended on it had left: it is dropped, which
 * is what a crash a moment earlier would have done. Whatever else is wrong was durable once, and
 * what depended on it may have left: a replica that went on without it could sign a second,
 * different statement. So it is refused. etcd's write-ahead log draws the same line between a torn
 * tail and a wrong checksum.
 *
 * What no store can notice by itself: that its last synced records are gone altogether, whether cut
 * off, restored from an old copy or lost by a disk that lied about syncing. What is left is an
 * earlier store, and a valid one. Only the other replicas could tell.
 */

/** What a start found. */
export interface Recovered {
  /** log records replayed since the last checkpoint */
  readonly records: number;
  /** whether a write that was under way at the crash was dropped */
  readonly tornRecord: boolean;
}

export interface RecoveredStore {
  readonly meta: Meta;
  /** the last log record, or the checkpoint's */
  readonly seq: number;
  readonly digest: Uint8Array;
  /** since the checkpoint */
  readonly changes: Changes;
  readonly logBytes: number;
  readonly recovered: Recovered;
}

/**
 * Reads a store, or makes one on an empty disk; repairs what a crash may leave.
 * @throws HostError `store-foreign`, `store-newer`, `store-corrupt`, `store-unwritable`
 */
export async function recoverStore(
  disk: Disk,
  identity: Required<StoreIdentity>,
): Promise<RecoveredStore> {
  const found = await findMeta(disk, identity);
  checkIdentity(found.meta.identity, identity);
  // Before anything in the new encoding is written, so that an older version refuses to read it.
  const meta = { ...found.meta, identity };
  if (found.isNew || found.meta.identity.format < identity.format) {
    await write(disk, [{ type: "put", key: META_KEY, value: sealMeta(meta) }]);
  }

  const log = await disk.entries(LOG_KEYS.from, LOG_KEYS.to);
  const changes = new Changes();
  let { checkpoint: seq, digest } = meta;
  let tornRecord = found.isTorn;
  let logBytes = 0;
  for (const [at, [key, bytes]] of log.entries()) {
    // A gap or a rest of an older log comes first: behind it even a torn record is no torn tail.
    if (key !== logKey(seq + 1))
      throw corrupt(key, `After the checkpoint comes ${logKey(seq + 1)}.`);
    const reading = readRecord(bytes);
    if (reading.kind === "torn" && at === log.length - 1) {
      await write(disk, [{ type: "del", key }]);
      tornRecord = true;
      break;
    }
    const { content, digest: next } = intact(key, reading);
    const record = readContent(key, () => readLog(content));
    if (record.seq !== seq + 1) throw corrupt(key, `It is record ${record.seq} of the log.`);
    if (!sameBytes(record.previous, digest)) {
      throw corrupt(key, "It does not continue the record before it.");
    }
    changes.addAll(record.changes);
    seq += 1;
    digest = next;
    logBytes += bytes.length;
  }
  const recovered = { records: seq - meta.checkpoint, tornRecord };
  return { meta, seq, digest, changes, logBytes, recovered };
}

/**
 * The content of a record that has to be whole.
 * @throws HostError `store-corrupt`, `store-newer`
 */
export function intact(
  key: string,
  reading: RecordReading,
): Extract<RecordReading, { kind: "intact" }> {
  switch (reading.kind) {
    case "intact":
      return reading;
    case "newer":
      throw newer(key, reading.format, RECORD_FORMAT);
    case "torn":
      throw corrupt(key, "It is cut short, and it was not the last to be written.");
    case "damaged":
      throw corrupt(key, reading.what);
  }
}

/** @throws HostError `store-corrupt` if content under a right checksum has no right shape */
export function readContent<Content>(key: string, read: () => Content): Content {
  try {
    return read();
  } catch (cause) {
    throw corrupt(key, "Its content cannot be read.", cause);
  }
}

interface FoundMeta {
  readonly meta: Meta;
  readonly isNew: boolean;
  readonly isTorn: boolean;
}

async function findMeta(disk: Disk, identity: Required<StoreIdentity>): Promise<FoundMeta> {
  const bytes = disk.get(META_KEY);
  const reading = bytes === undefined ? null : readRecord(bytes);
  if (reading !== null && reading.kind !== "torn") {
    const { content } = intact(META_KEY, reading);
    const meta = readContent(META_KEY, () => readMeta(content));
    return { meta, isNew: false, isTorn: false };
  }
  // A crash while the store was made leaves nothing else. An empty disk is read fast.
  const entries = await disk.entries(ALL_KEYS.from, ALL_KEYS.to);
  const other = entries.find(([key]) => key !== META_KEY);
  if (other !== undefined) {
    throw corrupt(META_KEY, `It is ${reading?.kind ?? "missing"}, but there is ${other[0]}.`);
  }
  const meta = { identity, checkpoint: 0, digest: rootDigest(identity), units: 0 };
  return { meta, isNew: true, isTorn: reading !== null };
}

function checkIdentity(stored: Required<StoreIdentity>, own: Required<StoreIdentity>): void {
  for (const field of ["protocol", "cluster", "process"] as const) {
    if (stored[field] !== own[field]) {
      throw new HostError(
        "store-foreign",
        `The ${field} of the store is ${stored[field]}, not ${own[field]}.`,
      );
    }
  }
  if (stored.format > own.format) throw newer(META_KEY, stored.format, own.format);
}

function write(disk: Disk, batch: readonly Write[]): Promise<void> {
  return new Promise((resolve, reject) => {
    disk.write(batch, (error) => {
      if (error === null) resolve();
      else reject(unwritable(error));
    });
  });
}
