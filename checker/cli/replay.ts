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
  readonly maxInternal?: string;
  readonly maxLost?: string;
  readonly json?: boolean;
}

/** What `quorate replay` needs of a protocol: its entry file exports it as `protocol`. */
interface ReplayedProtocol {
  automata(
    process: Index,
    unit: string,
    meta: RecordHeader,
  ): Readonly<Record<string, AnyAutomaton>>;
}

/** `quorate replay`: decides whether the records of hosts are runs of the protocol's automata. */
export async function runReplay(files: readonly string[], flags: ReplayFlags): Promise<number> {
  const options = {
    maxInternal: countOf("--max-internal", flags.maxInternal ?? "3"),
    maxLost: countOf("--max-lost", flags.maxLost ?? "0"),
  };
  let status = 0;
  for (const file of files) {
    const { validation, cutOff } = await replay(file, flags.protocol ?? null, options);
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

async function replay(
  file: string,
  protocolName: string | null,
  options: { readonly maxInternal: number; readonly maxLost: number },
): Promise<{ readonly validation: Validation; readonly cutOff: number }> {
  const reader = new RecordReader(shortPath(file));
  let validator: Validator | null = null;
  let terminated = true;
  for await (const line of linesOf(file)) {
    terminated = line.terminated;
    const event = reader.read(line.text);
    if (event === null) continue;
    validator ??= await validatorOf(reader.header, protocolName, options);
    const end = validator.take(event);
    if (end !== null) return { validation: end, cutOff: reader.cutOff };
  }
  reader.end(terminated);
  validator ??= await validatorOf(reader.header, protocolName, options);
  return { validation: validator.end(), cutOff: reader.cutOff };
}

async function validatorOf(
  header: RecordHeader,
  name: string | null,
  options: { readonly maxInternal: number; readonly maxLost: number },
): Promise<Validator> {
  const protocol = await loadProtocol(name ?? header.protocol, name !== null);
  const automataOf = (unit: string) => {
    try {
      return protocol.automata(header.process, unit, header);
    } catch (cause) {
      throw wrapped("record-unreadable", `${header.protocol} has no unit ${unit}`, cause);
    }
  };
  return new Validator(automataOf, options);
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
