import type { Absorbing } from "../../spec/automaton/absorbing.ts";
import type { Leaf } from "../../spec/automaton/compose.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Local } from "../../spec/automaton/semantics.ts";
import { canonical } from "../../spec/automaton/values.ts";
import type { Family } from "../explore/families.ts";
import type { Model } from "../explore/model.ts";
import { InboxAlone } from "./inbox-alone.ts";
import type { LocalSteps } from "./local-steps.ts";

/** An inbox may hold any subset of so many messages at a time; more are refused. */
const MOST_RECEIPTS = 14;
const MOST_INBOXES = 2 ** 20;
const MOST_ACTIONS = 2 ** 20;

/** Receipts and the reader that follows them. */
export interface Folded {
  readonly receipts: readonly number[];
  readonly reader: number;
}

/** What a leaf may have received: the local state for every subset of some receipts. */
interface Lattice {
  readonly receipts: readonly number[];
  /** by subset, as bits */
  readonly nodes: Int32Array;
  readonly folded: readonly Folded[];
}

/**
 * One leaf whose receipts are folded. In a local state l with some receipts that are enabled, it
 * looks at each subset B of them, and at the local state l + B that they lead to in any order.
 * A receipt d of B is *delayed* past an action x of l + B if x is possible in l + (B − d), too, and
 * d leads on from there to where x leads from l + B.
 */
export class Inbox {
  readonly track: number;
  readonly #absorbing: Absorbing;
  readonly #family: Family;
  readonly #model: Model;
  readonly #steps: LocalSteps;
  readonly #refuse: (what: string) => never;
  readonly #lattices = new Map<string, Lattice>();
  readonly #ofInputs = new Map<string, readonly Folded[]>();
  readonly #alone: InboxAlone;
  /** by local id: the enabled actions, the inbox, and all but the inbox */
  readonly #rows: ReadonlySet<number>[] = [];
  readonly #inboxOfLocal: number[] = [];
  readonly #rests: number[] = [];
  readonly #restIds = new Map<string, number>();
  readonly #inboxes: unknown[] = [];
  readonly #inboxIds = new Map<string, number>();
  /** by inbox and receipt, the next inbox; by rest and inbox, the local state */
  readonly #next = new Map<number, number>();
  readonly #locals = new Map<number, number>();

  constructor(
    track: number,
    absorbing: Absorbing,
    model: Model,
    steps: LocalSteps,
    refuse: (what: string) => never,
  ) {
    this.track = track;
    this.#absorbing = absorbing;
    this.#model = model;
    this.#steps = steps;
    this.#family = model.families.find(({ tracks }) => tracks[0] === track) as Family;
    const leaf = model.system.leaves[model.tracks[track]?.leaf as number] as Leaf;
    this.#alone = new InboxAlone(leaf.automaton, absorbing.inbox);
    this.#refuse = (what) => refuse(`in ${model.tracks[track]?.name}, ${what}`);
  }

  isReader(action: number): boolean {
    return this.#absorbing.readers.includes((this.#model.actions[action] as Action).name);
  }

  /** The readers of the leaf's own that some receipts lead to, each with receipts that it needs. */
  folded(local: number, enabled: readonly number[]): readonly Folded[] {
    return this.#latticeAt(local, enabled).folded;
  }

  /** The same for a reader that another leaf controls. */
  foldedInto(input: number, local: number, enabled: readonly number[]): readonly Folded[] {
    const key = `${input} ${local} ${enabled.join()}`;
    let found = this.#ofInputs.get(key);
    if (found === undefined) {
      const lattice = this.#latticeAt(local, enabled);
      found = [...this.#needed(lattice, input, () => true)];
      this.#ofInputs.set(key, found);
    }
    return found;
  }

  /** @throws QuorateError `reduction-refused` where a receipt is not delayed past an input */
  checkInput(input: number, local: number, enabled: readonly number[]): void {
    const key = `${input} ${local} ${enabled.join()}`;
    if (this.#ofInputs.has(key)) return;
    const lattice = this.#latticeAt(local, enabled);
    for (let subset = 1; subset < lattice.nodes.length; subset++) {
      this.#checkDelays(lattice, subset, input, () => true);
    }
    this.#ofInputs.set(key, []);
  }

  /** The local state after some receipts. */
  after(local: number, receipts: readonly number[]): number {
    return receipts.reduce((at, receipt) => this.#received(at, receipt), local);
  }

  /**
   * The local state `to` with the inbox that `from` has, if the receipts lead from there to `to`;
   * otherwise `to`.
   */
  forgetting(from: number, to: number, receipts: readonly number[]): number {
    const forgotten = this.#localOf(to, this.#restOf(to), this.#inboxOf(from));
    return this.after(forgotten, receipts) === to ? forgotten : to;
  }

  #latticeAt(local: number, enabled: readonly number[]): Lattice {
    const key = `${local} ${enabled.join()}`;
    let lattice = this.#lattices.get(key);
    if (lattice === undefined) {
      lattice = this.#makeLattice(local, enabled);
      this.#lattices.set(key, lattice);
    }
    return lattice;
  }

  #makeLattice(local: number, enabled: readonly number[]): Lattice {
    const receipts = enabled.filter((one) => this.#received(local, one) !== local);
    if (receipts.length > MOST_RECEIPTS) {
      this.#refuse(`more than ${MOST_RECEIPTS} receipts may wait in one state`);
    }
    const nodes = new Int32Array(1 << receipts.length);
    nodes[0] = local;
    for (let subset = 1; subset < nodes.length; subset++) {
      const last = 31 - Math.clz32(subset);
      const before = nodes[subset & ~(1 << last)] as number;
      nodes[subset] = this.#received(before, receipts[last] as number);
      receipts.forEach((receipt, bit) => {
        if (((subset >> bit) & 1) === 0) return;
        const without = nodes[subset & ~(1 << bit)] as number;
        if (this.#received(without, receipt) !== nodes[subset]) this.#refuseOrder(receipt);
      });
      for (const receipt of enabled) {
        if (receipts.includes(receipt)) continue;
        const node = nodes[subset] as number;
        if (this.#received(node, receipt) !== node) this.#refuseOrder(receipt);
      }
    }
    const lattice = { receipts, nodes, folded: [] };
    return { ...lattice, folded: this.#foldedOf(lattice) };
  }

  #refuseOrder(receipt: number): never {
    return this.#refuse(`${this.#text(receipt)} does not commute with another receipt`);
  }

  /** The local state after a receipt. */
  #received(local: number, receipt: number): number {
    const rest = this.#restOf(local);
    const inbox = this.#inboxOf(local);
    const key = inbox * MOST_ACTIONS + receipt;
    let next = this.#next.get(key);
    if (next === undefined) {
      const action = this.#model.actions[receipt] as Action;
      const value = this.#alone.after(this.#inboxes[inbox], receipt, action);
      if (value === undefined) this.#refuse(`${this.#text(receipt)} does more than fill the inbox`);
      next = this.#inboxId(value);
      this.#next.set(key, next);
    }
    return next === inbox ? local : this.#localOf(local, rest, next);
  }

  /** The local state with the rest of another one, and some inbox. */
  #localOf(local: number, rest: number, inbox: number): number {
    const key = rest * MOST_INBOXES + inbox;
    let found = this.#locals.get(key);
    if (found === undefined) {
      const { state, outbox } = (this.#model.values[this.track] as Local[])[local] as Local;
      const field = { [this.#absorbing.inbox]: this.#inboxes[inbox] };
      found = this.#model.intern(this.track, { state: { ...(state as object), ...field }, outbox });
      this.#locals.set(key, found);
    }
    return found;
  }

  #inboxOf(local: number): number {
    let inbox = this.#inboxOfLocal[local];
    if (inbox === undefined) {
      const { state } = (this.#model.values[this.track] as Local[])[local] as Local;
      inbox = this.#inboxId(Reflect.get(state as object, this.#absorbing.inbox));
      this.#inboxOfLocal[local] = inbox;
    }
    return inbox;
  }

  #inboxId(value: unknown): number {
    const text = canonical(value);
    let id = this.#inboxIds.get(text);
    if (id === undefined) {
      id = this.#inboxes.push(value) - 1;
      if (id >= MOST_INBOXES) this.#refuse(`there are more than ${MOST_INBOXES} inboxes`);
      this.#inboxIds.set(text, id);
    }
    return id;
  }

  /** A number for all of a local state but its inbox. */
  #restOf(local: number): number {
    let rest = this.#rests[local];
    if (rest === undefined) {
      const { state, outbox } = (this.#model.values[this.track] as Local[])[local] as Local;
      const text = canonical([{ ...(state as object), [this.#absorbing.inbox]: null }, outbox]);
      rest = this.#restIds.get(text) ?? this.#restIds.size;
      this.#restIds.set(text, rest);
      this.#rests[local] = rest;
    }
    return rest;
  }

  #foldedOf(lattice: Lattice): Folded[] {
    const rows = Array.from(lattice.nodes, (node) => this.#rowAt(node));
    const folded: Folded[] = [];
    rows.forEach((row, subset) => {
      for (const action of row) {
        const isPossible = (other: number) => rows[other]?.has(action) === true;
        if (!this.isReader(action)) this.#checkDelays(lattice, subset, action, isPossible);
        else if (!this.#delaysOne(lattice, subset, action, isPossible)) {
          folded.push({ receipts: chosen(lattice.receipts, subset), reader: action });
        }
      }
    });
    return folded;
  }

  *#needed(lattice: Lattice, reader: number, isPossible: () => boolean): Iterable<Folded> {
    for (let subset = 0; subset < lattice.nodes.length; subset++) {
      if (this.#delaysOne(lattice, subset, reader, isPossible)) continue;
      yield { receipts: chosen(lattice.receipts, subset), reader };
    }
  }

  #rowAt(local: number): ReadonlySet<number> {
    let row = this.#rows[local];
    if (row === undefined) {
      row = new Set(this.#model.rowOf(this.#family, [local]));
      this.#rows[local] = row;
    }
    return row;
  }

  /** Whether a receipt of the subset is delayed past the action: it need not come before. */
  #delaysOne(
    lattice: Lattice,
    subset: number,
    action: number,
    isPossible: (subset: number) => boolean,
  ): boolean {
    return lattice.receipts.some(
      (_, bit) =>
        ((subset >> bit) & 1) === 1 && this.#delays(lattice, subset, bit, action, isPossible),
    );
  }

  #checkDelays(
    lattice: Lattice,
    subset: number,
    action: number,
    isPossible: (subset: number) => boolean,
  ): void {
    lattice.receipts.forEach((receipt, bit) => {
      if (((subset >> bit) & 1) === 0) return;
      if (this.#delays(lattice, subset, bit, action, isPossible)) return;
      const [one, other] = [this.#text(receipt), this.#text(action)];
      this.#refuse(`${one} cannot wait until after ${other}, which is not declared a reader`);
    });
  }

  #delays(
    { nodes, receipts }: Lattice,
    subset: number,
    bit: number,
    action: number,
    isPossible: (subset: number) => boolean,
  ): boolean {
    const without = subset & ~(1 << bit);
    if (!isPossible(without)) return false;
    const node = nodes[without] as number;
    const { state } = (this.#model.values[this.track] as Local[])[node] as Local;
    const taken = this.#model.actions[action] as Action;
    // All that has to be known is done once for all inboxes where the effect ignores them.
    if (this.#alone.isIgnoredBy(taken, action, state as object, this.#restOf(node))) return true;
    const late = this.#steps.of(this.track, node, action);
    const soon = this.#steps.of(this.track, nodes[subset] as number, action);
    if (late.sent.join() !== soon.sent.join()) return false;
    return this.#received(late.to, receipts[bit] as number) === soon.to;
  }

  #text(action: number): string {
    return actionText(this.#model.actions[action] as Action);
  }
}

function chosen(receipts: readonly number[], subset: number): number[] {
  return receipts.filter((_, bit) => ((subset >> bit) & 1) === 1);
}
