import type { Disk, Write } from "../world.ts";
import type { Changes } from "./changes.ts";
import { corrupt } from "./errors.ts";
import { readRecord } from "./record.ts";
import { logKey, META_KEY, type Meta, readUnit, sealMeta, sealUnit, unitKey } from "./records.ts";
import { intact, readContent } from "./recovery.ts";

/**
 * The fields of a unit as of the last checkpoint, to keep and change; none if it has no record.
 * @throws HostError `store-corrupt`, `store-newer`
 */
export function readStoredUnit(disk: Disk, unit: string): Map<string, Uint8Array> {
  const key = unitKey(unit);
  const bytes = disk.get(key);
  return bytes === undefined ? new Map() : checkUnitRecord(key, bytes).fields;
}

/**
 * What a unit's record holds.
 * @throws HostError `store-corrupt`, `store-newer`
 */
export function checkUnitRecord(key: string, bytes: Uint8Array): ReturnType<typeof readUnit> {
  const { content } = intact(key, readRecord(bytes));
  const record = readContent(key, () => readUnit(content));
  if (unitKey(record.unit) !== key) throw corrupt(key, `It is the record of ${record.unit}.`);
  return record;
}

/**
 * The one batch that moves the log into the units' own records. Whether it is written or not, the
 * disk holds the same state: only the last values of fields count, and the batch is atomic.
 *
 * @param meta of the checkpoint before
 * @param seq the last log record, with its digest
 * @param changes everything that the log holds
 * @returns with the size of the largest record of a unit, in bytes
 * @throws HostError `store-corrupt`, `store-newer` if a unit's record cannot be read
 */
export function checkpointBatch(
  disk: Disk,
  meta: Meta,
  seq: number,
  digest: Uint8Array,
  changes: Changes,
): { readonly batch: readonly Write[]; readonly meta: Meta; readonly largest: number } {
  const batch: Write[] = [];
  let { units } = meta;
  let largest = 0;
  for (const unit of changes.names()) {
    const fields = readStoredUnit(disk, unit);
    const wasStored = fields.size > 0;
    changes.applyTo(unit, fields);
    const key = unitKey(unit);
    if (fields.size > 0) {
      const value = sealUnit(unit, fields);
      largest = Math.max(largest, value.length);
      batch.push({ type: "put", key, value });
    } else if (wasStored) batch.push({ type: "del", key });
    units += Number(fields.size > 0) - Number(wasStored);
  }
  const next = { ...meta, checkpoint: seq, digest, units };
  batch.push({ type: "put", key: META_KEY, value: sealMeta(next) });
  for (let old = meta.checkpoint + 1; old <= seq; old++) {
    batch.push({ type: "del", key: logKey(old) });
  }
  return { batch, meta: next, largest };
}
