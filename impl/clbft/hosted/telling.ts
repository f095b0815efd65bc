import { equal, type Index } from "../../../spec/automaton/index.ts";
import type { Retransmission } from "../../network/exchange.ts";
import type { ProcessHost, Timer } from "../../network/process.ts";
import { type AgreementState, entryOf } from "../agreement/state.ts";
import { primaryOf, type Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Proofs } from "./proofs.ts";
import type { Saying } from "./saying.ts";
import { agreementOf, executionOf } from "./states.ts";
import { UNIT } from "./unit.ts";
import { asMessage, type ReplicaMessage, type StatusMessage } from "./wire.ts";

export interface TellingOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly again: Retransmission;
  readonly mailbox: Mailbox;
  readonly proofs: Proofs;
  readonly saying: Saying;
}

/** How many numbers one STATUS is answered for; who made use of them asks for the next. */
const NUMBERS_AT_ONCE = 16;

/**
 * Channels between correct replicas are reliable because what somebody lacks is said again: each replica says
 * where it stands, less and less often while it waits for something and whenever a connection is made, and is told what it
 * has missed. What is said again is what was said before, byte for byte, after a restart too.
 */
export class Telling {
  readonly #options: TellingOptions;
  /** up to where each peer says that it has executed */
  readonly #ahead = new Map<Replica, number>();
  /** when each peer was last answered, and what it had said */
  readonly #told = new Map<Replica, { readonly atMs: number; readonly status: StatusMessage }>();
  /** up to where this replica had executed when it asked a peer last */
  readonly #asked = new Map<Index, number>();
  #timer: Timer | null = null;
  #waitMs: number;

  constructor(options: TellingOptions) {
    this.#options = options;
    this.#waitMs = options.again.firstMs;
  }

  /** How many numbers f + 1 replicas, and so a correct one, say that they are ahead. */
  behind(host: ProcessHost): number {
    const others = [...this.#ahead.values()].sort((a, b) => b - a);
    const { executed } = agreementOf(host);
    return Math.max(0, (others[this.#options.bounds.faults] ?? 0) - executed);
  }

  /** Goes on asking while something is waited for and nothing moves. */
  waits(isWaiting: boolean, host: ProcessHost): void {
    if (!isWaiting) {
      this.#timer?.cancel();
      this.#timer = null;
      this.#waitMs = this.#options.again.firstMs;
      return;
    }
    if (this.#timer !== null) return;
    const before = this.#statusOf(host);
    this.#timer = host.after(this.#waitMs, () => {
      this.#timer = null;
      const { firstMs, factor, mostMs } = this.#options.again;
      if (equal(before, this.#statusOf(host))) {
        this.#waitMs = Math.min(this.#waitMs * factor, mostMs);
        for (const peer of this.#options.group) this.say(peer, host);
        this.#fetchWanted(host);
      } else this.#waitMs = firstMs;
      this.waits(true, host);
    });
  }

  /** Tells a peer where this replica stands. */
  say(to: Index, host: ProcessHost): void {
    if (to === this.#options.self) return;
    const status = this.#statusOf(host);
    this.#asked.set(to, status.executed);
    this.#send(to, status, host);
  }

  /** Asks a peer that has told what was missed to go on. */
  asksOn(from: Index, host: ProcessHost): void {
    const asked = this.#asked.get(from) ?? 0;
    if (executionOf(host).executed >= asked + NUMBERS_AT_ONCE) this.say(from, host);
  }

  #statusOf(host: ProcessHost): StatusMessage {
    const { view, active, stable } = agreementOf(host);
    const { executed, recovering } = executionOf(host);
    // Who trusts none of its states has to be shown one, whichever it is.
    const at = recovering ? { stable: 0, executed: 0 } : { stable: stable.n, executed };
    return { type: "STATUS", view, active, ...at };
  }

  #fetchWanted(host: ProcessHost): void {
    for (const { digest, from } of this.#options.mailbox.batches.wanted()) {
      for (const peer of from) this.#send(peer, { type: "FETCH-BATCH", digest }, host);
    }
  }

  /** Answers a STATUS with what its sender lacks. */
  answer(to: Replica, status: StatusMessage, host: ProcessHost): void {
    this.#ahead.set(to, Math.max(status.executed, this.#ahead.get(to) ?? 0));
    if (!this.#mayAnswer(to, status, host.now())) return;
    const s = agreementOf(host);
    this.#tellView(to, status, s, host);
    this.#tellCheckpoints(to, status, host);
    const first = Math.max(status.executed, status.stable, s.stable.n) + 1;
    for (let n = first; n < first + NUMBERS_AT_ONCE; n += 1) this.#tellNumber(to, n, s, host);
  }

  /** Who has got further is answered at once; who asks the same again is made to wait. */
  #mayAnswer(to: Replica, status: StatusMessage, now: number): boolean {
    const told = this.#told.get(to);
    const hasMoved =
      told === undefined ||
      status.executed > told.status.executed ||
      status.stable > told.status.stable ||
      status.view > told.status.view;
    if (!hasMoved && now - told.atMs < this.#options.again.firstMs / 2) return false;
    this.#told.set(to, { atMs: now, status });
    return true;
  }

  #tellView(to: Replica, status: StatusMessage, s: AgreementState, host: ProcessHost): void {
    if (status.view > s.view || (status.view === s.view && status.active)) return;
    const { newView, viewChange } = this.#options.proofs;
    if (s.active && newView?.view === s.view) this.#send(to, newView, host);
    if (!s.active && viewChange?.view === s.view) this.#send(to, viewChange, host);
  }

  #tellCheckpoints(to: Replica, status: StatusMessage, host: ProcessHost): void {
    const { proofs, saying } = this.#options;
    if (proofs.stable.n > status.stable) {
      this.#send(to, { type: "STABLE", ...proofs.stable }, host);
    }
    for (const [key, { digest }] of Object.entries(executionOf(host).snapshots)) {
      const n = Number(key);
      if (n <= status.stable || n <= proofs.stable.n) continue;
      this.#send(to, saying.checkpoint({ n, digest }, host), host);
    }
  }

  #tellNumber(to: Replica, n: number, s: AgreementState, host: ProcessHost): void {
    const { proofs, saying, self, group } = this.#options;
    const { accepted, prepared, decided } = entryOf(s, n);
    const proof = proofs.decided(n);
    if (decided !== null && proof !== null) {
      const { view, signatures } = proof;
      this.#send(to, { type: "DECISION", view, n, batch: decided, signatures }, host);
      return;
    }
    if (accepted !== null && accepted.view === s.view && s.active) {
      const said = { ...accepted, n };
      if (primaryOf(s.view, group) !== self) {
        this.#send(to, saying.vote("PREPARE", said, host), host);
      } else if (accepted.batch.length > 0) {
        this.#send(to, saying.prePrepare(said, host), host);
      }
    }
    if (prepared !== null) this.#send(to, saying.vote("COMMIT", { ...prepared, n }, host), host);
  }

  #send(to: Index, message: ReplicaMessage, host: ProcessHost): void {
    if (to !== this.#options.self) host.send(UNIT, to, asMessage(message));
  }
}
