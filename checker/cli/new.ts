import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { shortPath } from "./files.ts";
import { templates } from "./templates/index.ts";
import { wrapped } from "./wrapped.ts";

/** For an editor and `tsc`; quorate itself needs none. */
const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023"],
      module: "preserve",
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
  },
  null,
  2,
)}\n`;

/** `quorate new`: writes a first claim into a folder, and overwrites nothing. */
export async function runNew(cwd: string, name: string, folder: string): Promise<void> {
  const template = templates.find((one) => one.name === name);
  if (template === undefined) {
    const names = templates.map((one) => one.name).join(", ");
    throw new QuorateError("template-unknown", `There is no template "${name}", but ${names}.`);
  }
  const target = join(cwd, folder);
  const file = join(target, template.file);
  if (!(await write(target, file, template.text))) {
    throw new QuorateError("file-exists", `${shortPath(file)} is there already.`);
  }
  console.log(`wrote ${shortPath(file)}`);
  const tsconfig = join(target, "tsconfig.json");
  if (await write(target, tsconfig, TSCONFIG)) console.log(`wrote ${shortPath(tsconfig)}`);
  console.log(`\nNext:\n${template.next.map((line) => `  ${line}`).join("\n")}`);
}

/** Writes a file that is not there yet; false where it is. */
async function write(folder: string, file: string, text: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (cause) {
    if (Object(cause).code === "EEXIST") return false;
    throw wrapped("file-unwritable", file, cause);
  }
}
