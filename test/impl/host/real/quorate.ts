import { spawn } from "node:child_process";
import { join } from "node:path";
import { DIST } from "./children.ts";

const MAIN = join(DIST, "checker/cli/main.js");

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<Quorate>();

/** `quorate` on the command line, from dist. */
export class Quorate {
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #child;
  #heard: () => void = () => undefined;

  /** @param prefix a command that runs it, such as one that limits what it may do */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    const [command = "", ...rest] = [...prefix, process.execPath, MAIN, ...args];
    const env = { ...process.env, NO_COLOR: "1" };
    this.#child = spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of ["stdout", "stderr"] as const) {
      this.#child[stream].setEncoding("utf8").on("data", (text: string) => {
        this[stream] += text;
        this.#heard();
      });
    }
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => {
        running.delete(this);
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Waits for a first line that says ready. @throws Error if it ends before */
  async isReachable(): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      this.#heard = () => /^ready /m.test(this.stdout) && resolve();
      this.#heard();
    });
    const ended = this.ended.then(({ stderr }) => {
      throw new Error(`It ended: ${stderr}`);
    });
    await Promise.race([ready, ended]);
  }

  signal(name: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(name);
    return this.ended;
  }
}

export const quorate = (...args: readonly string[]): Promise<Ended> => new Quorate(args).ended;

export async function endAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.signal("SIGKILL")));
}
