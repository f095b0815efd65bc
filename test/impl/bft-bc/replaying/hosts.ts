import { B } from "../../../../impl/bft-bc/instances.ts";
import type {
  Client,
  PrepareRequest,
  ReadTsPrepRequest,
  Replica,
  WriteRequest,
} from "../../../../impl/bft-bc/messages.ts";
import { protocolUnder } from "../../../../impl/bft-bc/protocol.ts";
import { decodeReply } from "../../../../impl/bft-bc/replies.ts";
import { decodeRequest } from "../../../../impl/bft-bc/requests.ts";
import type { Rules } from "../../../../impl/bft-bc/rules.ts";
import {
  asMessage,
  type Membership,
  type Reply,
  type Request,
  writtenOf,
  writtenStatement,
} from "../../../../impl/bft-bc/wire.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import { SimulatedCluster } from "../../../../impl/host/simulated/cluster.ts";
import type { Transport } from "../../../../impl/host/world.ts";
import type { Certificate, ProcessHost, Signed } from "../../../../impl/network/process.ts";
import {
  type Action,
  actionText,
  detach,
  type Index,
  sortOf,
  type Value,
} from "../../../../spec/automaton/index.ts";
import { Coalition } from "./coalition.ts";
import { type Letter, Mail } from "./mail.ts";
import { Names } from "./names.ts";
import { type Contribution, deliveryOf, quorumOf } from "./quorum.ts";
import { Users } from "./users.ts";

type WriteOf = Extract<Request, { readonly type: "WRITE" }>;

/** Longer than a disk takes to make a turn durable, shorter than the first retransmission. */
const TURN_MS = 5;
const OPERATION_MS = 1e9;

/**
 * The correct processes of a world as real hosts with real keys and stores, on a network that does only
 * what a trace of the model says.
 */
export class ScriptedHosts {
  readonly names: Names;
  readonly users = new Users();
  readonly coalition: Coalition;
  readonly cluster: SimulatedCluster;
  /** what hosts refused to take: misshapen, not awaited, or with a wrong signature */
  readonly refused: string[] = [];
  readonly #mail: Mail;
  readonly #world: World;
  readonly #membership: Membership;
  /** by faulty process: its end of the network */
  readonly #faulty = new Map<Index, Transport>();
  #lastSent: Letter | null = null;

  static async start(world: World, rules: Rules, seed: number): Promise<ScriptedHosts> {
    const hosts = new ScriptedHosts(world, rules, seed);
    const { cluster } = hosts;
    let isReady = false;
    const correct = [...world.replicas, ...world.scripts.map(({ client }) => client)];
    const ready = Promise.all(correct.map((process) => cluster.start(process))).then(() => {
      isReady = true;
    });
    await cluster.scheduler.run({
      untilMs: cluster.scheduler.nowMs + 60_000,
      until: () => isReady,
    });
    await ready;
    return hosts;
  }

  private constructor(world: World, rules: Rules, seed: number) {
    this.#world = world;
    this.#mail = new Mail(rules);
    this.cluster = new SimulatedCluster({
      protocol: protocolUnder(rules),
      seed,
      faults: 1,
      clients: 4,
      operationMs: OPERATION_MS,
      observe: (process) => ({
        refused: (from, reason) => {
          this.refused.push(`${process} refused a message of ${from}: ${reason}`);
        },
      }),
    });
    const { facts, network } = this.cluster;
    this.names = new Names(world, facts.digest);
    this.#membership = {
      replicas: new Set(facts.replicas),
      quorum: world.quorum,
      objectCharsMax: 100,
      valueCharsMax: 100,
      rules,
    };
    const { quorum, faultyReplicas } = world;
    const faultyClients = world.faultyClients.map(({ client }) => client);
    const sign = (by: Index, statement: Value) => this.cluster.signerOf(by)(statement);
    const { preimages } = this.names;
    this.coalition = new Coalition({
      rules,
      quorum,
      faultyReplicas,
      faultyClients,
      sign,
      preimages,
    });
    network.intercept = ({ from, to, message }, deliver) => {
      this.#lastSent = this.#mail.add(from, to, message, deliver);
      return true;
    };
    const members = new Set<Index>([
      B,
      ...faultyReplicas,
      ...world.faultyClients.map(({ client }) => client),
    ]);
    const nothing = () => undefined;
    const deaf = { receive: nothing, connected: nothing, disconnected: nothing };
    for (const one of members) this.#faulty.set(one, network.attach(one, deaf));
  }

  /**
   * Makes the hosts and their network do what an action of the model says.
   * @returns why it cannot happen here; then nothing has happened
   */
  async take(action: Action): Promise<string | null> {
    const impossible = await this.#take(this.names.action(action));
    await this.#settle();
    return impossible;
  }

  async #take(action: Action): Promise<string | null> {
    const { name, payload } = action;
    const client = payload.client as Client;
    switch (name) {
      case "INVOKE-WRITE":
      case "INVOKE-READ": {
        const store = this.cluster.store(client);
        return store === null ? `${client} is down` : this.users.invoke(store, action);
      }
      case "RETURN-WRITE":
      case "RETURN-READ": {
        const answer = this.users.answer(client);
        const same = answer !== null && actionText(answer) === actionText(action);
        return same ? null : `${client} has ${answer ? actionText(answer) : "not returned"}`;
      }
      case "SEND-READ-TS":
      case "SEND-READ-TS-PREP":
      case "SEND-PREPARE":
      case "SEND-WRITE":
      case "SEND-READ": {
        const requests = this.cluster.replicas.map((to) => deliveryOf(action, to));
        return this.#post(requests);
      }
      case "READ-TS-REPLY":
      case "READ-TS-PREP-REPLY":
      case "PREPARE-ACK":
      case "WRITE-ACK":
      case "READ-REPLY":
        return this.#post([this.#addressed(action)]);
      case "READ-TS":
      case "READ-TS-PREP":
      case "READ":
      case "PREPARE":
      case "WRITE":
        return this.#faulty.has(client) ? this.#forge(action) : this.#deliver(action);
      case "STOP":
        this.coalition.stop(client);
        this.users.stopped(action);
        return null;
      default:
        if (!name.endsWith("-QUORUM")) throw new RangeError(`no way to do ${name} on hosts`);
        return this.#handOver(action);
    }
  }

  /** The network takes what a correct process has sent: the coalition sees it. */
  #post(actions: readonly Action[]): string | null {
    const found = actions.map((action) => this.#mail.find(action, false));
    const missing = found.findIndex((letters) => letters.length === 0);
    if (missing >= 0) return `nobody has sent ${actionText(actions[missing] as Action)}`;
    for (const letter of found.flat()) {
      letter.isPosted = true;
      this.coalition.hears(this.#signaturesIn(letter));
    }
    return null;
  }

  #deliver(action: Action): string | null {
    const [letter] = this.#mail.find(action, true);
    if (letter === undefined) return `nobody has posted ${actionText(action)}`;
    letter.deliver();
    return null;
  }

  /** A request of a faulty client. Writes of the coalition come from b, who never stops. */
  #forge({ name, payload }: Action): string | null {
    const isWrite = name === "WRITE";
    const request = isWrite
      ? this.coalition.write(payload as unknown as WriteRequest)
      : name === "PREPARE"
        ? this.coalition.prepare(payload as unknown as PrepareRequest)
        : this.coalition.readTsPrep(payload as unknown as ReadTsPrepRequest);
    if (request === null) return `the coalition has no proof for its ${name}`;
    this.#send(isWrite ? B : (payload.client as Index), payload.replica as Index, request);
    return null;
  }

  /** Acknowledgements of the coalition's writes go to b, whatever the model calls the writer. */
  #addressed(action: Action): Action {
    const toFaulty = this.#faulty.has(action.payload.client as Index);
    if (action.name !== "WRITE-ACK" || !toFaulty) return action;
    return { ...action, payload: { ...action.payload, client: B } };
  }

  /** Hands over replies of a quorum: those of correct replicas that are posted, and lies of faulty ones. */
  async #handOver(action: Action): Promise<string | null> {
    const client = action.payload.client as Client;
    const request = this.#mail.requestOf(client, action);
    if (request === null) return `${client} has not asked for ${actionText(action)}`;
    const correct: Contribution[] = [];
    for (const from of this.#world.replicas) {
      if (request.type === "WRITE") correct.push(...(await this.#acks(from, client, request)));
      else correct.push(...this.#mail.replies(from, client, request, "posted"));
    }
    const faulty = this.#world.faultyReplicas.flatMap((from) =>
      this.coalition
        .answers(from, client, request)
        .map((reply) => ({ from, reply, send: () => this.#send(from, client, reply) })),
    );
    const chosen = quorumOf(action, [...correct, ...faulty], this.#world);
    if (chosen === null) return `no quorum says ${actionText(action)}`;
    for (const { send } of chosen) send();
    return null;
  }

  /**
   * In the model a write proof is complete whoever asked for its signatures. On hosts each client asks
   * itself: a replica that signed for another says it again, and changes nothing.
   */
  async #acks(from: Replica, client: Client, request: WriteOf): Promise<Contribution[]> {
    const { object, value, proof } = request;
    const { ts, hash } = proof;
    const written = writtenStatement(object, writtenOf(proof, this.#membership.rules));
    if (!this.coalition.hasHeard(from, written)) return [];
    const own = this.#mail.replies(from, client, request, "sent");
    if (own.length > 0) return own;
    const write = { object, replica: from, client, value, proof: { ts, hash } };
    this.#deliver({ name: "WRITE", payload: write });
    await this.#settle();
    return this.#mail.replies(from, client, request, "sent");
  }

  /** A faulty process sends, and its message arrives at once. */
  #send(from: Index, to: Index, message: Request | Reply): void {
    this.#faulty.get(from)?.send(to, asMessage(message));
    this.#lastSent?.deliver();
  }

  #signaturesIn({ from, to, message }: Letter): readonly Signed[] {
    const decoded =
      sortOf(to) === "client"
        ? decodeReply(from as Replica, message, this.#membership)
        : decodeRequest(message, this.#membership);
    if ("refused" in decoded) throw new Error(`${from} sent what is refused: ${decoded.refused}`);
    return decoded.signatures;
  }

  /** The state of a correct process, with the names of hosts. */
  state(process: Index, unit: Index, leaf: string): unknown {
    return this.#ask(process, (host) => detach(host.state(unit, leaf)));
  }

  /** The proof that a correct replica keeps for its current value. */
  currentProof(replica: Index, unit: Index): Certificate | null {
    return this.#ask(replica, (host) => host.kept(unit, "current"));
  }

  #ask<T>(process: Index, question: (host: ProcessHost) => T): T {
    const answers: T[] = [];
    this.cluster.host(process)?.turn((host) => answers.push(question(host)));
    if (answers.length === 0) throw new Error(`${process} is down`);
    return answers[0] as T;
  }

  /** Until disks have written and what waited for them was sent and answered. */
  async #settle(): Promise<void> {
    const { scheduler } = this.cluster;
    await scheduler.run({ untilMs: scheduler.nowMs + TURN_MS });
    // A promise of a user that the last event settled goes on before this run's first event.
    await scheduler.run({ untilMs: scheduler.nowMs });
  }
}
