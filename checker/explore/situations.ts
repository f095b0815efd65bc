import type { Cells, Unseen } from "./unseen.ts";

/** So many situations are checked, and then no more: the exploration's notes say so. */
const MOST_SITUATIONS = 20_000;
/** So many values of the cells that a family does not read are tried with each row. */
const MOST_VALUES = 256;

/** The values of cells with which something is tried, as long as they are not too many. */
export class Situations {
  cut = false;
  #count = 0;
  readonly #unseen: Unseen;

  constructor(unseen: Unseen) {
    this.#unseen = unseen;
  }

  /** The known cells with every value seen of the others; cut short where they are too many. */
  of(leaf: number, cells: readonly string[], known: Cells): Cells[] {
    if (this.#count > MOST_SITUATIONS) return [];
    let all: Cells[] = [known];
    for (const cell of new Set(cells)) {
      if (Object.hasOwn(known, cell)) continue;
      const values = this.#unseen.valuesOf(leaf, cell);
      all = all.flatMap((one) => values.map((value) => ({ ...one, [cell]: value })));
      if (all.length > MOST_VALUES) {
        all.length = MOST_VALUES;
        this.cut = true;
      }
    }
    return this.allow(all.length) ? all : [];
  }

  /** Counts more situations; false once they are too many. */
  allow(more: number): boolean {
    this.#count += more;
    if (this.#count <= MOST_SITUATIONS) return true;
    this.cut = true;
    return false;
  }
}
