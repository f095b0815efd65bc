import type { Action, DigestFunction } from "../../../spec/automaton/index.ts";
import type { ProcessHost, Signatures } from "../../network/process.ts";
import type { Batch } from "../atomic/message.ts";
import type { Estimate, Report } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import { certificate, chosenReports, type Mailbox, reporters } from "./mailbox.ts";
import { UNIT } from "./outbox.ts";
import {
  type DecideMessage,
  digestOf,
  goPhase2Statement,
  type OrderMessage,
  roundStatement,
  type ShownCertified,
  type ShownEstimate,
  type ShownReport,
  suspicionStatement,
  valueStatement,
} from "./wire.ts";

/** What an output of weak interactive consistency says. */
interface Said {
  readonly k: number;
  readonly round: number;
  readonly value: Batch;
  readonly estimate: Estimate;
  readonly certified: Report;
}

const OWN_CERTIFICATE = "certified";

/**
 * Makes messages of what the automaton says: signs it, and puts beside it the certificates that its words
 * refer to, from the mailbox.
 */
export class Saying {
  readonly #mailbox: Mailbox;
  readonly #digest: DigestFunction;
  readonly #quorum: number;

  constructor(mailbox: Mailbox, digest: DigestFunction, { faults }: Pick<Bounds, "faults">) {
    this.#mailbox = mailbox;
    this.#digest = digest;
    this.#quorum = 2 * faults + 1;
  }

  /** @returns null for an output that is no message of weak interactive consistency */
  message(action: Action, host: ProcessHost): OrderMessage | null {
    const said = action.payload as unknown as Said;
    const { k, round } = said;
    switch (action.name) {
      case "SEND-VALUE": {
        const signature = host.sign(valueStatement(k, this.#digest(said.value)));
        return { type: "VALUE", k, value: said.value, signature };
      }
      case "SEND-INITIAL": {
        const digest = this.digestOf(said.estimate);
        const signature = host.sign(roundStatement("INITIAL", k, round, digest));
        const estimate = this.#shown(k, digest);
        return { type: "INITIAL", k, round, estimate, ...this.#reports(k, round), signature };
      }
      case "SEND-ECHO": {
        const digest = this.digestOf(said.estimate);
        const signature = host.sign(roundStatement("ECHO", k, round, digest));
        return { type: "ECHO", k, round, digest, signature };
      }
      case "SEND-READY": {
        const digest = this.digestOf(said.estimate);
        const signature = host.sign(roundStatement("READY", k, round, digest));
        const echoes = this.#echoesOf(k, round, digest);
        this.keepCertified(k, { round, digest, echoes }, host);
        return { type: "READY", k, round, digest, estimate: null, echoes, signature };
      }
      case "SEND-SUSPICION": {
        const signature = host.sign(suspicionStatement(k, round));
        return { type: "SUSPICION", k, round, signature };
      }
      case "SEND-GO-PHASE-2": {
        const certified =
          said.certified === null ? null : this.#certified(said.certified.round, host);
        const estimate = certified === null ? null : this.#shown(k, certified.digest);
        const signature = host.sign(goPhase2Statement(k, round, certified));
        const suspicions = this.#suspicions(k, round);
        return { type: "GO-PHASE-2", k, round, certified, estimate, suspicions, signature };
      }
      case "SEND-DECIDE":
        return this.#decide(k, round, this.digestOf(said.estimate));
      default:
        return null;
    }
  }

  digestOf(estimate: Estimate): string {
    return digestOf(estimate, this.#digest);
  }

  /** Keeps the ReadyCertif of the estimate that the automaton takes part with. */
  keepCertified(k: number, { round, digest, echoes }: ShownCertified, host: ProcessHost): void {
    const statement = roundStatement("ECHO", k, round, digest);
    host.keep(UNIT, OWN_CERTIFICATE, { statement, signatures: echoes });
  }

  #certified(round: number, host: ProcessHost): ShownCertified {
    const kept = host.kept(UNIT, OWN_CERTIFICATE);
    const { estimate } = Object(kept?.statement) as { readonly estimate: string };
    return { round, digest: estimate, echoes: kept?.signatures ?? {} };
  }

  #shown(k: number, digest: string): ShownEstimate {
    return this.#mailbox.instance(k)?.estimates.get(digest) ?? [];
  }

  #echoesOf(k: number, round: number, digest: string): Signatures {
    const box = this.#mailbox.round(k, round);
    if (box?.certified?.digest === digest) return box.certified.echoes;
    const votes = [...(box?.echoes ?? [])].filter(([, vote]) => vote.digest === digest);
    return certificate(new Map(votes.map(([by, { signature }]) => [by, signature])), this.#quorum);
  }

  #suspicions(k: number, round: number): Signatures {
    const box = this.#mailbox.round(k, round);
    const own = box?.suspicions ?? new Map();
    if (own.size >= this.#quorum) return certificate(own, this.#quorum);
    const [shown] = box?.goPhase2s.values() ?? [];
    return shown?.suspicions ?? {};
  }

  #reports(k: number, round: number) {
    const box = this.#mailbox.round(k, round - 1);
    if (round === 1 || box === null) return { reports: [], suspicions: null };
    const by = reporters(box, this.#quorum);
    const reports = chosenReports(box, this.#quorum).map(
      ({ certified, signature }, at): ShownReport => ({
        by: by[at] as ShownReport["by"],
        certified,
        signature,
      }),
    );
    return { reports, suspicions: this.#suspicions(k, round - 1) };
  }

  #decide(k: number, round: number, digest: string): DecideMessage {
    const instance = this.#mailbox.instance(k);
    const estimate = this.#shown(k, digest);
    const known = instance?.decide;
    const readys =
      known != null && known.digest === digest && known.round === round
        ? known.readys
        : certificate(this.#mailbox.round(k, round)?.readys ?? new Map(), this.#quorum);
    return { type: "DECIDE", k, round, digest, estimate, readys };
  }
}
