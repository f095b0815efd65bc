const UNKNOWN = -1;
const FIRST_SLOTS = 4;
const FIRST_ROWS = 4;

/**
 * The memo of next local states, one flat table. Each track has a region of rows, one for each of
 * its local states; each row has a slot for each action in which the track takes part. An entry is
 * the next local id, −1 while it is unknown, or −2 − e for emission e.
 *
 * The entry of (track, local, slot) is at rowBase[track] + local · rowRoom[track] + slot.
 */
export class Memo {
  table = new Int32Array(1 << 12);
  /** where the region of each track begins; moves as the track outgrows it */
  rowBase = new Int32Array(16);
  /** the length of the rows of each track */
  rowRoom = new Int32Array(16);
  /** misses of each track: how often an effect ran */
  readonly misses: number[] = [];
  /**
   * Of the same shape as the table. In the place of (track, local, slot): what the independence of
   * actions knows of those that come after this one has led to `local`; 0 while it knows nothing.
   */
  after = new Int32Array(1 << 12);
  /** In the place of (track, local, slot): the last entry of a chain of what the action leads from. */
  #sources = new Int32Array(1 << 12);
  /** the chains: a local id, and the entry before; entry 0 ends a chain */
  #chains = new Int32Array(1 << 12);
  #chained = 1;

  readonly #rowsHeld: number[] = [];
  readonly #slotActions: number[][] = [];
  #end = 0;

  addTrack(): void {
    const track = this.#rowsHeld.length;
    if (track >= this.rowBase.length) {
      this.rowBase = grown(this.rowBase);
      this.rowRoom = grown(this.rowRoom);
    }
    this.misses.push(0);
    this.#rowsHeld.push(0);
    this.#slotActions.push([]);
    this.#move(track, 0, FIRST_ROWS, FIRST_SLOTS);
  }

  /** Makes room for the row of a new local state. */
  addRow(track: number, local: number): void {
    const held = this.#rowsHeld[track] as number;
    if (local >= held) this.#move(track, held, held * 2, this.rowRoom[track] as number);
  }

  /** Makes room for one more action of a track, and returns its slot. */
  addSlot(track: number, action: number): number {
    const slot = (this.#slotActions[track] as number[]).push(action) - 1;
    const [rows, room] = [this.#rowsHeld[track] as number, this.rowRoom[track] as number];
    if (slot >= room) this.#move(track, rows, rows, room * 2);
    return slot;
  }

  actionOf(track: number, slot: number): number {
    return (this.#slotActions[track] as number[])[slot] as number;
  }

  /** The actions in which a track takes part, by slot. */
  actionsOf(track: number): readonly number[] {
    return this.#slotActions[track] as number[];
  }

  get(track: number, local: number, slot: number): number {
    return this.table[this.#at(track, local, slot)] as number;
  }

  set(track: number, local: number, slot: number, next: number): void {
    this.table[this.#at(track, local, slot)] = next;
    if (next < 0) return;
    const at = this.#at(track, next, slot);
    this.after[at] = 0;
    const chained = this.#chained;
    if (chained + 2 > this.#chains.length) this.#chains = grown(this.#chains);
    this.#chains[chained] = local;
    this.#chains[chained + 1] = this.#sources[at] as number;
    this.#sources[at] = chained;
    this.#chained += 2;
  }

  /** The local states from which the action of a slot is known to lead to `local`. */
  sources(track: number, local: number, slot: number): number[] {
    const found: number[] = [];
    let at = this.#sources[this.#at(track, local, slot)] as number;
    for (; at !== 0; at = this.#chains[at + 1] as number) found.push(this.#chains[at] as number);
    return found;
  }

  #at(track: number, local: number, slot: number): number {
    return (this.rowBase[track] as number) + local * (this.rowRoom[track] as number) + slot;
  }

  /** Moves a track's region to the end of the table, with other room. */
  #move(track: number, rows: number, toRows: number, toRoom: number): void {
    const [base, room] = [this.rowBase[track] as number, this.rowRoom[track] as number];
    const to = this.#end;
    this.#end += toRows * toRoom;
    while (this.#end > this.table.length) {
      this.table = grown(this.table);
      this.after = grown(this.after);
      this.#sources = grown(this.#sources);
    }
    this.table.fill(UNKNOWN, to, this.#end);
    for (const table of [this.table, this.after, this.#sources]) {
      for (let row = 0; row < rows; row++) {
        const from = base + row * room;
        table.copyWithin(to + row * toRoom, from, from + room);
      }
    }
    this.rowBase[track] = to;
    this.rowRoom[track] = toRoom;
    this.#rowsHeld[track] = toRows;
  }

  get bytes(): number {
    return 3 * this.table.byteLength + this.#chains.byteLength;
  }
}

/** A copy of twice the length. */
export function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
