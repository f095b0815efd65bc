import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { behaviourNamed, byzantine } from "../../../../impl/adversary/index.ts";
import { boundsOf } from "../../../../impl/atomic-multicast/hosted/bounds.ts";
import { decodeForReplica } from "../../../../impl/atomic-multicast/hosted/decode.ts";
import type { Decoding } from "../../../../impl/atomic-multicast/hosted/reader.ts";
import { digestWith } from "../../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { type Index, indices } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven } from "./driven.ts";

const decodingIn = ({ cluster }: Driven): Decoding => ({
  group: cluster.replicas,
  clients: new Set(cluster.clients),
  bounds: boundsOf(cluster.facts),
  digest: digestWith(nodeScheme),
  isKnown: () => false,
});

interface Sent {
  readonly from: Index;
  readonly to: Index;
  readonly message: Wire;
}

/** What replicas say to each other while a coordinator is mute: messages of every type. */
async function conversation(): Promise<{
  readonly sent: readonly Sent[];
  readonly driven: Driven;
}> {
  const driven = await Driven.start(counter as Service, {
    disguise: (process) =>
      process.self === "replica#1" ? byzantine(process, behaviourNamed("mute")) : process,
  });
  const sent: Sent[] = [];
  driven.cluster.network.intercept = (one) => {
    const isSigned = Object(one.message).type !== "HAVE";
    if (one.to.startsWith("replica#") && isSigned) sent.push(one);
    return false;
  };
  await driven.invoke("add 1");
  await driven.invoke("add 2", "client#1");
  return { sent, driven };
}

describe("messages between replicas", { timeout: 60_000 }, async () => {
  const { sent, driven } = await conversation();
  const of = decodingIn(driven);
  const decode = (from: Index, message: Wire) => decodeForReplica(from, message, of);

  test("are all understood, with signatures to be checked", () => {
    const types = new Set(sent.map(({ message }) => Object(message).type));
    expect([...types].sort()).toEqual(
      "DECIDE ECHO GO-PHASE-2 INITIAL READY REQUEST SUSPICION VALUE".split(" "),
    );
    for (const { from, message } of sent) {
      const decoded = decode(from, message);
      if ("refused" in decoded) throw new Error(decoded.refused);
      expect(decoded.signatures.length, Object(message).type).toBeGreaterThan(0);
      expect(decoded.message).toEqual(message);
    }
  });

  test("are refused from a stranger, and where a field is missing or one too many", () => {
    for (const { from, message } of sent) {
      expect(decode("replica#9" as Index, message)).toHaveProperty("refused");
      expect(
        decode("client#0" as Index, { ...Object(message), client: "client#1" }),
      ).toHaveProperty("refused");
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
    const message = fc.constantFrom(...sent);
    fc.assert(
      fc.property(message, fc.nat(), anything, ({ from, message: one }, at, value) => {
        const fields = Object.keys(Object(one));
        const changed = { ...Object(one), [fields[at % fields.length] as string]: value };
        const decoded = decode(from, changed);
        expect("refused" in decoded || "message" in decoded).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["more requests than a value has", (value: readonly Wire[]) => many(value[0], 1_000)],
    ["a request twice", (value: readonly Wire[]) => [value[0], value[0]]],
    ["none", () => []],
  ])("of a value with %s are refused", (_, change) => {
    const found = sent.find(({ message }) => Object(message).type === "VALUE") as Sent;
    const message = { ...Object(found.message), value: change(Object(found.message).value) };
    expect(decode(found.from, message as Wire)).toHaveProperty("refused");
  });

  test.each([
    ["an Initial of who does not coordinate", "INITIAL", {}, "replica#0"],
    ["a later round without the reports that allow it", "INITIAL", { reports: [] }, null],
    ["a Ready with too few Echoes", "READY", { echoes: {} }, null],
    ["a GoPhase2 without suspicions", "GO-PHASE-2", { suspicions: {} }, null],
    ["a Decide with too few Readys", "DECIDE", { readys: {} }, null],
    ["an estimate of other values than it names", "READY", { estimate: "of INITIAL" }, null],
  ] as const)("with %s are refused", (_, type, change, by) => {
    const found = sent.find(({ message }) => Object(message).type === type) as Sent;
    const other = sent.find(
      ({ message }) => Object(message).k === 2 && "estimate" in Object(message),
    );
    const changed =
      "estimate" in change
        ? { estimate: (Object(other?.message).estimate ?? []).slice(0, 1) }
        : change;
    const message = { ...Object(found.message), ...changed };
    expect(decode((by ?? found.from) as Index, message)).toHaveProperty("refused");
  });
});

const many = (one: Wire | undefined, count: number): Wire[] =>
  indices("client", count).map((client) => ({ ...Object(one), client }));
