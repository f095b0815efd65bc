import type { TLSSocket } from "node:tls";
import type { Index } from "../../../spec/automaton/index.ts";
import type { Wire } from "../../network/process.ts";
import { HostError } from "../errors.ts";
import { decodeWire } from "../wire/codec.ts";
import type { Credentials } from "./authentication.ts";
import { type Attempt, dial } from "./dialler.ts";
import { Link } from "./link.ts";
import type { TlsTransportOptions, Traffic, TransportLimits, Way } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { type Arrived, PeerState } from "./peer-state.ts";
import { Rotation } from "./rotation.ts";

/** The connections of one process with its peers, and what goes over them. */
export class Connections {
  readonly traffic: ReadonlyMap<Index, Traffic>;
  readonly #options: TlsTransportOptions;
  readonly #limits: TransportLimits;
  readonly #credentials: Credentials;
  readonly #peers = new Map<Index, PeerState>();
  readonly #dialled: ReadonlySet<Index>;
  readonly #attempts = new Map<Index, Attempt>();
  readonly #retries = new Map<Index, NodeJS.Timeout>();
  readonly #rotation = new Rotation<Arrived>();
  readonly #outbox = new Outbox();
  #turn: NodeJS.Immediate | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #sweptAtMs = performance.now();
  #closing: Promise<void> | null = null;

  constructor(options: TlsTransportOptions, limits: TransportLimits, credentials: Credentials) {
    this.#options = options;
    this.#limits = limits;
    this.#credentials = credentials;
    this.#dialled = new Set(options.dial);
    const nowMs = performance.now();
    for (const index of options.peers.keys()) {
      this.#peers.set(index, new PeerState(index, limits, options.random, nowMs));
    }
    this.traffic = new Map([...this.#peers.values()].map((peer) => [peer.index, peer.traffic]));
  }

  /** Begins to dial and to watch over connections. */
  start(): void {
    this.#sweptAtMs = performance.now();
    this.#sweep = setInterval(() => this.#tend(), this.#limits.keepaliveMs / 2);
    for (const index of this.#dialled) this.#dial(index);
  }

  send(to: Index, message: Wire): void {
    const peer = this.#peers.get(to);
    const dropped =
      peer === undefined || this.#closing !== null
        ? "no-connection"
        : this.#outbox.add(peer, message);
    if (dropped === null) this.#needTurn();
    else {
      if (peer !== undefined) peer.traffic.dropped++;
      this.#options.onEvent?.({ type: "dropped", peer: to, reason: dropped });
    }
  }

  /** Takes a connection of `index`, or of nobody known. @throws HostError to refuse it */
  accept(socket: TLSSocket, index: Index | undefined): void {
    const peer = index === undefined ? undefined : this.#peers.get(index);
    if (peer === undefined) throw new HostError("peer-unknown", "Its key is not pinned.");
    if (this.#closing !== null) {
      socket.destroy();
      return;
    }
    const shunnedMs = peer.shunnedUntilMs - performance.now();
    if (shunnedMs > 0) {
      const what = `${index} sent malformed frames; wait for ${Math.ceil(shunnedMs)} ms.`;
      throw new HostError("frame-malformed", what);
    }
    const link = this.#adopt(socket, peer, "accepted");
    this.#up(link, "accepted");
  }

  refuse(error: HostError, remote: string): void {
    if (this.#closing !== null) return;
    const { code, message } = error;
    this.#options.onEvent?.({ type: "refused", code, reason: message, remote });
  }

  /** Sends what is queued, waits a while for peers to take it, and leaves nothing open. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    if (this.#turn !== null) clearImmediate(this.#turn);
    for (const retry of this.#retries.values()) clearTimeout(retry);
    for (const attempt of this.#attempts.values()) attempt.cancel();
    const links = [...this.#peers.values()].flatMap((peer) => [...peer.links.values()]);
    const late = setTimeout(() => {
      for (const link of links) link.destroy();
    }, this.#limits.drainMsMax);
    const nowMs = performance.now();
    await Promise.all(links.map((link) => link.drain(nowMs)));
    clearTimeout(late);
  }

  #dial(index: Index): void {
    const peer = this.#peers.get(index);
    const configured = this.#options.peers.get(index);
    if (peer === undefined || configured?.address === undefined) return;
    this.#retries.delete(index);
    // Whoever lost the last connection comes back here.
    if (peer.links.size > 0 || this.#closing !== null) return;
    const attempt = dial(
      configured.address,
      configured.key,
      this.#credentials.context,
      this.#limits.handshakeMsMax,
      (socket) => {
        this.#attempts.delete(index);
        this.#adopt(socket, peer, "dialled");
      },
      (error) => {
        this.#attempts.delete(index);
        if (error instanceof HostError) this.refuse(error, index);
        this.#retry(peer, error.message);
      },
    );
    this.#attempts.set(index, attempt);
  }

  #retry(peer: PeerState, reason: string): void {
    const { index } = peer;
    if (!this.#dialled.has(index) || this.#retries.has(index) || this.#attempts.has(index)) return;
    const shunnedMs = peer.shunnedUntilMs - performance.now();
    const retryMs = Math.max(peer.backoff.failed(), shunnedMs);
    this.#retries.set(
      index,
      setTimeout(() => this.#dial(index), retryMs),
    );
    this.#options.onEvent?.({ type: "unreachable", peer: index, reason, retryMs });
  }

  #adopt(socket: TLSSocket, peer: PeerState, way: Way): Link {
    const link = new Link(socket, peer, performance.now(), {
      // An acceptor has proof of everything by now; a dialler learns here that it is known.
      first: () => way === "dialled" && this.#up(link, way),
      payloads: (_, payloads) => this.#arrived(link, payloads),
      malformed: (_, error) => this.#malformed(link, error),
      closed: (_, reason) => this.#lost(link, way, reason),
    });
    const older = peer.links.get(way);
    peer.links.set(way, link);
    link.setHostBehind(peer.isHostBehind(false));
    if (older !== undefined) {
      if (peer.live === older) peer.live = null;
      older.close("A newer connection replaced this one.");
    }
    link.greet(performance.now());
    return link;
  }

  #up(link: Link, way: Way): void {
    const { peer } = link;
    link.isUp = true;
    peer.live = link;
    this.#options.onEvent?.({ type: "connected", peer: peer.index, way });
    this.#options.events.connected(peer.index);
  }

  #lost(link: Link, way: Way, reason: string): void {
    const { peer } = link;
    if (this.#closing !== null) return;
    if (peer.links.get(way) === link) peer.links.delete(way);
    peer.backoff.lasted(performance.now() - link.openedAtMs);
    if (peer.live === link) {
      peer.live = null;
      this.#options.onEvent?.({ type: "disconnected", peer: peer.index, reason });
      this.#options.events.disconnected(peer.index);
      for (const [otherWay, other] of peer.links) if (other.isUp) this.#up(other, otherWay);
    }
    if (peer.links.size === 0) this.#retry(peer, reason);
  }

  #malformed(link: Link, error: HostError): void {
    const { peer } = link;
    peer.traffic.malformed++;
    peer.shunnedUntilMs = performance.now() + peer.backoff.failed();
    const { code, message } = error;
    this.#options.onEvent?.({ type: "malformed", peer: peer.index, code, reason: message });
    for (const one of [...peer.links.values()]) one.close(message);
  }

  #arrived(link: Link, payloads: readonly Uint8Array[]): void {
    const { peer } = link;
    for (const payload of payloads) {
      this.#rotation.add(peer.inbox, { link, payload, bytes: payload.length });
    }
    this.#pace(peer, false);
    this.#needTurn();
  }

  #pace(peer: PeerState, wasBehind: boolean): void {
    const isBehind = peer.isHostBehind(wasBehind);
    for (const link of peer.links.values()) link.setHostBehind(isBehind);
  }

  /** One turn of the event loop: what came is handled, and what was sent leaves. */
  #needTurn(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      try {
        this.#rotation.turn(this.#limits.framesPerTurnMax, (arrived) => this.#handle(arrived));
      } finally {
        this.#outbox.flush(performance.now());
        if (!this.#rotation.isEmpty && this.#closing === null) this.#needTurn();
      }
    });
  }

  #handle({ link, payload }: Arrived): void {
    const { peer } = link;
    this.#pace(peer, true);
    // Of a peer that misbehaved, what is left is not worth reading; of one that is gone, it is.
    if (this.#closing !== null || performance.now() < peer.shunnedUntilMs) return;
    let message: Wire;
    try {
      message = decodeWire(payload, this.#limits.wire);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#malformed(link, error);
      return;
    }
    this.#options.events.receive(peer.index, message);
  }

  #tend(): void {
    const nowMs = performance.now();
    // A process that was stopped or busy has not listened; nobody is to blame for the silence.
    const wasAway = nowMs - this.#sweptAtMs > 2 * this.#limits.keepaliveMs;
    this.#sweptAtMs = nowMs;
    for (const peer of this.#peers.values()) {
      for (const link of [...peer.links.values()]) {
        if (wasAway) link.forgive(nowMs);
        link.tend(nowMs);
      }
    }
  }
}
