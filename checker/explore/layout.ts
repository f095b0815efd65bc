/** The number of values of a byte: the hash is summed byte by byte. */
const BYTE = 256;

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
  /** the factor of each track in the hash */
  readonly factors: Int32Array;
  /**
   * What each value of each byte of a state adds to the sum that is hashed: the sum is linear in
   * the bits, so a state need not be unpacked.
   */
  readonly byteSums: Int32Array;
  readonly #bits: Int32Array;

  constructor(initialBits: readonly number[]) {
    const count = initialBits.length;
    this.word = new Int32Array(count);
    this.shift = new Int32Array(count);
    this.mask = new Int32Array(count);
    this.factors = Int32Array.from(initialBits, (_, track) => factorOf(track));
    this.#bits = Int32Array.from(initialBits);
    this.#place();
    this.byteSums = this.#sumBytes();
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

  #sumBytes(): Int32Array {
    const ofBit = new Int32Array(this.words * 32);
    this.#bits.forEach((bits, track) => {
      const first = (this.word[track] as number) * 32 + (this.shift[track] as number);
      for (let bit = 0; bit < bits; bit++)
        ofBit[first + bit] = (this.factors[track] as number) << bit;
    });
    const sums = new Int32Array(this.words * 4 * BYTE);
    for (let at = 0; at < sums.length; at++) {
      const value = at % BYTE;
      if (value === 0) continue;
      // The lowest bit of the value, and what the rest of it adds.
      const bit = 31 - Math.clz32(value & -value);
      const rest = sums[at - (value & -value)] as number;
      sums[at] = rest + (ofBit[Math.floor(at / BYTE) * 8 + bit] as number);
    }
    return sums;
  }

  /** Whether some track has more local states than fit. */
  overflows(counts: readonly number[]): boolean {
    return counts.some((count, track) => count - 1 > (this.mask[track] as number) >>> 0);
  }

  /**
   * A layout in which `counts` fit, with some bits to spare for each track that was too narrow, or
   * would be when it has twice as many: every new layout costs all states and rows.
   */
  widened(counts: readonly number[], spare: number): Layout {
    return new Layout(
      Array.from(this.#bits, (bits, track) => {
        const needed = Math.max(1, 32 - Math.clz32((counts[track] as number) - 1));
        const isTight = bits > 2 ? needed >= bits : needed > bits;
        return isTight ? Math.min(31, needed + spare) : bits;
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

  /** Packs `count` states, which are packed by this layout, by another. */
  repack(states: Int32Array, count: number, to: Layout, into: Int32Array): void {
    const { word, shift, mask, words: width } = this;
    const { word: toWord, shift: toShift, words: toWidth } = to;
    for (let track = 0; track < word.length; track++) {
      const [down, bits, up] = [
        shift[track] as number,
        mask[track] as number,
        toShift[track] as number,
      ];
      let from = word[track] as number;
      let at = toWord[track] as number;
      for (let state = 0; state < count; state++, from += width, at += toWidth) {
        const id = ((states[from] as number) >>> down) & bits;
        into[at] = (into[at] as number) | (id << up);
      }
    }
  }

  /** The hash of a state. It depends on its ids alone, not on how they are packed. */
  hashAt(words: Int32Array, base: number): number {
    return mix(this.sumAt(words, base));
  }

  /** Σ factor · (local id), which {@link mix} makes the hash. */
  sumAt(words: Int32Array, base: number): number {
    const { byteSums, words: width } = this;
    let sum = 0;
    for (let word = 0, at = 0; word < width; word++, at += 4 * BYTE) {
      const bits = words[base + word] as number;
      sum +=
        (byteSums[at + (bits & 255)] as number) +
        (byteSums[at + BYTE + ((bits >>> 8) & 255)] as number) +
        (byteSums[at + 2 * BYTE + ((bits >>> 16) & 255)] as number) +
        (byteSums[at + 3 * BYTE + (bits >>> 24)] as number);
      sum |= 0;
    }
    return sum;
  }
}

/** Spreads the bits of a 32-bit integer (Wellons' lowbias32). */
export function mix(x: number): number {
  let y = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  y = Math.imul(y ^ (y >>> 15), 0x846ca68b);
  return y ^ (y >>> 16);
}

/**
 * The factor of a track in the multilinear hash of a vector. A step changes the sum by one product
 * for each leaf that moves. Mixed, the sum spreads over partitions and slots.
 */
function factorOf(track: number): number {
  return mix(Math.imul(track + 1, 0x9e3779b1)) | 1;
}
