import type { Action, Index } from "../../../spec/automaton/index.ts";
import type { HostedProcess, ProcessHost, Timer } from "../../network/process.ts";
import type { HostFacts } from "../../network/protocol.ts";
import type { OperationEnded, ServiceClient } from "../../network/service-protocol.ts";
import { type ClientState, hasRoom, nextTimestamp } from "../client-automaton.ts";
import { primaryOf, type Replica } from "../messages.ts";
import { type ClbftRules, replySizes } from "../rules.ts";
import { Answers } from "./asking.ts";
import { clientAutomata } from "./automata.ts";
import { boundsOf } from "./bounds.ts";
import { decodeForClient } from "./decode.ts";
import {
  asClientMessage,
  asMessage,
  hexOfBytes,
  type ReplicaMessage,
  requestStatement,
} from "./wire.ts";

const UNIT = "client";
/** How much longer than usual an answer may take before it is asked for again. */
const PATIENCE = 2;
/** How much the last answer counts in what is usual. */
const NEWEST = 0.125;

/** An operation that has no answer yet. */
interface Asked {
  readonly answers: Answers;
  readonly message: ReplicaMessage;
  readonly sinceMs: number;
  waitMs: number;
  timer: Timer;
}

/** A client as hosts run it: its automaton, and a mailbox that repeats requests and compares replies. */
export function clientProcess(
  self: Index<"client">,
  facts: HostFacts,
  ended: OperationEnded,
  rules: ClbftRules,
): ServiceClient {
  const client = new ClientProcess(self, facts, ended, rules);
  const { clientWindow } = boundsOf(facts);
  const begin = (name: "INVOKE" | "INVOKE-READ") => (host: ProcessHost, op: string) => {
    const t = nextTimestamp(stateOf(host));
    host.input(UNIT, { name, payload: { client: self, t, op } });
    return t;
  };
  return {
    process: client,
    hasRoom: (host) => hasRoom(stateOf(host), clientWindow),
    begin: begin("INVOKE"),
    beginRead: begin("INVOKE-READ"),
  };
}

const stateOf = (host: ProcessHost) => host.state(UNIT, "client") as ClientState;

class ClientProcess implements HostedProcess {
  readonly self: Index<"client">;
  readonly recovers = true;
  readonly #facts: HostFacts;
  readonly #ended: OperationEnded;
  readonly #quorums: { readonly replies: number; readonly reads: number };
  readonly #group: ReadonlySet<Index>;
  readonly #resultChars: number;
  readonly #readsMatchInState: boolean;
  /** by timestamp */
  readonly #asked = new Map<number, Asked>();
  /** the view that each replica said it is in */
  readonly #views = new Map<Index, number>();
  #usualMs = 0;

  constructor(self: Index<"client">, facts: HostFacts, ended: OperationEnded, rules: ClbftRules) {
    this.self = self;
    this.#facts = facts;
    this.#ended = ended;
    // Reads are direct, so that ordered operations wait for as many: else a read could miss one.
    this.#quorums = replySizes(facts.faults, true, rules);
    this.#group = new Set<Index>(facts.replicas);
    this.#readsMatchInState = rules.readsMatchInState;
    this.#resultChars = boundsOf(facts).resultChars;
  }

  unit() {
    return clientAutomata(this.self, this.#facts);
  }

  decode(from: Index, message: Parameters<HostedProcess["decode"]>[1]) {
    if (!this.#group.has(from)) return { refused: "only replicas reply" };
    const decoded = decodeForClient(message, this.#resultChars);
    if ("refused" in decoded) return decoded;
    const { t, type } = asClientMessage(decoded.message);
    const kind = this.#asked.get(t)?.answers.kind;
    const isAwaited = kind === (type === "REPLY" ? "ordered" : "read");
    return isAwaited ? decoded : { refused: "not awaited" };
  }

  deliver(from: Index, { message }: Parameters<HostedProcess["deliver"]>[1], host: ProcessHost) {
    // Not signed: the channel says who replies, and nobody shows a reply to others.
    const reply = asClientMessage(message);
    const { t } = reply;
    const asked = this.#asked.get(t);
    if (asked === undefined) return;
    this.#views.set(from, reply.view);
    asked.answers.take(from, reply);
    const isRead = asked.answers.kind === "read";
    const quorum = isRead ? this.#quorums.reads : this.#quorums.replies;
    const result = asked.answers.result(quorum);
    if (result !== null) {
      this.#close(t);
      this.#usualMs += NEWEST * (host.now() - asked.sinceMs - this.#usualMs);
      const name = isRead ? "READ-REPLIES" : "REPLIES";
      host.input(UNIT, { name, payload: { client: this.self, t, result } });
    } else if (isRead && asked.answers.isVain(quorum, this.#group.size)) this.#retry(t, host);
  }

  emit(unit: string, { name, payload }: Action, host: ProcessHost): void {
    const { t, op, result } = payload as {
      readonly t: number;
      readonly op: string;
      readonly result: string;
    };
    if (name === "SEND-REQUEST") this.#request(t, op, host);
    else if (name === "SEND-READ") {
      this.#ask(t, "read", { type: "READ", t, op }, this.#facts.replicas, host);
    } else if (name === "RETURN") host.release(unit, () => this.#ended(t, result));
  }

  connected(peer: Index, host: ProcessHost): void {
    if (!this.#group.has(peer)) return;
    for (const { message } of this.#asked.values()) host.send(UNIT, peer, asMessage(message));
  }

  /** At first to the primary alone; the others hear of it when no answer comes. */
  #request(t: number, op: string, host: ProcessHost): void {
    const request = { client: this.self, t, op };
    const isAgain = this.#asked.get(t)?.answers.kind === "ordered";
    const signature = hexOfBytes(host.sign(requestStatement(request)));
    const { replicas } = this.#facts;
    const to = isAgain ? replicas : [primaryOf(this.#view(), replicas)];
    this.#ask(t, "ordered", { type: "REQUEST", ...request, signature }, to, host);
  }

  #ask(
    t: number,
    kind: Answers["kind"],
    message: ReplicaMessage,
    to: readonly Replica[],
    host: ProcessHost,
  ): void {
    const before = this.#asked.get(t);
    before?.timer.cancel();
    const { firstMs, factor, mostMs } = this.#facts.retransmission;
    const isSame = before?.answers.kind === kind;
    const waitMs = isSame
      ? Math.min(before.waitMs * factor, mostMs)
      : Math.min(Math.max(firstMs, PATIENCE * this.#usualMs), mostMs);
    this.#asked.set(t, {
      answers: isSame
        ? before.answers
        : new Answers(kind, this.#facts.digest, this.#readsMatchInState),
      message,
      sinceMs: before?.sinceMs ?? host.now(),
      waitMs,
      timer: host.after(waitMs, () => this.#retry(t, host)),
    });
    for (const replica of to) host.send(UNIT, replica, asMessage(message));
  }

  #retry(t: number, host: ProcessHost): void {
    host.input(UNIT, { name: "RETRY", payload: { client: this.self, t } });
  }

  #close(t: number): void {
    this.#asked.get(t)?.timer.cancel();
    this.#asked.delete(t);
  }

  /** The highest view that f + 1 replicas, and so a correct one, say they are in, or beyond. */
  #view(): number {
    const views = [...this.#views.values()].sort((a, b) => b - a);
    return views[this.#facts.faults] ?? 0;
  }
}
