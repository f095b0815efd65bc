import type { Index } from "../../../spec/automaton/index.ts";
import type { Retransmission } from "../../network/exchange.ts";
import { pieceOf } from "../../network/pieces.ts";
import type { ProcessHost, Timer } from "../../network/process.ts";
import type { Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { Decisions } from "./decisions.ts";
import { UNIT } from "./outbox.ts";
import type { Snapshots, SnapshotText } from "./snapshots.ts";
import { asMessage, type CatchUpMessage } from "./wire.ts";

export interface CatchUpOptions {
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly again: Retransmission;
  readonly decisions: Decisions;
  readonly snapshots: Snapshots;
  /** the last instance that is decided here */
  readonly decided: (host: ProcessHost) => number;
  /** takes over a snapshot that f + 1 replicas vouch for */
  readonly install: (k: number, text: string, host: ProcessHost) => void;
}

/** How many decisions one request gets; each has an estimate, which fills a message at most. */
const DECISIONS_AT_ONCE = 8;
/** A snapshot that is longer than this is not taken over. */
const SNAPSHOT_CHARS_MAX = 64 * 1_048_576;

/** A snapshot on its way here. */
interface Download {
  readonly k: number;
  readonly digest: string;
  readonly chars: number;
  readonly from: Replica;
  text: string;
}

/**
 * How a replica that lags behind learns what the others decided: it asks for the decisions from its next
 * one on, and where those are gone for a snapshot, which it takes over if f + 1 replicas offer the same.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  /** up to where each peer says that it has decided */
  readonly #ahead = new Map<Replica, number>();
  readonly #offers = new Map<Replica, Omit<SnapshotText, "text"> & { readonly chars: number }>();
  /** when each peer was last told something that it had missed */
  readonly #told = new Map<Replica, number>();
  #download: Download | null = null;
  #timer: Timer | null = null;
  /** whom to ask next */
  #turn = 0;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** How many instances f + 1 replicas, and so a correct one, say that they are ahead. */
  behind(host: ProcessHost): number {
    const { bounds, decided } = this.#options;
    const others = [...this.#ahead.values()].sort((a, b) => b - a);
    return Math.max(0, (others[bounds.faults] ?? 0) - decided(host));
  }

  /** A peer has decided the instances up to k. */
  hears(from: Replica, k: number, host: ProcessHost): void {
    if (k > (this.#ahead.get(from) ?? 0)) this.#ahead.set(from, k);
    // One instance more is what every replica that decides late sees for a moment.
    if (k > this.#options.decided(host) + 1) this.#askSoon(0, host);
    else if (k > this.#options.decided(host)) this.#askSoon(this.#options.again.firstMs, host);
  }

  /** A peer works on an instance that is long decided here. */
  tells(to: Replica, k: number, host: ProcessHost): void {
    const now = host.now();
    if (now - (this.#told.get(to) ?? Number.NEGATIVE_INFINITY) < this.#options.again.firstMs)
      return;
    this.#told.set(to, now);
    this.#answer(to, k, 1, host);
  }

  take(from: Replica, message: CatchUpMessage, host: ProcessHost): void {
    switch (message.type) {
      case "HAVE":
        this.hears(from, message.k, host);
        return;
      case "FETCH":
        this.#answer(from, message.k, DECISIONS_AT_ONCE, host);
        return;
      case "OFFER": {
        const { k, digest, chars } = message;
        if (k <= this.#options.decided(host) || chars > SNAPSHOT_CHARS_MAX) return;
        this.#offers.set(from, { k, digest, chars });
        this.#begin(host);
        return;
      }
      case "FETCH-PART": {
        const latest = this.#options.snapshots.latest(host);
        if (latest === null || latest.digest !== message.digest) return;
        const { k, digest, at } = message;
        const text = pieceOf(latest.text, at, this.#options.bounds.partChars);
        this.#send(from, { type: "PART", k, digest, at, text }, host);
        return;
      }
      case "PART":
        this.#part(from, message, host);
    }
  }

  /** An instance was decided here. */
  decided(host: ProcessHost): void {
    if (this.#next(host) !== null) this.#askSoon(0, host);
  }

  /** Someone who is ahead; a faulty one may say so in vain, so they take turns. */
  #next(host: ProcessHost): Replica | null {
    const own = this.#options.decided(host);
    const ahead = [...this.#ahead].filter(([, k]) => k > own + 1).map(([peer]) => peer);
    const late = [...this.#ahead].filter(([, k]) => k > own).map(([peer]) => peer);
    const peers = ahead.length > 0 ? ahead : late;
    return peers.sort()[this.#turn % Math.max(1, peers.length)] ?? null;
  }

  #askSoon(delayMs: number, host: ProcessHost): void {
    if (this.#timer !== null) return;
    this.#timer = host.after(delayMs, () => {
      this.#timer = null;
      const peer = this.#next(host);
      if (peer === null) return;
      this.#turn += 1;
      if (this.#download !== null) this.#restart(host);
      else this.#send(peer, { type: "FETCH", k: this.#options.decided(host) + 1 }, host);
      this.#askSoon(this.#options.again.firstMs, host);
    });
  }

  #answer(to: Replica, from: number, most: number, host: ProcessHost): void {
    const { decisions, snapshots, decided } = this.#options;
    const last = Math.min(decided(host), from + most - 1);
    let told = 0;
    for (let k = from; k <= last; k += 1) {
      const decision = decisions.of(k, host);
      if (decision === null) break;
      host.send(UNIT, to, asMessage(decision));
      told += 1;
    }
    if (told > 0 || from > decided(host)) return;
    const latest = snapshots.latest(host);
    if (latest === null || latest.k < from) return;
    const { k, digest, text } = latest;
    this.#send(to, { type: "OFFER", k, digest, chars: text.length }, host);
    // One offer is not enough: the one who asked needs f + 1 of them, and asks the others in turn.
  }

  /** Begins to fetch a snapshot that f + 1 replicas offer. */
  #begin(host: ProcessHost): void {
    const own = this.#options.decided(host);
    if (this.#download !== null && this.#download.k > own) return;
    for (const [from, { k, digest, chars }] of this.#offers) {
      if (k <= own) continue;
      const same = [...this.#offers.values()].filter(
        (one) => one.k === k && one.digest === digest && one.chars === chars,
      );
      if (same.length <= this.#options.bounds.faults) continue;
      this.#download = { k, digest, chars, from, text: "" };
      this.#send(from, { type: "FETCH-PART", k, digest, at: 0 }, host);
      return;
    }
  }

  /** Who was to send the snapshot does not go on: another one may. */
  #restart(host: ProcessHost): void {
    const { from, text, k, digest, chars } = this.#download as Download;
    const others = [...this.#offers].filter(
      ([peer, one]) => peer !== from && one.digest === digest && one.chars === chars,
    );
    const next = others[this.#turn % Math.max(1, others.length)]?.[0] ?? from;
    this.#download =
      k > this.#options.decided(host) ? { k, digest, chars, from: next, text } : null;
    if (this.#download === null) return;
    this.#send(next, { type: "FETCH-PART", k, digest, at: text.length }, host);
  }

  #part(
    from: Replica,
    { digest, at, text }: Extract<CatchUpMessage, { type: "PART" }>,
    host: ProcessHost,
  ): void {
    const download = this.#download;
    if (download === null || download.digest !== digest || download.from !== from) return;
    if (at !== download.text.length || text.length === 0) return;
    download.text += text;
    const { k, chars } = download;
    if (download.text.length < chars) {
      const next = { type: "FETCH-PART", k, digest, at: download.text.length } as const;
      this.#send(from, next, host);
      return;
    }
    this.#download = null;
    // A faulty replica may have put in something else: then all of it is fetched again, from another.
    this.#offers.delete(from);
    if (this.#options.snapshots.digestOf(k, download.text) !== digest) return;
    this.#options.install(k, download.text, host);
    this.#offers.clear();
  }

  #send(to: Index, message: CatchUpMessage, host: ProcessHost): void {
    host.send(UNIT, to, asMessage(message));
  }
}
