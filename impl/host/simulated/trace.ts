import { createHash } from "node:crypto";
import type { Index } from "../../../spec/automaton/index.ts";
import type { MessageEvent } from "./messages.ts";
import type { ClientOperation } from "./schedule.ts";

/** What a process or its surroundings did; messages are apart. */
export type ProcessStep =
  | "starting"
  | "started"
  | "crashed"
  | "paused"
  | "resumed"
  | "disk-full"
  | "disk-roomy"
  | "corrupted"
  | "clock"
  | "byzantine"
  /** gone for good */
  | "stopped"
  /** it stopped itself, could not start, or threw */
  | "failed"
  /** it told something by `ProcessWorld.note` */
  | "noted";

/** One event of a run, as watchers see it. */
export type ClusterEvent =
  | {
      readonly kind: "process";
      readonly atMs: number;
      readonly process: Index;
      readonly step: ProcessStep;
      readonly detail: string;
      /** what a process noted */
      readonly subject?: unknown;
    }
  | ({ readonly kind: "message"; readonly atMs: number } & MessageEvent)
  | {
      readonly kind: "operation";
      readonly atMs: number;
      readonly process: Index;
      readonly step: "invoked" | "returned" | "gave-up";
      /** its position in the history */
      readonly at: number;
      readonly operation: ClientOperation;
      /** what came back, or why it gave up */
      readonly result?: unknown;
    };

/** A digest over every event of a run: two runs have the same one if they were the same. */
export class Trace {
  readonly #hash = createHash("sha256");
  #lines = "";

  add(event: ClusterEvent): void {
    this.#lines += `${textOf(event)}\n`;
    if (event.kind === "message") {
      // The length is in the line, so that bytes and lines cannot be taken for each other.
      this.#flush();
      this.#hash.update(event.bytes);
    } else if (this.#lines.length > 1 << 16) this.#flush();
  }

  /** Ends the trace. @returns 64 hexadecimal digits */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#lines);
    this.#lines = "";
  }
}

/** One line for an event: what a run shows to readers, too. */
function textOf(event: ClusterEvent): string {
  const { atMs } = event;
  switch (event.kind) {
    case "process":
      return `${atMs} ${event.process} ${event.step} ${JSON.stringify(event.detail)}`;
    case "message": {
      const { step, id, from, to, bytes } = event;
      return `${atMs} ${from} > ${to} ${step} ${id} ${bytes.length}`;
    }
    case "operation": {
      const { process, step, at, operation, result } = event;
      const { kind, key, value } = operation;
      const what = JSON.stringify([kind, key, value, describe(result)]);
      return `${atMs} ${process} ${step} ${at} ${what}`;
    }
  }
}

function describe(result: unknown): unknown {
  return result instanceof Error ? result.message : result;
}
