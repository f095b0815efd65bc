import type { Action, DigestFunction, Index } from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import type { Decoded, HostedProcess, ProcessHost, Unit, Wire } from "../../network/process.ts";
import type { HostFacts } from "../../network/protocol.ts";
import { remembering } from "../../network/remembering.ts";
import { NULL } from "../agreement/new-view.ts";
import { awaitsPrimary } from "../agreement/state.ts";
import { type Client, primaryOf, type Replica, type Request } from "../messages.ts";
import type { ClbftRules } from "../rules.ts";
import { replicaAutomata } from "./automata.ts";
import { awaitedBy } from "./awaited.ts";
import { boundsOf } from "./bounds.ts";
import { decodeForReplica } from "./decode.ts";
import { Filing } from "./filing.ts";
import { Forwarding } from "./forwarding.ts";
import { Mailbox, type Standing } from "./mailbox.ts";
import { Ordering } from "./ordering.ts";
import { Proofs } from "./proofs.ts";
import type { Decoding } from "./reader.ts";
import { Replies } from "./replies.ts";
import { type Restored, restore } from "./restoring.ts";
import { Saying } from "./saying.ts";
import { SelfCheck } from "./self-check.ts";
import { agreementOf, executionOf } from "./states.ts";
import { Suspicion } from "./suspicion.ts";
import { Telling } from "./telling.ts";
import { StateTexts } from "./transfer/texts.ts";
import { Transfer } from "./transfer/transfer.ts";
import { chunkCharsOf } from "./transfer/tree.ts";
import { isTransfer, type TransferMessage } from "./transfer/wire.ts";
import { UNIT } from "./unit.ts";
import { asMessage, asReplicaMessage, type ReplicaMessage, type SignedMessage } from "./wire.ts";

/** How often a request that waits is handed on within the time of a suspicion. */
const FORWARDS = 4;

/**
 * A replica as hosts run it: one unit with the automata of agreement, execution and the timer, and a mailbox beside it
 * that verifies, collects and repeats what replicas say to each other.
 */
export class ReplicaProcess implements HostedProcess {
  readonly self: Replica;
  readonly recovers = true;
  readonly #facts: HostFacts;
  readonly #digest: DigestFunction;
  readonly #automata: () => Unit;
  readonly #mailbox: Mailbox;
  readonly #proofs = new Proofs();
  readonly #saying: Saying;
  readonly #ordering: Ordering;
  readonly #filing: Filing;
  readonly #decoding: Decoding;
  readonly #telling: Telling;
  readonly #suspicion: Suspicion;
  readonly #forwarding: Forwarding;
  readonly #transfer: Transfer;
  readonly #check: SelfCheck;
  readonly #replies: Replies;
  readonly #restored: Restored;
  #isRestored = false;
  #viewChanges = 0;
  #batches = 0;
  #requests = 0;

  constructor(self: Replica, facts: HostFacts, service: Service, rules: ClbftRules) {
    this.self = self;
    this.#facts = facts;
    const { replicas: group, retransmission: again, suspicion } = facts;
    const bounds = boundsOf(facts, rules);
    const { faults } = bounds;
    const chunkChars = chunkCharsOf(facts.messageBytes);
    const texts = new StateTexts(facts.digest, chunkChars);
    const digest = remembering(facts.digest);
    const mailbox = new Mailbox(group, bounds, digest(NULL));
    const proofs = this.#proofs;
    const saying = new Saying({ digest, proofs, changes: mailbox.changes });
    const input = (name: string, payload: object, host: ProcessHost) => {
      this.#input(host, name, payload);
      this.#goOn(host);
    };
    this.#digest = digest;
    this.#automata = () => replicaAutomata(self, facts, service, rules, texts.digest);
    this.#mailbox = mailbox;
    this.#saying = saying;
    this.#restored = { self, group, digest: facts.digest, mailbox, proofs, saying };
    this.#replies = new Replies(self, group, digest);
    this.#telling = new Telling({ self, group, bounds, again, mailbox, proofs, saying });
    this.#ordering = new Ordering({
      self,
      group,
      bounds,
      mailbox,
      proofs,
      fetch: (n, named, from, host) => this.#fetch(n, named, from, host),
      certified: (stable, host) => this.#check.certified(stable, host),
      moved: (now, host) => this.#moved(now, host),
    });
    this.#filing = new Filing({ self, digest, mailbox, proofs, ordering: this.#ordering });
    const at = this.#ordering;
    const isDecided = (n: number) => proofs.decided(n) !== null;
    const awaits = awaitedBy({ self, group, bounds, mailbox, at, isDecided });
    this.#decoding = {
      group,
      clients: new Set(facts.clients),
      bounds,
      chunkChars,
      digest,
      awaits,
    };
    const everyMs = Math.min(again.firstMs, suspicion.firstMs / FORWARDS);
    this.#forwarding = new Forwarding({ self, group, everyMs });
    this.#suspicion = new Suspicion({
      ...suspicion,
      enough: (view) => mailbox.changes.hasQuorum(view),
      suspect: (view, host) => input("SUSPECT", { view }, host),
    });
    this.#transfer = new Transfer({
      self,
      group,
      faults,
      again,
      texts,
      digest: facts.digest,
      unit: UNIT,
      snapshots: (host) => executionOf(host).snapshots,
      executed: (host) => (executionOf(host).recovering ? -1 : executionOf(host).executed),
      install: (checkpoint, state, host) => input("INSTALL", { ...checkpoint, state }, host),
    });
    this.#check = new SelfCheck({
      self,
      faults,
      recovers: facts.recovery !== undefined,
      installStart: (genesis, host) =>
        input("INSTALL", { ...genesis, state: { service: service.start, clients: {} } }, host),
    });
  }

  unit(): Unit {
    return this.#automata();
  }

  decode(from: Index, message: Wire): Decoded | { readonly refused: string } {
    return decodeForReplica(from, message, this.#decoding);
  }

  deliver(from: Index, { message: delivered }: Decoded, host: ProcessHost): void {
    this.#restore(host);
    if (isTransfer(delivered.type)) {
      this.#transfer.take(from as Replica, delivered as unknown as TransferMessage, host);
    } else this.#take(from, asReplicaMessage(delivered), host);
    this.#goOn(host);
  }

  emit(_unit: string, action: Action, host: ProcessHost): void {
    // A restart executes again before anybody calls, and what it says goes with what was said before.
    this.#restore(host);
    const said = this.#saying.message(action, host);
    if (said !== null) {
      if (said.type === "VIEW-CHANGE") this.#viewChanges += 1;
      this.#filing.file(this.self, said, host);
      this.#toPeers(said, host);
      return;
    }
    switch (action.name) {
      case "FORWARD":
        this.#forwarding.forward((action.payload as unknown as { request: Request }).request, host);
        return;
      case "EXECUTE":
        this.#batches += 1;
        this.#requests += (action.payload as { batch: readonly unknown[] }).batch.length;
        return;
      case "REPLY":
      case "READ-REPLY":
        if (!executionOf(host).recovering) this.#replies.send(action, agreementOf(host).view, host);
    }
  }

  connected(peer: Index, host: ProcessHost): void {
    this.#restore(host);
    if (!this.#facts.replicas.includes(peer as Replica)) return;
    this.#telling.say(peer, host);
    this.#transfer.connected(peer as Replica, host);
  }

  status(host: ProcessHost): Readonly<Record<string, string | number>> {
    const { view, active, stable } = agreementOf(host);
    const { executed } = executionOf(host);
    return {
      view,
      primary: primaryOf(view, this.#facts.replicas),
      active: active ? "yes" : "no",
      executed,
      stable: stable.n,
      behind: this.#telling.behind(host),
      viewChanges: this.#viewChanges,
      batches: this.#batches,
      requests: this.#requests,
      ...this.#transfer.status(),
      ...this.#check.status(host),
    };
  }

  #take(from: Index, message: ReplicaMessage, host: ProcessHost): void {
    const mailbox = this.#mailbox;
    switch (message.type) {
      case "REQUEST": {
        const { type: _, ...request } = message;
        const answer = () => this.#input(host, "REQUEST", { request });
        this.#replies.whole(from === request.client, answer);
        return;
      }
      case "READ":
        this.#input(host, "READ", { client: from as Client, t: message.t, op: message.op });
        return;
      case "FETCH-BATCH": {
        const batch = mailbox.batches.of(message.digest);
        if (batch !== null) host.send(UNIT, from, asMessage({ type: "BATCH", batch }));
        return;
      }
      case "BATCH": {
        const n = mailbox.batches.came(this.#digest(message.batch), message.batch);
        if (n !== null) this.#ordering.touch(n);
        return;
      }
      case "DECISION":
        this.#filing.decision(message);
        this.#ordering.pump(host);
        this.#telling.asksOn(from, host);
        return;
      case "STABLE": {
        const { type: _, ...stable } = message;
        mailbox.checkpoints.prove(stable);
        return;
      }
      case "STATUS":
        this.#check.told(from as Replica, message.stable, host);
        this.#telling.answer(from as Replica, message, host);
        return;
      default:
        this.#filing.file(from as Replica, message, host);
    }
  }

  /** The automaton stands elsewhere than before. */
  #moved(now: Standing, host: ProcessHost): void {
    const stable = this.#mailbox.checkpoints.of(now.stable);
    if (stable !== null && this.#proofs.stable.n < stable.n) this.#proofs.keepStable(stable, host);
    this.#mailbox.advance(now);
    this.#transfer.progressed(host);
  }

  /** What executions do not get to is fetched, from those who vouch for it. */
  #catchUp(host: ProcessHost): void {
    const newest = this.#mailbox.checkpoints.highest();
    if (newest === null) return;
    const { recovering, executed } = executionOf(host);
    if (!recovering && newest.n <= executed) return;
    const { signatures, ...checkpoint } = newest;
    this.#transfer.certified(checkpoint, Object.keys(signatures) as Replica[], host);
  }

  #fetch(n: number, digest: string, from: readonly Replica[], host: ProcessHost): void {
    const peers = from.filter((one) => one !== this.self);
    if (!this.#mailbox.batches.want(n, digest, peers)) return;
    for (const peer of peers) host.send(UNIT, peer, asMessage({ type: "FETCH-BATCH", digest }));
  }

  #restore(host: ProcessHost): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    restore(this.#restored, host);
    this.#check.begin(host);
    this.#goOn(host);
  }

  #goOn(host: ProcessHost): void {
    this.#ordering.pump(host);
    this.#catchUp(host);
    this.#suspicion.look(host);
    this.#forwarding.look(host);
    this.#telling.waits(this.#waits(host), host);
  }

  /** Whether something is missing that others may have said. */
  #waits(host: ProcessHost): boolean {
    const s = agreementOf(host);
    return (
      awaitsPrimary(s) ||
      s.recovering ||
      s.executed < s.stable.n ||
      this.#mailbox.batches.isWanting ||
      this.#mailbox.commits.highest() > s.executed
    );
  }

  #toPeers(message: SignedMessage, host: ProcessHost): void {
    for (const peer of this.#facts.replicas) {
      if (peer !== this.self) host.send(UNIT, peer, asMessage(message));
    }
  }

  #input(host: ProcessHost, name: string, payload: object): void {
    host.input(UNIT, { name, payload: { replica: this.self, ...payload } });
  }
}
