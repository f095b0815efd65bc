import { fileURLToPath, pathToFileURL } from "node:url";
import { createJiti, type Jiti } from "jiti";
import { type Claim, isClaim } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { shortPath } from "./files.ts";
import { wrapped } from "./wrapped.ts";

/**
 * Loads the claims of some files, TypeScript or JavaScript. Claims of the oracles come first: they
 * are the quickest to decide.
 *
 * @throws QuorateError `claim-file-unreadable`, `claim-file-empty`, `claim-twice`
 */
export async function loadClaims(files: readonly string[]): Promise<Claim[]> {
  const loader = createLoader();
  const claims = new Map<string, { claim: Claim; file: string }>();
  for (const file of files) {
    for (const claim of await loadFile(loader, file)) {
      const other = claims.get(claim.id);
      if (other !== undefined) {
        const where = `${shortPath(other.file)} and ${shortPath(file)}`;
        throw new QuorateError("claim-twice", `Claim "${claim.id}" stands in ${where}.`);
      }
      claims.set(claim.id, { claim, file });
    }
  }
  const isOracle = ({ id }: Claim) => Number(id.startsWith("oracle/"));
  return [...claims.values()]
    .map(({ claim }) => claim)
    .sort((one, other) => isOracle(other) - isOracle(one));
}

/** In a loaded file "quorate" is this package, installed there or not. */
function createLoader(): Jiti {
  const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  return createJiti(import.meta.url, {
    interopDefault: true,
    alias: {
      "quorate/checker": entry("../index.js"),
      quorate: entry("../../spec/automaton/index.js"),
    },
  });
}

async function loadFile(loader: Jiti, file: string): Promise<Claim[]> {
  let loaded: unknown;
  try {
    loaded = await importFile(loader, file);
  } catch (cause) {
    throw wrapped("claim-file-unreadable", `${shortPath(file)} does not load`, cause);
  }
  const exported = Object.values(Object(loaded)).flat().filter(isClaim);
  if (exported.length === 0) {
    throw new QuorateError("claim-file-empty", `${shortPath(file)} exports no claim.`);
  }
  return [...new Set(exported)];
}

async function importFile(loader: Jiti, file: string): Promise<unknown> {
  if (/ts$/.test(file)) return loader.import(file);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const { code, message } = Object(error);
    if (code !== "ERR_MODULE_NOT_FOUND" || !/'quorate'/.test(message)) throw error;
    return loader.import(file);
  }
}
