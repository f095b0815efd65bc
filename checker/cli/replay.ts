import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import type { AnyAutomaton } from "../../spec/automaton/automaton.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Index } from "../../spec/automaton/values.ts";
import { type RecordHeader, RecordReader } from "../trace/record.ts";
import { type Validation, Validator } from "../trace/validate.ts";
import { formatValidation } from "../trace/validation-text.ts";
import { shortPath } from "./files.ts";
import { wrapped } from "./wrapped.ts";

export interface ReplayFlags {
  readonly protocol?: string;
  readonly service?: string;
  readonly maxInternal?: string;
  readonly maxLost?: string;
  readonly json?: boolean;
}

/** What `quorate replay` needs of a protocol: its entry file exports it as `protocol`. */
interface ReplayedProtocol {
  automata(
    process: Index,
    unit: string,
    meta: unknown,
    service?: unknown,
  ): Readonly<Record<string, AnyAutomaton>>;
}

/** `quorate replay`: decides whether the records of hosts are runs of the protocol's automata. */
export async function runReplay(files: readonly string[], flags: ReplayFlags): Promise<number> {
  const options: ReplayOptions = {
    protocol: flags.protocol ?? null,
    service: flags.service ?? null,
    maxInternal: countOf("--max-internal", flags.maxInternal ?? "3"),
    maxLost: countOf("--max-lost", flags.maxLost ?? "0"),
  };
  let status = 0;
  for (const file of files) {
    const { validation, cutOff } = await replay(file, options);
    if (validation.verdict !== "accepted") status = 1;
    const cut = cutOff > 0 ? `\n  (${cutOff} cut-off line${cutOff === 1 ? "" : "s"} left out)` : "";
    const text = `${shortPath(file)}: ${formatValidation(validation)}${cut}`;
    console.log(flags.json ? JSON.stringify({ file, cutOff, ...validation }) : text);
  }
  return status;
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new QuorateError("usage", `${option} is ${text}, which is no whole number.`);
}

interface ReplayOptions {
  readonly protocol: string | null;
  readonly service: string | null;
  readonly maxInternal: number;
  readonly maxLost: number;
}

async function replay(
  file: string,
  options: ReplayOptions,
): Promise<{ readonly validation: Validation; readonly cutOff: number }> {
  const reader = new RecordReader(shortPath(file));
  let validator: Validator | null = null;
  let terminated = true;
  for await (const line of linesOf(file)) {
    terminated = line.terminated;
    const event = reader.read(line.text);
    if (event === null) continue;
    validator ??= await validatorOf(reader.header, options);
    const end = validator.take(event);
    if (end !== null) return { validation: end, cutOff: reader.cutOff };
  }
  reader.end(terminated);
  validator ??= await validatorOf(reader.header, options);
  return { validation: validator.end(), cutOff: reader.cutOff };
}

async function validatorOf(
  header: RecordHeader,
  { protocol: name, service: named, ...options }: ReplayOptions,
): Promise<Validator> {
  const protocol = await loadProtocol(name ?? header.protocol, name !== null);
  const service = await serviceOf(header, named);
  const automataOf = (unit: string) => {
    try {
      return protocol.automata(header.process, unit, header.facts ?? header, service);
    } catch (cause) {
      throw wrapped("record-unreadable", `${header.protocol} has no unit ${unit}`, cause);
    }
  };
  return new Validator(automataOf, options);
}

/** The service that a record is of, if it is of one; a record itself names no file. */
async function serviceOf(header: RecordHeader, named: string | null): Promise<unknown> {
  const name = named ?? header.service;
  if (typeof name !== "string") return undefined;
  if (named === null && !NAME.test(name)) {
    const what = `The record is of the service ${name}: give it with --service.`;
    throw new QuorateError("usage", what);
  }
  const { hostModule } = await import("../../impl/host/optional-package.ts");
  const { loadService } = await hostModule(() => import("../../impl/host/real/load-service.ts"));
  // A path is relative to where the command runs.
  return loadService(name, "here");
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** A protocol by its name, or by a file that exports it; a record itself names no file. */
async function loadProtocol(name: string, mayBeFile: boolean): Promise<ReplayedProtocol> {
  const isFile = mayBeFile && /\.[mc]?[jt]s$/.test(name);
  const unknown = (why: string, cause?: unknown) =>
    new QuorateError("protocol-unknown", `"${name}" ${why}.`, { cause });
  if (!isFile && !NAME.test(name)) throw unknown("is no name of a protocol");
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const entry = new URL(`../../impl/${name}/replica.${extension}`, import.meta.url);
  let loaded: unknown;
  try {
    const quorate = fileURLToPath(
      new URL(`../../spec/automaton/index.${extension}`, import.meta.url),
    );
    loaded = isFile
      ? await createJiti(import.meta.url, { alias: { quorate } }).import(resolve(name))
      : await import(entry.href);
  } catch (cause) {
    const missing = /MODULE_NOT_FOUND/.test(Object(cause).code ?? "");
    if (missing && !isFile) throw unknown("is not there to be replayed", cause);
    throw wrapped("protocol-unknown", `"${name}" does not load`, cause);
  }
  const { protocol } = Object(loaded);
  if (typeof Object(protocol).automata !== "function") throw unknown("exports no `protocol`");
  return protocol;
}

/** The lines of a file, which may be larger than a string can be. */
async function* linesOf(
  file: string,
): AsyncGenerator<{ readonly text: string; readonly terminated: boolean }> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() as string;
      for (const text of lines) yield { text, terminated: true };
    }
  } catch (cause) {
    if (Object(cause).syscall === undefined) throw cause;
    throw wrapped("record-unreadable", shortPath(file), cause);
  }
  if (rest !== "") yield { text: rest, terminated: false };
}
