import { get } from "../../spec/automaton/index.ts";
import {
  type Client,
  compareTimestamps,
  compareWritten,
  GENESIS,
  type PrepareProof,
  sameTimestamp,
  type Timestamp,
  type Written,
} from "./messages.ts";
import type { Rules } from "./rules.ts";

/** What a replica remembers of prepares: by client, one record in each list. */
export interface Prepares {
  readonly prepareList: Readonly<Record<Client, PrepareProof>>;
  readonly optList: Readonly<Record<Client, PrepareProof>>;
  readonly writeTs: Timestamp;
}

/** What a client wants to have prepared, and what it has completed. */
export interface Proposed extends PrepareProof {
  readonly client: Client;
  readonly writeProof: Written | null;
}

export const later = (a: Timestamp, b: Timestamp) => compareTimestamps(a, b) > 0;

/** L.REPLICA.PREPARE, the test: whether the request agrees with what the client prepared last. */
export function accepts(state: Prepares, proposed: Proposed, rules: Rules): boolean {
  const inOptList =
    rules.ignoresOptList ||
    hasRoom(get(state.optList, proposed.client), proposed, state.writeTs, rules);
  return (
    inOptList && hasRoom(get(state.prepareList, proposed.client), proposed, state.writeTs, rules)
  );
}

/** L.REPLICA.READ-TS-PREP, the same for what the replica would prepare for the client. */
export function acceptsExpected(state: Prepares, proposed: Proposed, rules: Rules): boolean {
  const { prepareList, optList, writeTs } = state;
  const own = rules.replacesOptRecords ? rules : { ...rules, replacesRecords: false };
  return (
    hasRoom(get(optList, proposed.client), proposed, writeTs, own) &&
    (!rules.testsBothLists || hasRoom(get(prepareList, proposed.client), proposed, writeTs, rules))
  );
}

function hasRoom(
  record: PrepareProof | undefined,
  { client, ts, hash, writeProof }: Proposed,
  writeTs: Timestamp,
  rules: Rules,
): boolean {
  if (record === undefined || !rules.oneRecord) return true;
  if (sameTimestamp(ts, record.ts) && (hash === record.hash || !rules.comparesHash)) return true;
  if (!rules.replacesRecords || rules.deletesRecords) return false;
  const isOwn = writeProof !== null && (writeProof.ts.id === client || !rules.clientInTimestamp);
  const completed = rules.ownWriteProof
    ? isOwn
      ? writeProof
      : { ts: GENESIS, hash: null }
    : { ts: writeTs, hash: null };
  const isCompleted = compareWritten(record, completed) <= 0;
  return isCompleted && (!rules.strictlyLarger || later(ts, record.ts));
}
