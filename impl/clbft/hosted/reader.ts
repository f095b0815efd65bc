import type { DigestFunction, Index } from "../../../spec/automaton/index.ts";
import type { Signatures, Wire } from "../../network/process.ts";
import {
  hashOf,
  indexOf,
  list,
  misshapen,
  natural,
  positive,
  record,
  signatureOf,
  signaturesOf,
  text,
} from "../../network/shape.ts";
import { type Batch, type Client, primaryOf, type Replica, type Request } from "../messages.ts";
import type { Awaited } from "./awaited.ts";
import type { Bounds } from "./bounds.ts";
import type { ShownOrdered, ShownPrepared, ShownReport, ShownStable } from "./wire.ts";

/** What decoding needs to know of the cluster, and of what this replica waits for. */
export interface Decoding {
  readonly group: readonly Replica[];
  readonly clients: ReadonlySet<Client>;
  readonly bounds: Bounds;
  /** of a chunk of a state */
  readonly chunkChars: number;
  readonly digest: DigestFunction;
  readonly awaits: Awaited;
}

const PROCESS_CHARS_MAX = 40;
const SIGNATURE_BYTES = 64;
const HEX_SIGNATURE = /^[0-9a-f]{128}$/;
/** A text takes three bytes at most for each of its code units. */
const BYTES_PER_CHAR = 3;

const utf8 = new TextEncoder();

/** Reads the parts of which messages are made. Each function refuses what has not the right shape. */
export function requestOf(
  wire: Wire,
  { clients, bounds }: Decoding,
): Request & { signature: string } {
  const isBare = !(typeof wire === "object" && wire !== null && "type" in wire);
  const { client, t, op, signature } = record(
    wire,
    ...(isBare ? [] : (["type"] as const)),
    "client",
    "t",
    "op",
    "signature",
  );
  const by = indexOf(client, "client", PROCESS_CHARS_MAX);
  if (!clients.has(by)) misshapen("a request of a stranger");
  const hex = text(signature, 2 * SIGNATURE_BYTES, "signature");
  if (!HEX_SIGNATURE.test(hex)) misshapen("signature is not 64 bytes in hexadecimal");
  return {
    client: by,
    t: positive(t, "t"),
    op: operationOf(op, bounds),
    signature: hex,
  };
}

export function operationOf(wire: Wire, { operationBytes }: Bounds): string {
  const op = text(wire, operationBytes, "op");
  const fits =
    BYTES_PER_CHAR * op.length <= operationBytes || utf8.encode(op).length <= operationBytes;
  return fits ? op : misshapen(`op is longer than ${operationBytes} bytes`);
}

/** The requests of a batch: each at most once, in the order of their execution. */
export function batchOf(wire: Wire, of: Decoding): Batch {
  const batch = list(wire, of.bounds.batchMax, "batch").map((one) => requestOf(one, of));
  const names = new Set(batch.map(({ client, t }) => `${client} ${t}`));
  return names.size === batch.length ? batch : misshapen("a request twice in a batch");
}

/** A checkpoint with its certificate. The start needs none. */
export function stableOf(
  { n, digest, signatures }: { readonly [F in "n" | "digest" | "signatures"]: Wire },
  of: Decoding,
): ShownStable {
  const number = natural(n, "n");
  if (number > 0) {
    if (number % of.bounds.checkpointEvery !== 0) misshapen("no checkpoint is made there");
    return {
      n: number,
      digest: hashOf(digest),
      signatures: quorumOf(signatures, "checkpoints", of),
    };
  }
  if (digest !== "") misshapen("the start has no digest");
  return { n: 0, digest: "", signatures: signaturesOf(signatures, new Set(), 0, "the start") };
}

/** What a VIEW-CHANGE for `view` reports. */
export function reportOf(
  wire: { readonly [F in "stable" | "prepared"]: Wire },
  view: number,
  of: Decoding,
): { readonly stable: ShownStable; readonly prepared: readonly ShownPrepared[] } {
  const stable = stableOf(record(wire.stable, "n", "digest", "signatures"), of);
  let last = stable.n;
  const prepared = list(wire.prepared, of.bounds.window, "prepared").map((one) => {
    const fields = record(one, "n", "view", "digest", "signatures");
    const n = natural(fields.n, "n");
    if (n <= last || n > stable.n + of.bounds.window) misshapen("prepared is out of order");
    last = n;
    const before = natural(fields.view, "view");
    if (before >= view) misshapen("prepared in a view that is not earlier");
    const signatures = quorumOf(fields.signatures, "prepares", of);
    return { n, view: before, digest: hashOf(fields.digest), signatures };
  });
  return { stable, prepared };
}

/** The VIEW-CHANGEs of a NEW-VIEW: of 2f + 1 replicas, in their order. */
export function reportsOf(wire: Wire, view: number, of: Decoding): ShownReport[] {
  const { group, bounds } = of;
  const needed = bounds.sizes.viewChanges;
  const reports = list(wire, needed, "reports").map((one) => {
    const { by, stable, prepared, signature } = record(
      one,
      "by",
      "stable",
      "prepared",
      "signature",
    );
    return {
      by: replicaOf(by, group),
      ...reportOf({ stable, prepared }, view, of),
      signature: signatureOf(signature),
    };
  });
  const places = reports.map(({ by }) => group.indexOf(by));
  const isOrdered = places.every((place, at) => at === 0 || place > (places[at - 1] as number));
  if (reports.length !== needed || !isOrdered) misshapen("not the reports of 2f + 1 replicas");
  return reports;
}

/** What a new view prescribes: numbers in a row. */
export function orderOf(wire: Wire, { bounds }: Decoding): ShownOrdered[] {
  const order = list(wire, 2 * bounds.window, "order").map((one) => {
    const { n, digest, signature } = record(one, "n", "digest", "signature");
    return { n: positive(n, "n"), digest: hashOf(digest), signature: signatureOf(signature) };
  });
  const isRow = order.every(({ n }, at) => at === 0 || n === (order[at - 1] as ShownOrdered).n + 1);
  return isRow ? order : misshapen("order has gaps");
}

export function quorumOf(
  wire: Wire,
  of: "prepares" | "commits" | "checkpoints",
  { group, bounds }: Decoding,
): Signatures {
  return signaturesOf(wire, new Set<Index>(group), bounds.sizes[of], "a certificate");
}

/** Checks that only the primary of a view says what primaries say. */
export function fromPrimary(from: Index, view: number, { group }: Decoding): void {
  if (primaryOf(view, group) !== from) misshapen("it is not the primary of the view");
}

function replicaOf(wire: Wire, group: readonly Replica[]): Replica {
  const by = indexOf(wire, "replica", PROCESS_CHARS_MAX);
  return group.includes(by) ? by : misshapen("a stranger");
}
