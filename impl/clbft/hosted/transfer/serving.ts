import type { ProcessHost, Timer } from "../../../network/process.ts";
import type { Snapshot } from "../../execution/automaton.ts";
import type { Replica } from "../../messages.ts";
import type { StateTexts } from "./texts.ts";
import type { ChunkTree } from "./tree.ts";
import { asMessage, CHUNKS_AT_ONCE, CHUNKS_PER_SECOND, type FetchMessage } from "./wire.ts";

export interface ServingOptions {
  readonly unit: string;
  readonly faults: number;
  readonly texts: StateTexts;
  readonly snapshots: (host: ProcessHost) => Readonly<Record<string, Snapshot>>;
}

/** Chunks that one peer gets at once. */
const BURST = 2 * CHUNKS_AT_ONCE;
/** A state is kept for who fetches it, and so long after the last request for it. */
const LEASE_MS = 10_000;

/** One that asks: what it may have, and what it waits for. */
interface Asker {
  chunks: number;
  atMs: number;
  waiting: { readonly request: FetchMessage; readonly timer: Timer } | null;
  lease: { readonly of: string; readonly timer: Timer } | null;
}

/**
 * Answers who fetches a state: no more than a rate for each peer, the last request of each alone. A state that somebody
 * fetches is kept until it has all of it, though newer checkpoints come: f + 1 states at most, so that faulty replicas
 * neither fill the memory nor take the place of a correct one.
 */
export class Serving {
  readonly #options: ServingOptions;
  readonly #askers = new Map<Replica, Asker>();

  constructor(options: ServingOptions) {
    this.#options = options;
  }

  answer(from: Replica, request: FetchMessage, host: ProcessHost): void {
    const asker = this.#askers.get(from) ?? {
      chunks: BURST,
      atMs: host.now(),
      waiting: null,
      lease: null,
    };
    this.#askers.set(from, asker);
    asker.waiting?.timer.cancel();
    asker.waiting = null;
    const now = host.now();
    asker.chunks = Math.min(BURST, asker.chunks + ((now - asker.atMs) * CHUNKS_PER_SECOND) / 1000);
    asker.atMs = now;
    const wanted = request.chunks.length;
    if (asker.chunks < wanted) {
      const delayMs = Math.ceil(((wanted - asker.chunks) * 1000) / CHUNKS_PER_SECOND);
      const timer = host.after(delayMs, () => this.answer(from, request, host));
      asker.waiting = { request, timer };
      return;
    }
    asker.chunks -= wanted;
    this.#send(from, request, asker, host);
  }

  #send(to: Replica, { of, chunks }: FetchMessage, asker: Asker, host: ProcessHost): void {
    const { unit, texts, snapshots } = this.#options;
    const tree = texts.find(of, snapshots(host));
    if (tree === null) {
      host.send(unit, to, asMessage({ type: "GONE", of }));
      return;
    }
    this.#lease(of, asker, host);
    for (const digest of chunks) this.#sendChunk(to, digest, tree, host);
  }

  #sendChunk(to: Replica, digest: string, tree: ChunkTree, host: ProcessHost): void {
    const chunk = tree.chunks.get(digest);
    if (chunk === undefined) return;
    host.send(this.#options.unit, to, asMessage({ type: "CHUNK", digest, ...chunk }));
  }

  #lease(of: string, asker: Asker, host: ProcessHost): void {
    const others = new Set([...this.#askers.values()].flatMap((one) => one.lease?.of ?? []));
    if (asker.lease?.of !== of && !others.has(of) && others.size > this.#options.faults) return;
    asker.lease?.timer.cancel();
    const timer = host.after(LEASE_MS, () => {
      asker.lease = null;
      this.#pin();
    });
    asker.lease = { of, timer };
    this.#pin();
  }

  #pin(): void {
    const all = [...this.#askers.values()].flatMap(({ lease }) => lease?.of ?? []);
    this.#options.texts.pin(new Set(all));
  }
}
