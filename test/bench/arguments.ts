import { parseArgs } from "node:util";
import { BENCHES, type Bench } from "./models.ts";

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
  const { values, positionals } = parsed(argv);
  const known = Object.keys(BENCHES);
  const [name, ...more] = positionals;
  if (name === undefined || !Object.hasOwn(BENCHES, name) || more.length > 0) {
    throw new UsageError(`Name one bench of ${known.join(", ")}.`);
  }
  const bench = BENCHES[name] as Bench;
  const other = bench.size === "n" ? "views" : "n";
  if (values[other] !== undefined) {
    throw new UsageError(`${name} takes --${bench.size}, not --${other}.`);
  }
  const [least, most] = bench.sizes;
  const size = Number(values[bench.size] ?? Number.NaN);
  if (!Number.isInteger(size) || size < least || size > most) {
    throw new UsageError(`${name} needs --${bench.size} from ${least} to ${most}.`);
  }
  if (values.workers !== "1") {
    throw new UsageError(
      `--workers ${values.workers} is not possible: the explorer has one worker.`,
    );
  }
  return { name, bench, size, json: values.json, besideSketch: values["beside-sketch"] };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        n: { type: "string" },
        views: { type: "string" },
        workers: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
        "beside-sketch": { type: "boolean", default: false },
      },
    });
  } catch (cause) {
    const [sentence] = (cause as Error).message.split(". ");
    throw new UsageError(`${sentence?.replace(/\.$/, "")}.`, { cause });
  }
}
