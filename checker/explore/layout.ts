/**
 * How a vector of local ids is packed into 32-bit words. No id straddles two words. Widths grow as
 * local states are found: then every stored state is packed anew.
 */
export class Layout {
  /** the number of words of a state */
  words = 0;
  readonly word: Int32Array;
  readonly shift: Int32Array;
  /** unshifted: (1 << bits) − 1 */
  readonly mask: Int32Array;
  readonly #bits: Int32Array;

  constructor(initialBits: readonly number[]) {
    const count = initialBits.length;
    this.word = new Int32Array(count);
    this.shift = new Int32Array(count);
    this.mask = new Int32Array(count);
    this.#bits = Int32Array.from(initialBits);
    this.#place();
  }

  #place(): void {
    const free: number[] = [];
    this.#bits.forEach((bits, track) => {
      let word = free.findIndex((room) => room >= bits);
      if (word < 0) word = free.push(32) - 1;
      const room = free[word] as number;
      this.word[track] = word;
      this.shift[track] = 32 - room;
      this.mask[track] = bits === 32 ? -1 : (1 << bits) - 1;
      free[word] = room - bits;
    });
    this.words = Math.max(1, free.length);
  }

  /** Whether some track has more local states than fit. */
  overflows(counts: readonly number[]): boolean {
    return counts.some((count, track) => count - 1 > (this.mask[track] as number) >>> 0);
  }

  /** A layout in which `counts` fit, with a bit to spare for each track that was too narrow. */
  widened(counts: readonly number[]): Layout {
    return new Layout(
      Array.from(this.#bits, (bits, track) => {
        const needed = Math.max(1, 32 - Math.clz32((counts[track] as number) - 1));
        return needed <= bits ? bits : Math.min(31, needed + 1);
      }),
    );
  }

  idAt(words: Int32Array, base: number, track: number): number {
    const word = words[base + (this.word[track] as number)] as number;
    return (word >>> (this.shift[track] as number)) & (this.mask[track] as number);
  }

  pack(ids: ArrayLike<number>, words: Int32Array, base: number): void {
    words.fill(0, base, base + this.words);
    for (let track = 0; track < ids.length; track++) {
      const at = base + (this.word[track] as number);
      words[at] = (words[at] as number) | ((ids[track] as number) << (this.shift[track] as number));
    }
  }
}

/** Spreads the bits of a 32-bit integer (Wellons' lowbias32). */
export function mix(x: number): number {
  let y = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  y = Math.imul(y ^ (y >>> 15), 0x846ca68b);
  return y ^ (y >>> 16);
}

/**
 * The factor of a track in the multilinear hash of a vector: Σ factor · (local id). A step changes
 * the sum by one product for each leaf that moves. Mixed, the sum spreads over partitions and slots.
 */
export function factorOf(track: number): number {
  return mix(Math.imul(track + 1, 0x9e3779b1)) | 1;
}
