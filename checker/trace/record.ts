import { Bytes } from "../../spec/automaton/bytes.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import { LIKE_BYTES } from "../../spec/automaton/record-line.ts";
import { freeze, type Index, isIndex, isRecord, setOwn } from "../../spec/automaton/values.ts";

/*
 * The record of a run of one process, as a host writes it: NDJSON, one action a line, in the order
 * performed. docs/guides/replay.md tells the format.
 */

/** The first line: whose run it is. What else it holds is for the protocol. */
export interface RecordHeader {
  readonly quorate: 1;
  readonly protocol: string;
  readonly process: Index;
  readonly [key: string]: unknown;
}

export type RecordEvent =
  | {
      readonly kind: "action";
      readonly line: number;
      readonly atMs: number;
      readonly unit: string;
      readonly action: Action;
    }
  /** the process started again: it has what was durable, and nothing in its outbox */
  | { readonly kind: "restart"; readonly line: number };

const RESTART = '{"event":"restart"}';

/** Reads the lines of a record one by one. */
export class RecordReader {
  readonly #file: string;
  #line = 0;
  #header: RecordHeader | null = null;
  /** a line that is no JSON: cut off by a crash, if the process ends or restarts there */
  #broken: number | null = null;
  #cutOff = 0;

  /** @param file the record's name in messages */
  constructor(file: string) {
    this.#file = file;
  }

  /** Lines that a crash cut off. */
  get cutOff(): number {
    return this.#cutOff;
  }

  /** @throws QuorateError `record-unreadable` before the first line */
  get header(): RecordHeader {
    return this.#header ?? this.#refuse("there is no header");
  }

  /**
   * The event of the next line; null for the header, an empty line, and one that was cut off.
   * @throws QuorateError `record-unreadable`
   */
  read(text: string): RecordEvent | null {
    this.#line += 1;
    if (text.trim() === "") return null;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      this.#settle(false);
      this.#broken = this.#line;
      // what restarts goes on in the line that was cut off
      if (!text.endsWith(RESTART)) return null;
      this.#settle(true);
      return { kind: "restart", line: this.#line };
    }
    if (!isRecord(parsed)) return this.#refuse("it is no record");
    this.#settle("event" in parsed);
    if (this.#header === null) {
      this.#header = this.#headerOf(parsed);
      return null;
    }
    return this.#eventOf(parsed);
  }

  /**
   * Says that there are no more lines.
   * @param terminated whether the last line ended with a line break
   * @throws QuorateError `record-unreadable`
   */
  end(terminated: boolean): void {
    this.#settle(!terminated);
    if (this.#header === null) this.#refuse("there is no header");
  }

  #settle(isCutOff: boolean): void {
    if (this.#broken === null) return;
    if (!isCutOff || this.#header === null) this.#refuse("it is not JSON", this.#broken);
    this.#cutOff += 1;
    this.#broken = null;
  }

  #headerOf(parsed: Record<string, unknown>): RecordHeader {
    const { quorate, protocol, process } = parsed;
    if (quorate !== 1) this.#refuse('a record starts with {"quorate":1,…}');
    if (typeof protocol !== "string") this.#refuse("the header names no protocol");
    if (!isIndex(process)) this.#refuse("the header names no process");
    return parsed as unknown as RecordHeader;
  }

  #eventOf({ at, unit, action, payload, event }: Record<string, unknown>): RecordEvent {
    if (event === "restart") return { kind: "restart", line: this.#line };
    if (event !== undefined) return this.#refuse(`"${event}" is no event`);
    if (typeof at !== "number") return this.#refuse("`at` is no number");
    if (typeof unit !== "string") return this.#refuse("`unit` is no string");
    if (typeof action !== "string") return this.#refuse("`action` is no string");
    if (!isRecord(payload)) return this.#refuse("`payload` is no record");
    const read = freeze(this.#valueOf(payload)) as Action["payload"];
    const done = { name: action, payload: read };
    return { kind: "action", line: this.#line, atMs: at, unit, action: done };
  }

  #valueOf(json: unknown): unknown {
    if (Array.isArray(json)) return json.map((one) => this.#valueOf(one));
    if (typeof json === "number" && !Number.isSafeInteger(json)) {
      return this.#refuse(`${json} is no safe integer`);
    }
    if (!isRecord(json)) return json;
    const keys = Object.keys(json);
    const [only = ""] = keys;
    const special = keys.length === 1 && LIKE_BYTES.test(only);
    if (special && only === "$bytes") {
      const hex = json.$bytes;
      if (typeof hex !== "string" || !/^(?:[0-9a-f]{2})*$/.test(hex)) {
        return this.#refuse("`$bytes` is not lower-case hexadecimal");
      }
      return Bytes.fromHex(hex);
    }
    const record: Record<string, unknown> = {};
    for (const key of keys) setOwn(record, special ? key.slice(1) : key, this.#valueOf(json[key]));
    return record;
  }

  #refuse(what: string, line = this.#line): never {
    throw new QuorateError("record-unreadable", `${this.#file}, line ${line}: ${what}.`);
  }
}

/** Reads a whole record. A last line without line break may be cut off. */
export function readRecord(
  file: string,
  text: string,
): {
  readonly header: RecordHeader;
  readonly events: readonly RecordEvent[];
  readonly cutOff: number;
} {
  const reader = new RecordReader(file);
  const events = text.split("\n").flatMap((line) => reader.read(line) ?? []);
  reader.end(text.endsWith("\n"));
  return { header: reader.header, events, cutOff: reader.cutOff };
}
