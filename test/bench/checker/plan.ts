import { parsed, UsageError } from "../arguments.ts";
import { BENCHES, benchOf } from "../models.ts";
import { REDUCTIONS, type Reductions } from "./rows.ts";

/** What a table has rows of. */
export interface Plan {
  readonly models: readonly { readonly model: string; readonly size: number }[];
  /** whether the instances of paper L are asked for, a table of their own */
  readonly paperL: boolean;
  readonly workers: readonly number[];
  readonly reductions: readonly Reductions[];
  readonly beside: readonly ("sketch" | "spin")[];
  /** after which a row is ended, and says so */
  readonly limitSeconds: number;
  readonly json: boolean;
}

const PAPER_L = "bft-bc";
const MAX_WORKERS = 8;

/**
 * Reads what stands after `npm run bench -- checker`.
 * @throws UsageError
 */
export function readPlan(argv: readonly string[]): Plan {
  const { values, positionals } = parsed(argv, {
    models: {
      type: "string",
      default: "two-phase-commit:7,8,9,pbft-tiny:1,2,paxos:3,register:2",
    },
    workers: { type: "string", default: "1,2" },
    reductions: { type: "string", default: "none,symmetry,partial-order,both" },
    beside: { type: "string", default: "" },
    "limit-seconds": { type: "string", default: "600" },
    json: { type: "boolean", default: false },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is no option.`);
  const { models, paperL } = readModels(values.models);
  return {
    models,
    paperL,
    workers: values.workers.split(",").map((text) => {
      const workers = Number(text);
      if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
      throw new UsageError(`--workers takes numbers from 1 to ${MAX_WORKERS}, not "${text}".`);
    }),
    reductions: choices("reductions", values.reductions, Object.keys(REDUCTIONS) as Reductions[]),
    beside:
      values.beside === "" ? [] : choices("beside", values.beside, ["sketch", "spin"] as const),
    limitSeconds: positive("limit-seconds", values["limit-seconds"]),
    json: values.json,
  };
}

/** "two-phase-commit:7,8,pbft-tiny:1": a number alone is one more size of the model before it. */
function readModels(text: string): Pick<Plan, "models" | "paperL"> {
  const models: { model: string; size: number }[] = [];
  let paperL = false;
  let current: string | null = null;
  for (const item of text.split(",")) {
    if (item === PAPER_L) {
      paperL = true;
      current = null;
      continue;
    }
    const colon = item.indexOf(":");
    const name: string = colon < 0 ? (current ?? "") : item.slice(0, colon);
    if (!Object.hasOwn(BENCHES, name)) {
      const known = [...Object.keys(BENCHES).map((one) => `${one}:size`), PAPER_L].join(", ");
      throw new UsageError(`--models knows ${known}, not "${item}".`);
    }
    const [least, most] = benchOf(name).sizes;
    const size = Number(item.slice(colon + 1));
    if (!Number.isInteger(size) || size < least || size > most) {
      throw new UsageError(`--models: the sizes of ${name} are ${least} to ${most}.`);
    }
    models.push({ model: name, size });
    current = name;
  }
  return { models, paperL };
}

function choices<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  return text.split(",").map((item) => {
    const found = known.find((one) => one === item);
    if (found !== undefined) return found;
    throw new UsageError(`--${option} takes ${known.join(", ")}, not "${item}".`);
  });
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`--${option} takes seconds, not "${text}".`);
}
