import type { Wire } from "../../network/process.ts";
import { encodeWire } from "../wire/codec.ts";
import { frameOf } from "../wire/frames.ts";
import type { Link } from "./link.ts";
import type { DropReason } from "./options.ts";
import type { PeerState } from "./peer-state.ts";

/** Messages on their way out, until the turn's end. */
export class Outbox {
  readonly #links = new Set<Link>();
  /** The last message and its frame: a broadcast is encoded once. */
  #message: Wire | undefined;
  #frame: Uint8Array | undefined;

  get isEmpty(): boolean {
    return this.#links.size === 0;
  }

  /** Queues a message. @returns why it is dropped, if it is */
  add(peer: PeerState, message: Wire): DropReason | null {
    if (peer.live === null) return "no-connection";
    let frame = this.#message === message ? this.#frame : undefined;
    if (frame === undefined) {
      let payload: Uint8Array;
      try {
        payload = encodeWire(message);
      } catch {
        return "invalid";
      }
      if (payload.length > peer.limits.wire.bytesMax) return "too-large";
      frame = frameOf(payload);
      this.#message = message;
      this.#frame = frame;
    }
    if (!peer.live.queue(frame)) return "queue-full";
    this.#links.add(peer.live);
    return null;
  }

  flush(nowMs: number): void {
    for (const link of this.#links) link.flush(nowMs);
    this.#links.clear();
    // Not longer: by the next turn the caller may have changed bytes in the message.
    this.#message = undefined;
    this.#frame = undefined;
  }
}
