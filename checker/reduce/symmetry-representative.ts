import type { Model } from "../explore/model.ts";
import type { Names, Relabelling } from "./permute-tracks.ts";
import { arrangements } from "./symmetry-arrangements.ts";
import { Signatures } from "./symmetry-signatures.ts";

/** The representative of an orbit, and the exchanges that lead to it, first one first. */
interface Represented {
  readonly ids: Int32Array;
  readonly path: readonly Relabelling[];
}

/**
 * Finds representatives: of the states of an orbit whose indices are sorted by their signatures, the
 * first in the order of texts. So it depends neither on what was found before nor on how that was
 * numbered. Among indices of one signature, those whose exchange changes nothing need no order; all
 * arrangements of the others are compared.
 */
export class Representatives {
  readonly #sizes: readonly number[];
  readonly #names: readonly Names[];
  readonly #values: Model["values"];
  readonly #relabelling: (symmetry: number, to: readonly number[]) => Relabelling;
  readonly #signatures: readonly Signatures[];
  /** by symmetry and pair of places */
  readonly #exchanges: Relabelling[][];
  readonly #texts: (string | undefined)[][];

  /**
   * @param sizes by symmetry: how many places it has
   * @param relabelling makes the relabelling that brings each place of a symmetry to another
   */
  constructor(
    model: Model,
    names: readonly Names[],
    sizes: readonly number[],
    relabelling: (symmetry: number, to: readonly number[]) => Relabelling,
  ) {
    this.#sizes = sizes;
    this.#names = names;
    this.#values = model.values;
    this.#relabelling = relabelling;
    this.#signatures = sizes.map((size, at) => new Signatures(model, names, at, size));
    this.#exchanges = sizes.map(() => []);
    this.#texts = model.tracks.map(() => []);
  }

  of(ids: Int32Array): Represented {
    let sorted: Represented = { ids, path: [] };
    const keys = this.#sizes.map((_, symmetry) => {
      const signatures = this.#signaturesOf(symmetry, sorted.ids);
      const order = Array.from(signatures.keys()).sort(
        (one, other) => (signatures[one] as number) - (signatures[other] as number),
      );
      sorted = this.#arranged(sorted, symmetry, order);
      return order.map((place) => signatures[place] as number);
    });
    return this.#first(sorted, keys, 0, sorted.ids);
  }

  /** The first of the arrangements of the symmetries from `symmetry` on. */
  #first(
    from: Represented,
    keys: readonly (readonly number[])[],
    symmetry: number,
    sorted: Int32Array,
  ): Represented {
    if (symmetry === keys.length) return from;
    let best: Represented | null = null;
    const alike = (one: number, other: number) =>
      this.#exchange(symmetry, one, other).fixes(sorted);
    for (const order of arrangements(keys[symmetry] as readonly number[], alike)) {
      const one = this.#first(this.#arranged(from, symmetry, order), keys, symmetry + 1, sorted);
      if (best === null || this.#compare(one.ids, best.ids) < 0) best = one;
    }
    return best as Represented;
  }

  #signaturesOf(symmetry: number, ids: Int32Array): Int32Array {
    const signatures = (this.#signatures[symmetry] as Signatures).of(ids);
    for (let one = 0; one < signatures.length; one++) {
      const other = signatures.indexOf(signatures[one] as number, one + 1);
      if (other < 0 || this.#exchange(symmetry, one, other).fixes(ids)) continue;
      return (this.#signatures[symmetry] as Signatures).refined(ids, signatures);
    }
    return signatures;
  }

  #exchange(symmetry: number, one: number, other: number): Relabelling {
    const size = this.#sizes[symmetry] as number;
    const known = this.#exchanges[symmetry] as Relabelling[];
    const at = Math.min(one, other) * size + Math.max(one, other);
    let found = known[at];
    if (found === undefined) {
      const to = Array.from({ length: size }, (_, place) => place);
      [to[one], to[other]] = [other, one];
      found = this.#relabelling(symmetry, to);
      known[at] = found;
    }
    return found;
  }

  /** Brings what is at place `order[p]` to place p, for every p. */
  #arranged(from: Represented, symmetry: number, order: readonly number[]): Represented {
    let { ids } = from;
    const path = [...from.path];
    const left = [...order];
    for (let place = 0; place < left.length; place++) {
      const other = left[place] as number;
      if (other === place) continue;
      const exchange = this.#exchange(symmetry, place, other);
      ids = exchange.apply(ids);
      path.push(exchange);
      left[left.indexOf(place, place + 1)] = other;
    }
    return { ids, path };
  }

  #compare(one: Int32Array, other: Int32Array): number {
    for (let track = 0; track < one.length; track++) {
      if (one[track] === other[track]) continue;
      const [a, b] = [one, other].map((ids) => this.#text(track, ids[track] as number));
      return (a as string) < (b as string) ? -1 : 1;
    }
    return 0;
  }

  #text(track: number, id: number): string {
    const texts = this.#texts[track] as (string | undefined)[];
    texts[id] ??= (this.#names[track] as Names).text(this.#values[track]?.[id]);
    return texts[id];
  }
}
