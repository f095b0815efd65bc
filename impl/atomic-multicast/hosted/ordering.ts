import { type Action, detach, equal } from "../../../spec/automaton/index.ts";
import type { ProcessHost } from "../../network/process.ts";
import { awaitedBy } from "../detector/awaited.ts";
import { coordinatorOf, type Replica, type Report } from "../messages.ts";
import type { WicState } from "../wic/replica.ts";
import type { Bounds } from "./bounds.ts";

import { chosenReports, type InstanceBox, type Mailbox, type RoundBox } from "./mailbox.ts";
import { UNIT } from "./outbox.ts";
import { latestOf } from "./reader.ts";
import type { Saying } from "./saying.ts";
import { estimateOf, type ShownEstimate, type ShownValue } from "./wire.ts";

export interface OrderingOptions {
  readonly self: Replica;
  readonly group: readonly Replica[];
  readonly bounds: Bounds;
  readonly mailbox: Mailbox;
  readonly saying: Saying;
  /** receives the requests of a value that came: an instance that others work on has to begin here too */
  readonly receive: (value: ShownValue["value"], host: ProcessHost) => void;
  /** keeps the estimate that the automaton takes part with */
  readonly adopted: (estimate: ShownEstimate, host: ProcessHost) => void;
}

/** Hands over to the automata what has come, as inputs, until there is nothing that they wait for. */
export class Ordering {
  readonly #options: OrderingOptions;
  #awaited: ReturnType<typeof awaitedBy> = null;

  constructor(options: OrderingOptions) {
    this.#options = options;
  }

  /** Whether somebody is waited for, so that a clock has to tick. */
  get waits(): boolean {
    return this.#awaited !== null;
  }

  pump(host: ProcessHost): void {
    for (;;) {
      const before = wicOf(host);
      this.#options.mailbox.advance(before.running ? before.k : before.k + 1, before.round);
      const isFed = before.running ? this.#feed(before, host) : this.#begin(before, host);
      if (!isFed && !this.#tellDetector(host)) return;
    }
  }

  /** Hands over one input. @returns false if nothing is to be handed over */
  #feed(wic: WicState, host: ProcessHost): boolean {
    const { k, round } = wic;
    const { mailbox, bounds } = this.#options;
    const instance = mailbox.instance(k);
    if (instance === null) return false;
    const { decide } = instance;
    const decided = decide === null ? undefined : this.#estimateIn(instance, decide.digest);
    if (decide !== null && decided !== undefined) {
      return this.#give(host, "DECIDE", { k, round: decide.round, estimate: estimateOf(decided) });
    }
    if (wic.estimate === null) {
      if (instance.values.size <= bounds.faults) return false;
      const shown = [...instance.values.values()]
        .sort((a, b) => (a.from < b.from ? -1 : 1))
        .slice(0, bounds.faults + 1);
      const estimate = estimateOf(shown);
      instance.estimates.set(this.#options.saying.digestOf(estimate), shown);
      this.#options.adopted(shown, host);
      return this.#give(host, "VALUES", { k, estimate });
    }
    const box = mailbox.round(k, round);
    if (box === null) return false;
    const input = this.#nextInput(wic, instance, box);
    if (input === null) {
      const isOver = box.goPhase2s.size > 2 * bounds.faults && !box.fed.has("GO-PHASE-2-QUORUM");
      return isOver && this.#endRound(wic, instance, box, host);
    }
    box.fed.add(input.name);
    return this.#give(host, input.name, { k, round, ...input.payload });
  }

  /** The first input that has what it takes and was not handed over in this round. */
  #nextInput(wic: WicState, instance: InstanceBox, box: RoundBox): Action | null {
    const { faults } = this.#options.bounds;
    const quorum = 2 * faults + 1;
    const isNew = (name: string) => !box.fed.has(name);
    const estimateNamed = (digest: string | undefined) =>
      digest === undefined ? undefined : this.#estimateIn(instance, digest);
    if (isNew("INITIAL") && box.initial !== null && !wic.echoed) {
      return { name: "INITIAL", payload: { estimate: estimateOf(box.initial.estimate) as never } };
    }
    const own = this.#echoed(wic, box);
    if (isNew("ECHO-QUORUM") && own !== null && own >= quorum) {
      // A copy: an input is frozen, and this is the live state.
      return { name: "ECHO-QUORUM", payload: { estimate: detach(wic.estimate) as never } };
    }
    const certified = box.readys.size > 0 ? estimateNamed(box.certified?.digest) : undefined;
    if (certified !== undefined) {
      const estimate = estimateOf(certified) as never;
      if (isNew("READY")) return { name: "READY", payload: { estimate } };
      if (isNew("READY-QUORUM") && box.readys.size >= quorum) {
        return { name: "READY-QUORUM", payload: { estimate } };
      }
    }
    if (isNew("SUSPICION-QUORUM") && box.suspicions.size >= quorum) {
      return { name: "SUSPICION-QUORUM", payload: {} };
    }
    if (isNew("GO-PHASE-2") && box.goPhase2s.size > 0) return { name: "GO-PHASE-2", payload: {} };
    return null;
  }

  /** How many replicas echoed the estimate that this one coordinates; null if it does not. */
  #echoed(wic: WicState, box: RoundBox): number | null {
    const { group, self, saying } = this.#options;
    if (coordinatorOf(wic.round, group) !== self || wic.estimate === null) return null;
    if (box.echoes.size <= 2 * this.#options.bounds.faults) return null;
    const digest = box.initialDigest ?? saying.digestOf(wic.estimate);
    return [...box.echoes.values()].filter((one) => one.digest === digest).length;
  }

  /** Line 41: with what the round after this one begins. */
  #endRound(wic: WicState, instance: InstanceBox, box: RoundBox, host: ProcessHost): boolean {
    const { faults } = this.#options.bounds;
    const certificates = chosenReports(box, 2 * faults + 1).map(({ certified }) => certified);
    const reports: Report[] = [];
    for (const one of certificates) {
      const shown = one === null ? null : this.#estimateIn(instance, one.digest);
      if (shown === undefined) return false;
      reports.push(
        one === null || shown === null ? null : { round: one.round, estimate: estimateOf(shown) },
      );
    }
    box.fed.add("GO-PHASE-2-QUORUM");
    const { k, round } = wic;
    this.#give(host, "GO-PHASE-2-QUORUM", { k, round, reports });
    const last = latestOf(certificates);
    const adopted = last === null ? undefined : this.#estimateIn(instance, last.digest);
    if (last === null || adopted === undefined) return true;
    this.#options.saying.keepCertified(k, last, host);
    this.#options.adopted(adopted, host);
    return true;
  }

  #estimateIn(instance: InstanceBox, digest: string): ShownEstimate | undefined {
    const known = instance.estimates.get(digest);
    const decide = instance.decide;
    return known ?? (decide?.digest === digest ? (decide.estimate ?? undefined) : undefined);
  }

  /** An instance that others work on begins here too, with the requests that they propose. */
  #begin(wic: WicState, host: ProcessHost): boolean {
    const instance = this.#options.mailbox.instance(wic.k + 1);
    if (instance === null) return false;
    const decided =
      instance.decide === null ? undefined : this.#estimateIn(instance, instance.decide.digest);
    for (const { value } of decided ?? instance.values.values()) this.#options.receive(value, host);
    return wicOf(host).running;
  }

  /** Tells the detector whom the automaton waits for, if that has changed. */
  #tellDetector(host: ProcessHost): boolean {
    const now = awaitedBy(wicOf(host), this.#options.group);
    const before = this.#awaited;
    if (equal(now, before)) return false;
    this.#awaited = now;
    if (now === null) this.#give(host, "MET", { k: before?.k, round: before?.round });
    else this.#give(host, "EXPECT", now);
    return true;
  }

  #give(host: ProcessHost, name: string, payload: object): boolean {
    host.input(UNIT, { name, payload: { replica: this.#options.self, ...payload } });
    return true;
  }
}

export const wicOf = (host: ProcessHost): WicState => host.state(UNIT, "wic") as WicState;

/** The last instance that is decided here. */
export const decidedBy = ({ running, k }: WicState): number => (running ? k - 1 : k);
