import type { Action, DigestFunction, Index } from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import { keepMessage, keptMessage } from "../../network/kept.ts";
import type {
  Decoded,
  HostedProcess,
  ProcessHost,
  Timer,
  Unit,
  Wire,
} from "../../network/process.ts";
import type { HostFacts } from "../../network/protocol.ts";
import { remembering } from "../../network/remembering.ts";
import type { AtomicState } from "../atomic/automaton.ts";
import type { Batch, Client, Message } from "../atomic/message.ts";
import type { DetectorState } from "../detector/automaton.ts";
import { coordinatorOf, type Replica } from "../messages.ts";
import { hasRoom, type ReliableReplicaState } from "../reliable/replica-automaton.ts";
import { type Rules, replicaAutomata, TICKS } from "./automata.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { CatchUp } from "./catch-up.ts";
import { Decisions, isDecision } from "./decisions.ts";
import { decodeForReplica } from "./decode.ts";
import { file } from "./filing.ts";
import { Mailbox } from "./mailbox.ts";
import { decidedBy, Ordering, wicOf } from "./ordering.ts";
import { Outbox, UNIT } from "./outbox.ts";
import { type Decoding, fits } from "./reader.ts";
import { Relays } from "./relays.ts";
import { KnownRequests } from "./requests.ts";
import { Saying } from "./saying.ts";
import { isSnapshot, Snapshots } from "./snapshots.ts";
import {
  asMessage,
  asReplicaMessage,
  digestOf,
  estimateOf,
  type OrderMessage,
  type ShownEstimate,
} from "./wire.ts";

/** Where the estimate is kept that the automaton takes part with, under the signatures of its values. */
const ESTIMATE = "estimate";

/**
 * A replica as hosts run it: one unit with all layers of the paper, and a mailbox beside it that verifies,
 * collects and repeats what the automata say to each other.
 */
export class ReplicaProcess implements HostedProcess {
  readonly self: Replica;
  readonly recovers = true;
  readonly #facts: HostFacts;
  readonly #service: Service;
  readonly #rules: Rules;
  readonly #digest: DigestFunction;
  readonly #bounds: Bounds;
  readonly #decoding: Decoding;
  readonly #known = new KnownRequests();
  readonly #mailbox: Mailbox;
  readonly #outbox: Outbox;
  readonly #decisions: Decisions;
  readonly #snapshots: Snapshots;
  readonly #saying: Saying;
  readonly #ordering: Ordering;
  readonly #catchUp: CatchUp;
  readonly #relays: Relays;
  /**
   * Peers that are proved to be faulty, until the detector is told. A wrong shape is no proof: it may be
   * another configuration's, and distrust is for good.
   */
  readonly #misbehaved = new Map<Replica, string>();
  #isRestored = false;
  #ticks: Timer | null = null;
  #decidedAtMs = 0;
  #decided = 0;

  constructor(self: Replica, facts: HostFacts, service: Service, rules: Rules) {
    this.self = self;
    this.#rules = rules;
    this.#facts = facts;
    this.#service = service;
    const { replicas: group, retransmission: again } = facts;
    const digest = remembering(facts.digest);
    this.#digest = digest;
    const bounds = boundsOf(facts);
    this.#bounds = bounds;
    const clients = new Set(facts.clients);
    const isKnown = (request: Message) => this.#known.has(request);
    this.#decoding = { group, clients, bounds, digest, isKnown };
    this.#mailbox = new Mailbox(bounds);
    const estimateOf = (k: number, named: string) =>
      this.#mailbox.instance(k)?.estimates.get(named) ?? null;
    this.#outbox = new Outbox({ self, group, bounds, again, estimateOf });
    this.#decisions = new Decisions(bounds);
    this.#snapshots = new Snapshots(self, digest);
    this.#saying = new Saying(this.#mailbox, digest, bounds);
    this.#ordering = new Ordering({
      self,
      group,
      bounds,
      mailbox: this.#mailbox,
      saying: this.#saying,
      receive: (value, host) => this.#receiveAll(value, host),
      adopted: (estimate, host) => keepMessage(host, UNIT, ESTIMATE, estimate),
    });
    this.#relays = new Relays(again, (message, host) => {
      for (const peer of this.#peers()) this.#relay(peer, message, host);
    });
    this.#catchUp = new CatchUp({
      group,
      bounds,
      again,
      decisions: this.#decisions,
      snapshots: this.#snapshots,
      decided: (host) => decidedBy(wicOf(host)),
      install: (k, text, host) => this.#install(k, text, host),
    });
  }

  unit(name: string): Unit {
    if (isDecision(name) || isSnapshot(name)) return {};
    return replicaAutomata(this.self, this.#facts, this.#service, this.#rules);
  }

  decode(from: Index, message: Wire): Decoded | { readonly refused: string } {
    const outcome = decodeForReplica(from, message, this.#decoding);
    if ("refused" in outcome) return outcome;
    // Of an instance that is over nothing is used but that somebody still works on it.
    const { k } = outcome.message as { readonly k?: number };
    const isOver = k !== undefined && k <= this.#decided;
    return isOver ? { ...outcome, signatures: [] } : outcome;
  }

  deliver(from: Index, { message: delivered }: Decoded, host: ProcessHost): void {
    this.#restore(host);
    const message = asReplicaMessage(delivered);
    switch (message.type) {
      case "REQUEST":
        this.#request(from, message, host);
        break;
      case "HAVE":
      case "FETCH":
      case "OFFER":
      case "FETCH-PART":
      case "PART":
        this.#catchUp.take(from as Replica, message, host);
        break;
      default:
        this.#ordered(from as Replica, message, host);
    }
    this.#goOn(host);
  }

  /** A correct replica passes on nothing that it has not verified. */
  forged(from: Index, host: ProcessHost): void {
    if (!this.#facts.replicas.includes(from as Replica)) return;
    this.#restore(host);
    this.#misbehaved.set(from as Replica, "a signature in its message is not valid");
    this.#goOn(host);
  }

  emit(unit: string, action: Action, host: ProcessHost): void {
    if (unit !== UNIT) return;
    switch (action.name) {
      case "RELAY":
        this.#relays.wait(host);
        return;
      case "REPLY": {
        const { client, seq, result } = action.payload as unknown as {
          readonly client: Client;
          readonly seq: number;
          readonly result: string;
        };
        host.send(UNIT, client, asMessage({ type: "REPLY", seq, result }));
        return;
      }
      default:
        this.#say(action, host);
    }
  }

  connected(peer: Index, host: ProcessHost): void {
    this.#restore(host);
    if (!this.#facts.replicas.includes(peer as Replica)) return;
    host.send(UNIT, peer, asMessage({ type: "HAVE", k: decidedBy(wicOf(host)) }));
    this.#outbox.repeatTo(peer, host);
    const { undelivered } = host.state(UNIT, "atomic") as AtomicState;
    for (const request of undelivered) this.#relay(peer as Replica, request, host);
  }

  status(host: ProcessHost): Readonly<Record<string, string | number>> {
    const { k, round } = wicOf(host);
    const { suspects } = host.state(UNIT, "detector") as DetectorState;
    const behind = this.#catchUp.behind(host);
    return { instance: k, round, behind, suspects: suspects.join(" ") };
  }

  /** What was said before a restart is in the mailbox again, as what others said will be. */
  #restore(host: ProcessHost): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const wic = wicOf(host);
    this.#decided = decidedBy(wic);
    if (!wic.running) return;
    this.#mailbox.advance(wic.k, wic.round);
    const estimate = keptMessage<ShownEstimate>(host, UNIT, ESTIMATE);
    if (estimate !== null) {
      const named = digestOf(estimateOf(estimate), this.#digest);
      this.#mailbox.instance(wic.k)?.estimates.set(named, estimate);
    }
    for (const message of this.#outbox.restore(wic.k, wic.round, host)) this.#file(message);
  }

  #goOn(host: ProcessHost): void {
    for (const [of, why] of this.#misbehaved) {
      host.input(UNIT, { name: "MISBEHAVED", payload: { replica: this.self, of, why } });
    }
    this.#misbehaved.clear();
    this.#ordering.pump(host);
    const decided = decidedBy(wicOf(host));
    if (decided > this.#decided) {
      const { snapshotEvery } = this.#bounds;
      this.#decided = decided;
      this.#decidedAtMs = host.now();
      if (decided % snapshotEvery === 0) this.#snapshots.take(decided, host);
      this.#catchUp.decided(host);
    }
    this.#tick(host);
  }

  /** The detector's clock runs while somebody is waited for. */
  #tick(host: ProcessHost): void {
    if (this.#ticks !== null || !this.#ordering.waits) return;
    const everyMs = Math.max(1, this.#facts.suspicion.firstMs / TICKS);
    this.#ticks = host.after(everyMs, () => {
      this.#ticks = null;
      host.input(UNIT, { name: "TICK", payload: { replica: this.self } });
      this.#goOn(host);
    });
  }

  #request(
    from: Index,
    { type: _, ...message }: Message & { type: string },
    host: ProcessHost,
  ): void {
    this.#known.add(message);
    const isOwn = from === message.client;
    if (this.#hasRoom(message, host)) this.#receive(message, host);
    // To the client itself the last answer is given again.
    else if (isOwn) this.#receive(message, host);
  }

  #receiveAll(value: Batch, host: ProcessHost): void {
    for (const message of value) {
      this.#known.add(message);
      if (this.#hasRoom(message, host)) this.#receive(message, host);
    }
  }

  #receive(message: Message, host: ProcessHost): void {
    host.input(UNIT, {
      name: "RECEIVE",
      payload: { replica: this.self, message: message as never },
    });
  }

  /** What does not fit into a proposal waits at its client, which sends again. */
  #hasRoom(message: Message, host: ProcessHost): boolean {
    const { width, batchBytes } = this.#bounds;
    if (!hasRoom(host.state(UNIT, "reliable") as ReliableReplicaState, message, width))
      return false;
    const { undelivered } = host.state(UNIT, "atomic") as AtomicState;
    return fits([...undelivered, message], batchBytes);
  }

  #ordered(from: Replica, message: OrderMessage, host: ProcessHost): void {
    const { k, type } = message;
    const decided = decidedBy(wicOf(host));
    const round = "round" in message ? message.round : 0;
    // Also of instances that are over: whoever is always one late is heard by nothing else.
    const heard = { replica: this.self, from, k, round, kind: type };
    host.input(UNIT, { name: "HEARD", payload: heard });
    if (k <= decided) {
      const isLate = host.now() - this.#decidedAtMs >= this.#facts.retransmission.firstMs;
      if (type !== "DECIDE" && (k < decided || isLate)) this.#catchUp.tells(from, k, host);
      return;
    }
    this.#catchUp.hears(from, type === "DECIDE" ? k : k - 1, host);
    if (type === "VALUE" && this.#mailbox.isOpen(k)) this.#receiveAll(message.value, host);
    const why = file(this.#mailbox, from, message, this.#digest);
    if (why !== null) this.#misbehaved.set(from, why);
  }

  /** Signs, keeps, files and sends what the automaton says. */
  #say(action: Action, host: ProcessHost): void {
    const message = this.#saying.message(action, host);
    if (message === null) return;
    if (message.type === "DECIDE") {
      this.#decisions.keep(message, host);
      this.#outbox.clear(host);
      const named = asMessage({ ...message, estimate: null });
      for (const peer of this.#peers()) host.send(UNIT, peer, named);
      return;
    }
    if (message.type === "READY") {
      const estimate = this.#mailbox.instance(message.k)?.estimates.get(message.digest);
      if (estimate !== undefined) keepMessage(host, UNIT, ESTIMATE, estimate);
    }
    const { replicas } = this.#facts;
    const to = message.type === "ECHO" ? [coordinatorOf(message.round, replicas)] : replicas;
    this.#outbox.send(message, to, host);
    if (to.includes(this.self)) this.#file(message);
  }

  #file(message: OrderMessage): void {
    file(this.#mailbox, this.self, message, this.#digest);
  }

  #relay(peer: Replica, message: Message, host: ProcessHost): void {
    host.send(UNIT, peer, asMessage({ type: "REQUEST", ...message } as never));
  }

  #peers(): Replica[] {
    return this.#facts.replicas.filter((replica) => replica !== this.self);
  }

  #install(k: number, text: string, host: ProcessHost): void {
    this.#outbox.clear(host);
    const snapshot = this.#snapshots.read(k, text);
    host.input(UNIT, { name: "INSTALL", payload: snapshot as never });
    this.#snapshots.keep(k, text, host);
  }
}
