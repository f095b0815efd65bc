import type { Message } from "../atomic/message.ts";

/** How many verified requests are remembered: more than the clients of most clusters have under way. */
const REMEMBERED_MAX = 4096;

/**
 * Requests whose signatures were verified. One comes from its client, from each replica that relays it,
 * and in each proposal that holds it.
 */
export class KnownRequests {
  /** the oldest first */
  readonly #known = new Map<string, string>();

  has({ client, seq, op, signature }: Message): boolean {
    return this.#known.get(`${client} ${seq} ${signature}`) === op;
  }

  add({ client, seq, op, signature }: Message): void {
    this.#known.set(`${client} ${seq} ${signature}`, op);
    if (this.#known.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
