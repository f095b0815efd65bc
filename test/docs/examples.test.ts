import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { glob } from "tinyglobby";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkCase } from "../../checker/run.ts";
import { isClaim } from "../../spec/automaton/index.ts";
import { blocksOf } from "./blocks.ts";

/*
 * Every ```ts block of the README and the guides is a whole file. All are type-checked as a user's
 * own would be; those marked `<!-- run -->` are also run, and after `<!-- run: verdict X -->` each
 * case of the claim that they export gets the verdict X. `<!-- file: name.ts -->` names a block, so
 * that others of the same document can import it.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const documents = await glob(["README.md", "docs/guides/*.md"], { cwd: ROOT });
const texts = await Promise.all(
  documents.sort().map(async (file) => ({ file, text: await readFile(join(ROOT, file), "utf8") })),
);
const examples = texts
  .flatMap(({ file, text }) => blocksOf(file, text).map((block) => ({ file, block })))
  .filter(({ block }) => block.language === "ts")
  .map(({ file, block }, at) => ({
    block,
    /** relative to any folder; a document's examples lie in one */
    path: join(file.replace(/\W+/g, "-"), block.marks.get("file") ?? `example-${at}.ts`),
  }));

/** What the compiler says of the examples, "README.md:31 line 3: …". */
function typeErrors(): string[] {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const virtual = new Map(
    examples.map(({ path, block }) => [join(ROOT, "test/docs", path), block] as const),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile: read, getSourceFile, directoryExists } = host;
  const folders = new Set([...virtual.keys()].map(dirname));
  host.directoryExists = (name) => folders.has(name) || (directoryExists?.(name) ?? true);
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name)?.text ?? read(name);
  host.getSourceFile = (name, version, ...rest) => {
    const block = virtual.get(name);
    return block === undefined
      ? getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, block.text, version);
  };
  const compiled = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual].flatMap(([name, { where }]) => {
    const source = compiled.getSourceFile(name);
    return [
      ...compiled.getSyntacticDiagnostics(source),
      ...compiled.getSemanticDiagnostics(source),
    ].map(({ messageText, start = 0 }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${where} line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

describe("the TypeScript examples", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "quorate-examples-"));
    for (const { path, block } of examples) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, onSources(block.text));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("are there, and some are run", () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(examples.filter(({ block }) => block.marks.has("run")).length).toBeGreaterThan(5);
  });

  test("type-check as whole files", { timeout: 120_000 }, () => {
    expect(typeErrors()).toEqual([]);
  });

  const run = examples.filter(({ block }) => block.marks.has("run"));
  test.each(run.map(({ path, block }) => [block.where, path, block.marks.get("run") ?? ""]))(
    "%s does what its document says",
    async (_, path, wanted) => {
      // the real one only prints
      const assert = vi.spyOn(console, "assert").mockImplementation((holds) => {
        if (!holds) throw new Error("an assertion of the example fails");
      });
      const loaded = await import(pathToFileURL(join(folder, path)).href);
      assert.mockRestore();

      const [, verdict] = /^verdict (\w+)$/.exec(wanted) ?? [];
      if (verdict === undefined) return expect(wanted).toBe("");
      const claims = Object.values(loaded).filter(isClaim);
      const records = claims.flatMap((claim) => claim.cases.map((one) => checkCase(claim, one)));
      expect(records.length).toBeGreaterThan(0);
      expect(records.map((one) => [one.instance, one.verdict, one.error])).toEqual(
        records.map((one) => [one.instance, verdict, null]),
      );
    },
  );
});

/** The library as the tests have it: its sources, not what was built from them. */
function onSources(text: string): string {
  return text
    .replaceAll('from "quorate"', `from ${JSON.stringify(join(ROOT, "spec/automaton/index.ts"))}`)
    .replaceAll('from "quorate/checker"', `from ${JSON.stringify(join(ROOT, "checker/index.ts"))}`)
    .replaceAll(
      'from "quorate/network"',
      `from ${JSON.stringify(join(ROOT, "impl/network/index.ts"))}`,
    )
    .replaceAll(
      'from "quorate/atomic-multicast"',
      `from ${JSON.stringify(join(ROOT, "impl/atomic-multicast/index.ts"))}`,
    )
    .replaceAll('from "quorate/clbft"', `from ${JSON.stringify(join(ROOT, "impl/clbft/index.ts"))}`)
    .replaceAll(
      'from "quorate/adversary"',
      `from ${JSON.stringify(join(ROOT, "impl/adversary/checked/index.ts"))}`,
    );
}

test("the comparison counts the lines of its models as they are", () => {
  const comparison = texts.find(({ file }) => file.endsWith("comparison.md"))?.text ?? "";
  const isComment = (line: string) => /^\s*(?:\/\/|\/\*|\*|\\\*)/.test(line);
  const lines = blocksOf("comparison.md", comparison).map(({ language, text }) => ({
    language,
    lines: text.split("\n").filter((line) => line.trim() !== "" && !isComment(line)).length,
  }));

  const counted = ["lock, 2 clients", "two-phase commit"].map((name, at) => {
    const [quorate, ...others] = lines.slice(4 * at, 4 * at + 4).map((one) => one.lines);
    return `| ${[name, ...others, quorate].join(" | ")} |`;
  });
  expect(lines.map(({ language }) => language).slice(0, 4)).toEqual(["ts", "tla", "quint", "rust"]);
  for (const row of counted) expect(comparison).toContain(row);
});
