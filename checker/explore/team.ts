import { parseCanonical } from "../../spec/automaton/parse.ts";
import { canonical } from "../../spec/automaton/values.ts";
import type { Sharing } from "./tracks.ts";

/** Workers at most: each pair has a ring of its own. */
export const MOST_WORKERS = 32;
/** How much the workers of a search may tell each other of local states and actions, in bytes. */
const LOG_BYTES = 1 << 28;
/** Chunks that one worker may have sent another that were not received yet. */
const RING_CHUNKS = 16;
/** The words of a chunk: what a partition's buffer holds at most, where it belongs and its length. */
const CHUNK_WORDS = (1 << 14) + 2;
/** Longer than this no worker sleeps before it looks again. */
const NAP_MS = 2;

/** Places in the control array. */
const [LOCK, LOG_END, ARRIVED, GENERATION, FINISHED, WIDENING, STOPPED, FAILED] = [
  0, 1, 2, 3, 4, 5, 6, 7,
];
const CONTROL_HEAD = 8;
/** What an entry of the log is, where it is no value of a track. */
const [ACTION, OFFER] = [-1, -2];
/** By worker, in the control array: states found, and words that it shows the others. */
const BOARD_WORDS = 1024;

/** What the workers of one search share. Every part is memory, so a thread can be given it. */
export interface SharedMemory {
  readonly workers: number;
  readonly control: SharedArrayBuffer;
  readonly log: SharedArrayBuffer;
  /** the ring from worker a to worker b is at a · workers + b */
  readonly rings: readonly SharedArrayBuffer[];
}

/** @throws RangeError where there are too few or too many workers */
export function sharedMemory(workers: number): SharedMemory {
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS)) {
    throw new RangeError(`a search has 1 to ${MOST_WORKERS} workers, not ${workers}`);
  }
  const words = CONTROL_HEAD + workers * BOARD_WORDS;
  return {
    workers,
    control: new SharedArrayBuffer(words * 4),
    log: new SharedArrayBuffer(LOG_BYTES),
    rings: Array.from({ length: workers * workers }, (_, at) =>
      Math.floor(at / workers) === at % workers
        ? new SharedArrayBuffer(0)
        : new SharedArrayBuffer((2 + RING_CHUNKS * CHUNK_WORDS) * 4),
    ),
  };
}

/** Another worker has failed: this one ends, and the failure is told by the one whose it is. */
export class PeerFailed extends Error {
  constructor() {
    super("another worker of this search failed");
  }
}

/** What a worker does with what others tell it. */
export interface Member {
  adoptValue(track: number, value: unknown): void;
  adoptAction(text: string): void;
  adoptOffer(family: number, action: number): void;
  /** States of partition `at`, `count` of them, from a place in some words. */
  receive(at: number, words: Int32Array, from: number, count: number): void;
  /** Every worker has arrived, and everything that was sent has been received. */
  widen(): void;
}

/**
 * One worker of a search and its way to the others: a log of local states and actions, in which
 * they get the same ids everywhere; rings of states on their way to the worker that owns their
 * partition; and barriers. A worker that waits goes on receiving, so that none waits for ever.
 */
export class Team implements Sharing {
  readonly workers: number;
  readonly me: number;
  readonly #control: Int32Array;
  readonly #logWords: Int32Array;
  readonly #logBytes: Uint8Array;
  readonly #outgoing: readonly Int32Array[];
  readonly #incoming: readonly Int32Array[];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #read = 0;
  #member: Member | null = null;

  constructor({ workers, control, log, rings }: SharedMemory, me: number) {
    this.workers = workers;
    this.me = me;
    this.#control = new Int32Array(control);
    this.#logWords = new Int32Array(log);
    this.#logBytes = new Uint8Array(log);
    const ring = (from: number, to: number) =>
      new Int32Array(rings[from * workers + to] as SharedArrayBuffer);
    this.#outgoing = Array.from({ length: workers }, (_, to) => ring(me, to));
    this.#incoming = Array.from({ length: workers }, (_, from) => ring(from, me));
  }

  join(member: Member): void {
    this.#member = member;
  }

  owns(partition: number): boolean {
    return partition % this.workers === this.me;
  }

  // ---- ids

  exclusively<T>(known: () => T | undefined, add: () => T): T {
    const control = this.#control;
    while (Atomics.compareExchange(control, LOCK, 0, 1) !== 0) Atomics.wait(control, LOCK, 1, 1);
    try {
      this.catchUp();
      return known() ?? add();
    } finally {
      Atomics.store(control, LOCK, 0);
      Atomics.notify(control, LOCK, 1);
    }
  }

  tellValue(track: number, value: unknown): void {
    this.#append(track, canonical(value));
  }

  tellAction(text: string): void {
    this.#append(ACTION, text);
  }

  tellOffer(family: number, action: number): void {
    this.#append(OFFER, `${family} ${action}`);
  }

  #append(kind: number, text: string): void {
    const end = Atomics.load(this.#control, LOG_END);
    if (end + 8 + text.length * 3 > LOG_BYTES) {
      throw new RangeError("the local states of this model are too many to be shared by workers");
    }
    const { written } = this.#encoder.encodeInto(text, this.#logBytes.subarray(end + 8));
    this.#logWords[end >> 2] = kind;
    this.#logWords[(end >> 2) + 1] = written;
    this.#read = end + 8 + ((written + 3) & ~3);
    Atomics.store(this.#control, LOG_END, this.#read);
  }

  /** Learns what the others have added to the log. */
  catchUp(): void {
    const end = Atomics.load(this.#control, LOG_END);
    while (this.#read < end) {
      const at = this.#read >> 2;
      const [kind, length] = [this.#logWords[at] as number, this.#logWords[at + 1] as number];
      const from = this.#read + 8;
      this.#read = from + ((length + 3) & ~3);
      // A decoder takes no shared memory.
      const text = this.#decoder.decode(this.#logBytes.slice(from, from + length));
      if (kind === ACTION) this.#member?.adoptAction(text);
      else if (kind === OFFER) {
        const [family, action] = text.split(" ").map(Number) as [number, number];
        this.#member?.adoptOffer(family, action);
      } else this.#member?.adoptValue(kind, parseCanonical(text));
    }
  }

  // ---- states on their way

  /** Sends states, each so many words long, to the worker that owns their partition. */
  send(at: number, words: Int32Array, length: number, count: number): void {
    const ring = this.#outgoing[at % this.workers] as Int32Array;
    const most = Math.floor((CHUNK_WORDS - 2) / length);
    for (let sent = 0; sent < count; sent += most) {
      const some = Math.min(most, count - sent);
      const tail = Atomics.load(ring, 1);
      while (tail - Atomics.load(ring, 0) >= RING_CHUNKS) {
        this.#failWithPeers();
        if (!this.receive()) Atomics.wait(ring, 0, Atomics.load(ring, 0), NAP_MS);
      }
      const slot = 2 + (tail % RING_CHUNKS) * CHUNK_WORDS;
      ring[slot] = at;
      ring[slot + 1] = some;
      ring.set(words.subarray(sent * length, (sent + some) * length), slot + 2);
      Atomics.store(ring, 1, tail + 1);
    }
  }

  /** Takes what has arrived; false where nothing has. */
  receive(): boolean {
    let any = false;
    for (let from = 0; from < this.workers; from++) {
      if (from === this.me) continue;
      const ring = this.#incoming[from] as Int32Array;
      for (let head = Atomics.load(ring, 0); head < Atomics.load(ring, 1); head++) {
        this.catchUp();
        const slot = 2 + (head % RING_CHUNKS) * CHUNK_WORDS;
        const [at, count] = [ring[slot] as number, ring[slot + 1] as number];
        this.#member?.receive(at, ring, slot + 2, count);
        Atomics.store(ring, 0, head + 1);
        Atomics.notify(ring, 0);
        any = true;
      }
    }
    return any;
  }

  // ---- meeting

  /** Waits until all have arrived, and receives meanwhile. */
  meet(): void {
    const control = this.#control;
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) + 1 === this.workers) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
      return;
    }
    while (Atomics.load(control, GENERATION) === generation) {
      this.#failWithPeers();
      if (!this.receive()) Atomics.wait(control, GENERATION, generation, NAP_MS);
    }
  }

  /** This worker has sent all that the level led it to; returns when every state has arrived. */
  endLevel(): void {
    const control = this.#control;
    Atomics.add(control, FINISHED, 1);
    while (Atomics.load(control, FINISHED) < this.workers) {
      this.#failWithPeers();
      this.widenIfAsked();
      if (!this.receive()) {
        Atomics.wait(control, FINISHED, Atomics.load(control, FINISHED), NAP_MS);
      }
    }
    this.#gather();
    if (this.me === 0) Atomics.store(control, FINISHED, 0);
    this.meet();
  }

  /** Everything was sent before: after this everything has been received. */
  #gather(): void {
    this.meet();
    while (this.receive());
    this.catchUp();
    this.meet();
  }

  /** Asks all to pack their states anew; they come as soon as they can. */
  askToWiden(): void {
    Atomics.store(this.#control, WIDENING, 1);
  }

  get isWidening(): boolean {
    return Atomics.load(this.#control, WIDENING) === 1;
  }

  /** Takes part in packing anew where it was asked for. Its own states must have been sent. */
  widenIfAsked(): void {
    if (!this.isWidening) return;
    this.#gather();
    this.#member?.widen();
    if (this.me === 0) Atomics.store(this.#control, WIDENING, 0);
    this.meet();
  }

  /** The bitwise or of what the workers give, position by position. All must ask the same. */
  union(own: readonly number[]): number[] {
    this.board(this.me).set(own);
    this.meet();
    const all = own.map((_, at) => {
      let bits = 0;
      for (let worker = 0; worker < this.workers; worker++) {
        bits |= this.board(worker)[at] as number;
      }
      return bits;
    });
    this.meet();
    return all;
  }

  /** The states of all workers, of which this one has so many now. */
  total(own: number): number {
    const placeOf = (worker: number) => CONTROL_HEAD + (worker + 1) * BOARD_WORDS - 1;
    Atomics.store(this.#control, placeOf(this.me), own);
    let sum = 0;
    for (let at = 0; at < this.workers; at++) sum += Atomics.load(this.#control, placeOf(at));
    return sum;
  }

  stop(): void {
    Atomics.store(this.#control, STOPPED, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#control, STOPPED) === 1;
  }

  /** The others end as soon as they look. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
  }

  #failWithPeers(): void {
    if (Atomics.load(this.#control, FAILED) === 1) throw new PeerFailed();
  }

  /** The words that a worker shows the others: written before a meeting, read after it. */
  board(worker: number): Int32Array {
    const from = CONTROL_HEAD + worker * BOARD_WORDS;
    return this.#control.subarray(from, from + BOARD_WORDS);
  }
}
