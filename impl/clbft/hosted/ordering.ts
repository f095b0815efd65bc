import type { ProcessHost } from "../../network/process.ts";
import { isDecidable, isInWindow } from "../agreement/log.ts";
import { type AgreementState, entryOf } from "../agreement/state.ts";
import { type Batch, type Checkpoint, primaryOf, type Replica, type Report } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { Mailbox, Standing } from "./mailbox.ts";
import type { Proofs } from "./proofs.ts";
import { orderedOf, toldOf } from "./reports.ts";
import { agreementOf } from "./states.ts";
import { UNIT } from "./unit.ts";
import type { Change } from "./view-changes.ts";

export interface OrderingOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly mailbox: Mailbox;
  readonly proofs: Proofs;
  /** a batch that is known by its digest alone is needed, and these replicas should have it */
  readonly fetch: (n: number, digest: string, from: readonly Replica[], host: ProcessHost) => void;
  /** a checkpoint is proved to be stable; the automaton is not told yet */
  readonly certified: (stable: Checkpoint, host: ProcessHost) => void;
  /** the automaton stands elsewhere than before */
  readonly moved: (now: Standing, host: ProcessHost) => void;
}

interface Given {
  readonly view: number;
  readonly n?: number;
  readonly batch?: Batch;
  readonly reports?: readonly Report[];
}

const START: Standing = { view: 0, active: true, stable: 0, executed: 0, recovering: false };

/** Hands over to the automata what has come, as inputs, until there is nothing that they wait for. */
export class Ordering {
  readonly #options: OrderingOptions;
  /** numbers of which something has come since they were looked at */
  readonly #dirty = new Set<number>();
  /** what the automaton had, and perhaps ignored, since it stands where it does */
  readonly #given = new Set<string>();
  #standing: Standing = START;

  constructor(options: OrderingOptions) {
    this.#options = options;
  }

  /** Where the automaton stood after the last turn. */
  get standing(): Standing {
    return this.#standing;
  }

  /** Something has come for a number. */
  touch(n: number): void {
    this.#dirty.add(n);
  }

  pump(host: ProcessHost): void {
    do this.#look(host);
    while (this.#step(agreementOf(host), host));
  }

  /** Notices where the automaton stands: elsewhere other messages are of use. */
  #look(host: ProcessHost): void {
    const { view, active, stable, executed, recovering } = agreementOf(host);
    const before = this.#standing;
    const now = { view, active, stable: stable.n, executed, recovering };
    this.#standing = now;
    const isSame = before.view === view && before.active === active && before.stable === stable.n;
    if (isSame && before.executed === executed) return;
    this.#options.moved(now, host);
    if (isSame) return;
    this.#given.clear();
    for (const n of this.#options.mailbox.numbers()) this.#dirty.add(n);
  }

  #step(s: AgreementState, host: ProcessHost): boolean {
    if (this.#enter(s, host) || this.#join(s, host)) return true;
    if (this.#lead(s, host) || this.#stable(s, host)) return true;
    for (const n of this.#dirty) {
      if (this.#number(s, n, host)) return true;
      this.#dirty.delete(n);
    }
    return false;
  }

  #enter(s: AgreementState, host: ProcessHost): boolean {
    const { mailbox, group, self, proofs } = this.#options;
    const message = mailbox.changes.newView;
    if (message === null) return false;
    const { view, reports, order } = message;
    const isNew = view > s.view || (view === s.view && !s.active);
    if (!isNew || primaryOf(view, group) === self) {
      mailbox.changes.dropNewView();
      return false;
    }
    const told = toldOf(reports, mailbox.batches);
    const primary = primaryOf(view, group);
    for (const { by, prepared } of told.missing) {
      this.#options.fetch(prepared.n, prepared.digest, [by, primary], host);
    }
    const ordered = told.missing.length > 0 ? null : orderedOf(order, mailbox.batches);
    if (ordered === null) return false;
    mailbox.changes.dropNewView();
    for (const { stable } of reports) mailbox.checkpoints.prove(stable);
    for (const { n, digest, signature } of order) {
      mailbox.prepares.add(primary, n, { view, digest }, signature);
    }
    this.#give(host, "NEW-VIEW", { view, reports: told.reports, order: ordered });
    const after = agreementOf(host);
    if (after.view === view && after.active) proofs.keepNewView(message, host);
    return true;
  }

  #join(s: AgreementState, host: ProcessHost): boolean {
    const view = this.#options.mailbox.changes.joinable();
    return view > s.view && this.#give(host, "JOIN", { view });
  }

  /** The primary of the next view begins it. */
  #lead(s: AgreementState, host: ProcessHost): boolean {
    const { group, self, mailbox, bounds } = this.#options;
    if (s.active || primaryOf(s.view, group) !== self) return false;
    // Who shows what cannot be had is passed over: others have shown enough.
    let changes: readonly Change[] = mailbox.changes.of(s.view);
    while (changes.length >= bounds.sizes.viewChanges) {
      const chosen = changes.slice(0, bounds.sizes.viewChanges);
      const { reports, missing } = toldOf(chosen, mailbox.batches);
      if (missing.length === 0) {
        for (const { stable } of chosen) mailbox.checkpoints.prove(stable);
        return this.#giveOnce(host, "VIEW-CHANGES", { view: s.view, reports });
      }
      for (const { by, prepared } of missing) {
        this.#options.fetch(prepared.n, prepared.digest, [by], host);
      }
      changes = changes.filter((change) => !missing.some(({ by }) => by === change.by));
    }
    return false;
  }

  #stable(s: AgreementState, host: ProcessHost): boolean {
    const found = this.#options.mailbox.checkpoints.highest();
    if (found === null || found.n <= s.stable.n) return false;
    this.#options.certified(found, host);
    // Who doubts its own state installs that of others, this one or a later one.
    if (s.recovering) return false;
    return this.#give(host, "STABLE", { n: found.n, digest: found.digest });
  }

  #number(s: AgreementState, n: number, host: ProcessHost): boolean {
    const { mailbox, bounds, proofs } = this.#options;
    const { decided, accepted, prepared } = entryOf(s, n);
    if (decided === null && isDecidable(s, n, bounds.window)) {
      for (const { view, digest } of mailbox.commits.complete(n)) {
        const batch = mailbox.batches.of(digest);
        const signatures = mailbox.commits.certificate(n, { view, digest });
        if (signatures === null) continue;
        if (batch === null) {
          this.#options.fetch(n, digest, Object.keys(signatures) as Replica[], host);
          continue;
        }
        if (!this.#giveOnce(host, "COMMITTED", { view, n, batch })) continue;
        if (entryOf(agreementOf(host), n).decided !== null) {
          proofs.keepDecided(n, { view, digest, signatures }, host);
        }
        return true;
      }
    }
    if (!s.active || !isInWindow(s, n, bounds.window)) return false;
    const { view } = s;
    if (accepted?.view !== view) {
      const proposal = mailbox.proposal(view, n);
      if (proposal === null) return false;
      mailbox.proposed(proposal);
      return this.#give(host, "PRE-PREPARE", { view, n, batch: proposal.batch });
    }
    if (prepared?.view === view) return false;
    for (const topic of mailbox.prepares.complete(n)) {
      const batch = mailbox.batches.of(topic.digest);
      if (topic.view !== view || batch === null) continue;
      const signatures = mailbox.prepares.certificate(n, topic);
      if (signatures === null || !this.#giveOnce(host, "PREPARED", { view, n, batch })) continue;
      if (entryOf(agreementOf(host), n).prepared?.view === view) {
        proofs.keepPrepared({ n, view, digest: topic.digest, signatures }, host);
      }
      return true;
    }
    return false;
  }

  /** An input that the automaton ignores is not given again while it stands where it does. */
  #giveOnce(host: ProcessHost, name: string, payload: Given): boolean {
    const key = `${name} ${payload.view} ${payload.n ?? ""}`;
    if (this.#given.has(key)) return false;
    this.#given.add(key);
    return this.#give(host, name, payload);
  }

  #give(host: ProcessHost, name: string, payload: object): boolean {
    host.input(UNIT, { name, payload: { replica: this.#options.self, ...payload } });
    return true;
  }
}
