import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { READY } from "./replica.ts";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));

/** What remains of what a child said last, for whoever wants to know why it ended. */
const LINES_MAX = 20;

/** A replica in a process of its own. */
export interface Child {
  readonly process: string;
  /** Resolves with true when it can be reached, with false if it ends before. */
  readonly ready: Promise<boolean>;
  /** Resolves with how it ended: "status 1" or "signal SIGKILL". */
  readonly ended: Promise<string>;
  /** The sentence of an error that ended it, if it printed one. */
  error(): string | null;
  /** Asks it to drain and end; kills it if it takes longer than `msMax`. */
  stop(msMax: number): Promise<void>;
}

/**
 * Starts `quorate replica` with some arguments.
 *
 * @param onLine called with each line that it logs
 */
export function startChild(
  process: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Child {
  const child = spawn(globalThis.process.execPath, [MAIN, "replica", process, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const last: string[] = [];
  const read = eachLine(child.stderr, (line) => {
    last.push(line);
    if (last.length > LINES_MAX) last.shift();
    onLine(line);
  });
  const ended = endOf(child, last, read);
  const ready = new Promise<boolean>((resolve) => {
    eachLine(child.stdout, (line) => {
      if (line.startsWith(`${READY} `)) resolve(true);
    });
    ended.then(() => resolve(false));
  });
  return {
    process,
    ready,
    ended,
    error: () => last.findLast((line) => line.startsWith(ERROR))?.slice(ERROR.length) ?? null,
    async stop(msMax) {
      // Not a signal: Ctrl-C has sent one to it already, and a second means not to wait.
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), msMax);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** How main.ts begins the sentence of an error. */
const ERROR = "quorate: ";

/**
 * How it ended, once all that it said is read. Not `close`: a child whose channel was disconnected
 * from this side never has it.
 */
async function endOf(child: ChildProcess, last: string[], read: Promise<void>): Promise<string> {
  const how = await new Promise<string>((resolve) => {
    child.once("error", (error) => {
      last.push(`${ERROR}${error.message}`);
      if (child.pid === undefined) resolve("an error");
    });
    child.once("exit", (status, signal) =>
      resolve(signal === null ? `status ${status}` : `signal ${signal}`),
    );
  });
  await read;
  return how;
}

/** @returns when there are no more */
async function eachLine(stream: Readable | null, use: (line: string) => void): Promise<void> {
  if (stream === null) return;
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", use);
  await new Promise<void>((resolve) => lines.once("close", resolve));
}
