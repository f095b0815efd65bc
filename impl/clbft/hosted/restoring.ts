import { type DigestFunction, detach } from "../../../spec/automaton/index.ts";
import type { ProcessHost } from "../../network/process.ts";
import { entryOf } from "../agreement/state.ts";
import { primaryOf, type Replica } from "../messages.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Proofs } from "./proofs.ts";
import type { Saying } from "./saying.ts";
import { agreementOf, executionOf } from "./states.ts";

export interface Restored {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly digest: DigestFunction;
  readonly mailbox: Mailbox;
  readonly proofs: Proofs;
  readonly saying: Saying;
}

/** Puts what this replica said before a restart into its mailbox again, as what others said will be. */
export function restore(of: Restored, host: ProcessHost): void {
  const { self, group, mailbox, proofs, saying } = of;
  const s = agreementOf(host);
  proofs.restore(s, host);
  mailbox.checkpoints.prove(proofs.stable);
  for (const key of Object.keys(s.log)) restoreNumber(Number(key), of, host);
  for (const [n, { digest }] of Object.entries(executionOf(host).snapshots)) {
    const said = saying.checkpoint({ n: Number(n), digest }, host);
    mailbox.checkpoints.add(self, said, said.signature);
  }
  const { viewChange, newView } = proofs;
  if (!s.active && viewChange?.view === s.view) mailbox.changes.add(self, viewChange);
  if (!s.active || newView?.view !== s.view) return;
  for (const { n, digest, signature } of newView.order) {
    mailbox.prepares.add(primaryOf(s.view, group), n, { view: s.view, digest }, signature);
  }
}

function restoreNumber(n: number, of: Restored, host: ProcessHost): void {
  const { self, group, mailbox, saying, digest } = of;
  const { accepted, prepared, decided } = entryOf(agreementOf(host), n);
  for (const batch of [accepted?.batch, prepared?.batch, decided]) {
    // A copy: an input is frozen, and this is the live state.
    if (batch != null) mailbox.batches.add(n, digest(batch), detach(batch));
  }
  if (accepted !== null) {
    const said = { ...accepted, n };
    const isOwn = primaryOf(accepted.view, group) === self;
    const { signature } = isOwn
      ? saying.prePrepare(said, host)
      : saying.vote("PREPARE", said, host);
    const topic = { view: accepted.view, digest: digest(accepted.batch) };
    mailbox.prepares.add(self, n, topic, signature);
  }
  if (prepared !== null) {
    const { view, digest: named, signature } = saying.vote("COMMIT", { ...prepared, n }, host);
    mailbox.commits.add(self, n, { view, digest: named }, signature);
  }
}
