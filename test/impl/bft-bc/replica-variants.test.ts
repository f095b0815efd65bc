import { describe, expect, test } from "vitest";
import { B, C, INITIAL, X } from "../../../impl/bft-bc/instances.ts";
import {
  type Client,
  GENESIS,
  type Timestamp,
  type Written,
} from "../../../impl/bft-bc/messages.ts";
import { type ReplicaState, replica } from "../../../impl/bft-bc/replica-automaton.ts";
import {
  MUTANTS,
  OPTIMISED,
  PRINTED_E08,
  PRINTED_E13,
  type Rules,
  STRONG,
  STRONG_OPTIMISED,
} from "../../../impl/bft-bc/rules.ts";
import { index, symbolicDigest } from "../../../spec/automaton/index.ts";
import { acting, hashOf } from "./acting.ts";

const R = index("replica", 0);
const at = { object: X, replica: R };
const ts = (val: number, id: Client): Timestamp => ({ val, id });
const written = (stamp: Timestamp, value: string): Written => ({ ts: stamp, hash: hashOf(value) });
const mutant = (name: string) => MUTANTS[name] as Rules;

function started(rules: Rules = OPTIMISED) {
  const one = acting<ReplicaState>(replica(R, X, INITIAL, rules, symbolicDigest));
  return {
    get state() {
      return one.state;
    },
    /** Phase 1; gives what the replica prepared. */
    ask(client: Client, value: string, writeProof: Written | null = null) {
      const body = { nonce: 1, hash: hashOf(value), writeProof };
      return one.take("READ-TS-PREP", { ...at, client, ...body })[0]?.payload;
    },
    prepare(client: Client, predecessor: Timestamp, value: string, rest: Partial<Shown> = {}) {
      const { writeProof = null, completed = null } = rest;
      const stamp = ts(predecessor.val + 1, client);
      const body = { ts: stamp, predecessor, hash: hashOf(value), writeProof, completed };
      return one.take("PREPARE", { ...at, client, ...body }).length === 1;
    },
    write(stamp: Timestamp, value: string) {
      const proof = { ts: stamp, hash: hashOf(value) };
      return one.take("WRITE", { ...at, client: C, value, proof })[0]?.payload;
    },
    readTs: () => one.take("READ-TS", { ...at, client: B, nonce: 1 })[0]?.payload,
  };
}

interface Shown {
  readonly writeProof: Written | null;
  readonly completed: Timestamp | null;
}

describe("L.REPLICA.READ-TS-PREP", () => {
  test("prepares the successor of the current timestamp, and shows the current one too", () => {
    const one = started();
    one.write(ts(3, B), "b1");

    const reply = one.ask(C, "c1");

    expect(reply).toMatchObject({
      ts: ts(3, B),
      written: null,
      prepared: { ts: ts(4, C), hash: hashOf("c1") },
    });
    expect(one.state.optList).toEqual({ [C]: { ts: ts(4, C), hash: hashOf("c1") } });
    expect(one.state.prepareList).toEqual({});
  });

  test("acknowledges again what it has prepared", () => {
    const one = started();
    one.ask(C, "c1");

    expect(one.ask(C, "c1")?.prepared).toEqual({ ts: ts(1, C), hash: hashOf("c1") });
  });

  test("prepares no other hash, and no other timestamp, before the first is completed", () => {
    const one = started();
    one.ask(C, "c1");

    expect(one.ask(C, "c2")?.prepared).toBeNull();
    one.write(ts(1, B), "b1");
    expect(one.ask(C, "c1")?.prepared).toBeNull();
    expect(one.state.optList[C]?.ts).toEqual(ts(1, C));
  });

  test("prepares nothing where phase 2 has prepared something else", () => {
    const one = started();
    one.prepare(C, GENESIS, "c1");

    expect(one.ask(C, "c2")?.prepared).toBeNull();
    expect(started(mutant("opt/prepare-list-not-tested")).ask(C, "c2")?.prepared).not.toBeNull();
  });

  test("the client's own write proof makes room in both lists", () => {
    const one = started();
    one.ask(C, "c1");
    one.prepare(C, GENESIS, "c1");
    one.write(ts(1, C), "c1");

    expect(one.ask(C, "c2", written(ts(1, B), "b1"))?.prepared).toBeNull();
    expect(one.ask(C, "c2", written(ts(1, C), "c1"))?.prepared).toEqual({
      ts: ts(2, C),
      hash: hashOf("c2"),
    });
  });

  test.each([
    ["repaired", OPTIMISED, false],
    ["printed/L-E13", PRINTED_E13, true],
  ])(
    "L-E13: %s, a write proof makes room for another value under its timestamp",
    (_, rules, made) => {
      const one = started(rules);
      one.ask(C, "c2");
      one.write(ts(1, C), "c1");
      const proof = { ts: ts(1, C), hash: rules.writtenHash ? hashOf("c1") : null };

      // c2 is not written: its hash is larger, so it still may be.
      expect(hashOf("c2") > hashOf("c1")).toBe(true);
      expect(one.ask(C, "c3", proof)?.prepared !== null).toBe(made);
    },
  );
});

describe("L.REPLICA.PREPARE, optimised", () => {
  test("phase 2 ignores what phase 1 prepared", () => {
    const one = started();
    one.ask(C, "c1");

    expect(one.prepare(C, ts(4, B), "c2")).toBe(true);
    expect(one.state.optList[C]?.hash).toBe(hashOf("c1"));
    expect(one.state.prepareList[C]?.hash).toBe(hashOf("c2"));
  });

  test("the mutant that consults opt-list refuses a client whose phase 1 was split", () => {
    const one = started(mutant("opt/opt-list-consulted-in-phase-2"));
    one.ask(C, "c1");

    expect(one.prepare(C, ts(4, B), "c1")).toBe(false);
  });
});

describe("L.REPLICA.WRITE, optimised", () => {
  test.each([
    ["repaired", OPTIMISED, "c2"],
    ["the mutant that keeps the smaller hash", mutant("opt/tie-keeps-smaller-hash"), "c1"],
  ])("of two values under one timestamp the order of hashes decides: %s", (_, rules, kept) => {
    for (const values of [
      ["c1", "c2"],
      ["c2", "c1"],
    ]) {
      const one = started(rules);
      for (const value of values) one.write(ts(1, C), value);
      expect(one.state.data).toBe(kept);
    }
  });

  test("the mutant that keeps the first depends on the order of arrival", () => {
    const one = started(mutant("opt/tie-keeps-first"));
    one.write(ts(1, C), "c1");
    one.write(ts(1, C), "c2");

    expect(one.state.data).toBe("c1");
  });

  test("acknowledges the hash too, whatever it holds", () => {
    const one = started();
    one.write(ts(1, C), "c2");

    expect(one.write(ts(1, C), "c1")).toMatchObject({ ts: ts(1, C), hash: hashOf("c1") });
  });
});

describe("section 7", () => {
  test("a replica signs what it holds in phase 1, and nothing at genesis", () => {
    const one = started(STRONG);

    expect(one.readTs()).toMatchObject({ ts: GENESIS, written: null });
    one.write(ts(1, C), "c1");
    expect(one.readTs()).toMatchObject({ ts: ts(1, C), written: { ts: ts(1, C), hash: null } });
  });

  test("discards a prepare whose predecessor has no write proof; genesis needs none", () => {
    const one = started(STRONG);

    expect(one.prepare(C, GENESIS, "c1")).toBe(true);
    expect(one.prepare(B, ts(1, C), "b1")).toBe(false);
    expect(one.prepare(B, ts(1, C), "b1", { completed: ts(1, B) })).toBe(false);
    expect(one.prepare(B, ts(1, C), "b1", { completed: ts(1, C) })).toBe(true);
  });

  test("the mutant takes a prepare above what nobody has completed", () => {
    const one = started(mutant("strong/no-predecessor-write-proof"));

    expect(one.prepare(B, ts(1, C), "b1")).toBe(true);
  });

  test.each([
    ["repaired", STRONG_OPTIMISED, false],
    ["printed/L-E08", PRINTED_E08, true],
  ])("L-E08: %s, phase 1 prepares above a timestamp that the request proves", (_, rules, other) => {
    const one = started(rules);
    one.write(ts(1, B), "b1");

    expect(one.ask(C, "c1")?.prepared !== null).toBe(other);
    const proof = written(ts(1, C), "c0");
    expect(one.ask(C, "c1", proof)?.prepared).toEqual({ ts: ts(2, C), hash: hashOf("c1") });
  });
});
