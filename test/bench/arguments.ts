import { type ParseArgsConfig, parseArgs } from "node:util";
import { BENCHES, type Bench, benchOf } from "./models.ts";

export interface Arguments {
  readonly name: string;
  readonly bench: Bench;
  readonly size: number;
  readonly json: boolean;
  readonly besideSketch: boolean;
}

/** Arguments that make no sense; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the arguments of a bench.
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv, {
    n: { type: "string" },
    views: { type: "string" },
    clients: { type: "string" },
    workers: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    "beside-sketch": { type: "boolean", default: false },
  });
  const known = Object.keys(BENCHES);
  const [name, ...more] = positionals;
  if (name === undefined || !Object.hasOwn(BENCHES, name) || more.length > 0) {
    throw new UsageError(`Name one bench of ${known.join(", ")}.`);
  }
  const bench = benchOf(name);
  for (const other of ["n", "views", "clients"] as const) {
    if (other === bench.size || values[other] === undefined) continue;
    throw new UsageError(`${name} takes --${bench.size}, not --${other}.`);
  }
  const [least, most] = bench.sizes;
  const size = Number(values[bench.size] ?? Number.NaN);
  if (!Number.isInteger(size) || size < least || size > most) {
    throw new UsageError(`${name} needs --${bench.size} from ${least} to ${most}.`);
  }
  if (values.workers !== "1") {
    throw new UsageError(
      `--workers ${values.workers} is for the table: npm run bench -- checker --workers 1,2.`,
    );
  }
  const besideSketch = values["beside-sketch"];
  if (besideSketch && bench.sketch === null) throw new UsageError(`${name} has no sketch.`);
  return { name, bench, size, json: values.json, besideSketch };
}

/** @throws UsageError */
export function parsed<O extends NonNullable<ParseArgsConfig["options"]>>(
  argv: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: O }>> {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (cause) {
    const [sentence] = (cause as Error).message.split(". ");
    throw new UsageError(`${sentence?.replace(/\.$/, "")}.`, { cause });
  }
}
