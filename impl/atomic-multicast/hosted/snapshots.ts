import { canonical, type DigestFunction, type Value } from "../../../spec/automaton/index.ts";
import { parseCanonical } from "../../../spec/automaton/parse.ts";
import type { ProcessHost } from "../../network/process.ts";
import type { AtomicState, Snapshot } from "../atomic/automaton.ts";
import type { MachineState } from "../machine/replica-automaton.ts";
import type { Replica } from "../messages.ts";
import { UNIT } from "./outbox.ts";

/** The state after an instance, as replicas pass it on. */
export interface SnapshotText {
  readonly k: number;
  readonly digest: string;
  /** the canonical form, so that equal states have equal texts */
  readonly text: string;
}

const SNAPSHOT = "snapshot";
const SLOT = "latest";

/** The latest snapshot of this replica, in a unit of its own. */
export class Snapshots {
  readonly #self: Replica;
  readonly #digest: DigestFunction;
  #latest: SnapshotText | null = null;

  constructor(self: Replica, digest: DigestFunction) {
    this.#self = self;
    this.#digest = digest;
  }

  /** Takes a snapshot of the state after instance k, when all of it is delivered. */
  take(k: number, host: ProcessHost): void {
    const { delivered } = host.state(UNIT, "atomic") as AtomicState;
    const { service, replies } = host.state(UNIT, "machine") as MachineState;
    this.keep(k, canonical({ delivered, service, replies }), host);
  }

  /** Keeps a snapshot in place of the one before. */
  keep(k: number, text: string, host: ProcessHost): void {
    this.#latest = { k, digest: this.digestOf(k, text), text };
    host.keep(SNAPSHOT, SLOT, { statement: { k, text }, signatures: {} });
  }

  latest(host: ProcessHost): SnapshotText | null {
    if (this.#latest !== null) return this.#latest;
    const kept = host.kept(SNAPSHOT, SLOT);
    if (kept === null) return null;
    const { k, text } = kept.statement as { readonly k: number; readonly text: string };
    this.#latest = { k, text, digest: this.digestOf(k, text) };
    return this.#latest;
  }

  digestOf(k: number, text: string): string {
    return this.#digest({ k, text });
  }

  /** What the automata take over. f + 1 replicas vouched for the text, so it is one of a correct one. */
  read(k: number, text: string): Snapshot {
    const { delivered, service, replies } = parseCanonical(text) as Omit<Snapshot, "replica" | "k">;
    return { replica: this.#self, k, delivered, service: service as Value, replies };
  }
}

/** Whether a unit holds a snapshot, and no automata. */
export const isSnapshot = (unit: string): boolean => unit === SNAPSHOT;
