import type { MessagePort } from "node:worker_threads";
import type { ToolOptions } from "../../explore/budget.ts";
import type { SharedMemory } from "../../explore/team.ts";
import type { WorkerReport } from "../../explore/together.ts";
import type { ProblemSource } from "./spawn.ts";

/** What a thread is given to do. */
export interface Errand {
  readonly shared: SharedMemory;
  /** the number of the worker; 0 leads and has no thread of its own */
  readonly me: number;
  readonly source: ProblemSource;
  readonly search: ToolOptions;
  readonly port: MessagePort;
}

/** What a thread tells the leader. */
export type News =
  | { readonly kind: "report"; readonly report: WorkerReport }
  | { readonly kind: "failed"; readonly code: string | null; readonly message: string };
