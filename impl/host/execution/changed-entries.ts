/** Which entries of one map that is kept by entry have changed since they were last taken. */
export class ChangedEntries {
  readonly #keys = new Set<string>();
  #isReplaced = false;

  /** An entry was put, changed inside, or dropped. */
  touch(key: string): void {
    this.#keys.add(key);
  }

  /** Another map is in the place of `before`: what that one held may be gone. */
  replace(before: unknown): void {
    for (const key of Object.keys(Object(before))) this.#keys.add(key);
    this.#isReplaced = true;
  }

  /** The map is another object, which shares with the one before what has not changed. */
  compare(before: object, after: object): void {
    for (const key of Object.keys(before)) {
      if (own(before, key) !== own(after, key)) this.#keys.add(key);
    }
    for (const key of Object.keys(after)) {
      if (!Object.hasOwn(before, key)) this.#keys.add(key);
    }
  }

  /** The entries that changed, as the map has them now; undefined: it is gone. */
  take(map: object): [key: string, value: unknown][] {
    if (this.#isReplaced) for (const key of Object.keys(map)) this.#keys.add(key);
    const changed = Array.from(this.#keys, (key): [string, unknown] => [key, own(map, key)]);
    this.#keys.clear();
    this.#isReplaced = false;
    return changed;
  }
}

const own = (map: object, key: string): unknown =>
  Object.hasOwn(map, key) ? Reflect.get(map, key) : undefined;
