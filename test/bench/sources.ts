import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a file of test/bench that is not compiled: from dist/ it is found in the sources. */
export function besideSources(file: string): string {
  const path = ["./", "../../../test/bench/"]
    .map((folder) => fileURLToPath(new URL(folder + file, import.meta.url)))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`test/bench has no ${file}`);
  return path;
}
