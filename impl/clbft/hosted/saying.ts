import type { Action, DigestFunction } from "../../../spec/automaton/index.ts";
import type { ProcessHost } from "../../network/process.ts";
import type { Batch, Checkpoint, Ordered, Prepared, Replica, Report } from "../messages.ts";
import type { Proofs } from "./proofs.ts";
import type { Change, ViewChanges } from "./view-changes.ts";
import {
  checkpointStatement,
  type NewViewMessage,
  newViewStatement,
  type SignedMessage,
  type ViewChangeMessage,
  viewChangeStatement,
  voteStatement,
} from "./wire.ts";

/** What an output of the automata says. */
interface Said extends Checkpoint {
  readonly view: number;
  readonly batch: Batch;
  readonly stable: Checkpoint;
  readonly prepared: readonly Prepared[];
  readonly reports: readonly Report[];
  readonly order: readonly Ordered[];
}

export interface SayingOptions {
  readonly digest: DigestFunction;
  readonly proofs: Proofs;
  readonly changes: ViewChanges;
}

/**
 * Makes messages of what the automata say: signs it, and puts beside it the certificates that its words refer
 * to. The same words give the same bytes whenever they are said.
 */
export class Saying {
  readonly #options: SayingOptions;

  constructor(options: SayingOptions) {
    this.#options = options;
  }

  /** The message of an output; null if the output is none that replicas sign. */
  message(action: Action, host: ProcessHost): SignedMessage | null {
    const said = action.payload as unknown as Said;
    switch (action.name) {
      case "SEND-PRE-PREPARE":
        return this.prePrepare(said, host);
      case "SEND-PREPARE":
        return this.vote("PREPARE", said, host);
      case "SEND-COMMIT":
        return this.vote("COMMIT", said, host);
      case "SEND-CHECKPOINT":
        return this.checkpoint(said, host);
      case "SEND-VIEW-CHANGE":
        return this.#viewChange(said, host);
      case "SEND-NEW-VIEW":
        return this.#newView(said, host);
      default:
        return null;
    }
  }

  prePrepare({ view, n, batch }: Pick<Said, "view" | "n" | "batch">, host: ProcessHost) {
    const digest = this.#options.digest(batch);
    const signature = host.sign(voteStatement("PRE-PREPARE", view, n, digest));
    return { type: "PRE-PREPARE", view, n, batch, signature } as const;
  }

  vote(
    type: "PREPARE" | "COMMIT",
    { view, n, batch }: Pick<Said, "view" | "n" | "batch">,
    host: ProcessHost,
  ) {
    const digest = this.#options.digest(batch);
    return { type, view, n, digest, signature: host.sign(voteStatement(type, view, n, digest)) };
  }

  checkpoint({ n, digest }: Checkpoint, host: ProcessHost) {
    const signature = host.sign(checkpointStatement({ n, digest }));
    return { type: "CHECKPOINT", n, digest, signature } as const;
  }

  #viewChange({ view, stable, prepared }: Said, host: ProcessHost): ViewChangeMessage {
    const { proofs } = this.#options;
    if (proofs.stable.n !== stable.n) throw new RangeError(`no certificate of state ${stable.n}`);
    const shown = {
      view,
      stable: proofs.stable,
      prepared: prepared.map((one) => proofs.prepared(one)),
    };
    return { type: "VIEW-CHANGE", ...shown, signature: host.sign(viewChangeStatement(shown)) };
  }

  #newView({ view, reports, order }: Said, host: ProcessHost): NewViewMessage {
    const { changes, digest } = this.#options;
    const shown = changes.of(view);
    const reported = reports.map(({ replica }) => reportOf(replica, shown));
    const ordered = order.map(({ n, batch }) => {
      const named = digest(batch);
      const signature = host.sign(voteStatement("PRE-PREPARE", view, n, named));
      return { n, digest: named, signature };
    });
    const content = { view, reports: reported, order: ordered };
    const signature = host.sign(newViewStatement(content, digest));
    return { type: "NEW-VIEW", ...content, signature };
  }
}

function reportOf(replica: Replica, changes: readonly Change[]) {
  const found = changes.find(({ by }) => by === replica);
  if (found === undefined) throw new RangeError(`no VIEW-CHANGE of ${replica}`);
  const { by, stable, prepared, signature } = found;
  return { by, stable, prepared, signature };
}
