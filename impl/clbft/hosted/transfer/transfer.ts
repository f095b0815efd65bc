import type { DigestFunction } from "../../../../spec/automaton/index.ts";
import { parseCanonical } from "../../../../spec/automaton/parse.ts";
import type { Retransmission } from "../../../network/exchange.ts";
import type { ProcessHost, Timer } from "../../../network/process.ts";
import type { Checkpoint, Replica, ServiceState } from "../../messages.ts";
import { Download } from "./download.ts";
import { Serving, type ServingOptions } from "./serving.ts";
import type { Chunk } from "./tree.ts";
import {
  asMessage,
  CHUNKS_AT_ONCE,
  CHUNKS_PER_SECOND,
  type ChunkMessage,
  type TransferMessage,
} from "./wire.ts";

/** How long a correct peer may take for its rate's sake alone. */
const PACED_MS = (1000 * CHUNKS_AT_ONCE) / CHUNKS_PER_SECOND;

export interface TransferOptions extends ServingOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  /** the first wait is also how long execution may take to get to a checkpoint by itself */
  readonly again: Retransmission;
  readonly digest: DigestFunction;
  /** the number up to which everything is executed here; -1 while its own state is not trusted */
  readonly executed: (host: ProcessHost) => number;
  /** takes over a state that 2f + 1 replicas vouch for */
  readonly install: (checkpoint: Checkpoint, state: ServiceState, host: ProcessHost) => void;
}

/** A checkpoint under the signatures of 2f + 1 replicas. */
interface Certified extends Checkpoint {
  readonly signers: readonly Replica[];
}

/**
 * How a replica that lags behind a stable checkpoint gets its state: chunk by chunk from one peer after the other. Each
 * chunk is checked as it comes, so a liar is found at its first lie, and what others sent stays; who is silent or
 * slow loses its turn. A restart begins anew, with the chunks that its own last checkpoint shares.
 */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #serving: Serving;
  #newest: Certified | null = null;
  #download: Download | null = null;
  /** those who vouch for what is fetched come first */
  #peers: readonly Replica[] = [];
  #peer: Replica | null = null;
  readonly #awaited = new Set<string>();
  /** for good: channels are authenticated, and no correct replica sends a chunk that is not what it is named */
  readonly #liars = new Set<Replica>();
  readonly #gone = new Set<Replica>();
  #timer: Timer | null = null;
  #turn = 0;
  #waitMs: number;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#serving = new Serving(options);
    this.#waitMs = options.again.firstMs + PACED_MS;
  }

  /**
   * 2f + 1 replicas vouch for a state: if execution does not get there soon, it is fetched.
   * @param signers who vouch, their signatures verified
   */
  certified({ n, digest }: Checkpoint, signers: readonly Replica[], host: ProcessHost): void {
    if (n <= this.#options.executed(host) || n <= (this.#newest?.n ?? 0)) return;
    this.#newest = { n, digest, signers };
    if (this.#timer === null && this.#download === null) this.#watch(host);
  }

  take(from: Replica, message: TransferMessage, host: ProcessHost): void {
    switch (message.type) {
      case "FETCH":
        this.#serving.answer(from, message, host);
        return;
      case "CHUNK":
        this.#chunk(from, message, host);
        return;
      case "GONE":
        this.#isGone(from, message.of, host);
    }
  }

  /** Execution has got further: perhaps nothing needs to be fetched any more. */
  progressed(host: ProcessHost): void {
    if (this.#newest === null || this.#newest.n > this.#options.executed(host)) return;
    this.#newest = null;
    this.#end();
  }

  /** What was asked of this peer may be lost. */
  connected(peer: Replica, host: ProcessHost): void {
    if (this.#download !== null && this.#peer === peer) this.#ask(host);
  }

  status(): { readonly fetching: number; readonly liars: string } {
    return { fetching: this.#download?.missing ?? 0, liars: [...this.#liars].sort().join(" ") };
  }

  /** Fetches what execution does not get to: it stands still, since decisions are missing. */
  #watch(host: ProcessHost): void {
    const executed = this.#options.executed(host);
    this.#timer = host.after(this.#options.again.firstMs, () => {
      this.#timer = null;
      if (this.#options.executed(host) > executed) this.#watch(host);
      else this.#begin(host);
    });
  }

  #begin(host: ProcessHost): void {
    const { texts, digest, self, group } = this.#options;
    const newest = this.#newest;
    if (newest === null) return;
    const own = texts.newest(this.#options.snapshots(host))?.chunks ?? [];
    const spare = new Map<string, Chunk>([...own, ...(this.#download?.chunks ?? [])]);
    this.#download = new Download(newest, digest, spare);
    const others = group.filter((one) => one !== self && !newest.signers.includes(one));
    this.#peers = [...newest.signers.filter((one) => one !== self), ...others];
    this.#gone.clear();
    this.#next(host);
  }

  /** Goes on with the next peer that may have the state. */
  #next(host: ProcessHost): void {
    const able = this.#peers.filter((one) => !this.#liars.has(one) && !this.#gone.has(one));
    const isNewer = (this.#newest?.n ?? 0) > (this.#download?.checkpoint.n ?? 0);
    if (isNewer && (able.length === 0 || this.#gone.size > this.#options.faults)) {
      this.#begin(host);
      return;
    }
    this.#peer = able[this.#turn % Math.max(1, able.length)] ?? null;
    this.#turn += 1;
    if (this.#turn % Math.max(1, able.length) === 0) this.#slowDown();
    if (able.length === 0) this.#gone.clear();
    this.#ask(host);
  }

  /** Everybody had a turn: it is the network that takes longer, or nobody has the state now. */
  #slowDown(): void {
    const { factor, mostMs } = this.#options.again;
    this.#waitMs = Math.min(this.#waitMs * factor, mostMs);
  }

  #ask(host: ProcessHost): void {
    const download = this.#download as Download;
    this.#timer?.cancel();
    this.#awaited.clear();
    if (this.#finish(download, host)) return;
    const chunks = download.next(CHUNKS_AT_ONCE);
    for (const one of chunks) this.#awaited.add(one);
    if (this.#peer !== null) {
      const request = { type: "FETCH", of: download.checkpoint.digest, chunks } as const;
      host.send(this.#options.unit, this.#peer, asMessage(request));
    }
    this.#timer = host.after(this.#waitMs, () => this.#next(host));
  }

  #chunk(from: Replica, { digest, level, text }: ChunkMessage, host: ProcessHost): void {
    if (this.#download === null || this.#liars.has(from)) return;
    const taken = this.#download.take(digest, { level, text });
    if (taken === "false") {
      this.#liars.add(from);
      if (from === this.#peer) this.#next(host);
    }
    if (taken !== "taken") return;
    // A late chunk of another peer is as good.
    this.#awaited.delete(digest);
    if (this.#awaited.size === 0) this.#ask(host);
  }

  #isGone(from: Replica, of: string, host: ProcessHost): void {
    if (this.#download?.checkpoint.digest !== of) return;
    this.#gone.add(from);
    if (from === this.#peer) this.#next(host);
  }

  /** @returns whether everything was there */
  #finish(download: Download, host: ProcessHost): boolean {
    const text = download.text();
    if (text === null) return false;
    const { n, digest } = download.checkpoint;
    this.#end();
    const { state } = parseCanonical(text) as { readonly state: ServiceState };
    this.#options.install({ n, digest }, state, host);
    if ((this.#newest?.n ?? 0) <= n) this.#newest = null;
    else this.#watch(host);
    return true;
  }

  #end(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#download = null;
    this.#peer = null;
    this.#awaited.clear();
    this.#gone.clear();
    this.#waitMs = this.#options.again.firstMs + PACED_MS;
  }
}
