/** What waits in a queue for its turn, with its size in bytes. */
export interface Queued {
  readonly bytes: number;
}

/** A queue of one peer's items. Taking one is constant time. */
export class Inbox<T extends Queued> {
  #items: T[] = [];
  #taken = 0;
  #bytes = 0;

  get count(): number {
    return this.#items.length - this.#taken;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#bytes += item.bytes;
  }

  take(): T | undefined {
    const item = this.#items[this.#taken];
    if (item === undefined) return undefined;
    this.#taken++;
    this.#bytes -= item.bytes;
    if (2 * this.#taken > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}

/**
 * Takes items from many inboxes in rotation, one from each: what one peer sends delays another's
 * message by one item per round, however much it is.
 */
export class Rotation<T extends Queued> {
  readonly #waiting: Inbox<T>[] = [];

  /** Adds an item to an inbox of this rotation. */
  add(inbox: Inbox<T>, item: T): void {
    if (inbox.count === 0) this.#waiting.push(inbox);
    inbox.add(item);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Handles at most `countMax` items; those that are added meanwhile are waiting like others. */
  turn(countMax: number, handle: (item: T) => void): void {
    for (let left = countMax; left > 0; left--) {
      const inbox = this.#waiting.shift();
      const item = inbox?.take();
      if (inbox === undefined || item === undefined) return;
      if (inbox.count > 0) this.#waiting.push(inbox);
      handle(item);
    }
  }
}
