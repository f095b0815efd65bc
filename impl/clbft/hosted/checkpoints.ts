import type { Signatures } from "../../network/process.ts";
import type { Checkpoint, Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { ShownStable } from "./wire.ts";

/**
 * Verified CHECKPOINTs, one of each replica for each number, and the checkpoints that 2f + 1 of them, or a
 * certificate that somebody showed, prove to be stable.
 */
export class Checkpoints {
  readonly #bounds: Pick<Bounds, "sizes" | "window" | "checkpointEvery">;
  /** by replica: what it vouches for, the highest numbers */
  readonly #votes = new Map<Replica, Map<number, CheckpointVote>>();
  readonly #stable = new Map<number, ShownStable>();

  constructor(bounds: Pick<Bounds, "sizes" | "window" | "checkpointEvery">) {
    this.#bounds = bounds;
  }

  /** Whether a vote would add something. */
  isNew(by: Replica, { n, digest }: Checkpoint): boolean {
    return !this.#stable.has(n) && this.#votes.get(by)?.get(n)?.digest !== digest;
  }

  /** @returns the certificate that it completes */
  add(by: Replica, { n, digest }: Checkpoint, signature: Uint8Array): ShownStable | null {
    const own = this.#votes.get(by) ?? new Map<number, CheckpointVote>();
    this.#votes.set(by, own);
    own.set(n, { digest, signature });
    // As many as a correct replica has above its last stable one; the lowest make room.
    const most = this.#bounds.window / this.#bounds.checkpointEvery + 1;
    if (own.size > most) own.delete(Math.min(...own.keys()));
    const same = [...this.#votes].flatMap(([signer, votes]): [Replica, Uint8Array][] => {
      const vote = votes.get(n);
      return vote?.digest === digest ? [[signer, vote.signature]] : [];
    });
    if (same.length < this.#bounds.sizes.checkpoints || this.#stable.has(n)) return null;
    const signatures: Signatures = Object.fromEntries(
      same.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, this.#bounds.sizes.checkpoints),
    );
    return this.prove({ n, digest, signatures });
  }

  /** Takes note of a certificate. @returns it, if it is new */
  prove(stable: ShownStable): ShownStable | null {
    if (stable.n === 0 || this.#stable.has(stable.n)) return null;
    this.#stable.set(stable.n, stable);
    return stable;
  }

  /** The certificate of a checkpoint, if it is known. */
  of(n: number): ShownStable | null {
    return this.#stable.get(n) ?? null;
  }

  /** The highest stable checkpoint that is known; null: the start. */
  highest(): ShownStable | null {
    return this.#stable.size === 0 ? null : this.of(Math.max(...this.#stable.keys()));
  }

  /** Forgets what is below a number. */
  forgetBelow(n: number): void {
    for (const one of this.#stable.keys()) if (one < n) this.#stable.delete(one);
    for (const votes of this.#votes.values()) {
      for (const one of votes.keys()) if (one < n) votes.delete(one);
    }
  }
}

interface CheckpointVote {
  readonly digest: string;
  readonly signature: Uint8Array;
}
