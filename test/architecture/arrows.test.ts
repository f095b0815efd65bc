import { describe, expect, test } from "vitest";
import {
  FOLDERS,
  folderCycles,
  forbiddenImports,
  importsOf,
  longFiles,
  readSources,
  topLevelFolders,
} from "./arrows.ts";

const LINES_MAX = 500;

describe("the house", () => {
  const sources = readSources();

  test("the top level holds the six folders and no other", () => {
    expect(topLevelFolders()).toEqual(FOLDERS);
  });

  test("every import follows the arrows", () => {
    expect(forbiddenImports(sources)).toEqual([]);
  });

  test("folders do not import each other in a circle", () => {
    expect(folderCycles(sources)).toEqual([]);
  });

  test(`no source is longer than ${LINES_MAX} lines`, () => {
    const shipped = sources.filter(({ path }) => !path.startsWith("docs/"));
    expect(longFiles(shipped, LINES_MAX)).toEqual([]);
  });
});

describe("the scanner", () => {
  test("sees static, type-only, re-exporting, bare and dynamic imports", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "../b/b.ts";',
      'export * from "./c.ts";',
      'import "node:fs";',
      'import { sha256 } from "@noble/hashes/sha2.js";',
      'const later = () => import("./d.ts");',
      'type E = import("./e.ts").E;',
      '// import "./comment.ts"',
    ].join("\n");

    const seen = importsOf({ path: "spec/x/file.ts", text });

    expect(seen.map(({ target, kind }) => [target, kind])).toEqual([
      ["spec/x/a.ts", "project"],
      ["spec/b/b.ts", "project"],
      ["spec/x/c.ts", "project"],
      ["node:fs", "node"],
      ["@noble/hashes", "npm"],
      ["spec/x/d.ts", "project"],
      ["spec/x/e.ts", "project"],
    ]);
  });

  test.each([
    ["spec/lock/lock.ts", "../../impl/lock/lock.ts"],
    ["spec/lock/lock.ts", "node:crypto"],
    ["spec/lock/lock.ts", "crypto"],
    ["spec/lock/lock.ts", "commander"],
    ["spec/lock/lock.ts", "../../test/fixtures/lock.ts"],
    ["impl/lock/lock.ts", "../../checker/index.ts"],
    ["impl/lock/lock.ts", "../host/host.ts"],
    ["impl/lock/replica.ts", "node:fs"],
    ["impl/host/host.ts", "../../checker/index.ts"],
    ["refinement/lock.claim.ts", "../checker/index.ts"],
    ["refinement/lock.claim.ts", "../impl/host/host.ts"],
    ["checker/explore/explore.ts", "node:worker_threads"],
    ["checker/explore/explore.ts", "../cli/main.ts"],
    ["checker/report/report.ts", "node:util"],
    ["checker/cli/main.ts", "../../spec/lock/lock.ts"],
    ["checker/cli/main.ts", "../../impl/host/commands.ts"],
    ["checker/cli/main.ts", "../../impl/lock/replica.ts"],
    ["checker/cli/main.ts", "quorate"],
    ["docs/generator/main.ts", "../../test/bench/main.ts"],
  ])("%s must not import %s", (path, specifier) => {
    const source = { path, text: `import { x } from "${specifier}";` };
    expect(forbiddenImports([source])).toEqual([`${path} imports ${specifier}`]);
  });

  test.each([
    ["spec/lock/lock.ts", 'import { automaton } from "../automaton/index.ts";'],
    ["spec/automaton/effect.ts", 'import { produce } from "immer";'],
    ["impl/lock/lock.ts", 'import { lock } from "../../spec/lock/lock.ts";'],
    ["impl/lock/replica.ts", 'import { createHost } from "../host/host.ts";'],
    ["impl/host/host.ts", 'import { connect } from "node:tls";'],
    ["refinement/lock.claim.ts", 'import { lock } from "../impl/lock/lock.ts";'],
    ["checker/explore/explore.ts", 'import type { Value } from "../../spec/automaton/index.ts";'],
    ["checker/cli/main.ts", 'import { Command } from "commander";'],
    ["checker/cli/main.ts", 'await import("../../impl/host/commands.ts");'],
    ["checker/cli/main.ts", 'await import("../../impl/lock/replica.ts");'],
    ["checker/vitest.ts", 'import { test } from "vitest";'],
    ["docs/generator/main.ts", 'import { claims } from "../../refinement/index.ts";'],
  ])("%s may say %s", (path, text) => {
    expect(forbiddenImports([{ path, text }])).toEqual([]);
  });

  test("a cycle between folders is told with each of its imports, and only those", () => {
    const sources = [
      { path: "checker/explore/a.ts", text: 'import "../report/b.ts"; import "./c.ts";' },
      { path: "checker/report/b.ts", text: 'import "../trace/d.ts";' },
      { path: "checker/trace/d.ts", text: 'import "../explore/c.ts";' },
      { path: "checker/index.ts", text: 'import "./explore/a.ts";' },
    ];
    expect(folderCycles(sources)).toEqual([
      "checker/explore/a.ts imports ../report/b.ts",
      "checker/report/b.ts imports ../trace/d.ts",
      "checker/trace/d.ts imports ../explore/c.ts",
    ]);
  });

  test("a file is as long as its lines, the last line break aside", () => {
    const sources = [
      { path: "spec/short.ts", text: "a\nb\n" },
      { path: "spec/long.ts", text: "a\nb\nc" },
    ];
    expect(longFiles(sources, 2)).toEqual(["spec/long.ts: 3 lines"]);
  });
});
