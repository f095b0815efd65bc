import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  FromChild,
  Start,
  ToClient,
  ToReplica,
  Window,
} from "../../../fixtures/host/messages.ts";
import { inTime } from "./cluster.ts";

export const DIST =
  process.env.QUORATE_TEST_DIST ?? fileURLToPath(new URL("../../../../dist", import.meta.url));

/** That a process starts, not how fast. */
export const START_MS_MAX = 120_000;

/** All that run, so that none outlives a test that failed. */
const running = new Set<Child>();

export async function killAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.kill()));
}

/** A process of compiled code, as it runs in earnest. */
class Child {
  protected readonly child: ChildProcess;
  /** from the start of the operating system's process to being reachable; null before that */
  readyMs: number | null = null;
  /** the window in which it stands still */
  stopped: Extract<FromChild, { type: "stopped" }> | null = null;
  stderr = "";
  readonly ready: Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>;
  #onStopped: () => void = () => undefined;

  constructor(script: string, start: Start) {
    const file = join(DIST, "test/fixtures/host", script);
    if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\` first.`);
    const startedAtMs = performance.now();
    this.child = fork(file, [JSON.stringify(start)], {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once("exit", (status, signal) => {
        running.delete(this);
        resolve({ status, signal });
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.child.on("message", (message: FromChild) => {
        if (message.type === "ready") {
          this.readyMs = performance.now() - startedAtMs;
          resolve();
        } else if (message.type === "stopped") {
          this.stopped = message;
          this.#onStopped();
        } else this.heard(message);
      });
      this.ended.then(({ signal }) => {
        if (signal === null) reject(new Error(`${start.process} ended: ${this.stderr}`));
        else resolve();
      });
    });
    this.ready.catch(() => undefined);
    running.add(this);
  }

  get isReady(): boolean {
    return this.readyMs !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  isReachable(): Promise<void> {
    return inTime(this.ready, START_MS_MAX, "ready");
  }

  /** Waits until it stands still. @returns whether it does */
  async stands(msMax: number): Promise<boolean> {
    if (this.stopped === null) {
      const stands = new Promise<void>((resolve) => {
        this.#onStopped = resolve;
      });
      await inTime(stands, msMax, "a stop").catch(() => undefined);
    }
    return this.stopped !== null;
  }

  /** SIGKILL. @throws Error if it had ended by itself */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    const { status, signal } = await this.ended;
    if (signal !== "SIGKILL") throw new Error(`It ended by itself, ${status}: ${this.stderr}`);
  }

  /** What only some kinds of children say. */
  protected heard(_message: FromChild): void {
    // Replicas say nothing else.
  }
}

export class ReplicaChild extends Child {
  constructor(start: Start) {
    super("replica.js", start);
  }

  /** It will stand still in this window, the next time that it has signed something. */
  arm(window: Window): void {
    const message: ToReplica = { type: "arm", window };
    this.child.send(message);
  }
}

interface Waiter {
  readonly resolve: (result: string | null) => void;
  readonly reject: (error: Error) => void;
}

export class ClientChild extends Child {
  readonly #asked = new Map<number, Waiter>();
  #next = 0;

  constructor(start: Start) {
    super("client.js", start);
    this.ended.then(() => {
      for (const { reject } of this.#asked.values()) reject(new Error("killed"));
    });
  }

  async put(key: string, value: string): Promise<void> {
    await this.#ask((id) => ({ type: "put", id, key, value }));
  }

  get(key: string): Promise<string | null> {
    return this.#ask((id) => ({ type: "get", id, key }));
  }

  #ask(message: (id: number) => ToClient): Promise<string | null> {
    this.#next += 1;
    const id = this.#next;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.child.send(message(id), (error) => error !== null && reject(error));
    });
  }

  protected override heard(message: FromChild): void {
    if (message.type !== "returned" && message.type !== "failed") return;
    const waiter = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.type === "returned") waiter?.resolve(message.result);
    else waiter?.reject(new Error(message.reason));
  }
}
