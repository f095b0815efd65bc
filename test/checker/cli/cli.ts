import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the build is; another place lets the tests run beside an unfinished one. */
const DIST =
  process.env.QUORATE_TEST_DIST ?? fileURLToPath(new URL("../../../dist", import.meta.url));
const MAIN = join(DIST, "checker/cli/main.js");

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Run>;
  readonly stdout: () => string;
  readonly interrupt: () => void;
}

/** Starts `quorate` in a folder. */
function start(cwd: string, args: readonly string[], input = ""): Running {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run \`npm run build\` first.`);
  const env = { ...process.env, NO_COLOR: "1" };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env });
  const out = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      out[stream] += text;
    });
  }
  child.stdin.end(input);
  return {
    ended: new Promise((resolve) => child.on("close", (status) => resolve({ status, ...out }))),
    stdout: () => out.stdout,
    interrupt: () => child.kill("SIGINT"),
  };
}

/** A temporary folder with some files, and `quorate` in it. */
export class Folder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async with(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), "quorate-cli-")));
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    return folder;
  }

  path(name: string): string {
    return join(this.#path, name);
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(this.path(name), text);
  }

  /** Runs to the end; times are blanked out in what it printed. */
  async run(args: readonly string[], input = ""): Promise<Run> {
    const { status, stdout, stderr } = await start(this.#path, args, input).ended;
    const blank = (text: string) =>
      text
        .replace(/ +\d+\.\d\d(?=\n| {2}<-)/g, " 0.00")
        .replace(/\d+\.\d s\)/g, "0.0 s)")
        .replaceAll(this.#path, "FOLDER");
    return { status, stdout: blank(stdout), stderr: blank(stderr) };
  }

  start(args: readonly string[]): Running {
    return start(this.#path, args);
  }

  remove(): Promise<void> {
    return rm(this.#path, { recursive: true, force: true });
  }
}

/** A claim file: a lamp that must not burn more than two steps. */
export const lamp = (id: string, { burns = 2, expect = "holds", tier = "ci", more = "" } = {}) => `
import { automaton, claim, compose, invariant, witness } from "quorate";

const lamp = automaton("lamp", {
  start: { burnt: 0 },
  transitions: {
    burn: {
      kind: "internal",
      when: { left: ({ burnt }) => burnt < ${burns} },
      effect: (state) => {
        state.burnt += 1;
      },
    },
  },
});
const system = compose("room", { lamp });
const properties = [
  invariant(system, { name: "two at most", reads: ["lamp"], holds: ({ lamp }) => lamp.burnt <= 2 }),
];
const witnesses = [
  witness(system, { name: "it burns", reads: ["lamp"], reached: ({ lamp }) => lamp.burnt > 0 }),
];
export default claim({
  id: "${id}",
  says: "A lamp burns two steps at most.",
  source: "this test",
  cases: [
    {
      variant: "repaired",
      instance: "one",
      tier: "${tier}",
      expect: "${expect}",
      problem: () => ({ system, properties, witnesses }),
      ${more}
    },
  ],
});
`;
