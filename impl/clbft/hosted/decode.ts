import type { Index } from "../../../spec/automaton/index.ts";
import type { Decoded, Message, Signed, Wire } from "../../network/process.ts";
import {
  hashOf,
  misshapen,
  natural,
  nullable,
  positive,
  record,
  shaped,
  signatureOf,
  text,
  typeOf,
} from "../../network/shape.ts";
import type { Client, Replica } from "../messages.ts";
import {
  batchOf,
  type Decoding,
  fromPrimary,
  operationOf,
  orderOf,
  quorumOf,
  reportOf,
  reportsOf,
  requestOf,
  stableOf,
} from "./reader.ts";
import { decodeTransfer, isTransfer } from "./transfer/wire.ts";
import {
  allSigned,
  asMessage,
  type ClientMessage,
  checkpointStatement,
  newViewStatement,
  preparedSigned,
  type ReplicaMessage,
  type ShownReport,
  type ShownStable,
  signedRequest,
  viewChangeStatement,
  voteStatement,
} from "./wire.ts";

/** Whether decoding refused a message. */
type Outcome = Decoded | { readonly refused: string };

/** Reads a message of a client, or of another replica. */
export function decodeForReplica(from: Index, message: Wire, of: Decoding): Outcome {
  return shaped(() => {
    const type = typeOf(message);
    if (of.clients.has(from as Client)) return ofClient(from as Client, type, message, of);
    if (!of.group.includes(from as Replica)) misshapen("a message of a stranger");
    return ofReplica(from as Replica, type, message, of);
  });
}

/** Reads what a replica says to a client. */
export function decodeForClient(message: Wire, resultChars: number): Outcome {
  return shaped(() => {
    const result = (wire: Wire) => nullable(wire, (one) => text(one, resultChars, "result"));
    const type = typeOf(message);
    let reply: ClientMessage;
    if (type === "REPLY") {
      const fields = record(message, "type", "t", "view", "result", "digest");
      const at = { t: positive(fields.t, "t"), view: natural(fields.view, "view") };
      const digest = nullable(fields.digest, hashOf);
      reply = { type, ...at, result: result(fields.result), digest };
      if ((reply.result === null) === (digest === null)) misshapen("a result or its digest");
    } else {
      if (type !== "READ-REPLY") return misshapen("no reply");
      const fields = record(message, "type", "t", "view", "n", "result");
      const at = { t: positive(fields.t, "t"), view: natural(fields.view, "view") };
      reply = { type, ...at, n: natural(fields.n, "n"), result: result(fields.result) };
    }
    return { message: asMessage(reply), signatures: [] };
  });
}

const decoded = (message: ReplicaMessage, signatures: readonly Signed[]): Decoded => ({
  message: asMessage(message),
  signatures,
});

/** Refuses what is of no use now. */
function awaited(isAwaited: boolean): void {
  if (!isAwaited) misshapen("not awaited");
}

function ofClient(from: Client, type: string, wire: Wire, of: Decoding): Decoded {
  if (type === "READ") {
    const { t, op } = record(wire, "type", "t", "op");
    return decoded({ type, t: positive(t, "t"), op: operationOf(op, of.bounds) }, []);
  }
  if (type !== "REQUEST") misshapen("clients send requests and reads alone");
  const request = requestOf(wire, of);
  if (request.client !== from) misshapen("a request of another client");
  return decoded({ type: "REQUEST", ...request }, [signedRequest(request)]);
}

function ofReplica(from: Replica, type: string, wire: Wire, of: Decoding): Decoded {
  const { awaits } = of;
  switch (type) {
    case "REQUEST": {
      const request = requestOf(wire, of);
      return decoded({ type, ...request }, [signedRequest(request)]);
    }
    case "PRE-PREPARE": {
      const fields = record(wire, "type", "view", "n", "batch", "signature");
      const at = inView(fields);
      fromPrimary(from, at.view, of);
      awaited(awaits.prePrepare(at.view, at.n));
      const batch = batchOf(fields.batch, of);
      if (batch.length === 0) misshapen("an empty batch");
      const signature = signatureOf(fields.signature);
      const statement = voteStatement(type, at.view, at.n, of.digest(batch));
      const signed = [{ by: from, statement, signature }, ...batch.map(signedRequest)];
      return decoded({ type, ...at, batch, signature }, signed);
    }
    case "PREPARE":
    case "COMMIT": {
      const fields = record(wire, "type", "view", "n", "digest", "signature");
      const at = inView(fields);
      const digest = hashOf(fields.digest);
      awaited(awaits.vote(type, from, at.view, at.n, digest));
      const signature = signatureOf(fields.signature);
      const statement = voteStatement(type, at.view, at.n, digest);
      return decoded({ type, ...at, digest, signature }, [{ by: from, statement, signature }]);
    }
    case "CHECKPOINT": {
      const fields = record(wire, "type", "n", "digest", "signature");
      const checkpoint = { n: positive(fields.n, "n"), digest: hashOf(fields.digest) };
      if (checkpoint.n % of.bounds.checkpointEvery !== 0) misshapen("no checkpoint is made there");
      awaited(awaits.checkpoint(from, checkpoint));
      const signature = signatureOf(fields.signature);
      const statement = checkpointStatement(checkpoint);
      return decoded({ type, ...checkpoint, signature }, [{ by: from, statement, signature }]);
    }
    case "VIEW-CHANGE": {
      const fields = record(wire, "type", "view", "stable", "prepared", "signature");
      const view = positive(fields.view, "view");
      awaited(awaits.viewChange(from, view));
      const report = reportOf(fields, view, of);
      const signature = signatureOf(fields.signature);
      const signed = reportSigned({ by: from, ...report, signature }, view, of);
      return decoded({ type, view, ...report, signature }, signed);
    }
    case "NEW-VIEW":
      return newViewOf(wire, of);
    case "DECISION": {
      const fields = record(wire, "type", "view", "n", "batch", "signatures");
      const at = inView(fields);
      awaited(awaits.decision(at.n));
      // 2f + 1 COMMITs are of f + 1 correct replicas at least, which checked the requests.
      const batch = batchOf(fields.batch, of);
      const signatures = quorumOf(fields.signatures, "commits", of);
      const statement = voteStatement("COMMIT", at.view, at.n, of.digest(batch));
      return decoded({ type, ...at, batch, signatures }, allSigned(statement, signatures));
    }
    case "STABLE": {
      const stable = stableOf(record(wire, "type", "n", "digest", "signatures"), of);
      awaited(awaits.stable(stable.n));
      return decoded({ type, ...stable }, stableSigned(stable));
    }
    default: {
      if (!isTransfer(type)) return decoded(unsignedOf(type, wire, of), []);
      const message = decodeTransfer(type, wire, of.chunkChars);
      return { message: message as unknown as Message, signatures: [] };
    }
  }
}

function newViewOf(wire: Wire, of: Decoding): Decoded {
  const fields = record(wire, "type", "view", "reports", "order", "signature");
  const view = positive(fields.view, "view");
  awaited(of.awaits.newView(view));
  const reports = reportsOf(fields.reports, view, of);
  const order = orderOf(fields.order, of);
  const named = new Set(reports.flatMap(({ prepared }) => prepared.map(({ digest }) => digest)));
  named.add(of.digest([]));
  if (order.some(({ digest }) => !named.has(digest))) misshapen("it orders what nobody reports");
  const signature = signatureOf(fields.signature);
  const message = { type: "NEW-VIEW", view, reports, order, signature } as const;
  const by = of.group[view % of.group.length] as Replica;
  return decoded(message, [
    { by, statement: newViewStatement(message, of.digest), signature },
    ...order.map((one) => ({
      by,
      statement: voteStatement("PRE-PREPARE", view, one.n, one.digest),
      signature: one.signature,
    })),
    ...reports.flatMap((report) => reportSigned(report, view, of)),
  ]);
}

function unsignedOf(type: string, wire: Wire, of: Decoding): ReplicaMessage {
  switch (type) {
    case "FETCH-BATCH": {
      const { digest } = record(wire, "type", "digest");
      return { type, digest: hashOf(digest) };
    }
    case "BATCH": {
      const batch = batchOf(record(wire, "type", "batch").batch, of);
      awaited(of.awaits.batch(of.digest(batch)));
      return { type, batch };
    }
    case "STATUS": {
      const fields = record(wire, "type", "view", "active", "stable", "executed");
      const { active } = fields;
      if (typeof active !== "boolean") return misshapen("active is no boolean");
      return {
        type,
        view: natural(fields.view, "view"),
        active,
        stable: natural(fields.stable, "stable"),
        executed: natural(fields.executed, "executed"),
      };
    }
    default:
      return misshapen(`no message is named ${type.slice(0, 40)}`);
  }
}

/** Everything that has to be signed for a VIEW-CHANGE to be valid. */
function reportSigned(report: ShownReport, view: number, { group }: Decoding): Signed[] {
  const { by, stable, prepared, signature } = report;
  return [
    { by, statement: viewChangeStatement({ view, stable, prepared }), signature },
    ...stableSigned(stable),
    ...prepared.flatMap((one) => preparedSigned(one, group)),
  ];
}

const stableSigned = (stable: ShownStable): Signed[] =>
  allSigned(checkpointStatement(stable), stable.signatures);

const inView = ({ view, n }: { readonly view: Wire; readonly n: Wire }) => ({
  view: natural(view, "view"),
  n: positive(n, "n"),
});
