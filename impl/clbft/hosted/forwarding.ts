import type { ProcessHost, Timer } from "../../network/process.ts";
import { primaryOf, type Replica, type Request } from "../messages.ts";
import { agreementOf } from "./states.ts";
import { UNIT } from "./unit.ts";
import { asMessage, type ReplicaMessage } from "./wire.ts";

export interface ForwardingOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  /** how long the oldest request waits before it is handed on again: well within the time of a suspicion */
  readonly everyMs: number;
}

/** How many requests are handed on again together, the oldest first. */
const AT_ONCE = 16;

/**
 * Hands requests on to the primary, and again for as long as they wait (CLBFT.AGAIN): the primary may have missed
 * one, have forgotten it in a restart, or have refused it since its client had another under way there. Else a backup
 * would suspect a correct primary.
 */
export class Forwarding {
  readonly #options: ForwardingOptions;
  #timer: Timer | null = null;

  constructor(options: ForwardingOptions) {
    this.#options = options;
  }

  forward(request: Request, host: ProcessHost): void {
    const primary = primaryOf(agreementOf(host).view, this.#options.group);
    if (primary === this.#options.self) return;
    host.send(UNIT, primary, asMessage({ type: "REQUEST", ...request } as ReplicaMessage));
  }

  /** Looks whether requests wait. */
  look(host: ProcessHost): void {
    if (this.#timer !== null || agreementOf(host).waiting.length === 0) return;
    const before = oldestOf(host);
    this.#timer = host.after(this.#options.everyMs, () => {
      this.#timer = null;
      const { active, waiting } = agreementOf(host);
      const hasWaited = before === oldestOf(host);
      if (active && hasWaited) {
        for (const request of waiting.slice(0, AT_ONCE)) this.forward(request, host);
      }
      this.look(host);
    });
  }
}

function oldestOf(host: ProcessHost): string | null {
  const [oldest] = agreementOf(host).waiting;
  return oldest === undefined ? null : `${oldest.client} ${oldest.t}`;
}
