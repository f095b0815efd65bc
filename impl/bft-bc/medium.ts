import { cells, detach, insert, spontaneous, urgent } from "../../spec/automaton/index.ts";
import { certificates } from "./coalition.ts";
import {
  exchangesOf,
  type Named,
  name,
  type Question,
  questionsOf,
  replyName,
  startOf,
} from "./exchanges.ts";
import { type Cells, handOver, SILENT } from "./hand-over.ts";
import type { MediumActions } from "./medium-actions.ts";
import type {
  PrepareBody,
  PrepareProof,
  ReadReply,
  ReadTsPrepBody,
  ReadTsPrepReply,
  ReadTsReply,
  RegisterObject,
  Replica,
  Stamped,
  WriteBody,
  Written,
} from "./messages.ts";
import type { TimestampReply } from "./quorums.ts";
import type { Certificate } from "./statements.ts";
import type { World } from "./world.ts";

interface At {
  readonly object: RegisterObject;
}

/**
 * The network and the coalition of faulty processes, which sees all that the network carries.
 *
 * The network is a soup: a request of a correct client may reach each replica never, late, many
 * times and in any order; replies are handed over as quorums. A reply to a nonce that its client
 * has left is forgotten, since nobody can accept it any more. The coalition's knowledge is one cell
 * for each statement that correct replicas may sign: who signed it, until that makes a proof.
 */
export function medium(world: World) {
  const { reached, rules } = world;
  const known = certificates(world);
  const quorums = handOver(world, known);
  const exchanges = exchangesOf(world);
  const start: Record<string, unknown> = { stopped: false, ...startOf(world) };
  if (world.mayFallSilent) start[SILENT] = false;
  for (const { cell } of known.all) start[cell] = [];
  for (const cell of known.choices) start[cell] = false;

  /** The question that a nonce's replies to this kind of request answer; null if nobody asked. */
  const questionOf = (kinds: readonly Question[], of: Named): Question | null => {
    const exchange = exchanges.find(
      ({ client, nonce }) => client === of.client && nonce === of.nonce,
    );
    if (exchange === undefined) return null;
    return questionsOf(world, exchange).find((what) => kinds.includes(what)) ?? null;
  };

  /** A request without proofs, to each replica as long as the client waits for its replies. */
  const nonceRequest = (kinds: readonly Question[]) => ({
    kind: "output" as const,
    cite: "L.NETWORK",
    task: urgent("deliver"),
    scopes: exchanges.flatMap((of) =>
      questionsOf(world, of)
        .filter((what) => kinds.includes(what))
        .map((what) => ({
          reads: [name(what, of)],
          choose(s: Cells) {
            const object = s[name(what, of)];
            if (object === null || object === "closed") return [];
            const { client, nonce } = of;
            return reached.map((replica) => ({
              object: object as RegisterObject,
              replica,
              client,
              nonce,
            }));
          },
        })),
    ),
  });

  /** What clients sent in phase 2 or 3, to each replica, for ever. */
  const repeated = <Body>(what: "prepare" | "write") =>
    exchanges
      .filter(({ writes }) => what === "write" || writes !== null)
      .map((of) => ({
        reads: [name(what, of)],
        choose(s: Cells) {
          const sent = s[name(what, of)] as readonly (At & Body)[];
          return sent.flatMap((body) =>
            reached.map((replica) => ({ ...body, replica, client: of.client })),
          );
        },
      }));

  const asks = (kinds: readonly Question[]) => {
    const cellOf = (of: Named) => name(questionOf(kinds, of) as Question, of);
    return {
      kind: "input" as const,
      touches: (of: Named) => [cellOf(of)],
      effect(s: Record<string, unknown>, of: Named & At) {
        s[cellOf(of)] ??= of.object;
      },
    };
  };

  /** The cells that a replica's statements touch, and what they become. */
  const statementsIn = (
    object: RegisterObject,
    prepared: PrepareProof | null,
    written: Written | null,
  ) => [
    ...(prepared === null ? [] : [known.prepared(object, prepared.ts, prepared.hash)]),
    ...(prepared === null || !rules.leaksEarly ? [] : [known.early(object, prepared)]),
    ...(written === null ? [] : [known.written(object, written)]),
  ];
  const sign = (
    s: Record<string, unknown>,
    statements: ReturnType<typeof statementsIn>,
    by: Replica,
  ) => {
    for (const { cell, signatures } of statements) {
      s[cell] = known.sign(signatures)(s[cell] as Certificate, by);
    }
  };

  /** A reply to a nonce, with what it signs. What stands beyond the universe is of no use to anybody. */
  const reply = <R extends Named & { readonly object: RegisterObject; readonly replica: Replica }>(
    kinds: readonly Question[],
    said: (payload: R) => TimestampReply | Stamped,
    signed: (payload: R) => ReturnType<typeof statementsIn>,
  ) => {
    const cellOf = (of: R) => {
      const what = questionOf(kinds, of);
      return what === null ? null : replyName(what, of, of.replica);
    };
    const kept = (of: R) => signed(of).filter(({ cell }) => known.isKnown(cell));
    return {
      kind: "input" as const,
      cite: "L.NETWORK",
      touches: (of: R) => [...[cellOf(of) ?? []].flat(), ...kept(of).map(({ cell }) => cell)],
      effect(s: Record<string, unknown>, of: R) {
        const cell = cellOf(of);
        if (cell !== null && s[cell] !== "closed") insert(s[cell] as object[], said(of));
        sign(s, kept(of), of.replica);
      },
    };
  };

  return cells<Cells, MediumActions>("medium", {
    start,
    transitions: {
      "SEND-READ-TS": asks(["read-ts"]),
      "SEND-READ": asks(["read", "fetch"]),
      "SEND-READ-TS-PREP": {
        kind: "input",
        touches: (of) => [name("read-ts-prep", of)],
        effect(s, { client, nonce, ...body }) {
          s[name("read-ts-prep", { client, nonce })] ??= detach(body);
        },
      },
      "SEND-PREPARE": {
        kind: "input",
        touches: (of) => [name("prepare", of)],
        effect(s, { client, nonce, ...body }) {
          insert(s[name("prepare", { client, nonce })] as object[], body);
        },
      },
      "SEND-WRITE": {
        kind: "input",
        touches: (of) => {
          const { ts, hash } = of.proof;
          const choice = ts.id === of.client ? known.choice(of.object, ts, hash) : null;
          return [name("write", of), ...[choice ?? []].flat()];
        },
        effect(s, { client, nonce, ...body }) {
          insert(s[name("write", { client, nonce })] as object[], body);
          const { ts, hash } = body.proof;
          const choice = ts.id === client ? known.choice(body.object, ts, hash) : null;
          if (choice !== null) s[choice] = true;
        },
      },
      "READ-TS-REPLY": reply<ReadTsReply>(
        ["read-ts"],
        ({ ts, written }) => ({ ts, hash: written?.hash ?? null, proven: true, prepared: null }),
        ({ object, written }) => statementsIn(object, null, written),
      ),
      "READ-TS-PREP-REPLY": reply<ReadTsPrepReply>(
        ["read-ts-prep"],
        ({ ts, written, prepared }) => ({
          ts,
          hash: written?.hash ?? null,
          proven: prepared === null || rules.ackShowsProof,
          prepared: prepared?.ts ?? null,
        }),
        ({ object, written, prepared }) => statementsIn(object, prepared, written),
      ),
      "READ-REPLY": reply<ReadReply>(
        ["read", "fetch"],
        ({ ts, value }) => ({ ts, value }),
        () => [],
      ),
      "PREPARE-ACK": {
        kind: "input",
        cite: "L.SIGN",
        touches: ({ object, ts, hash }) =>
          statementsIn(object, { ts, hash }, null).map(({ cell }) => cell),
        effect(s, { replica, object, ts, hash }) {
          sign(s, statementsIn(object, { ts, hash }, null), replica);
        },
      },
      "WRITE-ACK": {
        kind: "input",
        cite: "L.SIGN",
        touches: ({ object, ts, hash }) => [known.written(object, { ts, hash }).cell],
        effect(s, { replica, object, ts, hash }) {
          sign(s, statementsIn(object, null, { ts, hash }), replica);
        },
      },
      "READ-TS": nonceRequest(["read-ts"]),
      READ: nonceRequest(["read", "fetch"]),
      "READ-TS-PREP": {
        kind: "output",
        cite: "L.NETWORK",
        task: urgent("deliver"),
        scopes: [
          ...exchanges
            .filter((of) => questionsOf(world, of).includes("read-ts-prep"))
            .map((of) => ({
              reads: [name("read-ts-prep", of)],
              choose(s: Cells) {
                const body = s[name("read-ts-prep", of)] as (At & ReadTsPrepBody) | null;
                const { client, nonce } = of;
                return body === null
                  ? []
                  : reached.map((replica) => ({ ...body, replica, client, nonce }));
              },
            })),
          ...known.forgeReadTsPrep,
        ],
      },
      PREPARE: {
        kind: "output",
        cite: "L.NETWORK",
        task: urgent("deliver"),
        scopes: [...repeated<PrepareBody>("prepare"), ...known.forgePrepare],
      },
      WRITE: {
        kind: "output",
        cite: "L.NETWORK",
        task: urgent("deliver"),
        scopes: [...repeated<WriteBody>("write"), ...known.forgeWrite],
      },
      "READ-TS-QUORUM": quorums.timestamps,
      "READ-QUORUM": quorums.values,
      "PREPARE-QUORUM": quorums.prepared,
      "WRITE-QUORUM": quorums.written,
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
      SILENCE: {
        kind: "output",
        cite: "L.NETWORK",
        task: spontaneous("fall silent"),
        scopes: world.mayFallSilent ? [{ reads: [SILENT], choose: () => [{}] }] : [],
        when: { answering: (s) => s[SILENT] === false },
        touches: () => [SILENT],
        effect(s) {
          s[SILENT] = true;
        },
      },
    },
  });
}
