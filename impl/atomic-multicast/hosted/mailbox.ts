import type { Signatures } from "../../network/process.ts";
import type { Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type {
  DecideMessage,
  GoPhase2Message,
  InitialMessage,
  ShownEstimate,
  ShownValue,
} from "./wire.ts";

/** What came of one round, each signer once. */
export interface RoundBox {
  initial: InitialMessage | null;
  /** the digest of its estimate */
  initialDigest: string | null;
  readonly echoes: Map<Replica, { readonly digest: string; readonly signature: Uint8Array }>;
  /** a Ready is valid with its certificate, so all of one round name one estimate */
  readonly readys: Map<Replica, Uint8Array>;
  certified: { readonly digest: string; readonly echoes: Signatures } | null;
  readonly suspicions: Map<Replica, Uint8Array>;
  readonly goPhase2s: Map<Replica, GoPhase2Message>;
  /** which inputs the automaton has had */
  readonly fed: Set<string>;
}

/** What came of one instance. */
export interface InstanceBox {
  readonly values: Map<Replica, ShownValue>;
  readonly rounds: Map<number, RoundBox>;
  /** estimates by digest: of Initials, or certified, so there are at most two for each round */
  readonly estimates: Map<string, ShownEstimate>;
  decide: DecideMessage | null;
}

const emptyRound = (): RoundBox => ({
  initial: null,
  initialDigest: null,
  echoes: new Map(),
  readys: new Map(),
  certified: null,
  suspicions: new Map(),
  goPhase2s: new Map(),
  fed: new Set(),
});

const emptyInstance = (): InstanceBox => ({
  values: new Map(),
  rounds: new Map(),
  estimates: new Map(),
  decide: null,
});

/**
 * Verified messages of the instance under way and the next ones: the automaton holds none. It keeps
 * one vote of each signer for each step of each round, for a window of rounds around its own and for
 * `instancesAhead` instances; what is beyond is dropped, and comes again when its sender repeats it.
 */
export class Mailbox {
  readonly #bounds: Bounds;
  readonly #instances = new Map<number, InstanceBox>();
  /** the first instance that is not over */
  #lowest = 1;
  #round = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Forgets the instances before `k`, and the rounds of it that are long over. */
  advance(k: number, round: number): void {
    const { roundsKept } = this.#bounds;
    if (k !== this.#lowest) {
      for (const one of this.#instances.keys()) if (one < k) this.#instances.delete(one);
    }
    this.#lowest = k;
    this.#round = round;
    const rounds = this.#instances.get(k)?.rounds;
    for (const one of rounds?.keys() ?? []) if (one < round - roundsKept) rounds?.delete(one);
  }

  /** Whether a message of an instance is kept. */
  isOpen(k: number): boolean {
    return k >= this.#lowest && k <= this.#lowest + this.#bounds.instancesAhead;
  }

  /** What came of an instance; null if it is not kept. */
  instance(k: number): InstanceBox | null {
    if (!this.isOpen(k)) return null;
    const box = this.#instances.get(k) ?? emptyInstance();
    this.#instances.set(k, box);
    return box;
  }

  /** What came of a round; null if it is not kept. */
  round(k: number, round: number): RoundBox | null {
    const instance = this.instance(k);
    if (instance === null) return null;
    const own = k === this.#lowest ? this.#round : 0;
    const { roundsKept } = this.#bounds;
    if (round < own - roundsKept || round > own + roundsKept) return null;
    const box = instance.rounds.get(round) ?? emptyRound();
    instance.rounds.set(round, box);
    return box;
  }
}

/** The first signatures of a map, as many as a certificate has, in the order of the signers. */
export function certificate(votes: ReadonlyMap<Replica, Uint8Array>, size: number): Signatures {
  return Object.fromEntries([...votes].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, size));
}

/** The GoPhase2s with which a round begins, in the order of their signers. */
export function chosenReports(box: RoundBox, size: number): GoPhase2Message[] {
  return [...box.goPhase2s]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, size)
    .map(([, message]) => message);
}

/** Who sent each of {@link chosenReports}. */
export function reporters(box: RoundBox, size: number): Replica[] {
  return [...box.goPhase2s.keys()].sort().slice(0, size);
}
