import type { Index } from "../../../spec/automaton/index.ts";
import type { Random } from "../world.ts";
import { Backoff } from "./backoff.ts";
import { Bucket } from "./bucket.ts";
import type { Link } from "./link.ts";
import type { Traffic, TransportLimits, Way } from "./options.ts";
import { Inbox } from "./rotation.ts";

/** A payload that waits for the host, and the connection to close if it is malformed. */
export interface Arrived {
  readonly link: Link;
  readonly payload: Uint8Array;
  readonly bytes: number;
}

/**
 * What a transport knows of one peer. It outlives the peer's connections, so that a peer gains nothing
 * by reconnecting.
 */
export class PeerState {
  readonly index: Index;
  readonly limits: TransportLimits;
  readonly inbox = new Inbox<Arrived>();
  readonly backoff: Backoff;
  /**
   * At most one connection each way: the newest replaces an older one. One may come up each way at the
   * same time, and if each side kept but one, each could close the one that the other keeps.
   */
  readonly links = new Map<Way, Link>();
  /** The newest of them, over which messages are sent. */
  live: Link | null = null;
  /** After malformed frames: no connection before this time. */
  shunnedUntilMs = 0;
  readonly traffic: Traffic = {
    bytesIn: 0,
    bytesOut: 0,
    framesIn: 0,
    framesOut: 0,
    dropped: 0,
    malformed: 0,
  };
  readonly #frames: Bucket;
  readonly #bytes: Bucket;

  constructor(index: Index, limits: TransportLimits, random: Random, nowMs: number) {
    this.index = index;
    this.limits = limits;
    this.backoff = new Backoff(limits.retryMsMin, limits.retryMsMax, random);
    this.#frames = new Bucket(limits.framesPerSecondMax, nowMs);
    this.#bytes = new Bucket(limits.bytesPerSecondMax, nowMs);
  }

  /** Charges what arrived to the peer's rates. @returns milliseconds for which not to read it */
  chargeMs(frames: number, bytes: number, nowMs: number): number {
    return Math.max(this.#frames.take(frames, nowMs), this.#bytes.take(bytes, nowMs));
  }

  /** Whether the host is behind with its messages; with some distance, once it was. */
  isHostBehind(was: boolean): boolean {
    const share = was ? 0.5 : 1;
    return (
      this.inbox.count >= share * this.limits.incomingFramesMax ||
      this.inbox.bytes >= share * this.limits.incomingBytesMax
    );
  }
}
