import { describe, expect, test } from "vitest";
import { B, C, INITIAL, X } from "../../../impl/bft-bc/instances.ts";
import { type Client, GENESIS, type Timestamp } from "../../../impl/bft-bc/messages.ts";
import { type ReplicaState, replica } from "../../../impl/bft-bc/replica-automaton.ts";
import { PRINTED, PRINTED_E01, PRINTED_E02, REPAIRED } from "../../../impl/bft-bc/rules.ts";
import { index, symbolicDigest } from "../../../spec/automaton/index.ts";
import { acting, hashOf } from "./acting.ts";

const R = index("replica", 0);
const at = { object: X, replica: R };
const ts = (val: number, id: Client): Timestamp => ({ val, id });

function started(rules = REPAIRED) {
  const automaton = acting<ReplicaState>(replica(R, X, INITIAL, rules, symbolicDigest));
  return {
    take: automaton.take,
    get state() {
      return automaton.state;
    },
    prepare: (client: Client, stamp: Timestamp, value: string, rest: Proofs = {}) => {
      const { predecessor = GENESIS, writeProof: shown = null } = rest;
      const writeProof = shown && { ts: shown, hash: null };
      const body = { ts: stamp, predecessor, hash: hashOf(value), writeProof, completed: null };
      return automaton.take("PREPARE", { ...at, client, ...body });
    },
    write: (stamp: Timestamp, value: string, hash = hashOf(value)) =>
      automaton.take("WRITE", { ...at, client: C, value, proof: { ts: stamp, hash } }),
  };
}

interface Proofs {
  readonly predecessor?: Timestamp;
  readonly writeProof?: Timestamp | null;
}

const ack = (client: Client, stamp: Timestamp, value: string) => [
  { name: "PREPARE-ACK", payload: { ...at, client, ts: stamp, hash: hashOf(value) } },
];
const writeAck = (stamp: Timestamp) => [
  { name: "WRITE-ACK", payload: { ...at, client: C, ts: stamp, hash: null } },
];

describe("L.REPLICA.READ-TS and L.REPLICA.READ", () => {
  test("L.REPLICA.READ-TS answers with the current timestamp and the nonce", () => {
    const one = started();
    one.write(ts(1, C), "c1");

    const sent = one.take("READ-TS", { ...at, client: B, nonce: 7 });

    const payload = { ...at, client: B, nonce: 7, ts: ts(1, C), written: null };
    expect(sent).toEqual([{ name: "READ-TS-REPLY", payload }]);
  });

  test("L.REPLICA.READ answers with value, timestamp and nonce", () => {
    const one = started();

    const sent = one.take("READ", { ...at, client: B, nonce: 3 });

    const payload = { ...at, client: B, nonce: 3, ts: GENESIS, value: INITIAL };
    expect(sent).toEqual([{ name: "READ-REPLY", payload }]);
  });
});

describe.each([
  ["repaired", REPAIRED],
  ["printed", PRINTED],
])("L.REPLICA.PREPARE, %s", (_, rules) => {
  test("signs and records the first prepare of a client", () => {
    const one = started(rules);

    const sent = one.prepare(C, ts(1, C), "c1");

    expect(sent).toEqual(ack(C, ts(1, C), "c1"));
    expect(one.state.prepareList).toEqual({ [C]: { ts: ts(1, C), hash: hashOf("c1") } });
  });

  test.each([
    ["skips a timestamp", ts(2, C)],
    ["repeats the predecessor", GENESIS],
    ["carries the id of another client", ts(1, B)],
  ])("discards a prepare whose timestamp %s", (_what, stamp) => {
    const one = started(rules);

    const sent = one.prepare(C, stamp, "c1");

    expect(sent).toEqual([]);
    expect(one.state.prepareList).toEqual({});
  });

  test("acknowledges a repeated prepare again", () => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const sent = one.prepare(C, ts(1, C), "c1");

    expect(sent).toEqual(ack(C, ts(1, C), "c1"));
  });

  test("discards another value under the recorded timestamp", () => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const sent = one.prepare(C, ts(1, C), "c2");

    expect(sent).toEqual([]);
    expect(one.state.prepareList[C]?.hash).toBe(hashOf("c1"));
  });

  test("keeps one record of each client: a second prepare without a write proof waits", () => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const second = one.prepare(C, ts(2, C), "c2", { predecessor: ts(1, C) });
    const other = one.prepare(B, ts(1, B), "b1");

    expect(second).toEqual([]);
    expect(other).toEqual(ack(B, ts(1, B), "b1"));
  });

  test("the client's own write proof makes room for its next prepare", () => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const proofs = { predecessor: ts(1, C), writeProof: ts(1, C) };
    const sent = one.prepare(C, ts(2, C), "c2", proofs);

    expect(sent).toEqual(ack(C, ts(2, C), "c2"));
    expect(one.state.prepareList[C]?.ts).toEqual(ts(2, C));
  });

  test("a write proof below the record makes no room", () => {
    const one = started(rules);
    one.prepare(C, ts(2, C), "c1", { predecessor: ts(1, B) });

    const proofs = { predecessor: ts(2, C), writeProof: ts(1, C) };
    const sent = one.prepare(C, ts(3, C), "c2", proofs);

    expect(sent).toEqual([]);
  });
});

describe("L.REPLICA.PREPARE where the repair differs", () => {
  test.each([
    ["printed", PRINTED, true],
    ["printed/L-E01", PRINTED_E01, true],
    ["repaired", REPAIRED, false],
  ])("L-E01: %s, a prepare of a completed timestamp with another value", (_, rules, signs) => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const sent = one.prepare(C, ts(1, C), "c2", { writeProof: ts(1, C) });

    expect(sent).toEqual(signs ? ack(C, ts(1, C), "c2") : []);
  });

  test.each([
    ["printed", PRINTED, true],
    ["printed/L-E02", PRINTED_E02, true],
    ["repaired", REPAIRED, false],
  ])("L-E02: %s, the write proof of another client that makes room", (_, rules, signs) => {
    const one = started(rules);
    one.prepare(C, ts(1, C), "c1");

    const proofs = { predecessor: ts(2, B), writeProof: ts(2, B) };
    const sent = one.prepare(C, ts(3, C), "c2", proofs);

    expect(sent).toEqual(signs ? ack(C, ts(3, C), "c2") : []);
  });

  test("printed: a write proof raises write-ts and removes entries, even of a refused prepare", () => {
    const one = started(PRINTED);
    one.prepare(C, ts(1, C), "c1");
    one.prepare(B, ts(3, B), "b1", { predecessor: ts(2, C) });

    const proofs = { predecessor: GENESIS, writeProof: ts(2, C) };
    const sent = one.prepare(B, ts(1, B), "b1", proofs);

    expect(sent).toEqual([]);
    expect(one.state.writeTs).toEqual(ts(2, C));
    expect(Object.keys(one.state.prepareList)).toEqual([B]);
  });

  test("repaired: write-ts is not needed and records are never removed", () => {
    const one = started();
    one.prepare(C, ts(1, C), "c1");

    one.prepare(B, ts(3, B), "b1", { predecessor: ts(2, C), writeProof: ts(2, C) });

    expect(one.state.writeTs).toEqual(GENESIS);
    expect(Object.keys(one.state.prepareList).sort()).toEqual([B, C].sort());
  });
});

describe("L.REPLICA.WRITE", () => {
  test("a larger timestamp replaces value and timestamp, and is acknowledged", () => {
    const one = started();

    const sent = one.write(ts(1, C), "c1");

    expect(sent).toEqual(writeAck(ts(1, C)));
    expect(one.state).toMatchObject({ data: "c1", currentTs: ts(1, C) });
  });

  test("discards a value that has not the hash of the proof", () => {
    const one = started();

    const sent = one.write(ts(1, C), "c2", hashOf("c1"));

    expect(sent).toEqual([]);
    expect(one.state).toMatchObject({ data: INITIAL, currentTs: GENESIS });
  });

  test.each([ts(1, C), ts(2, B)])("acknowledges %j at 2c without storing it", (stamp) => {
    const one = started();
    one.write(ts(2, C), "c2");

    const sent = one.write(stamp, "late");

    expect(sent).toEqual(writeAck(stamp));
    expect(one.state).toMatchObject({ data: "c2", currentTs: ts(2, C) });
  });
});
