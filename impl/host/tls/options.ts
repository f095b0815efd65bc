import type { Index } from "../../../spec/automaton/index.ts";
import type { HostErrorCode } from "../errors.ts";
import type { PinnedKey } from "../identity/public-key.ts";
import { defaultWireLimits, type WireLimits } from "../wire/limits.ts";
import type { Random, TransportEvents } from "../world.ts";

export interface Address {
  readonly host: string;
  /** 0 … 65,535; 0 only to listen, on a port that the system chooses */
  readonly port: number;
}

/** A process that may connect, or be connected to. */
export interface Peer {
  /** the public part of its TLS key */
  readonly key: PinnedKey;
  readonly address?: Address;
}

/** What bounds the work and the memory that peers and strangers can cause. */
export interface TransportLimits {
  /** of one message; a frame is larger by its head of 4 bytes */
  readonly wire: WireLimits;
  /** bytes that wait for one peer to take them; further messages to it are dropped */
  readonly outgoingBytesMax: number;
  /** messages of one peer that wait for the host; then its socket is not read */
  readonly incomingFramesMax: number;
  /** the same in bytes; one read of the socket may exceed it */
  readonly incomingBytesMax: number;
  /** from one peer, with a burst of one second; beyond it, its socket is not read */
  readonly framesPerSecondMax: number;
  readonly bytesPerSecondMax: number;
  /** messages that the host gets in one turn of the event loop, from all peers in rotation */
  readonly framesPerTurnMax: number;
  /** connections that have not authenticated yet; further ones are refused */
  readonly strangersMax: number;
  /** from the connection to the peer's first frame */
  readonly handshakeMsMax: number;
  /** an idle connection carries an empty frame this often */
  readonly keepaliveMs: number;
  /** a peer that is silent for longer is taken for dead: at least twice `keepaliveMs` of the peer */
  readonly silenceMsMax: number;
  /** the shortest and the longest pause between attempts to connect */
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  /** what `close` waits at most for peers to take what was sent */
  readonly drainMsMax: number;
}

export const defaultTransportLimits: TransportLimits = {
  wire: defaultWireLimits,
  outgoingBytesMax: 16 * 1_048_576,
  incomingFramesMax: 1024,
  incomingBytesMax: 4 * 1_048_576,
  framesPerSecondMax: 50_000,
  bytesPerSecondMax: 64 * 1_048_576,
  framesPerTurnMax: 64,
  strangersMax: 64,
  handshakeMsMax: 5000,
  keepaliveMs: 2000,
  silenceMsMax: 8000,
  retryMsMin: 50,
  retryMsMax: 5000,
  drainMsMax: 1000,
};

/** Something to log or to count. */
export type TransportEvent =
  | { readonly type: "connected"; readonly peer: Index; readonly way: Way }
  | { readonly type: "disconnected"; readonly peer: Index; readonly reason: string }
  | {
      readonly type: "unreachable";
      readonly peer: Index;
      readonly reason: string;
      readonly retryMs: number;
    }
  | {
      readonly type: "refused";
      readonly code: HostErrorCode;
      readonly reason: string;
      readonly remote: string;
    }
  | { readonly type: "dropped"; readonly peer: Index; readonly reason: DropReason }
  | {
      readonly type: "malformed";
      readonly peer: Index;
      readonly code: HostErrorCode;
      readonly reason: string;
    };

/** Who opened a connection. */
export type Way = "dialled" | "accepted";

/** Why a message never left: `invalid` is an error of the caller, as is `too-large`. */
export type DropReason = "no-connection" | "queue-full" | "too-large" | "invalid";

/** Running totals of what was exchanged with one peer. Bytes are those inside TLS. */
export interface Traffic {
  bytesIn: number;
  bytesOut: number;
  framesIn: number;
  framesOut: number;
  dropped: number;
  malformed: number;
}

export interface TlsTransportOptions {
  /** this process's TLS key and certificate, in PEM */
  readonly key: string;
  readonly certificate: string;
  readonly peers: ReadonlyMap<Index, Peer>;
  /** those to connect to, and to reconnect to; each needs an address */
  readonly dial: readonly Index[];
  /** where to accept connections; without it none are */
  readonly listen?: Address;
  /** for the jitter of pauses between attempts */
  readonly random: Random;
  readonly events: TransportEvents;
  readonly limits?: Partial<TransportLimits>;
  /** Must not throw. */
  readonly onEvent?: (event: TransportEvent) => void;
}
