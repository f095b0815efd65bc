import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import type { Action, Index } from "../../../spec/automaton/index.ts";
import { recordLine } from "../../../spec/automaton/record-line.ts";
import { HostError } from "../errors.ts";

/** Writes what a process does, for `quorate replay`: NDJSON, one action a line. */
export interface Recorder {
  /** Writes the header, or the mark of a restart: once it is sure that no other process is this one. */
  begin(): void;
  action(unit: string, action: Action): void;
  close(): void;
}

/**
 * Appends to a record. Each line is with the operating system before the next step runs, so the end
 * of the process loses none; a restart on the same record is marked.
 * @throws HostError `store-unwritable`
 */
export function openRecord(
  file: string,
  header: { readonly protocol: string; readonly process: Index },
  now: () => number,
): Recorder {
  const start = now();
  const descriptor = opened(file);
  const write = (line: string) => writeSync(descriptor, `${line}\n`);
  return {
    begin() {
      const isNew = fstatSync(descriptor).size === 0;
      write(JSON.stringify(isNew ? { quorate: 1, ...header } : { event: "restart" }));
    },
    action: (unit, action) => {
      write(recordLine(Math.round((now() - start) * 1000) / 1000, unit, action));
    },
    close: () => closeSync(descriptor),
  };
}

function opened(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): HostError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HostError("store-unwritable", `The record ${file} cannot be written: ${why}.`, {
    cause,
  });
}
