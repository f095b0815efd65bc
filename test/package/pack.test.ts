import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** Installing takes a registry's time, not ours. */
const INSTALL_TIMEOUT_MS = 180_000;

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's environment: nothing of the npm script or of vitest that this test runs in. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_(?!config_)|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/i.test(name),
  ),
);

function run(cwd: string, command: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...environment, NO_COLOR: "1" }, maxBuffer: 2 ** 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === "number") resolve({ status, stdout, stderr });
      else reject(error);
    });
  });
}

/** The same, for commands that this test only prepares with. */
async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(cwd, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

let scratch: string;
let tarball: string;
let packed: readonly { readonly path: string; readonly mode: number }[];

/** An empty folder with a package.json and the tarball installed, as a user has it. */
async function project(name: string): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder);
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name, private: true, type: "module" }),
  );
  await succeed(
    folder,
    "npm",
    ...["install", tarball, "--prefer-offline", "--no-audit", "--no-fund"],
  );
  return folder;
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "quorate-package-"));
  // The build is there already (`npm test` makes it); packing must not replace dist/ under the
  // other tests' feet.
  const told = await succeed(
    ROOT,
    "npm",
    ...["pack", "--ignore-scripts", "--json", "--pack-destination", scratch],
  );
  const [pack] = JSON.parse(told);
  tarball = join(scratch, pack.filename);
  packed = pack.files;
}, INSTALL_TIMEOUT_MS);

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("the tarball", () => {
  test("holds what is compiled from the sources, and no test", () => {
    const paths = packed.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    const others = paths.filter(
      (path) => !/^dist\/(?:spec|impl|refinement|checker|docs)\//.test(path),
    );
    expect(others.filter((path) => path.includes("/"))).toEqual([]);
    expect(paths.filter((path) => /\.test|\.tsbuildinfo$|\.d\.ts\.map$/.test(path))).toEqual([]);
  });

  test("holds a file for every export and for the command", async () => {
    const { exports, bin } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const named = [bin.quorate, ...Object.values(exports).flatMap(targets)];
    const paths = new Set(packed.map(({ path }) => path));
    expect(named.filter((path) => !paths.has(path.replace(/^\.\//, "")))).toEqual([]);
  });
});

/** The files that an entry of `exports` names, whatever its conditions. */
function targets(entry: unknown): string[] {
  return typeof entry === "string" ? [entry] : Object.values(entry as object).flatMap(targets);
}

/** What a careful user has in tsconfig.json; no @types/node, and our declarations are checked too. */
const STRICT = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  },
};

const TYPED = `
import { automaton, compose, invariant, type Internal, startStates, stepsFrom } from "quorate";

const lamp = automaton<{ readonly on: boolean }, { flip: Internal }>("lamp", {
  start: { on: false },
  transitions: {
    flip: {
      kind: "internal",
      effect: (state) => {
        state.on = !state.on;
      },
    },
  },
});
const system = compose("room", { lamp });
export const lit = invariant(system, {
  name: "the lamp is on or off",
  reads: ["lamp"],
  holds: ({ lamp }) => typeof lamp.on === "boolean",
});
// @ts-expect-error the state has no such field
invariant(system, { name: "x", reads: ["lamp"], holds: ({ lamp }) => lamp.off });
export const next = startStates(system).flatMap((start) => stepsFrom(system, start));
`;

/** A claim in plain JavaScript; `broken` lets the lamp burn one step too long. */
const claimOf = ({ broken }: { readonly broken: boolean }) => `
import { automaton, claim, compose, invariant, witness } from "quorate";

const lamp = automaton("lamp", {
  start: { burnt: 0 },
  transitions: {
    burn: {
      kind: "internal",
      when: { left: ({ burnt }) => burnt < ${broken ? 3 : 2} },
      effect: (state) => {
        state.burnt += 1;
      },
    },
  },
});
const system = compose("room", { lamp });

export default claim({
  id: "lamp",
  says: "A lamp burns two steps at most.",
  source: "this test",
  cases: [
    {
      variant: "repaired",
      instance: "one lamp",
      tier: "ci",
      expect: "holds",
      problem: () => ({
        system,
        properties: [
          invariant(system, {
            name: "two at most",
            reads: ["lamp"],
            holds: ({ lamp }) => lamp.burnt <= 2,
          }),
        ],
        witnesses: [
          witness(system, {
            name: "it burns",
            reads: ["lamp"],
            reached: ({ lamp }) => lamp.burnt > 0,
          }),
        ],
      }),
    },
  ],
});
`;

describe("an empty TypeScript project", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await project("typescript");
  }, INSTALL_TIMEOUT_MS);

  test("type-checks against the declarations, which need no other types", async () => {
    await mkdir(join(folder, "strict"));
    await writeFile(join(folder, "strict", "tsconfig.json"), JSON.stringify(STRICT));
    await writeFile(join(folder, "strict", "lamp.ts"), TYPED);

    const result = await run(folder, process.execPath, TSC, "-p", "strict");

    expect(result).toMatchObject({ status: 0, stdout: "" });
  });

  test("`quorate new lock` shows a counterexample, and holds once the hint is followed", async () => {
    const file = join(folder, "lock.claim.ts");

    await succeed(folder, "npx", "--no", "quorate", "new", "lock");
    const types = await run(folder, process.execPath, TSC, "-p", ".");
    const violated = await run(folder, "npx", "--no", "quorate", "check");
    const hint = /hint: .*? replace (\(.*?\))\s+by (\(.*?\))$/ms.exec(violated.stdout);
    const [, what = "no hint", by = ""] = hint ?? [];
    const broken = await readFile(file, "utf8");
    const repaired = broken.replace(what, () => by);
    await writeFile(file, repaired);
    const typesRepaired = await run(folder, process.execPath, TSC, "-p", ".");
    const holds = await run(folder, "npx", "--no", "quorate", "check");

    expect(types).toMatchObject({ status: 0, stdout: "" });
    expect(violated.stdout).toMatch(/5\. grant.*false: "one at most works"/s);
    expect(violated.status).toBe(1);
    expect(repaired).not.toBe(broken);
    expect(typesRepaired).toMatchObject({ status: 0, stdout: "" });
    expect(holds).toMatchObject({ status: 0, stdout: expect.stringMatching(/lock.*holds/) });
  }, 60_000);
});

describe("an empty JavaScript project", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await project("javascript");
  }, INSTALL_TIMEOUT_MS);

  test("loads every entry point that needs no peer", async () => {
    const { exports } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const loadable = Object.keys(exports).filter((name) => !/vitest|package\.json/.test(name));
    const specifiers = loadable.map((name) => name.replace(/^\./, "quorate"));
    const script = `for (const name of ${JSON.stringify(specifiers)}) {
      if (Object.keys(await import(name)).length === 0) throw new Error(name + " exports nothing");
    }`;
    const result = await run(folder, process.execPath, "--input-type=module", "--eval", script);
    expect(result).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("a claim of its own is violated with exit status 1, and holds with 0 once repaired", async () => {
    const file = join(folder, "lamp.claim.js");

    await writeFile(file, claimOf({ broken: true }));
    const violated = await run(folder, "npx", "--no", "quorate", "check", "lamp");
    await writeFile(file, claimOf({ broken: false }));
    const holds = await run(folder, "npx", "--no", "quorate", "check", "lamp");

    expect(violated).toMatchObject({ status: 1, stdout: expect.stringContaining("two at most") });
    expect(holds).toMatchObject({ status: 0, stdout: expect.stringContaining("holds") });
  });
});
