import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { glob } from "tinyglobby";

export interface Source {
  /** relative to the repository, with forward slashes */
  readonly file: string;
  readonly text: string;
}

/** The files below `root` that match, sorted by name. */
export async function sourcesOf(root: string, ...patterns: readonly string[]): Promise<Source[]> {
  const files = await glob([...patterns], { cwd: root, ignore: ["**/node_modules/**"] });
  return Promise.all(
    files.sort().map(async (file) => ({ file, text: await readFile(join(root, file), "utf8") })),
  );
}
