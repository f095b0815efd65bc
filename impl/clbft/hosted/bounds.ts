import type { RecordedFacts } from "../../network/protocol.ts";
import type { AgreementBounds } from "../agreement/state.ts";
import { type ClbftRules, type QuorumSizes, quorumSizes, REPAIRED } from "../rules.ts";

/** What bounds the memory and the messages of a replica. */
export interface Bounds extends AgreementBounds {
  /** f */
  readonly faults: number;
  /** how many signatures certificates of each kind have */
  readonly sizes: QuorumSizes;
  /** K: every how many sequence numbers a checkpoint is made */
  readonly checkpointEvery: number;
  /** how far apart the timestamps that a client has under way may be */
  readonly clientWindow: number;
  /** the longest operation, in UTF-8 bytes */
  readonly operationBytes: number;
  /** the longest result, in UTF-16 code units; beyond it clients get no answer */
  readonly resultChars: number;
  /** how many votes on one number of one signer are kept that nobody else joined */
  readonly votesOpen: number;
  /** how many views beyond its own a replica keeps votes of */
  readonly viewsAhead: number;
  /** how many PRE-PREPAREs of later views, or beyond the window, are kept of each primary */
  readonly prePreparesAhead: number;
}

const CHECKPOINT_EVERY = 64;
const BATCH_MAX = 64;
const PIPELINE = 4;
/** One that is not full waits for those before it: votes on few requests cost as much as votes on many. */
const PARTIAL = 1;
const CLIENT_WINDOW = 256;
/** What a request takes beside the text of its operation. */
const REQUEST_BYTES = 256;
/** Room in a message beside what it lists: the frame and its own signature. */
const FRAME_BYTES = 1024;
/** As decoders count items, of 10,000 that a message may have. */
const ITEMS_MAX = 9_000;
const ITEMS_PER_REQUEST = 9;
/** A text may take three bytes for each of its code units. */
const BYTES_PER_CHAR = 3;

/**
 * The bounds of a cluster. A NEW-VIEW shows 2f + 1 VIEW-CHANGEs, each with a certificate of 2f + 1 signatures
 * for every number of the window: that, and the longest message, say how large the window may be.
 */
export function boundsOf(facts: RecordedFacts, rules: ClbftRules = REPAIRED): Bounds {
  const { faults, messageBytes, valueBytes } = facts;
  const quorum = 2 * faults + 1;
  const sizes = quorumSizes(faults, rules);
  const certificate = { bytes: 160 + 96 * quorum, items: 9 + 2 * quorum };
  const ordered = { bytes: 192, items: 7 };
  const perNumber = {
    bytes: quorum * certificate.bytes + ordered.bytes,
    items: quorum * certificate.items + ordered.items,
  };
  // Beside its certificates a report shows that of its stable checkpoint.
  const reports = {
    bytes: quorum * (192 + certificate.bytes),
    items: quorum * (11 + certificate.items),
  };
  const fit = Math.min(
    (messageBytes - FRAME_BYTES - reports.bytes) / perNumber.bytes,
    (ITEMS_MAX - reports.items) / perNumber.items,
  );
  const checkpointEvery = Math.max(1, Math.min(CHECKPOINT_EVERY, Math.floor(fit / 2)));
  const requests = Math.floor((messageBytes - FRAME_BYTES) / (REQUEST_BYTES + valueBytes));
  return {
    faults,
    sizes,
    checkpointEvery,
    window: 2 * checkpointEvery,
    pipeline: PIPELINE,
    partial: PARTIAL,
    batchMax: Math.max(1, Math.min(BATCH_MAX, Math.floor(ITEMS_MAX / ITEMS_PER_REQUEST), requests)),
    clientWindow: CLIENT_WINDOW,
    operationBytes: valueBytes,
    resultChars: Math.floor((messageBytes - FRAME_BYTES) / BYTES_PER_CHAR),
    votesOpen: 4,
    viewsAhead: 4,
    prePreparesAhead: 16,
  };
}
