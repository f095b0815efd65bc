import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * Writes the TypeDoc reference of the package's entry points.
 * @returns the entry points of typedoc.json that do not exist, and are left out
 * @throws Error with TypeDoc's own messages where it fails
 */
export async function writeReference(root: string, out: string): Promise<string[]> {
  const config = JSON.parse(await readFile(join(root, "typedoc.json"), "utf8"));
  const entryPoints: string[] = config.entryPoints;
  const present = entryPoints.filter((entry) => existsSync(join(root, entry)));
  const require = createRequire(join(root, "package.json"));
  const bin = join(dirname(require.resolve("typedoc/package.json")), "bin/typedoc");
  const entries = present.flatMap((entry) => ["--entryPoints", entry]);
  try {
    await promisify(execFile)(process.execPath, [bin, ...entries, "--out", out], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1" },
    });
  } catch (cause) {
    const { stdout = "", stderr = "" } = Object(cause);
    throw new Error(`typedoc failed:\n${stdout}${stderr}`, { cause });
  }
  return entryPoints.filter((entry) => !present.includes(entry));
}
