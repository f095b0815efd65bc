import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeReply } from "../../../impl/bft-bc/replies.ts";
import { decodeRequest } from "../../../impl/bft-bc/requests.ts";
import { REPAIRED, STRONG_OPTIMISED } from "../../../impl/bft-bc/rules.ts";
import {
  chosenStatement,
  type Membership,
  preparedStatement,
  writtenStatement,
} from "../../../impl/bft-bc/wire.ts";
import { HostError } from "../../../impl/host/errors.ts";
import { decodeWire, encodeWire } from "../../../impl/host/wire/codec.ts";
import type { Decoded, Wire } from "../../../impl/network/process.ts";
import { canonical, index, indices, named, symbolicDigest } from "../../../spec/automaton/index.ts";

const replicas = indices("replica", 4);
const [first] = replicas as [(typeof replicas)[number]];
const of: Membership = {
  replicas: new Set(replicas),
  quorum: 3,
  objectCharsMax: 100,
  valueCharsMax: 50,
  rules: REPAIRED,
};
const variant: Membership = { ...of, rules: STRONG_OPTIMISED };

const objects = fc.constantFrom(index("object", 0), named("object", "price"), named("object", ""));
const clients = fc.constantFrom(index("client", 0), index("client", 12));
const hashes = fc.constantFrom("0", "a", "9").map((digit) => digit.repeat(64));
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const timestamps = fc.record({ val: fc.integer({ min: 1, max: 9 }), id: clients });
const signatures = fc
  .tuple(fc.shuffledSubarray([...replicas], { minLength: 3, maxLength: 3 }), signature)
  .map(([by, bytes]) => Object.fromEntries(by.map((one) => [one, bytes])));
const nothing = fc.constant(null);
const shownPrepare = fc.record({ ts: timestamps, hash: hashes, signatures, chosen: nothing });
const shownWrite = fc.record({ ts: timestamps, hash: nothing, signatures });
/** As the variants show them: chosen by their clients, and naming hashes. */
const chosenPrepare = fc.record({ ts: timestamps, hash: hashes, signatures, chosen: signature });
const namedWrite = fc.record({ ts: timestamps, hash: hashes, signatures });

const requests = fc.oneof(
  fc.record({ type: fc.constantFrom("READ", "READ-TS"), object: objects, nonce: fc.nat() }),
  fc.record({
    type: fc.constant("PREPARE"),
    object: objects,
    ts: timestamps,
    hash: hashes,
    predecessor: fc.option(shownPrepare),
    writeProof: fc.option(shownWrite),
    completed: fc.option(shownWrite),
  }),
  fc.record({
    type: fc.constant("WRITE"),
    object: objects,
    value: fc.string({ maxLength: 50, unit: "grapheme" }).filter((text) => text.length <= 50),
    proof: shownPrepare,
  }),
);

const replies = fc.oneof(
  fc.record({
    type: fc.constant("READ-TS-REPLY"),
    object: objects,
    nonce: fc.nat(),
    proof: fc.option(shownPrepare),
    written: nothing,
  }),
  fc.record({
    type: fc.constant("READ-REPLY"),
    object: objects,
    nonce: fc.nat(),
    value: fc.string({ maxLength: 50 }),
    proof: fc.option(shownPrepare),
  }),
  fc.record({
    type: fc.constant("PREPARE-ACK"),
    object: objects,
    ts: timestamps,
    hash: hashes,
    signature,
  }),
  fc.record({
    type: fc.constant("WRITE-ACK"),
    object: objects,
    ts: timestamps,
    hash: nothing,
    signature,
  }),
);

const ofVariants = fc.record({
  type: fc.constant("READ-TS-PREP"),
  object: objects,
  nonce: fc.nat(),
  hash: hashes,
  writeProof: fc.option(namedWrite),
});
/** What a strong replica signs of its value comes with the value's proof. */
const repliesOfVariants = fc
  .record({
    type: fc.constant("READ-TS-PREP-REPLY"),
    object: objects,
    nonce: fc.nat(),
    proof: fc.option(chosenPrepare),
    written: signature,
    prepared: fc.option(fc.record({ ts: timestamps, hash: hashes, signature })),
  })
  .map((reply) => (reply.proof === null ? { ...reply, written: null } : reply));

test("every well-formed request and reply is taken as it is", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const decoded = decodeRequest(request as Wire, of);
      expect(decoded).not.toHaveProperty("refused");
      expect((decoded as Decoded).message).toEqual(request);
    }),
  );
  fc.assert(
    fc.property(replies, (reply) => {
      const decoded = decodeReply(first, reply as Wire, of);
      expect(decoded).not.toHaveProperty("refused");
      expect((decoded as Decoded).message).toEqual(reply);
    }),
  );
});

test("messages of the variants are taken where the rules are theirs, and refused elsewhere", () => {
  fc.assert(
    fc.property(ofVariants, (request) => {
      const decoded = decodeRequest(request as Wire, variant) as Decoded;
      expect(decoded.message).toEqual(request);
      expect(decoded.signatures).toHaveLength(request.writeProof === null ? 0 : 3);
      expect(decodeRequest(request as Wire, of)).toHaveProperty("refused");
    }),
  );
  fc.assert(
    fc.property(repliesOfVariants, (reply) => {
      const decoded = decodeReply(first, reply as Wire, variant) as Decoded;
      expect(decoded.message).toEqual(reply);
      // Three replicas and the client that chose, what the replica holds, and what it prepared.
      const count = (reply.proof === null ? 0 : 5) + (reply.prepared === null ? 0 : 1);
      expect(decoded.signatures).toHaveLength(count);
    }),
  );
});

test("a prepare proof without its client's choice is refused where the rules ask for one", () => {
  fc.assert(
    fc.property(shownPrepare, (proof) => {
      const write = { type: "WRITE", object: index("object", 0), value: "v", proof };
      expect(decodeRequest(write as Wire, of)).not.toHaveProperty("refused");
      expect(decodeRequest(write as Wire, variant)).toHaveProperty("refused");
    }),
  );
});

test("a choice is checked as the word of the client whose timestamp it is", () => {
  fc.assert(
    fc.property(chosenPrepare, (proof) => {
      const object = index("object", 0);
      const write = { type: "WRITE", object, value: "v", proof };
      const { signatures } = decodeRequest(write as Wire, variant) as Decoded;
      expect(signatures.at(-1)).toEqual({
        by: proof.ts.id,
        statement: chosenStatement(object, proof.ts, proof.hash),
        signature: proof.chosen,
      });
    }),
  );
});

/** What replaces a part of a message: of another kind, or of the same and out of bounds. */
const oddities = fc.oneof(
  fc.constantFrom<Wire>(null, true, -1, 2 ** 53 - 1, "", "x".repeat(200), "object#0", "client#01"),
  fc.constantFrom<Wire>("__proto__", "replica#9", [], {}, [[]], { type: "READ" }),
  fc.uint8Array({ maxLength: 70 }),
);

/** Changes one part of a message at a random place: replaces, removes, or adds something. */
function mutated(value: Wire, path: readonly number[], odd: Wire, how: number): Wire {
  const isLeaf = typeof value !== "object" || value === null || value instanceof Uint8Array;
  const [next, ...rest] = path;
  if (isLeaf || next === undefined) return odd;
  const entries = Object.entries(value as Record<string, Wire>);
  if (how === 1) entries.push([`extra${next}`, odd]);
  if (entries.length === 0) return odd;
  const at = next % entries.length;
  const [key, part] = entries[at] as [string, Wire];
  if (how === 2 && rest.length === 0) entries.splice(at, 1);
  else entries[at] = [key, mutated(part, rest, odd, how)];
  return Object.fromEntries(entries);
}

test("decoders are total: structure-aware damage is refused or taken, and never throws", () => {
  let [tried, framed, taken, refused] = [0, 0, 0, 0];
  const damage = fc.tuple(
    fc.oneof(requests, replies),
    fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }),
    oddities,
    fc.nat(2),
    // A flipped byte after encoding, in half of the cases.
    fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))),
  );
  fc.assert(
    fc.property(damage, ([message, path, odd, how, flip]) => {
      const bytes = encodeWire(mutated(message as Wire, path, odd, how));
      if (flip !== null)
        bytes[flip[0] % bytes.length] = (bytes[flip[0] % bytes.length] ?? 0) ^ flip[1];
      tried += 1;
      let wire: Wire;
      try {
        wire = decodeWire(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(HostError);
        return;
      }
      framed += 1;
      for (const decoded of [decodeRequest(wire, of), decodeReply(first, wire, of)]) {
        if ("refused" in decoded) refused += 1;
        else taken += 1;
      }
    }),
    { numRuns: 3000 },
  );
  expect(framed / tried).toBeGreaterThan(0.3);
  expect(taken).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(1000);
});

test("anything at all that is plain is refused with a reason", () => {
  const anything = fc.letrec<{ wire: Wire }>((tie) => ({
    wire: fc.oneof(
      { maxDepth: 3 },
      oddities,
      fc.array(tie("wire"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("type", "object", "ts", "proof"), tie("wire")),
    ),
  })).wire;
  fc.assert(
    fc.property(anything, (wire) => {
      expect(decodeRequest(wire, of)).toHaveProperty("refused");
      expect(decodeReply(first, wire, of)).toHaveProperty("refused");
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["two signatures", (all: [string, Uint8Array][]) => all.slice(1)],
  [
    "a stranger's signature",
    ([, ...all]: [string, Uint8Array][]) => [...all, ["replica#7", all[0]?.[1]]],
  ],
  [
    "a short signature",
    ([one, ...all]: [string, Uint8Array][]) => [[one?.[0], new Uint8Array(63)], ...all],
  ],
])("a proof with %s is refused before anything is verified", (_, change) => {
  const proof = { ts: { val: 1, id: index("client", 0) }, hash: "a".repeat(64), chosen: null };
  const all = replicas.slice(0, 3).map((by): [string, Uint8Array] => [by, new Uint8Array(64)]);
  const write = (entries: unknown[]) => ({
    type: "WRITE",
    object: index("object", 0),
    value: "v",
    proof: { ...proof, signatures: Object.fromEntries(entries as [string, Uint8Array][]) },
  });

  expect(decodeRequest(write(all) as Wire, of)).not.toHaveProperty("refused");
  expect(decodeRequest(write(change(all)) as Wire, of)).toHaveProperty("refused");
});

test("no two statements are the same words: kind, object, timestamp and hash all count", () => {
  const ts = { val: 1, id: index("client", 0) };
  const texts = [
    preparedStatement(index("object", 0), ts, "h"),
    preparedStatement(index("object", 1), ts, "h"),
    preparedStatement(index("object", 0), { ...ts, val: 2 }, "h"),
    preparedStatement(index("object", 0), ts, "g"),
    writtenStatement(index("object", 0), { ts, hash: null }),
    writtenStatement(index("object", 1), { ts, hash: null }),
    writtenStatement(index("object", 0), { ts, hash: symbolicDigest("v") }),
    chosenStatement(index("object", 0), ts, "h"),
  ].map(canonical);

  expect(new Set(texts).size).toBe(texts.length);
});
