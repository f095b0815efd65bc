import { createHash } from "node:crypto";

/*
 * What every stored value looks like: a header that guards itself, the content, a checksum of both.
 *
 * A record can be wrong in two ways, and only one of them is harmless. A machine that stops in the
 * middle of a write leaves it *torn*: cut short, or ending in the zeros of a file that had grown
 * before its content came. Nobody was ever told that such a record is durable. Any other difference
 * is *damage*: the record was complete once and a disk changed it, perhaps long after something was
 * promised because of it. The length has a check of its own for this reason: without it, one
 * flipped bit of the length would make a durable record look cut short.
 */

/** The newest layout that this version reads, and the one it writes. */
export const RECORD_FORMAT = 1;

const CHECK_BYTES = 8;
const GUARDED_BYTES = 5;
const HEADER_BYTES = GUARDED_BYTES + CHECK_BYTES;

/** The length of a digest. */
const DIGEST_BYTES = 32;

export type RecordReading =
  | { readonly kind: "intact"; readonly content: Uint8Array; readonly digest: Uint8Array }
  /** written in part: only ever the last write before a crash */
  | { readonly kind: "torn" }
  | { readonly kind: "damaged"; readonly what: string }
  | { readonly kind: "newer"; readonly format: number };

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/**
 * Frames content: format (1 byte), length of the content (4), check of these (8), content, SHA-256
 * (32).
 * @returns the record, and its digest: the last 32 bytes
 */
export function sealRecord(content: Uint8Array): {
  readonly record: Uint8Array;
  readonly digest: Uint8Array;
} {
  const record = new Uint8Array(HEADER_BYTES + content.length + DIGEST_BYTES);
  record[0] = RECORD_FORMAT;
  new DataView(record.buffer).setUint32(1, content.length);
  record.set(headerCheck(record), GUARDED_BYTES);
  record.set(content, HEADER_BYTES);
  const digest = sha256(record.subarray(0, -DIGEST_BYTES));
  record.set(digest, record.length - DIGEST_BYTES);
  return { record, digest };
}

/** Reads what {@link sealRecord} made, or says what became of it. Total. */
export function readRecord(record: Uint8Array): RecordReading {
  if (record.length < HEADER_BYTES) return { kind: "torn" };
  if (!sameBytes(headerCheck(record), record.subarray(GUARDED_BYTES, HEADER_BYTES))) {
    return wrong(record, "Its header is damaged.");
  }
  const format = record[0] ?? 0;
  if (format > RECORD_FORMAT) return { kind: "newer", format };
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const length = HEADER_BYTES + view.getUint32(1) + DIGEST_BYTES;
  if (record.length < length) return { kind: "torn" };
  if (record.length > length) {
    return { kind: "damaged", what: `It has ${record.length} bytes instead of ${length}.` };
  }
  const digest = sha256(record.subarray(0, -DIGEST_BYTES));
  // Zeros may begin inside the checksum: as much of it as proves the content is enough.
  const written = Math.max(CHECK_BYTES, DIGEST_BYTES - zerosAtEnd(record));
  const stored = record.subarray(-DIGEST_BYTES).subarray(0, written);
  if (!sameBytes(digest.subarray(0, written), stored)) {
    return wrong(record, "Its checksum is wrong.");
  }
  return { kind: "intact", content: record.slice(HEADER_BYTES, -DIGEST_BYTES), digest };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function headerCheck(record: Uint8Array): Uint8Array {
  return sha256(record.subarray(0, GUARDED_BYTES)).subarray(0, CHECK_BYTES);
}

/** An intact record ends in a digest: one changed byte never makes it end in this many zeros. */
function wrong(record: Uint8Array, what: string): RecordReading {
  const isTorn = zerosAtEnd(record) > DIGEST_BYTES - CHECK_BYTES;
  return isTorn ? { kind: "torn" } : { kind: "damaged", what };
}

function zerosAtEnd(record: Uint8Array): number {
  return record.length - 1 - record.findLastIndex((byte) => byte !== 0);
}
