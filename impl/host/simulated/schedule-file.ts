import { isIndex } from "../../../spec/automaton/index.ts";
import { isRecord } from "../../../spec/automaton/values.ts";
import { HostError } from "../errors.ts";
import type { Item, ItemKind, Schedule } from "./schedule.ts";

/** A schedule as a text that {@link readSchedule} reads: JSON, one item a line. */
export function writeSchedule({ items, ...head }: Schedule): string {
  const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  const start = JSON.stringify(head, null, 2).replace(/\n\}$/, "");
  return `${start},\n  "items": [${lines === "" ? "" : `\n${lines}\n  `}]\n}\n`;
}

/**
 * The schedule that a text is. Fields that are missing, unknown or out of bounds are refused.
 * @throws HostError `schedule-unreadable`, naming the field
 */
export function readSchedule(text: string): Schedule {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable("The text", "is no JSON", cause);
  }
  record("schedule", value, SCHEDULE);
  // What it holds was checked field by field.
  const schedule = value as unknown as Schedule;
  const members = new Set<string>(schedule.processes);
  if (members.size < schedule.processes.length) {
    throw unreadable("schedule.processes", "names a process twice");
  }
  for (const [at, item] of schedule.items.entries()) {
    const {
      process,
      side = [],
      from,
      to,
      one,
      other,
    } = item as Partial<Record<"process" | "from" | "to" | "one" | "other", string>> & {
      side?: readonly string[];
    };
    for (const name of [process, ...side, from, to, one, other]) {
      if (name != null && !members.has(name)) {
        throw unreadable(`items[${at}]`, `names ${name}, which is no process of the schedule`);
      }
    }
    if (one !== undefined && one === other) {
      throw unreadable(`items[${at}]`, `tears ${one} from itself`);
    }
  }
  return schedule;
}

/** Throws unless the value is what a field may be. */
type Check = (path: string, value: unknown) => void;
type Fields = Readonly<Record<string, Check>>;

function unreadable(path: string, what: string, cause?: unknown): HostError {
  return new HostError("schedule-unreadable", `${path} ${what}.`, { cause });
}

function check(what: string, isRight: (value: unknown) => boolean): Check {
  return (path, value) => {
    if (!isRight(value)) throw unreadable(path, `is no ${what}`);
  };
}

function record(path: string, value: unknown, fields: Fields): void {
  if (!isRecord(value)) throw unreadable(path, "is no object");
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) throw unreadable(`${path}.${name}`, "is no known field");
  }
  for (const [name, field] of Object.entries(fields)) field(`${path}.${name}`, value[name]);
}

const fieldsOf =
  (fields: Fields): Check =>
  (path, value) =>
    record(path, value, fields);

const listOf =
  (each: Check): Check =>
  (path, value) => {
    if (!Array.isArray(value)) throw unreadable(path, "is no list");
    for (const [at, one] of value.entries()) each(`${path}[${at}]`, one);
  };

/** A field that may be left out. */
function optional(field: Check): Check {
  return (path, value) => {
    if (value !== undefined) field(path, value);
  };
}

function within(what: string, least: number, most: number): Check {
  const isWithin = (value: unknown) => typeof value === "number" && value >= least && value <= most;
  return check(`${what} from ${least} to ${most}`, isWithin);
}

/** A year: virtual time costs nothing, but a wrong unit should be found. */
const MS_MAX = 366 * 24 * 3600 * 1000;
const ms = within("time in ms", 0, MS_MAX);
const percent = within("percentage", 0, 100);
const text = check("text", (value) => typeof value === "string");
const index = check("process such as replica#0", isIndex);
const indexOrNull = check(
  "process such as replica#0, or null",
  (one) => one === null || isIndex(one),
);
const oneOf = (...names: readonly unknown[]) =>
  check(names.join(" or "), (one) => names.includes(one));

const onLinks = { from: indexOrNull, to: indexOrNull };
const lasting = { atMs: ms, forMs: ms };
const ofProcess = { process: index, ...lasting };

const ITEMS: { readonly [Kind in ItemKind]: Fields } = {
  invoke: {
    atMs: ms,
    process: index,
    operation: fieldsOf({
      kind: text,
      key: text,
      value: check("text or null", (value) => value === null || typeof value === "string"),
    }),
    waits: optional(oneOf(true)),
  },
  "slow-disk": { ...ofProcess, delayMs: ms },
  stop: { atMs: ms, process: index },
  crash: ofProcess,
  corrupt: ofProcess,
  pause: ofProcess,
  "disk-full": ofProcess,
  skew: { ...ofProcess, jumpMs: ms, ratePercent: within("percentage", 1, 10_000) },
  partition: { side: listOf(index), direction: oneOf("both", "out", "in"), ...lasting },
  loss: { percent, ...onLinks, ...lasting },
  duplicate: { percent, ...onLinks, ...lasting },
  reorder: { percent, ...onLinks, ...lasting },
  delay: { delayMs: ms, ...onLinks, ...lasting },
  tear: { atMs: ms, one: index, other: index },
  byzantine: { atMs: ms, process: index, behaviour: text },
};

const item: Check = (path, value) => {
  const kind = isRecord(value) ? value.kind : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(ITEMS, kind)) {
    throw unreadable(`${path}.kind`, `is none of ${Object.keys(ITEMS).join(", ")}`);
  }
  record(path, value, { kind: text, ...ITEMS[kind as Item["kind"]] });
};

const SYSTEM = fieldsOf({
  protocol: text,
  service: optional(text),
  variant: text,
  faults: within("number", 0, 100),
});

const SCHEDULE: Fields = {
  version: oneOf(1),
  system: optional(SYSTEM),
  seed: check("safe integer", Number.isSafeInteger),
  processes: listOf(index),
  durationMs: ms,
  network: fieldsOf({
    delayMsMin: ms,
    delayMsMax: ms,
    lossPercent: percent,
    duplicatePercent: percent,
    reorderPercent: percent,
  }),
  items: listOf(item),
};
