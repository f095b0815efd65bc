import type { DigestFunction, Index } from "../../../spec/automaton/index.ts";
import { LONG_RESULT_CHARS } from "./replies.ts";
import type { ReadReplyMessage, ReplyMessage } from "./wire.ts";

const REFUSED = "refused";

/** What replicas answered to one operation, each its last answer. */
export class Answers {
  readonly kind: "ordered" | "read";
  readonly #digest: DigestFunction;
  readonly #matchesInState: boolean;
  readonly #names = new Map<Index, string>();
  /** by name, of those that somebody sent whole */
  readonly #results = new Map<string, string>();

  /** @param matchesInState whether reads count together only if they are of one state */
  constructor(kind: "ordered" | "read", digest: DigestFunction, matchesInState: boolean) {
    this.kind = kind;
    this.#matchesInState = matchesInState;
    this.#digest = digest;
  }

  take(from: Index, { result, ...message }: ReplyMessage | ReadReplyMessage): void {
    const digest = "digest" in message ? message.digest : null;
    if (result === null && digest === null) {
      this.#names.set(from, REFUSED);
      return;
    }
    const isLong = result !== null && result.length > LONG_RESULT_CHARS;
    const state = "n" in message && this.#matchesInState ? `at ${message.n} ` : "";
    const name = digest ?? state + (isLong ? this.#digest(result) : `short ${result}`);
    this.#names.set(from, name);
    if (result !== null) this.#results.set(name, result);
  }

  /** The result that so many replicas gave; null if there is none yet. */
  result(quorum: number): string | null {
    for (const [name, result] of this.#results) {
      const same = [...this.#names.values()].filter((one) => one === name);
      if (same.length >= quorum) return result;
    }
    return null;
  }

  /** Whether those who have not answered cannot make a quorum any more. */
  isVain(quorum: number, replicas: number): boolean {
    const counts = new Map<string, number>();
    for (const name of this.#names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    counts.delete(REFUSED);
    const best = Math.max(0, ...counts.values());
    return best + (replicas - this.#names.size) < quorum;
  }
}
