import type { Action, AnyAutomaton, Index, Value } from "../../spec/automaton/index.ts";

/*
 * The contract between a protocol and its host. A protocol says which automata a process runs, how
 * messages become their inputs and how their outputs become messages. It sees no socket, no disk, no
 * clock: the same process runs on the real and on the simulated world.
 */

/** What a message is made of: what deterministic CBOR carries, with bytes for signatures. */
export type Wire =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Wire[]
  | { readonly [key: string]: Wire };

export type Message = { readonly type: string; readonly [key: string]: Wire };

/** A signature over a statement: bytes that live beside the state and play no part in equality. */
export interface Signed {
  readonly by: Index;
  readonly statement: Value;
  readonly signature: Uint8Array;
}

/** Signatures over one statement, by signer. */
export type Signatures = Readonly<Record<Index, Uint8Array>>;

/** A statement that several processes signed: a proof that can be shown to others. */
export interface Certificate {
  readonly statement: Value;
  readonly signatures: Signatures;
}

/** A message that has the right shape, and the signatures that must be valid before it counts. */
export interface Decoded {
  readonly message: Message;
  readonly signatures: readonly Signed[];
}

/** The automata of one unit by name: leaves that share actions, such as all that is about one key. */
export type Unit = Readonly<Record<string, AnyAutomaton>>;

export interface Timer {
  cancel(): void;
}

/** What a host does for its process. Calls are allowed only inside calls of {@link HostedProcess}. */
export interface ProcessHost {
  /** milliseconds; never goes back, starts anywhere */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
  /** random bytes, seeded in a simulated world */
  random(count: number): Uint8Array;
  /** Performs an input of a unit, then its urgent tasks until none is enabled. */
  input(unit: string, action: Action): void;
  /** The live state of a leaf, to read. */
  state(unit: string, leaf: string): unknown;
  /** Signs in the name of this process. */
  sign(statement: Value): Uint8Array;
  /** Sends once everything that this unit did so far is durable. Messages may be lost. */
  send(unit: string, to: Index, message: Message): void;
  /** Runs once everything that this unit did so far is durable: answers to local users. */
  release(unit: string, run: () => void): void;
  /** Whether the unit is stored, or one more may be: what peers can make this process store is bounded. */
  hasRoom(unit: string): boolean;
  /** What is kept in a slot beside the unit's durable state. */
  kept(unit: string, slot: string): Certificate | null;
  /** Tells who watches that an operation of a local user took so many phases. */
  phases(operation: "read" | "write", count: number): void;
  /** Keeps a certificate in a slot, with the unit's durable state and as durable; null forgets it. */
  keep(unit: string, slot: string, certificate: Certificate | null): void;
}

/** One process of a protocol, as a host runs it. */
export interface HostedProcess {
  readonly self: Index;
  /** Whether units with a durable state are loaded at the start, to run their `recover`. */
  readonly recovers?: boolean;
  /** The automata of a unit. Called when the unit is first touched, or loaded again. */
  unit(name: string): Unit;
  /**
   * Checks the shape of what an authenticated peer sent, and whether it is awaited. Total: any value
   * may come. Changes nothing.
   * @returns why it is refused, if it is
   */
  decode(from: Index, message: Wire): Decoded | { readonly refused: string };
  /** Takes a message whose signatures are valid. */
  deliver(from: Index, decoded: Decoded, host: ProcessHost): void;
  /** An output that a unit has just performed, with the state after it. */
  emit(unit: string, action: Action, host: ProcessHost): void;
  /** A connection to a peer is up again: what was sent to it may be lost. */
  connected?(peer: Index, host: ProcessHost): void;
  /** A signature under a message of a peer was not valid, so that the message was refused. */
  forged?(from: Index, host: ProcessHost): void;
  /** How it is doing, for who watches it: names in lower case. */
  status?(host: ProcessHost): Readonly<Record<string, string | number>>;
}
