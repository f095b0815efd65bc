import { type FSWatcher, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

const IGNORED = new Set(["node_modules", ".git", "coverage"]);
/** Not JSON: evidence may be written below the folder. */
const SOURCE = /\.[mc]?[jt]s$/;
/** An editor writes a file in several steps. */
const SETTLE_MS = 100;

/** Waits until a source below the folder changes; false when the user interrupts. */
export async function watchSources(cwd: string): Promise<boolean> {
  const folders = (await readdir(cwd, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !IGNORED.has(entry.name))
    .map((entry) => join(cwd, entry.name));
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    let settling: NodeJS.Timeout | null = null;
    const finish = (changed: boolean) => {
      for (const watcher of watchers) watcher.close();
      process.off("SIGINT", interrupt);
      resolve(changed);
    };
    const interrupt = () => finish(false);
    const changed = (_: string, file: string | null) => {
      if (settling !== null || (file !== null && !SOURCE.test(file))) return;
      settling = setTimeout(() => finish(true), SETTLE_MS);
    };
    process.once("SIGINT", interrupt);
    watchers.push(watch(cwd, changed));
    for (const folder of folders) watchers.push(watch(folder, { recursive: true }, changed));
  });
}
