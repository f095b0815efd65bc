import {
  compare,
  type DigestFunction,
  equal,
  type Index,
  setOf,
} from "../../../spec/automaton/index.ts";
import type { Signatures, Signed, Wire } from "../../network/process.ts";
import {
  hashOf,
  indexOf,
  list,
  misshapen,
  nullable,
  positive,
  record,
  signatureOf,
  signaturesOf,
  text,
} from "../../network/shape.ts";
import type { Batch, Client, Message } from "../atomic/message.ts";
import type { Replica } from "../messages.ts";
import { type Bounds, REQUEST_BYTES } from "./bounds.ts";
import {
  digestOf,
  estimateOf,
  type ShownCertified,
  type ShownEstimate,
  type ShownReport,
  signedRequest,
  valueStatement,
} from "./wire.ts";

/** What decoding needs to know of the cluster. */
export interface Decoding {
  readonly group: readonly Replica[];
  readonly clients: ReadonlySet<Client>;
  readonly bounds: Bounds;
  readonly digest: DigestFunction;
  /** whether a request was verified before: its signature need not be checked again */
  isKnown(request: Message): boolean;
}

const PROCESS_CHARS_MAX = 40;
const SIGNATURE_BYTES = 64;
const HEX_SIGNATURE = /^[0-9a-f]{128}$/;

type Fields = Readonly<Record<"client" | "seq" | "op" | "signature", Wire>>;

/** Reads the parts of which messages are made. Each method refuses what has not the right shape. */
export class Reader {
  readonly of: Decoding;
  readonly from: Index;

  constructor(of: Decoding, from: Index) {
    this.of = of;
    this.from = from;
  }

  request(wire: Wire): Message {
    const type = typeof wire === "object" && wire !== null && "type" in wire ? ["type"] : [];
    const fields = record(wire, ...type, "client", "seq", "op", "signature");
    return this.#requestOf(fields as Fields);
  }

  /** The signatures of requests that nobody has checked yet. */
  unknown(...requests: readonly Message[]): Signed[] {
    return requests.filter((one) => !this.of.isKnown(one)).map(signedRequest);
  }

  #requestOf({ client, seq, op, signature }: Fields): Message {
    const { clients, bounds } = this.of;
    const by = indexOf(client as Wire, "client", PROCESS_CHARS_MAX);
    if (!clients.has(by)) misshapen("a request of a stranger");
    const hex = text(signature as Wire, 2 * SIGNATURE_BYTES, "signature");
    if (!HEX_SIGNATURE.test(hex)) misshapen("signature is not 64 bytes in hexadecimal");
    return {
      client: by,
      seq: positive(seq as Wire, "seq"),
      op: text(op as Wire, bounds.operationCharsMax, "op"),
      signature: hex,
    };
  }

  /** A proposal: a set of requests, in canonical order, within the bounds. */
  batch(wire: Wire): Batch {
    const { batchMax, batchBytes } = this.of.bounds;
    const batch = list(wire, batchMax, "value").map((one) =>
      this.#requestOf(record(one, "client", "seq", "op", "signature") as Fields),
    );
    if (batch.length === 0) misshapen("an empty value");
    if (!fits(batch, batchBytes)) misshapen(`value is over ${batchBytes} bytes`);
    for (let at = 1; at < batch.length; at += 1) {
      if (compare(batch[at - 1], batch[at]) >= 0) misshapen("value is no set");
    }
    return batch;
  }

  estimate(wire: Wire): ShownEstimate {
    const { bounds, group } = this.of;
    const estimate = list(wire, bounds.faults + 1, "estimate").map((one) => {
      const { from, value, signature } = record(one, "from", "value", "signature");
      const by = indexOf(from, "replica", PROCESS_CHARS_MAX);
      if (!group.includes(by)) misshapen("a value of a stranger");
      return { from: by, value: this.batch(value), signature: signatureOf(signature) };
    });
    const signers = estimate.map(({ from }) => from);
    const isOne = estimate.length === bounds.faults + 1 && equal(signers, setOf(...signers));
    return isOne ? estimate : misshapen("estimate has not f + 1 values of distinct replicas");
  }

  valuesSigned(k: number, estimate: ShownEstimate): Signed[] {
    return estimate.flatMap(({ from, value, signature }) => [
      { by: from, statement: valueStatement(k, this.of.digest(value)), signature },
      ...this.unknown(...value),
    ]);
  }

  /** An estimate that is named by its digest, and perhaps shown. */
  named(wireDigest: Wire, wireEstimate: Wire, k: number) {
    const digest = hashOf(wireDigest);
    const estimate = nullable(wireEstimate, (one) => this.estimate(one));
    if (estimate === null) return { digest, estimate, signed: [] };
    if (digestOf(estimateOf(estimate), this.of.digest) !== digest) misshapen("another estimate");
    return { digest, estimate, signed: this.valuesSigned(k, estimate) };
  }

  report(wire: Wire, latest: number): ShownReport {
    const { by, certified, signature } = record(wire, "by", "certified", "signature");
    const replica = indexOf(by, "replica", PROCESS_CHARS_MAX);
    if (!this.of.group.includes(replica)) misshapen("a report of a stranger");
    return {
      by: replica,
      certified: nullable(certified, (one) => this.certified(one, latest)),
      signature: signatureOf(signature),
    };
  }

  certified(wire: Wire, latest: number): ShownCertified {
    const { round, digest, echoes } = record(wire, "round", "digest", "echoes");
    const at = positive(round, "round");
    if (at > latest) misshapen("certified in a later round");
    return { round: at, digest: hashOf(digest), echoes: this.quorum(echoes, "a ReadyCertif") };
  }

  quorum(wire: Wire, what: string): Signatures {
    const { group, bounds } = this.of;
    return signaturesOf(wire, new Set<Index>(group), 2 * bounds.faults + 1, what);
  }

  own(statement: Signed["statement"], signature: Uint8Array): Signed {
    return { by: this.from, statement, signature };
  }
}

const utf8 = new TextEncoder();

/** A text takes three bytes at most for each of its code units. */
const BYTES_PER_CHAR = 3;

/** Whether requests fit into a proposal; most are so small that nobody has to look closely. */
export function fits(requests: Batch, bytesMax: number): boolean {
  const most = requests.reduce(
    (sum, { op }) => sum + REQUEST_BYTES + BYTES_PER_CHAR * op.length,
    0,
  );
  return most <= bytesMax || batchSize(requests) <= bytesMax;
}

/** What requests take in a message. */
const batchSize = (batch: Batch): number =>
  batch.reduce((sum, { op }) => sum + REQUEST_BYTES + utf8.encode(op).length, 0);

/** The one that was certified last, line 41. */
export function latestOf<C extends { readonly round: number }>(
  all: readonly (C | null)[],
): C | null {
  return all.reduce<C | null>(
    (last, one) => (one !== null && (last === null || one.round > last.round) ? one : last),
    null,
  );
}
