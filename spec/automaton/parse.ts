import { Bytes } from "./bytes.ts";
import { QuorateError } from "./errors.ts";

const BYTES = /h'([0-9a-f]*)'/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+/y;
const WORDS = new Map<string, unknown>([
  ["t", true],
  ["f", false],
  ["n", null],
]);
const LENGTHS = new Map([
  ["t", 4],
  ["f", 5],
  ["n", 4],
]);

/**
 * The value of which a text is the canonical form: what one worker of a search tells another.
 * @throws QuorateError `value-not-plain` where the text is no canonical form
 */
export function parseCanonical(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value();
  if (reader.at !== text.length) reader.refuse();
  return value;
}

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  refuse(): never {
    const what = `No canonical form at character ${this.at}: ${this.#text.slice(this.at, this.at + 20)}`;
    throw new QuorateError("value-not-plain", what);
  }

  value(): unknown {
    const first = this.#text[this.at] as string;
    if (first === "{") return this.#record();
    if (first === "[") return this.#array();
    if (first === '"') return JSON.parse(this.#match(STRING)[0]);
    if (first === "h") return Bytes.fromHex(this.#match(BYTES)[1] as string);
    if (!WORDS.has(first)) return Number(this.#match(NUMBER)[0]);
    this.at += LENGTHS.get(first) as number;
    return WORDS.get(first);
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) this.refuse();
    this.at = pattern.lastIndex;
    return found;
  }

  #array(): unknown[] {
    const values: unknown[] = [];
    this.#list("]", () => values.push(this.value()));
    return values;
  }

  #record(): Record<string, unknown> {
    // Safe for any key, as those of mapOf are.
    const record: Record<string, unknown> = Object.create(null);
    this.#list("}", () => {
      const key = JSON.parse(this.#match(STRING)[0]) as string;
      if (this.#text[this.at++] !== ":") this.refuse();
      record[key] = this.value();
    });
    return record;
  }

  #list(end: string, one: () => void): void {
    this.at++;
    if (this.#text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      one();
      const next = this.#text[this.at++];
      if (next === end) return;
      if (next !== ",") this.refuse();
    }
  }
}
