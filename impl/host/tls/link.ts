import type { TLSSocket } from "node:tls";
import { HostError } from "../errors.ts";
import { FrameSplitter, frameOf } from "../wire/frames.ts";
import type { PeerState } from "./peer-state.ts";

/*
 * An empty frame carries no message. Each side sends one at first: the acceptor's says that it
 * knows the dialler's key, which TLS 1.3 alone does not tell. Later it is the sign of life of an idle connection. TCP's own
 * keepalive would not do: a kernel answers it for a process that hangs, and node:net cannot set how
 * often it asks.
 */
const EMPTY_FRAME = frameOf(new Uint8Array(0));

/** What a link tells its transport; never inside a call of the link, except of `close`. */
export interface LinkEvents {
  /** The peer's first frame came: it is there and knows us. */
  first(link: Link): void;
  /** Whole payloads, none of them empty. */
  payloads(link: Link, payloads: readonly Uint8Array[]): void;
  malformed(link: Link, error: HostError): void;
  /** The connection is gone. Called once. */
  closed(link: Link, reason: string): void;
}

/** One authenticated connection. */
export class Link {
  readonly peer: PeerState;
  readonly openedAtMs: number;
  /** Set by the transport once both sides are known to have accepted each other. */
  isUp = false;
  readonly #socket: TLSSocket;
  readonly #splitter: FrameSplitter;
  readonly #events: LinkEvents;
  #outgoing: Uint8Array[] = [];
  #outgoingBytes = 0;
  #heardAtMs: number;
  #toldAtMs: number;
  #isHeard = false;
  #isClosed = false;
  /** Why the socket is not read: the peer exceeded its rate, or the host is behind. */
  #rateTimer: NodeJS.Timeout | null = null;
  #isHostBehind = false;
  #closeReason = "The peer closed the connection.";

  constructor(socket: TLSSocket, peer: PeerState, nowMs: number, events: LinkEvents) {
    this.#socket = socket;
    this.peer = peer;
    this.openedAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#toldAtMs = nowMs;
    this.#events = events;
    this.#splitter = new FrameSplitter(peer.limits.wire.bytesMax);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => {
      this.#closeReason = error.message;
    });
    socket.on("close", () => this.#gone());
    this.#readOrNot();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that were sent here and that the system has not taken yet. */
  get waitingBytes(): number {
    return this.#outgoingBytes + this.#socket.writableLength;
  }

  /** Queues a frame until `flush`; false if the queue is full. */
  queue(frame: Uint8Array): boolean {
    if (this.waitingBytes + frame.length > this.peer.limits.outgoingBytesMax) return false;
    this.#outgoing.push(frame);
    this.#outgoingBytes += frame.length;
    return true;
  }

  /** Writes what is queued in one go: one TLS record and one packet where it fits. */
  flush(nowMs: number): void {
    const [first] = this.#outgoing;
    if (first === undefined || this.#isClosed) return;
    const frames = this.#outgoing.length;
    this.#write(frames === 1 ? first : Buffer.concat(this.#outgoing), frames, nowMs);
    this.#outgoing = [];
    this.#outgoingBytes = 0;
  }

  /** Sends an empty frame. */
  greet(nowMs: number): void {
    this.#write(EMPTY_FRAME, 1, nowMs);
  }

  /** Keeps an idle connection alive, and closes a silent one. */
  tend(nowMs: number): void {
    const { handshakeMsMax, keepaliveMs, silenceMsMax } = this.peer.limits;
    if (!this.#isHeard && nowMs - this.openedAtMs > handshakeMsMax) {
      this.close(`No frame came within ${handshakeMsMax} ms.`);
      return;
    }
    // Who is not read cannot be heard, and a peer that does not read needs no more bytes.
    const isRead = this.#rateTimer === null && !this.#isHostBehind;
    if (isRead && nowMs - this.#heardAtMs > silenceMsMax) {
      this.close(`Nothing was heard for ${silenceMsMax} ms.`);
    } else if (nowMs - this.#toldAtMs >= keepaliveMs && this.#socket.writableLength === 0) {
      this.greet(nowMs);
    }
  }

  /** Starts to wait for the peer anew: this process itself was away. */
  forgive(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** The host is behind with this peer's messages, or no longer: reads its socket accordingly. */
  setHostBehind(isBehind: boolean): void {
    if (this.#isHostBehind === isBehind) return;
    this.#isHostBehind = isBehind;
    this.#readOrNot();
  }

  /** Closes at once. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#closeReason = reason;
    this.#socket.destroy();
    this.#gone();
  }

  /** Closes once the peer has taken what was sent, and hears no more. */
  drain(nowMs: number): Promise<void> {
    this.flush(nowMs);
    const closed = new Promise<void>((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once("close", () => resolve());
    });
    this.#stopRateTimer();
    this.#isClosed = true;
    this.#socket.end();
    // The end of the peer's stream shows only to who reads up to it.
    this.#socket.resume();
    return closed;
  }

  /** Ends what `drain` began. */
  destroy(): void {
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array, frames: number, nowMs: number): void {
    const { traffic } = this.peer;
    traffic.bytesOut += bytes.length;
    traffic.framesOut += frames;
    this.#toldAtMs = nowMs;
    this.#socket.write(bytes);
  }

  #take(chunk: Buffer): void {
    if (this.#isClosed) return;
    const { peer } = this;
    let payloads: Uint8Array[];
    try {
      payloads = this.#splitter.push(chunk);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#events.malformed(this, error);
      return;
    }
    const nowMs = performance.now();
    this.#heardAtMs = nowMs;
    peer.traffic.bytesIn += chunk.length;
    peer.traffic.framesIn += payloads.length;
    this.#slowDown(peer.chargeMs(payloads.length, chunk.length, nowMs));
    if (!this.#isHeard && payloads.length > 0) {
      this.#isHeard = true;
      this.#events.first(this);
    }
    const full = payloads.filter((payload) => payload.length > 0);
    if (full.length > 0 && !this.#isClosed) this.#events.payloads(this, full);
  }

  #slowDown(ms: number): void {
    if (ms === 0 || this.#rateTimer !== null) return;
    this.#rateTimer = setTimeout(() => {
      this.#rateTimer = null;
      this.#readOrNot();
    }, ms);
    this.#readOrNot();
  }

  #readOrNot(): void {
    if (this.#rateTimer !== null || this.#isHostBehind) this.#socket.pause();
    else if (this.#socket.isPaused()) {
      this.#heardAtMs = performance.now();
      this.#socket.resume();
    }
  }

  #stopRateTimer(): void {
    if (this.#rateTimer !== null) clearTimeout(this.#rateTimer);
    this.#rateTimer = null;
  }

  #gone(): void {
    this.#stopRateTimer();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.closed(this, this.#closeReason);
  }
}
