/** Changes to the fields of one unit: the new bytes of each, null for one that is deleted. */
export type FieldChanges = ReadonlyMap<string, Uint8Array | null>;

/** Changes to units, the last one to each field: what several commits amount to. */
export class Changes {
  readonly #units = new Map<string, Map<string, Uint8Array | null>>();

  get size(): number {
    return this.#units.size;
  }

  add(unit: string, changes: FieldChanges): void {
    const known = this.#units.get(unit);
    if (known === undefined) {
      this.#units.set(unit, new Map(changes));
      return;
    }
    for (const [field, bytes] of changes) known.set(field, bytes);
  }

  addAll(later: Changes): void {
    for (const [unit, changes] of later.units()) this.add(unit, changes);
  }

  units(): IterableIterator<[string, FieldChanges]> {
    return this.#units.entries();
  }

  names(): Iterable<string> {
    return this.#units.keys();
  }

  /** Makes the fields of a unit what they are after these changes. */
  applyTo(unit: string, fields: Map<string, Uint8Array>): void {
    for (const [field, bytes] of this.#units.get(unit) ?? []) {
      if (bytes === null) fields.delete(field);
      else fields.set(field, bytes);
    }
  }
}
