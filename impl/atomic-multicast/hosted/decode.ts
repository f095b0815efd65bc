import { type Index, setOf } from "../../../spec/automaton/index.ts";
import type { Decoded, Signed, Wire } from "../../network/process.ts";
import {
  hashOf,
  list,
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
import type { Client } from "../atomic/message.ts";
import { coordinatorOf, type Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import { type Decoding, latestOf, Reader } from "./reader.ts";
import {
  allSigned,
  asMessage,
  digestOf,
  estimateOf,
  goPhase2Statement,
  type ReplicaMessage,
  type ReplyMessage,
  roundStatement,
  type ShownCertified,
  suspicionStatement,
  valueStatement,
} from "./wire.ts";

/** Whether decoding refused a message. */
type Outcome = Decoded | { readonly refused: string };

/** Reads a message of a client, or of another replica. */
export function decodeForReplica(from: Index, message: Wire, of: Decoding): Outcome {
  return shaped(() => {
    const type = typeOf(message);
    const reader = new Reader(of, from);
    if (of.clients.has(from as Client)) {
      if (type !== "REQUEST") misshapen("clients send requests alone");
      const request = reader.request(message);
      if (request.client !== from) misshapen("a request of another client");
      return decoded({ type, ...request } as ReplicaMessage, reader.unknown(request));
    }
    if (!of.group.includes(from as Replica)) misshapen("a message of a stranger");
    return messageOf(reader, type, message);
  });
}

/** Reads a reply of a replica. */
export function decodeReply(message: Wire, resultCharsMax: number): Outcome {
  return shaped(() => {
    const { type, seq, result } = record(message, "type", "seq", "result");
    if (type !== "REPLY") misshapen("no reply");
    const reply: ReplyMessage = {
      type: "REPLY",
      seq: natural(seq, "seq"),
      result: text(result, resultCharsMax, "result"),
    };
    return { message: asMessage(reply), signatures: [] };
  });
}

const decoded = (message: ReplicaMessage, signatures: readonly Signed[]): Decoded => ({
  message: asMessage(message),
  signatures,
});

function messageOf(reader: Reader, type: string, wire: Wire): Decoded {
  switch (type) {
    case "REQUEST": {
      const request = reader.request(wire);
      return decoded({ type, ...request } as ReplicaMessage, reader.unknown(request));
    }
    case "VALUE": {
      const fields = record(wire, "type", "k", "value", "signature");
      const k = positive(fields.k, "k");
      const value = reader.batch(fields.value);
      const signature = signatureOf(fields.signature);
      const own = reader.own(valueStatement(k, reader.of.digest(value)), signature);
      return decoded({ type, k, value, signature }, [own, ...reader.unknown(...value)]);
    }
    case "INITIAL":
      return initialOf(reader, wire);
    case "ECHO": {
      const fields = record(wire, "type", "k", "round", "digest", "signature");
      const at = inRound(fields);
      const digest = hashOf(fields.digest);
      const signature = signatureOf(fields.signature);
      const own = reader.own(roundStatement("ECHO", at.k, at.round, digest), signature);
      return decoded({ type, ...at, digest, signature }, [own]);
    }
    case "READY": {
      const fields = record(
        wire,
        "type",
        "k",
        "round",
        "digest",
        "estimate",
        "echoes",
        "signature",
      );
      const at = inRound(fields);
      const { digest, estimate, signed } = reader.named(fields.digest, fields.estimate, at.k);
      const echoes = reader.quorum(fields.echoes, "a ReadyCertif");
      const signature = signatureOf(fields.signature);
      return decoded({ type, ...at, digest, estimate, echoes, signature }, [
        reader.own(roundStatement("READY", at.k, at.round, digest), signature),
        ...allSigned(roundStatement("ECHO", at.k, at.round, digest), echoes),
        ...signed,
      ]);
    }
    case "SUSPICION": {
      const fields = record(wire, "type", "k", "round", "signature");
      const at = inRound(fields);
      const signature = signatureOf(fields.signature);
      const own = reader.own(suspicionStatement(at.k, at.round), signature);
      return decoded({ type, ...at, signature }, [own]);
    }
    case "GO-PHASE-2":
      return goPhase2Of(reader, wire);
    case "DECIDE": {
      const fields = record(wire, "type", "k", "round", "digest", "estimate", "readys");
      const at = inRound(fields);
      // 2f + 1 Readys are of f + 1 correct replicas at least, which checked the rest.
      const { digest, estimate } = reader.named(fields.digest, fields.estimate, at.k);
      const readys = reader.quorum(fields.readys, "a DecideCertif");
      const signed = allSigned(roundStatement("READY", at.k, at.round, digest), readys);
      return decoded({ type, ...at, digest, estimate, readys }, signed);
    }
    default:
      return decoded(catchUpOf(type, wire, reader.of.bounds), []);
  }
}

function initialOf(reader: Reader, wire: Wire): Decoded {
  const fields = record(
    wire,
    "type",
    "k",
    "round",
    "estimate",
    "reports",
    "suspicions",
    "signature",
  );
  const { k, round } = inRound(fields);
  const { group, digest, bounds } = reader.of;
  if (coordinatorOf(round, group) !== reader.from) misshapen("it is no coordinator of the round");
  const estimate = reader.estimate(fields.estimate);
  const named = digestOf(estimateOf(estimate), digest);
  const signature = signatureOf(fields.signature);
  const signed = [
    reader.own(roundStatement("INITIAL", k, round, named), signature),
    ...reader.valuesSigned(k, estimate),
  ];
  const initial = { type: "INITIAL", k, round, estimate, signature } as const;
  if (round === 1) {
    const isBare = fields.suspicions === null && list(fields.reports, 0, "reports").length === 0;
    if (!isBare) misshapen("round 1 follows no other");
    return decoded({ ...initial, reports: [], suspicions: null }, signed);
  }
  const reports = list(fields.reports, group.length, "reports").map((one) =>
    reader.report(one, round - 1),
  );
  const by = reports.map((one) => one.by);
  const needed = 2 * bounds.faults + 1;
  if (by.length !== needed || setOf(...by).length !== needed) misshapen("not 2f + 1 reports");
  const last = latestOf(reports.map(({ certified }) => certified));
  if (last !== null && last.digest !== named) misshapen("not the estimate that was certified last");
  const suspicions = reader.quorum(fields.suspicions, "an InitialCertif");
  signed.push(...allSigned(suspicionStatement(k, round - 1), suspicions));
  for (const one of reports) {
    const statement = goPhase2Statement(k, round - 1, one.certified);
    signed.push({ by: one.by, statement, signature: one.signature });
    signed.push(...echoesOf(k, one.certified));
  }
  return decoded({ ...initial, reports, suspicions }, signed);
}

function goPhase2Of(reader: Reader, wire: Wire): Decoded {
  const fields = record(
    wire,
    "type",
    "k",
    "round",
    "certified",
    "estimate",
    "suspicions",
    "signature",
  );
  const { k, round } = inRound(fields);
  const certified = nullable(fields.certified, (one) => reader.certified(one, round));
  const suspicions = reader.quorum(fields.suspicions, "a GoPhase2Certif");
  const signature = signatureOf(fields.signature);
  const estimate = nullable(fields.estimate, (one) => reader.estimate(one));
  if ((estimate === null) !== (certified === null)) misshapen("an estimate without certificate");
  if (estimate !== null && digestOf(estimateOf(estimate), reader.of.digest) !== certified?.digest) {
    misshapen("another estimate");
  }
  const message = {
    type: "GO-PHASE-2",
    k,
    round,
    certified,
    estimate,
    suspicions,
    signature,
  } as const;
  return decoded(message, [
    reader.own(goPhase2Statement(k, round, certified), signature),
    ...allSigned(suspicionStatement(k, round), suspicions),
    ...echoesOf(k, certified),
    ...(estimate === null ? [] : reader.valuesSigned(k, estimate)),
  ]);
}

function catchUpOf(type: string, wire: Wire, bounds: Bounds): ReplicaMessage {
  switch (type) {
    case "HAVE":
    case "FETCH": {
      const { k } = record(wire, "type", "k");
      return { type, k: natural(k, "k") };
    }
    case "OFFER": {
      const { k, digest, chars } = record(wire, "type", "k", "digest", "chars");
      return {
        type,
        k: positive(k, "k"),
        digest: hashOf(digest),
        chars: natural(chars, "chars"),
      };
    }
    case "FETCH-PART": {
      const { k, digest, at } = record(wire, "type", "k", "digest", "at");
      return { type, k: positive(k, "k"), digest: hashOf(digest), at: natural(at, "at") };
    }
    case "PART": {
      const fields = record(wire, "type", "k", "digest", "at", "text");
      return {
        type,
        k: positive(fields.k, "k"),
        digest: hashOf(fields.digest),
        at: natural(fields.at, "at"),
        text: text(fields.text, bounds.partChars, "text"),
      };
    }
    default:
      return misshapen(`no message is named ${type.slice(0, 40)}`);
  }
}

const echoesOf = (k: number, certified: ShownCertified | null): Signed[] =>
  certified === null
    ? []
    : allSigned(roundStatement("ECHO", k, certified.round, certified.digest), certified.echoes);

const inRound = ({ k, round }: { readonly k: Wire; readonly round: Wire }) => ({
  k: positive(k, "k"),
  round: positive(round, "round"),
});
