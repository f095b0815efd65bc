import { keepMessage, keptMessage } from "../../network/kept.ts";
import type { ProcessHost, Signatures } from "../../network/process.ts";
import type { AgreementState } from "../agreement/state.ts";
import { GENESIS, type Prepared } from "../messages.ts";
import { UNIT } from "./unit.ts";
import type { Topic } from "./votes.ts";
import type { NewViewMessage, ShownPrepared, ShownStable, ViewChangeMessage } from "./wire.ts";

/** A decision with the COMMITs that prove it. */
export interface Decided extends Topic {
  readonly signatures: Signatures;
}

const START: ShownStable = { ...GENESIS, signatures: {} };

/**
 * What other replicas must be shown after a restart too: certificates, the VIEW-CHANGE under way and the
 * NEW-VIEW of the view. All of it is in slots beside the state that rests on it, written with it.
 */
export class Proofs {
  readonly #prepared = new Map<number, ShownPrepared>();
  readonly #decided = new Map<number, Decided>();
  #stable = START;
  #viewChange: ViewChangeMessage | null = null;
  #newView: NewViewMessage | null = null;

  get stable(): ShownStable {
    return this.#stable;
  }

  get viewChange(): ViewChangeMessage | null {
    return this.#viewChange;
  }

  get newView(): NewViewMessage | null {
    return this.#newView;
  }

  /** The certificate of what the automaton reports as prepared. */
  prepared({ n, view }: Prepared): ShownPrepared {
    const found = this.#prepared.get(n);
    if (found?.view !== view) throw new RangeError(`no certificate for ${n} of view ${view}`);
    return found;
  }

  decided(n: number): Decided | null {
    return this.#decided.get(n) ?? null;
  }

  keepPrepared(prepared: ShownPrepared, host: ProcessHost): void {
    this.#prepared.set(prepared.n, prepared);
    keepMessage(host, UNIT, `prepared ${prepared.n}`, prepared);
  }

  keepDecided(n: number, decided: Decided, host: ProcessHost): void {
    this.#decided.set(n, decided);
    keepMessage(host, UNIT, `decided ${n}`, decided);
  }

  /** The last stable checkpoint; what was proved of earlier numbers is forgotten. */
  keepStable(stable: ShownStable, host: ProcessHost): void {
    this.#stable = stable;
    keepMessage(host, UNIT, "stable", stable);
    for (const [name, proofs] of [
      ["prepared", this.#prepared],
      ["decided", this.#decided],
    ] as const) {
      for (const n of proofs.keys()) {
        if (n > stable.n) continue;
        proofs.delete(n);
        keepMessage(host, UNIT, `${name} ${n}`, null);
      }
    }
  }

  keepViewChange(message: ViewChangeMessage, host: ProcessHost): void {
    this.#viewChange = message;
    keepMessage(host, UNIT, "view-change", message);
  }

  keepNewView(message: NewViewMessage, host: ProcessHost): void {
    this.#newView = message;
    keepMessage(host, UNIT, "new-view", message);
  }

  /** Takes up what was kept before a restart. */
  restore({ log }: AgreementState, host: ProcessHost): void {
    this.#stable = keptMessage(host, UNIT, "stable") ?? START;
    this.#viewChange = keptMessage(host, UNIT, "view-change");
    this.#newView = keptMessage(host, UNIT, "new-view");
    for (const key of Object.keys(log)) {
      const prepared = keptMessage<ShownPrepared>(host, UNIT, `prepared ${key}`);
      if (prepared !== null) this.#prepared.set(Number(key), prepared);
      const decided = keptMessage<Decided>(host, UNIT, `decided ${key}`);
      if (decided !== null) this.#decided.set(Number(key), decided);
    }
  }
}
