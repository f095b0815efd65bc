import { threshold } from "../../spec/automaton/index.ts";
import type { certificates } from "./coalition.ts";
import {
  type Exchange,
  exchangesOf,
  type Named,
  name,
  type Question,
  questionsOf,
  replyName,
} from "./exchanges.ts";
import {
  byHash,
  byValue,
  type PrepareBody,
  type RegisterObject,
  type Stamped,
  sameTimestamp,
  successor,
  type Timestamp,
  type WriteBody,
} from "./messages.ts";
import {
  type Comparison,
  quorumOutcomes,
  type TimestampReply,
  timestampOutcomes,
} from "./quorums.ts";
import { completeFor } from "./statements.ts";
import type { World } from "./world.ts";

/** Requests that were sent, replies to open nonces, and certificates, by their names. */
export type Cells = Readonly<Record<string, unknown>>;

/** Faulty replicas have fallen silent. */
export const SILENT = "silent";
const CLOSED = "closed";

interface At {
  readonly object: RegisterObject;
}

/** Inputs of clients: what the replies of 2f + 1 replicas say together. */
export function handOver(world: World, known: ReturnType<typeof certificates>) {
  const { replicas, faultyReplicas, quorum, rules, digest } = world;
  const readTsQuorum = threshold("read-ts-quorum", quorum);
  const readQuorum = threshold("read-quorum", quorum);
  const exchanges = exchangesOf(world);
  const silence = world.mayFallSilent ? [SILENT] : [];
  const isSilent = (s: Cells) => world.mayFallSilent && s[SILENT] === true;
  const lieReads = [...known.allPrepared.map(({ cell }) => cell), ...known.choices, ...silence];
  const repliesTo = (what: Question, of: Named) =>
    replicas.map((replica) => replyName(what, of, replica));

  /** What a faulty replica may say of timestamps: it signs everything, and prepares or not. */
  const timestampLies = (s: Cells, of: Exchange, object: RegisterObject): TimestampReply[] =>
    known.stampedKnown(s, object).flatMap(({ ts, value }) => {
      const hash = rules.strong && rules.writtenHash && ts.val > 0 ? digest(value) : null;
      const expected = successor(ts, rules.clientInTimestamp ? of.client : null);
      const normal = { ts, hash, proven: true, prepared: null };
      return rules.optimised
        ? [normal, { ts, hash, proven: rules.ackShowsProof, prepared: expected }]
        : [normal];
    });

  const readers: Comparison = rules.optimised
    ? {
        order: byHash(digest),
        agree: (a, b) =>
          sameTimestamp(a.ts, b.ts) && (!rules.writesBackTies || a.value === b.value),
      }
    : { order: byValue, agree: (a, b) => sameTimestamp(a.ts, b.ts) };

  /** The replies of all replicas to a question that is open, and where it was asked. */
  const repliesIn = <T>(
    s: Cells,
    what: Question,
    of: Exchange,
    lies: (object: RegisterObject) => readonly T[],
  ) => {
    const asked = s[name(what, of)];
    const cells = repliesTo(what, of).map((cell) => s[cell]);
    if (asked === null || cells.includes(CLOSED)) return null;
    const object = typeof asked === "string" ? asked : (asked as At).object;
    const lie = isSilent(s) ? [] : lies(object as RegisterObject);
    const replies = [...(cells as (readonly T[])[]), ...faultyReplicas.map(() => lie)];
    return { object: object as RegisterObject, replies };
  };

  const asking = (kinds: readonly Question[]) =>
    exchanges.flatMap((of) =>
      questionsOf(world, of)
        .filter((what) => kinds.includes(what))
        .map((what) => ({ of, what })),
    );
  const readsOf = (what: Question, of: Exchange) => [
    name(what, of),
    ...repliesTo(what, of),
    ...lieReads,
  ];

  /** Closes what was asked under the nonce: nobody can accept other replies to it any more. */
  const closing = (kinds: readonly Question[]) => {
    const openIn = (of: Named) =>
      asking(kinds).filter((one) => one.of.client === of.client && one.of.nonce === of.nonce);
    return {
      touches: (of: Named) =>
        openIn(of).flatMap(({ what }) => [name(what, of), ...repliesTo(what, of)]),
      effect(s: Record<string, unknown>, of: Named) {
        for (const { what } of openIn(of)) {
          const asked = s[name(what, of)];
          if (asked === null) continue;
          // A READ-TS-PREP that is late still changes replicas; all else would not.
          if (what !== "read-ts-prep") s[name(what, of)] = CLOSED;
          for (const cell of repliesTo(what, of)) s[cell] = CLOSED;
        }
      },
    };
  };

  const timestampQuestions = ["read-ts-prep", "read-ts"] as const;
  const valueQuestions = ["fetch", "read"] as const;

  return {
    timestamps: {
      kind: "output" as const,
      cite: "L.NETWORK",
      scopes: asking(timestampQuestions).map(({ of, what }) => ({
        reads: readsOf(what, of),
        choose(s: Cells) {
          const open = repliesIn<TimestampReply>(s, what, of, (object) =>
            timestampLies(s, of, object).filter(
              ({ prepared }) => what === "read-ts-prep" || prepared === null,
            ),
          );
          if (open === null) return [];
          const { client, nonce } = of;
          return timestampOutcomes(open.replies, readTsQuorum, rules.strong).map((outcome) => ({
            client,
            object: open.object,
            nonce,
            ...outcome,
          }));
        },
      })),
      ...closing(timestampQuestions),
    },
    values: {
      kind: "output" as const,
      cite: "L.NETWORK",
      scopes: asking(valueQuestions).map(({ of, what }) => ({
        reads: readsOf(what, of),
        choose(s: Cells) {
          const open = repliesIn<Stamped>(s, what, of, (object) => known.stampedKnown(s, object));
          if (open === null) return [];
          const { client, nonce } = of;
          return quorumOutcomes(open.replies, readQuorum, readers)
            .map((set) => (what === "fetch" ? set.slice(-1) : set))
            .map((replies) => ({ client, object: open.object, nonce, replies }));
        },
      })),
      ...closing(valueQuestions),
    },
    prepared: {
      kind: "output" as const,
      cite: "L.NETWORK",
      scopes: exchanges
        .filter(({ writes }) => writes !== null)
        .map((of) => ({
          reads: [name("prepare", of), ...known.preparedBy(of.client), ...silence],
          choose(s: Cells) {
            const { client, nonce } = of;
            return (s[name("prepare", of)] as readonly (At & PrepareBody)[])
              .filter(({ object, ts, hash }) =>
                completeFor(s[known.prepared(object, ts, hash).cell], isSilent(s)),
              )
              .map(({ object, ts, hash }) => ({ client, object, nonce, ts, hash }));
          },
        })),
    },
    written: {
      kind: "output" as const,
      cite: "L.NETWORK",
      scopes: exchanges.map((of) => ({
        reads: [name("write", of), ...known.allWritten, ...silence],
        choose(s: Cells) {
          const { client, nonce } = of;
          return (s[name("write", of)] as readonly (At & WriteBody)[])
            .map(({ object, proof: { ts, hash } }) => ({
              client,
              object,
              nonce,
              ts: ts as Timestamp,
              hash: rules.writtenHash ? hash : null,
            }))
            .filter((one) => completeFor(s[known.written(one.object, one).cell], isSilent(s)));
        },
      })),
    },
  };
}
