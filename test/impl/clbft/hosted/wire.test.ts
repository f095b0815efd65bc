import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundsOf } from "../../../../impl/clbft/hosted/bounds.ts";
import { decodeForReplica } from "../../../../impl/clbft/hosted/decode.ts";
import type { Decoding } from "../../../../impl/clbft/hosted/reader.ts";
import { chunkCharsOf } from "../../../../impl/clbft/hosted/transfer/tree.ts";
import { digestWith } from "../../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { type Index, indices } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven, typeOf } from "./driven.ts";

const yes = () => true;

/** Of a replica that waits for everything. */
const decodingIn = ({ cluster }: Driven): Decoding => ({
  group: cluster.replicas,
  clients: new Set(cluster.clients),
  bounds: boundsOf(cluster.facts),
  chunkChars: chunkCharsOf(cluster.facts.messageBytes),
  digest: digestWith(nodeScheme),
  awaits: {
    prePrepare: yes,
    vote: yes,
    checkpoint: yes,
    stable: yes,
    decision: yes,
    viewChange: yes,
    newView: yes,
    batch: yes,
  },
});

interface Sent {
  readonly from: Index;
  readonly to: Index;
  readonly message: Wire;
}

/** What replicas say to each other: over a checkpoint, a view change with a batch under way, and a restart. */
async function conversation() {
  const driven = await Driven.start(counter as Service);
  const isLost = { commits: false };
  const sent = driven.watch(
    ({ message }) => isLost.commits && typeOf(message) === "COMMIT",
  ) as Sent[];
  const { checkpointEvery } = boundsOf(driven.cluster.facts);
  driven.cluster.crash("replica#3" as Index);
  for (let count = 0; count < checkpointEvery + 2; count += 1) await driven.invoke("add 1");
  await driven.start("replica#3");
  await driven.until(() => driven.about("replica#3").executed === checkpointEvery + 2);
  isLost.commits = true;
  const last = driven.cluster.calls("client#1" as Index)?.invoke("add 2");
  // Prepared, and not decided before the next view.
  await driven.until(() => sent.some(({ message }) => typeOf(message) === "VIEW-CHANGE"));
  driven.cluster.crash("replica#0" as Index);
  isLost.commits = false;
  await driven.results([last]);
  return { driven, sent: sent.filter(({ to }) => to.startsWith("replica#")) };
}

const UNSIGNED = ["STATUS", "FETCH", "CHUNK", "GONE", "FETCH-BATCH", "BATCH", "READ"];

describe("messages between replicas", { timeout: 60_000 }, async () => {
  const { driven, sent } = await conversation();
  const of = decodingIn(driven);
  const decode = (from: Index, message: Wire) => decodeForReplica(from, message, of);
  const one = (type: string, is: (message: object) => boolean = yes) => {
    const found = sent.find(({ message }) => typeOf(message) === type && is(Object(message)));
    if (found === undefined) throw new Error(`nobody said ${type}`);
    return { from: found.from, message: found.message as { readonly [key: string]: Wire } };
  };

  test("are all understood, with signatures to be checked", () => {
    const types = new Set(sent.map(({ message }) => typeOf(message)));
    for (const type of ["DECISION", "STABLE", "VIEW-CHANGE", "NEW-VIEW", "CHECKPOINT", "CHUNK"]) {
      expect(types).toContain(type);
    }
    for (const { from, message } of sent) {
      const decoded = decode(from, message);
      if ("refused" in decoded) throw new Error(`${typeOf(message)}: ${decoded.refused}`);
      const isSigned = !UNSIGNED.includes(typeOf(message));
      expect(decoded.signatures.length > 0, typeOf(message)).toBe(isSigned);
      expect(decoded.message).toEqual(message);
    }
  });

  test("are refused from a stranger, and where a field is missing or one too many", () => {
    for (const { from, message } of sent) {
      expect(decode("replica#9" as Index, message)).toHaveProperty("refused");
      const asClient = { ...Object(message), client: "client#1" };
      expect(decode("client#0" as Index, asClient)).toHaveProperty("refused");
      expect(decode(from, { ...Object(message), more: 1 })).toHaveProperty("refused");
      for (const field of Object.keys(Object(message))) {
        const { [field]: _, ...rest } = Object(message);
        expect(decode(from, rest), `${rest.type} without ${field}`).toHaveProperty("refused");
      }
    }
  });

  test("are refused or decoded, never thrown at, whatever stands in a field", () => {
    const anything = fc.oneof(
      fc.constantFrom<Wire>(null, -1, 0, 1.5, 2 ** 53, "", [], {}, new Uint8Array(64), "replica#0"),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Wire>,
    );
    const byType = new Map(sent.map((each) => [typeOf(each.message), each]));
    fc.assert(
      fc.property(fc.constantFrom(...byType.values()), fc.nat(), anything, (each, at, value) => {
        const fields = Object.keys(Object(each.message));
        const changed = { ...Object(each.message), [fields[at % fields.length] as string]: value };
        const decoded = decode(each.from, changed);
        expect("refused" in decoded || "message" in decoded).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("say the same under their signatures, whoever carries them: with another view or number they are others", () => {
    for (const type of [
      "PRE-PREPARE",
      "PREPARE",
      "COMMIT",
      "CHECKPOINT",
      "VIEW-CHANGE",
      "NEW-VIEW",
    ]) {
      const { from, message } = one(type);
      const statements = (changed: Wire) => {
        const decoded = decode(from, changed);
        return "refused" in decoded
          ? null
          : JSON.stringify(decoded.signatures.map((each) => each.statement));
      };
      const field = type === "CHECKPOINT" ? "n" : "view";
      const step = type === "CHECKPOINT" ? of.bounds.checkpointEvery : of.group.length;
      expect(statements({ ...message, [field]: Number(message[field]) + step })).not.toBe(
        statements(message),
      );
    }
  });

  test.each([
    ["a PRE-PREPARE of who is not the primary", "PRE-PREPARE", { view: 1 }],
    ["a request twice in a batch", "PRE-PREPARE", "twice"],
    ["more requests than a batch has", "PRE-PREPARE", "many"],
    ["no request at all", "PRE-PREPARE", { batch: [] }],
    ["a CHECKPOINT where none is made", "CHECKPOINT", { n: 1 }],
    ["a certificate with too few signatures", "STABLE", { signatures: {} }],
    ["a decision with too few COMMITs", "DECISION", { signatures: {} }],
    ["a VIEW-CHANGE that begins no view", "VIEW-CHANGE", { view: 0 }],
    ["a NEW-VIEW without the VIEW-CHANGEs that allow it", "NEW-VIEW", { reports: [] }],
    ["a NEW-VIEW that orders what nobody reports", "NEW-VIEW", "order"],
    ["a NEW-VIEW whose order has gaps", "NEW-VIEW", "gap"],
  ] as const)("with %s are refused", (_, type, change) => {
    const { from, message } = one(
      type,
      (each) => type !== "NEW-VIEW" || Object(each).order.length > 0,
    );
    const [request] = (message.batch ?? []) as readonly Wire[];
    const [ordered] = (message.order ?? []) as readonly { readonly n: number }[];
    const changes = {
      twice: { batch: [request, request] },
      many: {
        batch: indices("client", 2).flatMap((client) =>
          Array.from({ length: 40 }, (_each, at) => ({ ...Object(request), client, t: at + 1 })),
        ),
      },
      order: { order: [{ ...ordered, digest: "0".repeat(64) }] },
      gap: { order: [ordered, { ...ordered, n: (ordered?.n ?? 0) + 2 }] },
    };
    const changed = typeof change === "string" ? changes[change] : change;
    expect(decode(from, { ...message, ...changed } as Wire)).toHaveProperty("refused");
  });

  test.each([
    ["prepared in a view that is not earlier", { view: 7 }],
    ["with a certificate of too few", { signatures: {} }],
    ["out of the window", { n: 10_000 }],
  ])("with a batch in a VIEW-CHANGE %s are refused", (_, change) => {
    const { from, message } = one("VIEW-CHANGE", (each) => Object(each).prepared.length > 0);
    const [prepared] = message.prepared as readonly Wire[];
    const changed = { ...message, prepared: [{ ...Object(prepared), ...change }] };
    expect(decode(from, changed as Wire)).toHaveProperty("refused");
  });

  test("are refused before anything is verified where they are not awaited", () => {
    const no = () => false;
    const awaits = Object.fromEntries(Object.keys(of.awaits).map((key) => [key, no]));
    const idle = { ...of, awaits: awaits as unknown as Decoding["awaits"] };
    const refused = new Set<string>();
    for (const { from, message } of sent) {
      const decoded = decodeForReplica(from, message, idle);
      if ("refused" in decoded) refused.add(typeOf(message));
    }
    for (const type of [
      "PRE-PREPARE",
      "PREPARE",
      "COMMIT",
      "CHECKPOINT",
      "VIEW-CHANGE",
      "NEW-VIEW",
      "DECISION",
      "STABLE",
    ]) {
      expect(refused).toContain(type);
    }
  });
});
