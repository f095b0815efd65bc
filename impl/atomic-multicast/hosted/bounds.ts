import type { RecordedFacts } from "../../network/protocol.ts";

/** What bounds the memory and the messages of a replica. */
export interface Bounds {
  /** f */
  readonly faults: number;
  /** how many requests of one client a replica holds at a time */
  readonly width: number;
  /** of one proposal */
  readonly batchMax: number;
  /** of one proposal: texts of operations and what stands beside each */
  readonly batchBytes: number;
  /** the longest operation, in UTF-16 code units */
  readonly operationCharsMax: number;
  /** how many decided instances a replica can tell others of */
  readonly window: number;
  /** after how many instances a snapshot is made: less than the window */
  readonly snapshotEvery: number;
  /** of one message of a snapshot */
  readonly partChars: number;
  /** how many instances beyond its own a replica keeps messages of */
  readonly instancesAhead: number;
  /** how many rounds before and after its own a replica keeps messages of */
  readonly roundsKept: number;
}

const BATCH_MAX = 256;
/** As decoders count items: of one request in a proposal, and what a message may have in all. */
const ITEMS_PER_REQUEST = 9;
const ITEMS_MAX = 9_000;
/** Room in a message beside its estimate: certificates with signatures of replicas, and the frame. */
const overheadBytes = (replicas: number) => 4096 + 1024 * replicas;
/** What a request takes beside the text of its operation. */
export const REQUEST_BYTES = 256;
/** A text may take three bytes for each of its code units. */
const BYTES_PER_CHAR = 3;

export function boundsOf(facts: RecordedFacts): Bounds {
  const { faults, messageBytes, valueBytes, replicas } = facts;
  const values = faults + 1;
  const batchBytes = Math.floor((messageBytes - overheadBytes(replicas.length)) / values);
  return {
    faults,
    width: 4,
    batchMax: Math.min(BATCH_MAX, Math.floor(ITEMS_MAX / ITEMS_PER_REQUEST / values)),
    batchBytes,
    operationCharsMax: Math.min(valueBytes, batchBytes - REQUEST_BYTES),
    window: 64,
    snapshotEvery: 32,
    partChars: Math.floor(messageBytes / 2 / BYTES_PER_CHAR),
    instancesAhead: 2,
    roundsKept: 32,
  };
}
