const FIRST_BITS = 6;

/**
 * A map from tuples of 32-bit integers, all of one length, to integers 0 … 2³¹ − 2: a hash table of typed
 * arrays, since building a string for each look-up costs more than what is looked up.
 */
export class Tuples {
  readonly #length: number;
  #bits = FIRST_BITS;
  #count = 0;
  #keys: Int32Array;
  /** by slot: what the tuple stands for + 1; 0 where the slot is free */
  #values = new Int32Array(1 << FIRST_BITS);

  /** @param length of each tuple */
  constructor(length: number) {
    this.#length = length;
    this.#keys = new Int32Array(length << FIRST_BITS);
  }

  /** What a tuple stands for; −1 where it is new. */
  get(tuple: ArrayLike<number>): number {
    return (this.#values[this.#find(tuple, 0)] as number) - 1;
  }

  set(tuple: ArrayLike<number>, value: number): void {
    const slot = this.#find(tuple, 0);
    if (this.#values[slot] === 0) {
      this.#count++;
      for (let at = 0; at < this.#length; at++) {
        this.#keys[slot * this.#length + at] = tuple[at] as number;
      }
    }
    this.#values[slot] = value + 1;
    if (this.#count * 2 > this.#values.length) this.#grow();
  }

  /** The slot of the tuple that begins at `from`, or the free one where it belongs. */
  #find(tuple: ArrayLike<number>, from: number): number {
    const [keys, values, length] = [this.#keys, this.#values, this.#length];
    let hash = 0;
    for (let at = 0; at < length; at++) {
      hash = Math.imul(hash ^ (tuple[from + at] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = values.length - 1;
    let slot = Math.imul(hash, 0x85ebca6b) >>> (32 - this.#bits);
    for (; values[slot] !== 0; slot = (slot + 1) & mask) {
      const first = slot * length;
      let at = 0;
      while (at < length && keys[first + at] === tuple[from + at]) at++;
      if (at === length) break;
    }
    return slot;
  }

  #grow(): void {
    const [keys, values, length] = [this.#keys, this.#values, this.#length];
    this.#bits++;
    this.#keys = new Int32Array(keys.length * 2);
    this.#values = new Int32Array(values.length * 2);
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] === 0) continue;
      const to = this.#find(keys, slot * length);
      this.#keys.set(keys.subarray(slot * length, (slot + 1) * length), to * length);
      this.#values[to] = values[slot] as number;
    }
  }

  get bytes(): number {
    return this.#keys.byteLength + this.#values.byteLength;
  }
}
