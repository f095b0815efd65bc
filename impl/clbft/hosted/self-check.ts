import type { ProcessHost } from "../../network/process.ts";
import { type Checkpoint, GENESIS, type Replica } from "../messages.ts";
import { agreementOf, executionOf } from "./states.ts";
import { UNIT } from "./unit.ts";

export interface SelfCheckOptions {
  readonly self: Replica;
  readonly faults: number;
  /** whether each restart is a recovery: what was stored may have been changed */
  readonly recovers: boolean;
  /** takes over the state that everybody starts with */
  readonly installStart: (checkpoint: Checkpoint, host: ProcessHost) => void;
}

const COUNTS = "self-check";

interface Counts {
  readonly recoveries: number;
  readonly divergences: number;
}

/**
 * A replica that doubts its own state: after each restart where proactive recovery is configured, and whenever 2f + 1
 * replicas vouch for another state than its own. It is told RECOVER, so it answers and vouches for nothing until it
 * has a state that others vouch for. Only the chunks in which its own differs are fetched.
 */
export class SelfCheck {
  readonly #options: SelfCheckOptions;
  /** who says that it has no stable checkpoint yet */
  readonly #young = new Set<Replica>();
  /** after the last turn */
  isRecovering = false;

  constructor(options: SelfCheckOptions) {
    this.#options = options;
  }

  /** The process has started, with what its store has kept. */
  begin(host: ProcessHost): void {
    const { stable, log } = agreementOf(host);
    const isFirstLife = stable.n === 0 && Object.keys(log).length === 0;
    if (executionOf(host).recovering) return;
    if (this.#options.recovers && !isFirstLife) this.#recover("recoveries", host);
  }

  /** A turn is over. */
  look(host: ProcessHost): void {
    this.isRecovering = executionOf(host).recovering;
  }

  /** 2f + 1 replicas vouch for a state: the one that this replica has made itself is the same, or wrong. */
  certified({ n, digest }: Checkpoint, host: ProcessHost): void {
    const { snapshots, recovering } = executionOf(host);
    const own = snapshots[`${n}`];
    if (!recovering && own !== undefined && own.digest !== digest) {
      this.#recover("divergences", host);
    }
  }

  /** A peer says what its last stable checkpoint is: while f + 1 have none, the start is as good as one. */
  told(from: Replica, stable: number, host: ProcessHost): void {
    if (!executionOf(host).recovering) return;
    if (stable > 0) this.#young.delete(from);
    else this.#young.add(from);
    if (this.#young.size <= this.#options.faults || agreementOf(host).stable.n > 0) return;
    this.#options.installStart(GENESIS, host);
  }

  status(host: ProcessHost): Readonly<Record<string, number>> {
    const { recoveries, divergences } = this.#counts(host);
    return { recoveries, divergences, recovering: executionOf(host).recovering ? 1 : 0 };
  }

  #recover(why: keyof Counts, host: ProcessHost): void {
    this.#young.clear();
    const counts = this.#counts(host);
    const statement = { ...counts, [why]: counts[why] + 1 };
    host.keep(UNIT, COUNTS, { statement, signatures: {} });
    host.input(UNIT, { name: "RECOVER", payload: { replica: this.#options.self } });
  }

  #counts(host: ProcessHost): Counts {
    const kept = host.kept(UNIT, COUNTS)?.statement as unknown as Counts | undefined;
    return kept ?? { recoveries: 0, divergences: 0 };
  }
}
