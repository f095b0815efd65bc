import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The top-level folders, and nothing else. */
export const FOLDERS = ["checker", "docs", "impl", "refinement", "spec", "test"];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SCANNED = ["spec", "impl", "refinement", "checker", "docs"];
/** What git ignores at the top level. */
const GENERATED = ["node_modules", "dist", "coverage"];

export interface Source {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** As written. */
  readonly specifier: string;
  /** A path in the repository, `node:…`, or the name of an npm package. */
  readonly target: string;
  readonly kind: "project" | "node" | "npm";
  readonly dynamic: boolean;
}

export function topLevelFolders(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter((name) => !GENERATED.includes(name))
    .sort();
}

/** Every TypeScript source that the arrows speak of. */
export function readSources(): Source[] {
  const present = topLevelFolders();
  return SCANNED.filter((folder) => present.includes(folder))
    .flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" }).map(
        (path) => `${folder}/${path.split(sep).join("/")}`,
      ),
    )
    .filter((path) => path.endsWith(".ts") && !path.startsWith("docs/site/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));
}

/** Static, type-only, re-exporting and dynamic imports; a computed specifier is not seen. */
export function importsOf({ path, text }: Source): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier, pos }) => {
    const dynamic = /\b(?:import|require)\s*\(\s*["'`]?$/.test(text.slice(0, pos + 1));
    const common = { from: path, specifier, dynamic };
    if (specifier.startsWith(".")) {
      const target = posix.join(posix.dirname(path), specifier);
      return { ...common, kind: "project", target };
    }
    if (isBuiltin(specifier)) return { ...common, kind: "node", target: specifier };
    const target = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    return { ...common, kind: "npm", target };
  });
}

/** Packages that compute and touch nothing: they run in a browser too. */
const PURE_PACKAGES = /^(?:immer|@noble\/.+)$/;

interface Rule {
  /** The files that it speaks of. The first rule that matches a file is the one that counts. */
  readonly files: RegExp;
  /** The files of the project that they may import. */
  readonly project: RegExp;
  readonly npm: RegExp;
  /** Whether they may touch the operating system. */
  readonly node: boolean;
  /** What they may import besides, if only with `import()`. */
  readonly dynamic?: RegExp;
}

/** No file imports the package under its published name: that is `dist`, not the sources. */
const ANY_PACKAGE = /^(?!quorate$)/;

const RULES: readonly Rule[] = [
  { files: /^spec\//, project: /^spec\//, npm: PURE_PACKAGES, node: false },
  { files: /^impl\/host\//, project: /^(?:spec|impl)\//, npm: ANY_PACKAGE, node: true },
  // The one file of a protocol that ties its automata to the host.
  {
    files: /^impl\/[^/]+\/replica\.ts$/,
    project: /^(?:spec|impl)\//,
    npm: PURE_PACKAGES,
    node: false,
  },
  { files: /^impl\//, project: /^(?:spec\/|impl\/(?!host\/))/, npm: PURE_PACKAGES, node: false },
  {
    files: /^refinement\//,
    project: /^(?:spec\/|impl\/(?!host\/)|refinement\/)/,
    npm: PURE_PACKAGES,
    node: false,
  },
  {
    files: /^checker\/cli\//,
    project: /^(?:spec\/automaton|checker)\//,
    npm: ANY_PACKAGE,
    node: true,
    dynamic: /^impl\/(?:host\/|[^/]+\/replica\.ts$)/,
  },
  {
    files: /^checker\/vitest\.ts$/,
    project: /^(?:spec\/automaton|checker)\//,
    npm: /^vitest$/,
    node: true,
  },
  {
    files: /^checker\//,
    project: /^(?:spec\/automaton\/|checker\/(?!cli\/|vitest\.ts$))/,
    npm: PURE_PACKAGES,
    node: false,
  },
  {
    files: /^docs\//,
    project: /^(?:spec|impl|refinement|checker|docs)\//,
    npm: ANY_PACKAGE,
    node: true,
  },
];

function isAllowed(imported: Import): boolean {
  const rule = RULES.find(({ files }) => files.test(imported.from));
  if (rule === undefined) return false;
  if (imported.kind === "node") return rule.node;
  if (imported.kind === "npm") return rule.npm.test(imported.target);
  if (imported.dynamic && rule.dynamic?.test(imported.target)) return true;
  return rule.project.test(imported.target);
}

/** Each import against the arrows, as "file imports specifier". */
export function forbiddenImports(sources: readonly Source[]): string[] {
  return sources
    .flatMap(importsOf)
    .filter((imported) => !isAllowed(imported))
    .map(({ from, specifier }) => `${from} imports ${specifier}`);
}

/** The unit of a cycle: `spec/automaton`, `impl/host`, …; a file beside such folders is its own. */
function folderOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/**
 * The imports that are part of a cycle between folders, as "file imports specifier". Cycles between
 * files of one folder are not looked for.
 */
export function folderCycles(sources: readonly Source[]): string[] {
  const crossing = sources
    .flatMap(importsOf)
    .filter(({ kind, dynamic }) => kind === "project" && !dynamic)
    .filter(({ from, target }) => folderOf(from) !== folderOf(target));
  const edges = new Map<string, Set<string>>();
  for (const { from, target } of crossing) {
    const targets = edges.get(folderOf(from)) ?? new Set();
    edges.set(folderOf(from), targets.add(folderOf(target)));
  }
  function reaches(start: string, goal: string): boolean {
    const seen = new Set<string>();
    const open = [start];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      if (folder === goal) return true;
      if (seen.has(folder)) continue;
      seen.add(folder);
      open.push(...(edges.get(folder) ?? []));
    }
    return false;
  }
  return crossing
    .filter(({ from, target }) => reaches(folderOf(target), folderOf(from)))
    .map(({ from, specifier }) => `${from} imports ${specifier}`);
}

/** The files that do not fit in one sitting, as "file: n lines". */
export function longFiles(sources: readonly Source[], linesMax: number): string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, "").split("\n").length }))
    .filter(({ lines }) => lines > linesMax)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}
