import { HostError } from "../errors.ts";

/** The error for a record that cannot be what was written. */
export function corrupt(key: string, what: string, cause?: unknown): HostError {
  return new HostError(
    "store-corrupt",
    `The record ${key} is wrong. ${what}`,
    cause === undefined ? {} : { cause },
  );
}

/** The error for a record of a later version of quorate. */
export function newer(key: string, format: number, known: number): HostError {
  return new HostError(
    "store-newer",
    `The record ${key} has format ${format}, and this version reads formats up to ${known}.`,
  );
}

/**
 * What a disk said when it could not write, as a HostError: `store-unwritable` unless it is one.
 */
export function unwritable(cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HostError("store-unwritable", `The store cannot be written: ${reason}.`, { cause });
}
