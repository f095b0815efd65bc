import type { Index } from "../../spec/automaton/index.ts";
import type { Signed, Timer, Wire } from "../network/process.ts";

/*
 * What a host stands on. There are two of each: the real one (node:tls, classic-level, the operating
 * system's clock) and the simulated one, where one seed decides everything.
 */

export interface Clock {
  /** milliseconds since some start; never goes back */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
}

/** A source of random bytes. */
export type Random = (count: number) => Uint8Array;

/** What a transport tells its host. Never called inside a call of the transport. */
export interface TransportEvents {
  /** A well-formed message of an authenticated peer. */
  receive(from: Index, message: Wire): void;
  /** A connection to the peer is up: once for each. */
  connected(peer: Index): void;
  disconnected(peer: Index): void;
}

/** Sends messages to authenticated peers: in order on one connection, lost with it. */
export interface Transport {
  /** Never blocks, never throws: without a connection or with a full queue the message is dropped. */
  send(to: Index, message: Wire): void;
  close(): Promise<void>;
}

export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: string };

/** An ordered store of bytes under one process's control. */
export interface Disk {
  get(key: string): Uint8Array | undefined;
  /** Entries with `from` <= key < `to` in the order of their keys, which are ASCII. For starting up. */
  entries(from: string, to: string): Promise<readonly (readonly [string, Uint8Array])[]>;
  /**
   * Writes all or nothing, after every earlier write. `done` is called when the batch would survive a
   * crash of the machine, or with the reason why it may not: never inside the call itself.
   */
  write(batch: readonly Write[], done: (error: Error | null) => void): void;
  /** Waits for the writes under way. */
  close(): Promise<void>;
}

/** Checks signatures: at once in a simulated world, off the main thread in a real one. */
export interface Verifier {
  /** Calls `done`, perhaps at once, with whether every signature is valid. */
  verify(signed: readonly Signed[], done: (valid: boolean) => void): void;
}
