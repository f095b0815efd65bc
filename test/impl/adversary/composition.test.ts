import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BEHAVIOURS,
  type Behaviour,
  behaviourNamed,
  byzantine,
  combine,
  crash,
  delay,
  doubleVote,
  duplicate,
  mute,
  reorder,
  sometimes,
  twin,
  withhold,
} from "../../../impl/adversary/index.ts";
import { protocol } from "../../../impl/bft-bc/protocol.ts";
import { encodeWire } from "../../../impl/host/wire/codec.ts";
import type { HostedProcess } from "../../../impl/network/process.ts";
import { canonical, indices } from "../../../spec/automaton/index.ts";
import { TinyNet } from "./harness.ts";
import { ASKER, asker, VOTERS, voter } from "./toy.ts";
import {
  answersTo,
  ask,
  byAsker,
  FAULTY,
  look,
  withFaultyAsker,
  withFaultyVoter,
} from "./worlds.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** A run with a faulty voter and a faulty client, as text. */
function transcript(behaviour: Behaviour, seed: number): string {
  const net = new TinyNet(seed);
  net.add(byzantine(asker(), behaviour, () => asker()));
  for (const self of VOTERS) {
    net.add(self === FAULTY ? byzantine(voter(self), behaviour) : voter(self));
  }
  for (const value of ["a", "b", "c"]) {
    net.input(ASKER, "s", "START", { value });
    net.inject(ASKER, FAULTY, look(4));
    net.settle();
  }
  return net.sent
    .map(({ from, to, atMs, message }) => `${atMs} ${from} ${to} ${hex(encodeWire(message))}`)
    .join("\n");
}

describe("every behaviour by name", () => {
  const names = Object.keys(BEHAVIOURS);
  const drawing = [
    "withhold",
    "delay",
    "replay",
    "equivocate",
    "stale",
    "twin",
    "mutate",
    "garbage",
  ];

  test.each(names)("%s does the same for the same seed", (name) => {
    for (const seed of [1, 2, 3]) {
      expect(transcript(behaviourNamed(name), seed)).toBe(transcript(behaviourNamed(name), seed));
    }
  });

  test.each(drawing)("%s depends on the seed", (name) => {
    const seen = [1, 2, 3, 4, 5, 6].map((seed) => transcript(behaviourNamed(name), seed));
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  test.each(names)("%s holds no state between the processes that behave so", (name) => {
    const shared = behaviourNamed(name);
    transcript(shared, 1);
    expect(transcript(shared, 2)).toBe(transcript(behaviourNamed(name), 2));
  });

  test("neither voters nor clients ever see an exception, whatever is combined", () => {
    const any = fc.constantFrom(...names).map((name) => behaviourNamed(name));
    fc.assert(
      fc.property(any, any, fc.integer(), fc.constantFrom(0.3, 1), (one, two, seed, share) => {
        transcript(combine(sometimes(share, one), two), seed);
      }),
      { numRuns: 150 },
    );
  });

  test("a description is one line, and unknown names, options and values are refused by name", () => {
    for (const { description } of Object.values(BEHAVIOURS)) {
      expect(description).toMatch(/^[^\n]{10,90}$/);
    }
    expect(() => behaviourNamed("evil")).toThrow(
      /"evil": use one of mute, crash, withhold, .*twin/,
    );
    expect(() => behaviourNamed("toString")).toThrow(RangeError);
    expect(() => behaviourNamed("delay", { ms: 1 })).toThrow(/no option "ms": it has .*minMs/);
    expect(() => behaviourNamed("delay", { minMs: true })).toThrow(
      /minMs .* is a number, not true/,
    );
    expect(() => behaviourNamed("delay", { minMs: -1 })).toThrow(RangeError);
    expect(() => behaviourNamed("mutate", { share: 2 })).toThrow(/from 0 to 1, not 2/);
    expect(() => behaviourNamed("crash", { sends: 1.5 })).toThrow(RangeError);
  });

  test("options reach the behaviour", () => {
    const { answers } = answersTo(
      behaviourNamed("crash", { deliveries: 1 }),
      byAsker(look(1), look(2)),
    );
    expect(answers).toHaveLength(1);
  });
});

describe("combining", () => {
  test("what the first behaviour lets out goes through the second", () => {
    const crashes = (behaviour: Behaviour) =>
      answersTo(behaviour, byAsker(look(1), look(2))).answers;
    const twoOfTwice = crashes(combine(duplicate(), crash({ sends: 3 })));
    expect(twoOfTwice.map(({ message }) => message.nonce)).toEqual([1, 1, 2]);
    const twiceOfOne = crashes(combine(crash({ sends: 1 }), duplicate()));
    expect(twiceOfOne.map(({ message }) => message.nonce)).toEqual([1, 1]);
  });

  test("copies that run inside go through what is around them", () => {
    const { answers } = answersTo(
      combine(doubleVote(), withhold({ types: ["VOTE"] })),
      byAsker(ask("a"), ask("b"), look(1)),
    );
    expect(answers.map(({ message }) => message.type)).toEqual(["SHOW"]);
  });

  test("copies behave like the process that they are copies of", () => {
    const inside = combine(withhold({ types: ["VOTE"] }), doubleVote());
    const { answers } = answersTo(inside, byAsker(ask("a"), ask("b"), look(1)));
    expect(answers.map(({ message }) => message.type)).toEqual(["SHOW"]);
  });

  test("an empty combination, and one that never happens, are correct", () => {
    const correct = transcript(combine(), 5);
    expect(correct.split("\n").length).toBeGreaterThan(10);
    expect(transcript(sometimes(0, mute()), 5)).toBe(correct);
    expect(transcript(sometimes(1, mute()), 5)).toBe(transcript(mute(), 5));
  });

  test("what happens sometimes happens to some messages", () => {
    const requests = byAsker(...Array.from({ length: 100 }, (_, nonce) => look(nonce)));
    const { answers } = answersTo(sometimes(0.5, mute()), requests);
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.length).toBeLessThan(80);
    expect(() => sometimes(1.1, mute())).toThrow(RangeError);
  });

  test("a correct majority is served whatever one voter does in time", () => {
    for (const late of [delay({ minMs: 5, maxMs: 9 }), combine(reorder(), duplicate())]) {
      const { net, client } = withFaultyVoter(late);
      net.input(ASKER, "s", "START", { value: "a" });
      net.settle();
      expect(client.answers).toEqual(["a"]);
      expect(client.heard.some(([from]) => from === FAULTY)).toBe(true);
    }
  });
});

describe("copies", () => {
  test("a copy that fails stops alone: the process goes on", () => {
    let copies = 0;
    const broken: HostedProcess = {
      ...voter(FAULTY),
      deliver: () => {
        copies += 1;
        throw new Error("not as a copy");
      },
    };
    const net = new TinyNet(1);
    net.add(byzantine(voter(FAULTY), twin({ split: false }), () => broken));
    for (const nonce of [1, 2]) net.inject(ASKER, FAULTY, look(nonce));
    expect(net.sentBy(FAULTY).map(({ message }) => message.nonce)).toEqual([1, 2]);
    expect(copies).toBe(1);
  });

  test("the default copy of a process that keeps nothing is the process itself", () => {
    const net = new TinyNet(1);
    net.add(byzantine(voter(FAULTY), doubleVote()));
    for (const value of ["a", "b"]) net.inject(ASKER, FAULTY, ask(value));
    expect(net.sentBy(FAULTY).map(({ message }) => message.value)).toEqual(["a", "b"]);
  });

  test("a faulty process keeps its identity, its automata and whether it recovers", () => {
    const clients = indices("client", 1);
    const faulty = byzantine({ ...voter(FAULTY), recovers: true }, mute());
    expect([faulty.self, faulty.recovers, Object.keys(faulty.unit("s"))]).toEqual([
      FAULTY,
      true,
      ["voter"],
    ]);
    expect("recovers" in byzantine(voter(FAULTY), mute())).toBe(false);
    expect(clients).toEqual([ASKER]);
    expect(withFaultyAsker(mute()).client.self).toBe(ASKER);
  });

  test("a double-voting replica of BFT-BC signs two prepares for one timestamp, a correct one does not", () => {
    const [self, client] = [indices("replica", 1)[0], indices("client", 1)[0]] as const;
    if (self === undefined || client === undefined) throw new RangeError("no processes");
    const facts = {
      cluster: "test",
      faults: 1,
      replicas: indices("replica", 4),
      clients: [client],
      keyBytes: 20,
      valueBytes: 20,
      retransmission: { firstMs: 100, factor: 2, mostMs: 1_000 },
      digest: (value: unknown) => canonical(value) as never,
      authorise: () => true,
    };
    const signedBy = (behaviour: Behaviour) => {
      const net = new TinyNet(1);
      net.add(byzantine(protocol.replica(self, facts), behaviour));
      for (const hash of ["a".repeat(64), "b".repeat(64)]) {
        net.inject(client, self, {
          type: "PREPARE",
          object: "object#0",
          ts: { val: 1, id: client },
          hash,
          predecessor: null,
          writeProof: null,
          completed: null,
        });
      }
      return net.sentBy(self).map(({ message }) => `${message.type} ${String(message.hash)[0]}`);
    };
    expect(signedBy(combine())).toEqual(["PREPARE-ACK a"]);
    expect(signedBy(doubleVote())).toEqual(["PREPARE-ACK a", "PREPARE-ACK b"]);
  });
});
