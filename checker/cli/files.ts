import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { glob } from "tinyglobby";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { wrapped } from "./wrapped.ts";

const EVERYWHERE = ["**/*.claim.{ts,mts,js,mjs}"];
const CLAIM_FILE = /\.claim\.[mc]?[jt]s$/;

/** Arguments that name claim files, apart from those that name claims. */
export function splitArguments(all: readonly string[]): { files: string[]; ids: string[] } {
  return {
    files: all.filter((one) => CLAIM_FILE.test(one)),
    ids: all.filter((one) => !CLAIM_FILE.test(one)),
  };
}

/**
 * The claim files, sorted: those that `globs` name; without globs those of `quorate.claims` in the
 * folder's package.json; without that every *.claim.{ts,mts,js,mjs} but in node_modules and dist.
 *
 * @throws QuorateError `claim-file-missing`
 */
export async function findClaimFiles(cwd: string, globs: readonly string[]): Promise<string[]> {
  const configured = globs.length > 0 ? globs : await configuredGlobs(cwd);
  const patterns = configured ?? EVERYWHERE;
  const ignore = ["**/node_modules/**", ...(configured === null ? ["**/dist/**"] : [])];
  const found = await Promise.all(
    patterns.map((pattern) => glob([pattern], { cwd, ignore, absolute: true })),
  );
  const missing = globs.find((_, at) => found[at]?.length === 0);
  if (missing !== undefined) {
    throw new QuorateError("claim-file-missing", `No file matches ${missing}.`);
  }
  const files = [...new Set(found.flat())].sort();
  if (files.length === 0) {
    const what = `There is no claim file (${patterns.join(", ")}) in ${cwd}.`;
    throw new QuorateError("claim-file-missing", what);
  }
  return files;
}

async function configuredGlobs(cwd: string): Promise<readonly string[] | null> {
  const file = join(cwd, "package.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (Object(cause).code === "ENOENT") return null;
    throw cause;
  }
  let claims: unknown;
  try {
    claims = Object(JSON.parse(text)).quorate?.claims ?? null;
  } catch (cause) {
    throw wrapped("usage", file, cause);
  }
  if (claims === null) return null;
  if (Array.isArray(claims) && claims.every((one) => typeof one === "string")) return claims;
  throw new QuorateError("usage", `quorate.claims in ${file} is no list of globs.`);
}

/** A file as a message names it. */
export function shortPath(file: string, cwd = process.cwd()): string {
  const short = relative(cwd, file);
  return short.startsWith("..") ? file : short;
}
