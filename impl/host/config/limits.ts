/*
 * What bounds a process. Everything that a peer can make grow has a limit, with its unit last in its
 * name. `least` and `most` bound the configuration, so that a slip of a zero is found at the start.
 */

/** A default, and what may stand in its place. */
export interface Bound {
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  /** one frame on the wire */
  messageBytes: { value: MIB, least: 8 * KIB, most: 64 * MIB },
  /** a value of a user */
  valueBytes: { value: 256 * KIB, least: 1, most: 32 * MIB },
  /** the name of an object, in UTF-8 */
  keyBytes: { value: KIB, least: 1, most: 4 * KIB },
  /** how deep a message may nest */
  messageDepth: { value: 16, least: 8, most: 64 },
  /** what waits to be sent to one peer; more is dropped and sent again later */
  queueBytes: { value: 16 * MIB, least: 8 * KIB, most: 1024 * MIB },
  /** from one peer */
  messagesPerSecond: { value: 20_000, least: 1, most: 10_000_000 },
  /** from one peer */
  bytesPerSecond: { value: 64 * MIB, least: 8 * KIB, most: 16 * 1024 * MIB },
  /** that one client has under way */
  pendingOperations: { value: 1_000, least: 1, most: 1_000_000 },
  /** that a replica stores: authorised clients cannot fill its disk beyond */
  objects: { value: 1_000_000, least: 1, most: 1_000_000_000 },
} as const satisfies Record<string, Bound>;

const MINUTE_MS = 60_000;

export const TIMEOUTS = {
  /** after which a client gives up waiting; the operation may still take effect */
  operationMs: { value: 10_000, least: 1, most: 60 * MINUTE_MS },
  /** before a request is sent again; each wait is longer, up to the most */
  retransmitMs: { value: 200, least: 1, most: MINUTE_MS },
  retransmitMostMs: { value: 5_000, least: 1, most: 10 * MINUTE_MS },
  /**
   * how long a replica waits for one whose turn it is, before it suspects it; a wait that was too short
   * is made longer, up to the most. A faulty replica that does everything but coordinate is heard, and
   * so trusted again and again: each of its turns takes the most
   */
  suspectMs: { value: 500, least: 1, most: MINUTE_MS },
  suspectMostMs: { value: 2_000, least: 1, most: 10 * MINUTE_MS },
  /** for a connection to be made and both ends to prove who they are */
  connectMs: { value: 5_000, least: 1, most: MINUTE_MS },
  /** before a lost connection is tried again; each wait is longer, up to the most */
  reconnectMs: { value: 100, least: 1, most: MINUTE_MS },
  reconnectMostMs: { value: 5_000, least: 1, most: 10 * MINUTE_MS },
} as const satisfies Record<string, Bound>;

/**
 * In milliseconds: once in this time each replica restarts itself. Its share of it, an nth, has to be enough for it to
 * come back and to catch up.
 */
export const RECOVERY = { least: 4_000, most: 30 * 24 * 60 * MINUTE_MS } as const;

/** See {@link LIMITS}. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** See {@link TIMEOUTS}. */
export type Timeouts = { readonly [Name in keyof typeof TIMEOUTS]: number };

function defaultsOf<Name extends string>(
  bounds: Readonly<Record<Name, Bound>>,
): { readonly [Each in Name]: number } {
  const all = Object.entries<Bound>(bounds).map(([name, { value }]) => [name, value] as const);
  return Object.fromEntries(all) as { readonly [Each in Name]: number };
}

/** What holds where a configuration says nothing. */
export const DEFAULT_LIMITS: Limits = defaultsOf(LIMITS);
export const DEFAULT_TIMEOUTS: Timeouts = defaultsOf(TIMEOUTS);

/**
 * The same for clusters whose replicas replace a primary that is late: a time-out that the network, or the machine, cannot
 * keep makes them replace one after the other, so it has room to grow.
 */
export const PRIMARY_TIMEOUTS: Timeouts = {
  ...DEFAULT_TIMEOUTS,
  suspectMs: 1_000,
  suspectMostMs: 32_000,
};

/**
 * The same for clusters that replicate a service, whose proposals hold operations of many clients: f + 1
 * of them travel in one message.
 */
export const SERVICE_LIMITS: Limits = { ...DEFAULT_LIMITS, valueBytes: 16 * KIB };

/** Room in a message beside f + 1 proposals: certificates with signatures of replicas, and the frame. */
export const proposalOverheadBytes = (replicas: number) => 5 * KIB + 1024 * replicas;

/**
 * Room for a NEW-VIEW of CLBFT: it shows 2f + 1 reports, each with a certificate of 2f + 1 signatures for every number
 * of a window, which has two numbers at least.
 */
export function newViewBytes(faults: number): number {
  const quorum = 2 * faults + 1;
  const certificates = 160 + 96 * quorum;
  return KIB + quorum * (192 + certificates) + 2 * (quorum * certificates + 192);
}

/** Room in a message beside key and value: the frame, and certificates with signatures of replicas. */
export const messageOverheadBytes = (replicas: number) => 4 * KIB + 512 * replicas;
