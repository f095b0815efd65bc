import { decodeWire, encodeWire } from "../wire/codec.ts";
import type { WireLimits } from "../wire/limits.ts";
import { Changes } from "./changes.ts";
import { sealRecord, sha256 } from "./record.ts";

/*
 * What the records hold, and under which keys. Each says where it belongs, so that one that turns
 * up under another key is noticed although its checksum is right.
 */

/** Whose store it is. */
export interface StoreIdentity {
  readonly protocol: string;
  readonly cluster: string;
  readonly process: string;
  /** the version of the caller's own encoding of fields: 1 unless told */
  readonly format?: number;
}

/** What the last checkpoint left. */
export interface Meta {
  readonly identity: Required<StoreIdentity>;
  /** the last log record that the unit records include; 0 before the first */
  readonly checkpoint: number;
  /** the digest of that record, or {@link rootDigest}: what the next one continues */
  readonly digest: Uint8Array;
  /** how many unit records there are */
  readonly units: number;
}

export interface LogRecord {
  readonly seq: number;
  /** of the record before */
  readonly previous: Uint8Array;
  readonly changes: Changes;
}

export const META_KEY = "meta";

/** The ranges of keys, `from` <= key < `to`. */
export const ALL_KEYS = { from: "", to: "\x7f" } as const;
export const LOG_KEYS = { from: "log/", to: "log0" } as const;
export const UNIT_KEYS = { from: "unit/", to: "unit0" } as const;

/** `log/` and the sequence number in 16 hex digits: in the order of the numbers. */
export function logKey(seq: number): string {
  return `${LOG_KEYS.from}${seq.toString(16).padStart(16, "0")}`;
}

/**
 * `unit/` and the unit's name, percent-encoded where it is not plain ASCII: one key for one name.
 */
export function unitKey(unit: string): string {
  return UNIT_KEYS.from + encodeURIComponent(unit);
}

/** What the first log record continues: a log moved here from another store does not fit. */
export function rootDigest({ protocol, cluster, process }: StoreIdentity): Uint8Array {
  return sha256(encodeWire([protocol, cluster, process]));
}

export function sealMeta({ identity, checkpoint, digest, units }: Meta): Uint8Array {
  const { protocol, cluster, process, format } = identity;
  const content = [protocol, cluster, process, format, checkpoint, digest, units];
  return sealRecord(encodeWire(content)).record;
}

/**
 * @param content of an intact record, as for all readers here: its checksum vouches for the shape
 */
export function readMeta(content: Uint8Array): Meta {
  const parts = decodeWire(content, recordLimits) as MetaParts;
  const [protocol, cluster, process, format, checkpoint, digest, units] = parts;
  return { identity: { protocol, cluster, process, format }, checkpoint, digest, units };
}

export function sealLog({ seq, previous, changes }: LogRecord): ReturnType<typeof sealRecord> {
  const units = Array.from(changes.units(), ([unit, fields]) => [unit, [...fields]] as const);
  return sealRecord(encodeWire([seq, previous, units]));
}

export function readLog(content: Uint8Array): LogRecord {
  const [seq, previous, units] = decodeWire(content, recordLimits) as LogParts;
  const changes = new Changes();
  for (const [unit, fields] of units) changes.add(unit, new Map(fields));
  return { seq, previous, changes };
}

export function sealUnit(unit: string, fields: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return sealRecord(encodeWire([unit, [...fields]])).record;
}

export function readUnit(content: Uint8Array): {
  readonly unit: string;
  readonly fields: Map<string, Uint8Array>;
} {
  const [unit, fields] = decodeWire(content, recordLimits) as UnitParts;
  return { unit, fields: new Map(fields) };
}

type MetaParts = readonly [string, string, string, number, number, Uint8Array, number];
type FieldParts<Bytes> = readonly (readonly [string, Bytes])[];
type LogParts = readonly [
  number,
  Uint8Array,
  readonly (readonly [string, FieldParts<Uint8Array | null>])[],
];
type UnitParts = readonly [string, FieldParts<Uint8Array>];

/** Our own records, which a checksum covers: what was written must be read again, however large. */
const recordLimits: WireLimits = {
  bytesMax: Number.POSITIVE_INFINITY,
  depthMax: 8,
  itemsMax: Number.POSITIVE_INFINITY,
};
