import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byzantine, garbage, mutate } from "../../../impl/adversary/index.ts";
import { mutated } from "../../../impl/adversary/mutation.ts";
import { protocol } from "../../../impl/bft-bc/protocol.ts";
import { decodeWire, encodeWire } from "../../../impl/host/wire/codec.ts";
import type { Message, Wire } from "../../../impl/network/process.ts";
import type { ClusterFacts } from "../../../impl/network/protocol.ts";
import { type Digest, indices } from "../../../spec/automaton/index.ts";
import { TinyNet } from "./harness.ts";
import { ASKER, asker, VOTERS, voter } from "./toy.ts";
import { answersTo, ask, byAsker, FAULTY, look, withFaultyAsker } from "./worlds.ts";

const RUNS = { numRuns: 60 };
const seeds = fc.integer();

/** A message with everything that a mutation can change. */
const RICH = {
  type: "RICH",
  ts: { val: 3, id: "client#1" },
  other: { val: 7, id: "client#2" },
  object: "object#0",
  hash: "ab".repeat(32),
  flag: true,
  list: [1, 2, 3],
  proof: {
    ts: { val: 2, id: "client#0" },
    signatures: {
      "replica#0": new Uint8Array(64).fill(1),
      "replica#1": new Uint8Array(64).fill(2),
    },
  },
} satisfies Message;

const OLDER: Message = { ...RICH, ts: { val: 1, id: null }, hash: "cd".repeat(32), flag: false };

const chanceOf = (seed: number) => {
  const net = new TinyNet(seed);
  let source: { random(count: number): Uint8Array } = { random: () => new Uint8Array() };
  net.add(asker());
  net.use(ASKER, (host) => {
    source = host;
  });
  return source;
};

const manyMutants = (keepsKinds: boolean) => {
  const from = chanceOf(7);
  const options = { fixed: ["type"], keepsKinds };
  return Array.from({ length: 600 }, () => mutated<Wire>(RICH, OLDER, options, from) as Message);
};

/** Names of the things that are different. */
function differences(message: Message): string[] {
  const { proof, ts, other, list } = message as unknown as typeof RICH;
  const signatures = proof?.signatures;
  const [first, second] = [signatures?.["replica#0"]?.[0], signatures?.["replica#1"]?.[0]];
  const found = {
    "raised number": ts?.val === 4,
    "lowered number": ts?.val === 2,
    "swapped timestamps": ts?.val === 7 && other?.val === 3,
    "older hash": message.hash === OLDER.hash,
    "null timestamp": message.ts === null,
    "dropped signature": Object.keys(signatures ?? {}).length === 1,
    "repeated signature": first !== undefined && first === second,
    "flipped bit":
      Object.values(signatures ?? {})
        .flatMap((bytes) => [...(bytes ?? [])])
        .filter((byte) => byte > 2 || byte < 1).length === 1,
    "changed hash": message.hash !== RICH.hash && message.hash !== OLDER.hash,
    "other object": message.object !== RICH.object,
    "negated flag": message.flag === false,
    "shorter list": list?.length === 2,
    "longer list": list?.length === 4,
  };
  return Object.entries(found).flatMap(([name, isFound]) => (isFound ? name : []));
}

describe("mutations", () => {
  test("every kind of small change comes up", () => {
    const found = new Set(manyMutants(false).flatMap(differences));
    expect([...found].sort()).toEqual(
      [
        "raised number",
        "lowered number",
        "swapped timestamps",
        "older hash",
        "null timestamp",
        "dropped signature",
        "repeated signature",
        "flipped bit",
        "changed hash",
        "other object",
        "negated flag",
        "shorter list",
        "longer list",
      ].sort(),
    );
  });

  test("a mutant differs from the message, keeps its type, and leaves the message alone", () => {
    const before = encodeWire(RICH);
    for (const mutant of manyMutants(false)) {
      expect(mutant.type).toBe("RICH");
      expect(encodeWire(mutant)).not.toEqual(before);
    }
    expect(encodeWire(RICH)).toEqual(before);
  });

  test("where kinds are kept, no field changes its kind and no signature is touched", () => {
    for (const mutant of manyMutants(true)) {
      const { ts, hash, flag, list, proof } = mutant as unknown as typeof RICH;
      expect([typeof ts.val, typeof ts.id, typeof hash, typeof flag, list.length]).toEqual([
        "number",
        "string",
        "string",
        "boolean",
        3,
      ]);
      expect(Object.keys(proof.signatures)).toEqual(Object.keys(RICH.proof.signatures));
    }
  });

  test("what has nothing to change stays as it is", () => {
    const empty: Message = { type: "EMPTY" };
    const options = { fixed: ["type"], keepsKinds: false };
    expect(mutated<Wire>(empty, null, options, chanceOf(1))).toBe(empty);
  });

  test("any tree of plain data gives one that a frame carries", () => {
    const { tree } = fc.letrec<{ tree: Wire }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<Wire>(null, true, "client#0", "object#'k'", "😀", "__proto__"),
        fc.maxSafeInteger(),
        fc.string({ unit: "grapheme" }),
        fc.uint8Array({ maxLength: 4 }),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("__proto__", "a", "replica#0", "b"), tie("tree")),
      ),
    }));
    fc.assert(
      fc.property(tree, tree, seeds, fc.boolean(), (now, older, seed, keepsKinds) => {
        const options = { fixed: [], keepsKinds };
        const mutant = mutated<Wire>(now, older, options, chanceOf(seed));
        expect(decodeWire(encodeWire(mutant))).toEqual(mutant);
      }),
    );
  });
});

describe("mutate", () => {
  const votes = (signed: boolean) =>
    Array.from({ length: 40 }, (_, seed) =>
      answersTo(mutate({ signed, share: 1 }), byAsker(ask("a", "s"), ask("b", "t"), look(5)), seed),
    );

  test("a vote that is changed after it was signed is never believed", () => {
    let refused = 0;
    for (const { net, answers } of votes(false)) {
      const client = asker();
      for (const { message } of answers.filter((one) => one.message.type === "VOTE")) {
        const decoded = client.decode(FAULTY, message);
        const believed =
          !("refused" in decoded) && decoded.signatures.every((one) => net.verifies(one));
        expect(believed).toBe(false);
        refused += 1;
      }
    }
    expect(refused).toBe(80);
  });

  test("a vote that is changed before it is signed is believed, and is not what the state says", () => {
    let lies = 0;
    for (const { net, answers } of votes(true)) {
      const client = asker();
      for (const { message } of answers.filter((one) => one.message.type === "VOTE")) {
        const decoded = client.decode(FAULTY, message);
        expect("refused" in decoded).toBe(false);
        if ("refused" in decoded) continue;
        expect(decoded.signatures.every((one) => net.verifies(one))).toBe(true);
        if (message.value !== (message.slot === "s" ? "a" : "b")) lies += 1;
      }
    }
    expect(lies).toBeGreaterThan(10);
  });

  test("whoever mutates, nobody else's signature comes to exist", () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), fc.integer({ min: 1, max: 10 }), (seed, signed, changes) => {
        const { net } = withFaultyAsker(mutate({ signed, changes }), seed);
        net.input(ASKER, "s", "START", { value: "a" });
        net.settle();
        expect([...net.signed].some((one) => one.startsWith(ASKER))).toBe(false);
        expect(net.sentBy(ASKER).length).toBe(4);
      }),
      RUNS,
    );
  });
});

describe("decoders", () => {
  const [clients, replicas] = [indices("client", 2), indices("replica", 4)];
  const facts: ClusterFacts = {
    cluster: "test",
    faults: 1,
    replicas,
    clients,
    keyBytes: 20,
    valueBytes: 20,
    retransmission: { firstMs: 100, factor: 2, mostMs: 1_000 },
    // Sixty-four digits, as a real hash has; long enough to tell the values of these tests apart.
    digest: (value) => hexOf(JSON.stringify(value)) as Digest,
    authorise: () => true,
  };
  const hexOf = (text: string) =>
    Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .padEnd(64, "0")
      .slice(0, 64);
  const behaviours = fc.constantFrom(
    mutate({ share: 0.5 }),
    mutate({ share: 0.5, signed: true }),
    mutate({ changes: 5 }),
    garbage({ share: 0.5 }),
    garbage({ beside: true }),
  );

  test("of the toy never throw on what a liar sends, which every frame carries", () => {
    let lies = 0;
    fc.assert(
      fc.property(seeds, behaviours, (seed, behaviour) => {
        const net = new TinyNet(seed);
        net.add(byzantine(asker(), behaviour));
        for (const self of VOTERS) net.add(byzantine(voter(self), behaviour));
        for (const value of ["a", "b"]) net.input(ASKER, "s", "START", { value });
        for (const self of VOTERS) net.inject(ASKER, self, look(3));
        net.settle();
        for (const { message } of net.sent) {
          expect(decodeWire(encodeWire(message))).toEqual(message);
        }
        lies += net.refused.length;
      }),
      RUNS,
    );
    expect(lies).toBeGreaterThan(100);
  });

  test("of BFT-BC never throw, and a lying replica in four does not change what is read", () => {
    fc.assert(
      fc.property(seeds, behaviours, (seed, behaviour) => {
        const net = new TinyNet(seed);
        const ended: (string | null)[] = [];
        const [honest] = clients as [(typeof clients)[number]];
        const client = protocol.client(honest, facts, (_key, value) => ended.push(value));
        net.add(client.process);
        for (const [at, self] of replicas.entries()) {
          const correct = protocol.replica(self, facts);
          net.add(at === 0 ? byzantine(correct, behaviour) : correct);
        }
        for (const value of ["one", null, "two", null]) {
          net.use(honest, (host) => client.begin(host, "k", value));
          net.settle(net.nowMs + 5_000);
        }
        expect(ended).toEqual([null, "one", null, "two"]);
      }),
      RUNS,
    );
  });

  test("of BFT-BC never throw on what a lying client sends to correct replicas", () => {
    fc.assert(
      fc.property(seeds, behaviours, (seed, behaviour) => {
        const net = new TinyNet(seed);
        const [liar] = clients as [(typeof clients)[number]];
        const client = protocol.client(liar, facts, () => undefined);
        net.add(byzantine(client.process, behaviour));
        for (const self of replicas) net.add(protocol.replica(self, facts));
        net.use(liar, (host) => client.begin(host, "k", "one"));
        net.settle(5_000);
        expect(net.sentBy(liar).length).toBeGreaterThan(3);
      }),
      RUNS,
    );
  });
});
