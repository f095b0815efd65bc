import type { DigestFunction } from "../../../spec/automaton/index.ts";
import type { ProcessHost } from "../../network/process.ts";
import type { Replica } from "../messages.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Ordering } from "./ordering.ts";
import type { Proofs } from "./proofs.ts";
import type { DecisionMessage, NewViewMessage, SignedMessage } from "./wire.ts";

export interface FilingOptions {
  readonly self: Replica;
  readonly digest: DigestFunction;
  readonly mailbox: Mailbox;
  readonly proofs: Proofs;
  readonly ordering: Ordering;
}

/** Puts verified statements of replicas, this one among them, where they are counted and kept. */
export class Filing {
  readonly #options: FilingOptions;

  constructor(options: FilingOptions) {
    this.#options = options;
  }

  file(by: Replica, message: SignedMessage, host: ProcessHost): void {
    const { self, mailbox, proofs, ordering, digest: digestOf } = this.#options;
    switch (message.type) {
      case "PRE-PREPARE": {
        const { view, n, batch, signature } = message;
        const digest = digestOf(batch);
        mailbox.batches.add(n, digest, batch);
        mailbox.prepares.add(by, n, { view, digest }, signature);
        if (by !== self) mailbox.propose({ view, n, digest, batch }, ordering.standing);
        ordering.touch(n);
        return;
      }
      case "PREPARE":
      case "COMMIT": {
        const { view, n, digest, signature } = message;
        const votes = message.type === "PREPARE" ? mailbox.prepares : mailbox.commits;
        votes.add(by, n, { view, digest }, signature);
        ordering.touch(n);
        return;
      }
      case "CHECKPOINT":
        mailbox.checkpoints.add(by, message, message.signature);
        return;
      case "VIEW-CHANGE":
        mailbox.changes.add(by, message);
        mailbox.checkpoints.prove(message.stable);
        if (by === self) proofs.keepViewChange(message, host);
        return;
      case "NEW-VIEW":
        if (by === self) this.#lead(message, host);
        else mailbox.changes.offer(message);
    }
  }

  /** A decision that somebody has proved. */
  decision({ view, n, batch, signatures }: DecisionMessage): void {
    const { mailbox, ordering } = this.#options;
    const digest = this.#options.digest(batch);
    mailbox.batches.add(n, digest, batch);
    for (const [by, signature] of Object.entries(signatures)) {
      mailbox.commits.add(by as Replica, n, { view, digest }, signature);
    }
    ordering.touch(n);
  }

  /** This replica is the primary of a new view: its own order is its vote. */
  #lead(message: NewViewMessage, host: ProcessHost): void {
    const { self, mailbox, proofs, ordering } = this.#options;
    proofs.keepNewView(message, host);
    for (const { n, digest, signature } of message.order) {
      mailbox.prepares.add(self, n, { view: message.view, digest }, signature);
      ordering.touch(n);
    }
  }
}
