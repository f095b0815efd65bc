import { createHash } from "node:crypto";
import type { Snapshot } from "../../../../impl/clbft/execution/automaton.ts";
import { StateTexts } from "../../../../impl/clbft/hosted/transfer/texts.ts";
import { Transfer } from "../../../../impl/clbft/hosted/transfer/transfer.ts";
import type { TransferMessage } from "../../../../impl/clbft/hosted/transfer/wire.ts";
import type { Checkpoint, Replica, ServiceState } from "../../../../impl/clbft/messages.ts";
import { digestWith } from "../../../../impl/crypto/scheme.ts";
import type { ProcessHost, Timer } from "../../../../impl/network/process.ts";
import { index, indices } from "../../../../spec/automaton/index.ts";

export const GROUP = indices("replica", 4);
export const CHUNK_CHARS = 256;
const FIRST_MS = 20;
const DELAY_MS = 1;

export const digest = digestWith({
  hash: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
});

/** A state whose text has about so many characters. */
export const stateOf = (chars: number, salt = ""): ServiceState => ({
  service: Object.fromEntries(
    Array.from({ length: Math.ceil(chars / 64) }, (_, at) => [
      `key ${at}`,
      `value ${at} ${salt} `.padEnd(50, "😀."),
    ]),
  ),
  clients: { [index("client", 0)]: { last: 3, results: { "3": "ok" } } },
});

/** One replica's transfer, with what execution would hold. */
export class Node {
  readonly texts = new StateTexts(digest, CHUNK_CHARS);
  snapshots: Record<string, Snapshot> = {};
  executed = 0;
  installed: { readonly checkpoint: Checkpoint; readonly state: ServiceState }[] = [];
  readonly transfer: Transfer;
  readonly host: ProcessHost;

  constructor(self: Replica, world: World) {
    this.transfer = new Transfer({
      unit: "replica",
      self,
      group: GROUP,
      faults: 1,
      again: { firstMs: FIRST_MS, factor: 2, mostMs: 1000 },
      digest,
      texts: this.texts,
      snapshots: () => this.snapshots,
      executed: () => this.executed,
      install: (checkpoint, state) => {
        // As the automaton does.
        if (this.texts.digest({ n: checkpoint.n, state }) !== checkpoint.digest) return;
        this.installed.push({ checkpoint, state });
        this.executed = checkpoint.n;
      },
    });
    this.host = {
      now: () => world.nowMs,
      after: (delayMs, run) => world.after(delayMs, run),
      send: (_unit, to, message) =>
        world.send(self, to as Replica, message as unknown as TransferMessage),
    } as ProcessHost;
  }

  /** Makes a checkpoint, as execution does, and forgets those before. */
  checkpoint(n: number, state: ServiceState): Checkpoint {
    const named = this.texts.digest({ n, state });
    this.snapshots = { [n]: { digest: named, state } };
    this.executed = n;
    return { n, digest: named };
  }
}

/** Transfers that talk, on a virtual clock. */
export class World {
  nowMs = 0;
  readonly nodes: ReadonlyMap<Replica, Node>;
  readonly sent: {
    readonly from: Replica;
    readonly to: Replica;
    readonly message: TransferMessage;
  }[] = [];
  /** what becomes of a message: null is loss */
  alter: (from: Replica, to: Replica, message: TransferMessage) => TransferMessage | null = (
    _from,
    _to,
    message,
  ) => message;
  #events: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor() {
    this.nodes = new Map(GROUP.map((one) => [one, new Node(one, this)]));
  }

  node(at: number): Node {
    return this.nodes.get(GROUP[at] as Replica) as Node;
  }

  after(delayMs: number, run: () => void): Timer {
    const event = { atMs: this.nowMs + delayMs, run };
    this.#events.push(event);
    return {
      cancel: () => {
        this.#events = this.#events.filter((one) => one !== event);
      },
    };
  }

  send(from: Replica, to: Replica, message: TransferMessage): void {
    this.sent.push({ from, to, message });
    const altered = this.alter(from, to, message);
    if (altered === null) return;
    this.after(DELAY_MS, () => {
      const node = this.nodes.get(to) as Node;
      node.transfer.take(from, altered, node.host);
    });
  }

  /** Lets time pass until something is so. */
  run(isSo: () => boolean, forMs = 60_000): void {
    const end = this.nowMs + forMs;
    while (!isSo()) {
      const [next] = [...this.#events].sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > end) return;
      this.#events = this.#events.filter((one) => one !== next);
      this.nowMs = next.atMs;
      next.run();
    }
  }
}
