import type { Index } from "../../../spec/automaton/index.ts";
import type { ClientOperation } from "./schedule.ts";

/** One operation of a client, as a linearizability checker takes it. */
export interface RecordedOperation {
  readonly client: Index;
  /** virtual ms */
  readonly invoked: number;
  /** null: no answer came; it may have taken effect at any later time, or not at all */
  readonly returned: number | null;
  readonly operation: ClientOperation;
  readonly result?: unknown;
}

/** How an operation ended for its client. */
export type Outcome = { readonly result: unknown } | { readonly error: Error };

interface Entry {
  recorded: RecordedOperation;
  state: "pending" | "returned" | "gave-up" | "abandoned";
}

/** The history of all client operations of a run, in order of invocation. */
export class Operations {
  readonly #entries: Entry[] = [];
  #pending = 0;

  /** how many have neither ended nor lost their client */
  get pending(): number {
    return this.#pending;
  }

  /** Whether an operation of a client on a key has neither ended nor lost its client. */
  isUnderWay(client: Index, key: string): boolean {
    return this.#entries.some(
      ({ state, recorded }) =>
        state === "pending" && recorded.client === client && recorded.operation.key === key,
    );
  }

  /** @returns its position */
  invoke(client: Index, invoked: number, operation: ClientOperation): number {
    const recorded = { client, invoked, returned: null, operation };
    this.#pending += 1;
    return this.#entries.push({ recorded, state: "pending" }) - 1;
  }

  /** @returns false if the operation had ended already */
  end(at: number, returned: number, outcome: Outcome): boolean {
    const entry = this.#entries[at];
    if (entry?.state !== "pending") return false;
    this.#pending -= 1;
    if ("error" in outcome) entry.state = "gave-up";
    else {
      entry.state = "returned";
      entry.recorded = { ...entry.recorded, returned, result: outcome.result };
    }
    return true;
  }

  /** The client crashed: nobody waits for its operations any more, but they may take effect. */
  abandon(client: Index): void {
    for (const entry of this.#entries) {
      if (entry.state !== "pending" || entry.recorded.client !== client) continue;
      entry.state = "abandoned";
      this.#pending -= 1;
    }
  }

  /** Operations of clients that lived on, without an answer. */
  unreturned(): RecordedOperation[] {
    return this.#entries
      .filter(({ state }) => state === "pending" || state === "gave-up")
      .map(({ recorded }) => recorded);
  }

  history(): RecordedOperation[] {
    return this.#entries.map(({ recorded }) => recorded);
  }
}
