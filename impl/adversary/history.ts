import type { Wire } from "../network/process.ts";
import type { Parcel } from "./behaviour.ts";
import { type Chance, pick } from "./dice.ts";

/** What a process has sent, the newest last; the oldest is forgotten. */
export class History {
  readonly #sent: Parcel[] = [];
  readonly #most: number;

  /** @param most how many messages it remembers */
  constructor(most: number) {
    this.#most = most;
  }

  add(parcel: Parcel): void {
    this.#sent.push(parcel);
    if (this.#sent.length > this.#most) this.#sent.shift();
  }

  /** The newest that fits. */
  last(fits: (parcel: Parcel) => boolean): Parcel | undefined {
    return this.#sent.findLast(fits);
  }

  /** Any that fits. */
  any(from: Chance, fits: (parcel: Parcel) => boolean): Parcel | undefined {
    return pick(from, this.#sent.filter(fits));
  }
}

/** Equality by value. */
export function sameWire(a: Wire, b: Wire): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    const [one, other] = [a, b];
    if (!(one instanceof Uint8Array && other instanceof Uint8Array)) return false;
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    one.length === other.size &&
    one.every(([key, value]) => {
      const opposite = other.get(key);
      return opposite !== undefined && sameWire(value as Wire, opposite as Wire);
    })
  );
}
