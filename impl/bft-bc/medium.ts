import {
  cells,
  compare,
  has,
  type Input,
  insert,
  type Output,
  setOf,
  spontaneous,
  threshold,
  union,
  urgent,
} from "../../spec/automaton/index.ts";
import type { ClientActions } from "./client-automaton.ts";
import { type Certificate, certificates, complete, type World } from "./coalition.ts";
import {
  type Client,
  compareTimestamps,
  type NonceRequest,
  type PrepareAck,
  type PrepareBody,
  type PrepareRequest,
  type ReadReply,
  type ReadTsReply,
  type RegisterObject,
  type Replica,
  sameTimestamp,
  type Timestamp,
  type WriteAck,
  type WriteBody,
  type WriteRequest,
} from "./messages.ts";

export interface MediumActions {
  "SEND-READ-TS": Input<{ client: Client; object: RegisterObject; nonce: number }>;
  "SEND-PREPARE": Input<{ client: Client; object: RegisterObject; nonce: number } & PrepareBody>;
  "SEND-WRITE": Input<{ client: Client; object: RegisterObject; nonce: number } & WriteBody>;
  "SEND-READ": Input<{ client: Client; object: RegisterObject; nonce: number }>;
  "READ-TS-REPLY": Input<ReadTsReply>;
  "PREPARE-ACK": Input<PrepareAck>;
  "WRITE-ACK": Input<WriteAck>;
  "READ-REPLY": Input<ReadReply>;
  "READ-TS": Output<NonceRequest>;
  PREPARE: Output<PrepareRequest>;
  WRITE: Output<WriteRequest>;
  READ: Output<NonceRequest>;
  "READ-TS-QUORUM": Output<ClientActions["READ-TS-QUORUM"]["payload"]>;
  "PREPARE-QUORUM": Output<ClientActions["PREPARE-QUORUM"]["payload"]>;
  "WRITE-QUORUM": Output<ClientActions["WRITE-QUORUM"]["payload"]>;
  "READ-QUORUM": Output<ClientActions["READ-QUORUM"]["payload"]>;
  STOP: Output<{ client: Client }>;
}

/** Requests that were sent, replies to open nonces, and certificates, by the names below. */
type Cells = Readonly<Record<string, unknown>>;

interface At {
  readonly object: RegisterObject;
}

/** One operation of a correct client's script, under the nonce that the client gives it. */
interface Exchange {
  readonly client: Client;
  readonly nonce: number;
  readonly writes: string | null;
}

const name = (what: string, { client, nonce }: Pick<Exchange, "client" | "nonce">) =>
  `${what} ${client} ${nonce}`;
const replyName = (of: Pick<Exchange, "client" | "nonce">, replica: Replica) =>
  `${name("replies", of)} ${replica}`;

/**
 * The network and the coalition of faulty processes, which sees all that the network carries.
 *
 * The network is a soup: a request of a correct client may reach each replica never, late, many
 * times and in any order; replies are handed over as quorums. A reply to a nonce that its client
 * has left is forgotten, since nobody can accept it any more. The coalition's knowledge is one cell
 * for each statement that correct replicas may sign: who signed it, until that makes a proof.
 */
export function medium(world: World) {
  const { replicas, faultyReplicas, quorum } = world;
  const readTsQuorum = threshold("read-ts-quorum", quorum);
  const readQuorum = threshold("read-quorum", quorum);
  const known = certificates(world);
  const exchanges: Exchange[] = world.scripts.flatMap(({ client, operations }) =>
    operations.map(({ write }, at) => ({ client, nonce: at + 1, writes: write ?? null })),
  );
  const start: Record<string, unknown> = { stopped: false };
  for (const of of exchanges) {
    start[name(of.writes === null ? "read" : "read-ts", of)] = null;
    if (of.writes !== null) start[name("prepare", of)] = [];
    start[name("write", of)] = [];
    for (const replica of replicas) start[replyName(of, replica)] = [];
  }
  for (const { cell } of known.all) start[cell] = [];
  const repliesTo = (of: Pick<Exchange, "client" | "nonce">) =>
    replicas.map((replica) => replyName(of, replica));

  const nonceRequest = (what: string) => ({
    kind: "output" as const,
    cite: "L.NETWORK",
    scopes: exchanges
      .filter((of) => (what === "read") === (of.writes === null))
      .map((of) => ({
        reads: [name(what, of)],
        choose(s: Cells) {
          const object = s[name(what, of)];
          if (object === null || object === "closed") return [];
          const { client, nonce } = of;
          return replicas.map((replica) => ({
            object: object as RegisterObject,
            replica,
            client,
            nonce,
          }));
        },
      })),
  });

  /** Hands a quorum of replies to a nonce over and closes the exchange. */
  const handOver = <T>(
    what: "read-ts" | "read",
    lies: (s: Cells, object: RegisterObject) => readonly T[],
    outcomes: (replies: readonly (readonly T[])[]) => readonly (readonly T[])[],
    field: "timestamps" | "replies",
  ) => ({
    kind: "output" as const,
    cite: "L.NETWORK",
    scopes: exchanges
      .filter((of) => (what === "read") === (of.writes === null))
      .map((of) => ({
        reads: [name(what, of), ...repliesTo(of), ...known.allPrepared.map(({ cell }) => cell)],
        choose(s: Cells) {
          const object = s[name(what, of)];
          if (object === null || object === "closed") return [];
          const lie = lies(s, object as RegisterObject);
          const replies = [
            ...repliesTo(of).map((cell) => s[cell] as readonly T[]),
            ...faultyReplicas.map(() => lie),
          ];
          const { client, nonce } = of;
          return outcomes(replies).map((set) => ({ client, object, nonce, [field]: set }));
        },
      })),
    touches: (of: Pick<Exchange, "client" | "nonce">) => [name(what, of), ...repliesTo(of)],
    effect(s: Record<string, unknown>, of: Pick<Exchange, "client" | "nonce">) {
      for (const cell of [name(what, of), ...repliesTo(of)]) s[cell] = "closed";
    },
  });

  const record = (what: string) => ({
    kind: "input" as const,
    touches: (of: Pick<Exchange, "client" | "nonce">) => [name(what, of)],
  });
  const reply = <T>(said: (payload: ReadReply) => T) => ({
    kind: "input" as const,
    cite: "L.NETWORK",
    touches: (of: ReadTsReply) => [replyName(of, of.replica)],
    effect(s: Record<string, unknown>, of: ReadTsReply) {
      const cell = replyName(of, of.replica);
      if (s[cell] !== "closed") insert(s[cell] as T[], said(of as ReadReply) as never);
    },
  });

  return cells<Cells, MediumActions>("medium", {
    start,
    transitions: {
      "SEND-READ-TS": {
        ...record("read-ts"),
        effect(s, of) {
          s[name("read-ts", of)] ??= of.object;
        },
      },
      "SEND-PREPARE": {
        ...record("prepare"),
        effect(s, { client, nonce, ...body }) {
          insert(s[name("prepare", { client, nonce })] as object[], body);
        },
      },
      "SEND-WRITE": {
        ...record("write"),
        effect(s, { client, nonce, ...body }) {
          insert(s[name("write", { client, nonce })] as object[], body);
        },
      },
      "SEND-READ": {
        ...record("read"),
        effect(s, of) {
          s[name("read", of)] ??= of.object;
        },
      },
      "READ-TS-REPLY": reply(({ ts }) => ts),
      "READ-REPLY": reply(({ ts, value }) => ({ ts, value })),
      "PREPARE-ACK": {
        kind: "input",
        cite: "L.SIGN",
        touches: ({ object, ts, hash }) => [known.prepared(object, ts, hash).cell],
        effect(s, { replica, object, ts, hash }) {
          const { cell, signatures } = known.prepared(object, ts, hash);
          s[cell] = signed(s[cell] as Certificate, replica, signatures);
        },
      },
      "WRITE-ACK": {
        kind: "input",
        cite: "L.SIGN",
        touches: ({ object, ts }) => [known.written(object, ts).cell],
        effect(s, { replica, object, ts }) {
          const { cell, signatures } = known.written(object, ts);
          s[cell] = signed(s[cell] as Certificate, replica, signatures);
        },
      },
      "READ-TS": { ...nonceRequest("read-ts"), task: urgent("deliver") },
      READ: { ...nonceRequest("read"), task: urgent("deliver") },
      PREPARE: {
        kind: "output",
        cite: "L.NETWORK",
        task: urgent("deliver"),
        scopes: [
          ...exchanges
            .filter(({ writes }) => writes !== null)
            .map((of) => ({
              reads: [name("prepare", of)],
              choose(s: Cells) {
                const sent = s[name("prepare", of)] as readonly (At & PrepareBody)[];
                return sent.flatMap((body) =>
                  replicas.map((replica) => ({ ...body, replica, client: of.client })),
                );
              },
            })),
          ...known.forgePrepare,
        ],
      },
      WRITE: {
        kind: "output",
        cite: "L.NETWORK",
        task: urgent("deliver"),
        scopes: [
          ...exchanges.map((of) => ({
            reads: [name("write", of)],
            choose(s: Cells) {
              const sent = s[name("write", of)] as readonly (At & WriteBody)[];
              return sent.flatMap((body) =>
                replicas.map((replica) => ({ ...body, replica, client: of.client })),
              );
            },
          })),
          ...known.forgeWrite,
        ],
      },
      "READ-TS-QUORUM": handOver(
        "read-ts",
        (s, object) => known.stampedKnown(s, object).map(({ ts }) => ts),
        (replies) => quorumOutcomes(replies, readTsQuorum, (ts) => ts).map((set) => set.slice(-1)),
        "timestamps",
      ) as never,
      "READ-QUORUM": handOver(
        "read",
        known.stampedKnown,
        (replies) => quorumOutcomes(replies, readQuorum, ({ ts }) => ts),
        "replies",
      ) as never,
      "PREPARE-QUORUM": {
        kind: "output",
        cite: "L.NETWORK",
        scopes: exchanges
          .filter(({ writes }) => writes !== null)
          .map((of) => ({
            reads: [name("prepare", of), ...known.preparedBy(of.client)],
            choose(s: Cells) {
              const sent = s[name("prepare", of)] as readonly (At & PrepareBody)[];
              return sent
                .filter(({ object, ts, hash }) =>
                  complete(s[known.prepared(object, ts, hash).cell]),
                )
                .map(({ object, ts, hash }) => ({
                  client: of.client,
                  object,
                  nonce: of.nonce,
                  ts,
                  hash,
                }));
            },
          })),
      },
      "WRITE-QUORUM": {
        kind: "output",
        cite: "L.NETWORK",
        scopes: exchanges.map((of) => ({
          reads: [name("write", of), ...known.allWritten],
          choose(s: Cells) {
            const sent = s[name("write", of)] as readonly (At & WriteBody)[];
            return sent
              .filter(({ object, proof }) => complete(s[known.written(object, proof.ts).cell]))
              .map(({ object, proof: { ts } }) => ({
                client: of.client,
                object,
                nonce: of.nonce,
                ts,
              }));
          },
        })),
      },
      STOP: {
        kind: "output",
        cite: "L.DEF1.STOP",
        task: spontaneous("stop"),
        scopes: [
          {
            reads: ["stopped"],
            choose: () =>
              world.stops === null ? [] : world.faultyClients.map(({ client }) => ({ client })),
          },
        ],
        when: {
          running: (s) => s.stopped === false,
          mayStop: (_, { client }) => client === world.stops,
        },
        touches: () => ["stopped", ...known.all.map(({ cell }) => cell)],
        effect(s) {
          s.stopped = true;
          for (const { cell } of known.all) if (s[cell] === "complete") s[cell] = "early";
        },
      },
    },
  });
}

/** A statement with one more signature: the signers, until they are enough. */
function signed(certificate: Certificate, by: Replica, signatures: number): Certificate {
  if (typeof certificate === "string" || has(certificate, by)) return certificate;
  const signers = union(certificate, [by]);
  return signers.length < signatures ? signers : "complete";
}

/**
 * What quorums of replies can say, given the replies that each replica may contribute. A client
 * looks at the largest and at whether all timestamps agree; so each quorum is represented by its
 * largest reply alone, or where the timestamps differ by each smaller reply and the largest.
 */
export function quorumOutcomes<T>(
  replies: readonly (readonly T[])[],
  quorum: number,
  timestampOf: (reply: T) => Timestamp,
): T[][] {
  const order = (a: T, b: T) => compareTimestamps(timestampOf(a), timestampOf(b)) || compare(a, b);
  const distinct = setOf(...replies.flat());
  return distinct.flatMap((largest) => {
    const others = replies.map((own) => own.filter((reply) => order(reply, largest) <= 0));
    const holders = others.filter((own) => own.some((reply) => order(reply, largest) === 0));
    const able = others.filter((own) => own.length > 0);
    if (holders.length === 0 || able.length < quorum) return [];
    const sameTs = (reply: T) => sameTimestamp(timestampOf(reply), timestampOf(largest));
    const agreeing = able.filter((own) => own.some(sameTs)).length >= quorum;
    const smaller = able.flatMap((own) => own.filter((reply) => !sameTs(reply)));
    const soleHolder = holders.length === 1 ? holders[0] : undefined;
    const differing = smaller.filter(
      (reply) =>
        soleHolder === undefined || able.some((own) => own !== soleHolder && own.includes(reply)),
    );
    return [
      ...(agreeing ? [[largest]] : []),
      ...setOf(...differing).map((reply) => [reply, largest]),
    ];
  });
}
