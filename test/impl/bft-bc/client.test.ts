import { describe, expect, test } from "vitest";
import { client } from "../../../impl/bft-bc/client-automaton.ts";
import type { ClientState } from "../../../impl/bft-bc/client-state.ts";
import { C, D, X, Y } from "../../../impl/bft-bc/instances.ts";
import { type Client, GENESIS, type Timestamp } from "../../../impl/bft-bc/messages.ts";
import { REPAIRED } from "../../../impl/bft-bc/rules.ts";
import { user } from "../../../impl/bft-bc/user.ts";
import {
  applyAction,
  compose,
  startStates,
  symbolicDigest,
  withRestarts,
  withVolatile,
} from "../../../spec/automaton/index.ts";
import { acting, hashOf } from "./acting.ts";

const at = { client: D, object: X };
const ts = (val: number, id: Client): Timestamp => ({ val, id });
const started = () => acting<ClientState>(client(D, REPAIRED, symbolicDigest));

/** A client that took these steps. */
function having(...steps: readonly (readonly [string, Readonly<Record<string, unknown>>])[]) {
  const one = started();
  for (const [name, payload] of steps) one.take(name, { ...at, ...payload });
  return one;
}

const invoke = ["INVOKE-WRITE", { value: "d1" }] as const;
/** What a quorum of READ-TS replies says in the base protocol. */
const said = { proven: true, completed: null, prepared: null };
const asked = ["READ-TS-QUORUM", { nonce: 1, timestamps: [GENESIS], ...said }] as const;
const signed = ["PREPARE-QUORUM", { nonce: 1, ts: ts(1, D), hash: hashOf("d1") }] as const;
const written = ["WRITE-QUORUM", { nonce: 1, ts: ts(1, D), hash: null }] as const;
const read = ["INVOKE-READ", {}] as const;
const readReplies = [
  { ts: GENESIS, value: "v0" },
  { ts: ts(1, C), value: "c1" },
];
const wrote = [invoke, asked, signed, written] as const;

describe("a write of section 3.2.1", () => {
  test("L.CLIENT.READ-TS asks for timestamps with a fresh nonce", () => {
    const one = started();

    const sent = one.take("INVOKE-WRITE", { ...at, value: "d1" });

    expect(sent).toEqual([{ name: "SEND-READ-TS", payload: { ...at, nonce: 1 } }]);
  });

  test("L.CLIENT.PREPARE proposes the successor of the largest timestamp, without a write proof", () => {
    const one = having(invoke);

    const timestamps = [ts(1, C), ts(3, C), GENESIS];
    const sent = one.take("READ-TS-QUORUM", { ...at, nonce: 1, timestamps, ...said });

    const rest = { hash: hashOf("d1"), writeProof: null, completed: null };
    const body = { ts: ts(4, D), predecessor: ts(3, C), ...rest };
    expect(sent).toEqual([{ name: "SEND-PREPARE", payload: { ...at, nonce: 1, ...body } }]);
  });

  test("L.CLIENT.WRITE sends the value with the proof of its prepare", () => {
    const one = having(invoke, asked);

    const sent = one.take("PREPARE-QUORUM", { ...at, ...signed[1] });

    const proof = { ts: ts(1, D), hash: hashOf("d1") };
    const payload = { ...at, nonce: 1, value: "d1", proof };
    expect(sent).toEqual([{ name: "SEND-WRITE", payload }]);
  });

  test("L.CLIENT.WRITE-DONE returns after three phases and keeps the write proof", () => {
    const one = having(...wrote);

    expect(one.state.phase).toEqual({ at: "wrote", object: X, rounds: 3 });
    expect(one.state.writeProofs).toEqual({ [X]: { ts: ts(1, D), hash: null } });
    expect(one.enabled).toEqual([{ name: "RETURN-WRITE", payload: at }]);
  });

  test("L.CLIENT.PREPARE shows the write proof of its last write of the same object", () => {
    const one = having(...wrote, ["RETURN-WRITE", {}], ["INVOKE-WRITE", { value: "d2" }]);

    const sent = one.take("READ-TS-QUORUM", { ...at, nonce: 2, timestamps: [ts(1, D)], ...said });

    expect(sent).toMatchObject([
      { payload: { ts: ts(2, D), writeProof: { ts: ts(1, D), hash: null } } },
    ]);
  });

  test("L.CLIENT.PREPARE shows no write proof of another object", () => {
    const elsewhere = { client: D, object: Y };
    const one = having(...wrote, ["RETURN-WRITE", {}]);
    one.take("INVOKE-WRITE", { ...elsewhere, value: "d2" });

    const sent = one.take("READ-TS-QUORUM", {
      ...elsewhere,
      nonce: 2,
      timestamps: [GENESIS],
      ...said,
    });

    expect(sent).toMatchObject([{ payload: { object: Y, writeProof: null } }]);
  });
});

describe("a read of section 3.2.2", () => {
  const invokeRead = ["INVOKE-READ", {}] as const;
  const old = { ts: GENESIS, value: "v0" };
  const late = { ts: ts(2, C), value: "c1" };

  test("L.CLIENT.READ asks for values with a fresh nonce", () => {
    const one = having(...wrote, ["RETURN-WRITE", {}]);

    const sent = one.take("INVOKE-READ", at);

    expect(sent).toEqual([{ name: "SEND-READ", payload: { ...at, nonce: 2 } }]);
  });

  test("L.CLIENT.READ-DONE returns the value after one phase where all timestamps agree", () => {
    const one = having(invokeRead);

    const sent = one.take("READ-QUORUM", { ...at, nonce: 1, replies: [late, late] });

    expect(sent).toEqual([]);
    expect(one.enabled).toEqual([{ name: "RETURN-READ", payload: { ...at, value: "c1" } }]);
  });

  test("L.CLIENT.READ-DONE writes the largest back where timestamps differ", () => {
    const one = having(invokeRead);

    const sent = one.take("READ-QUORUM", { ...at, nonce: 1, replies: [old, late] });

    const proof = { ts: late.ts, hash: hashOf("c1") };
    const payload = { ...at, nonce: 1, value: "c1", proof };
    expect(sent).toEqual([{ name: "SEND-WRITE", payload }]);
    expect(one.enabled).toEqual([]);
  });

  test("L.CLIENT.WRITE-DONE completes the read after the write-back, and is no write proof", () => {
    const one = having(invokeRead, ["READ-QUORUM", { nonce: 1, replies: [late, old] }]);

    one.take("WRITE-QUORUM", { ...at, nonce: 1, ts: late.ts, hash: null });

    expect(one.state.writeProofs).toEqual({});
    expect(one.state.phase).toMatchObject({ at: "has-read", rounds: 2 });
    expect(one.enabled).toEqual([{ name: "RETURN-READ", payload: { ...at, value: "c1" } }]);
  });

  test("L.CLIENT.READ-DONE tells two values under one timestamp apart by their order", () => {
    const other = { ts: late.ts, value: "c2" };

    for (const replies of [
      [late, other],
      [other, late],
    ]) {
      const one = having(invokeRead, ["READ-QUORUM", { nonce: 1, replies }]);
      expect(one.state.phase).toMatchObject({ at: "has-read", value: "c2" });
    }
  });
});

describe("L.NETWORK, what a client ignores", () => {
  const again = ["INVOKE-WRITE", { value: "d2" }] as const;

  test.each([
    ["replies to a stale nonce", [...wrote, ["RETURN-WRITE", {}], again], asked],
    ["a quorum of READ-TS replies in a later phase", [invoke, asked, signed], asked],
    [
      "a prepare proof for another timestamp",
      [invoke, asked],
      ["PREPARE-QUORUM", { nonce: 1, ts: ts(2, D), hash: hashOf("d1") }],
    ],
    [
      "a prepare proof for another hash",
      [invoke, asked],
      ["PREPARE-QUORUM", { nonce: 1, ts: ts(1, D), hash: hashOf("d2") }],
    ],
    ["a prepare proof before it prepared", [invoke], signed],
    ["a write proof before it wrote", [invoke, asked], written],
    [
      "a write proof for another timestamp",
      [invoke, asked, signed],
      ["WRITE-QUORUM", { nonce: 1, ts: ts(2, D), hash: null }],
    ],
    [
      "values of a stale nonce",
      [...wrote, ["RETURN-WRITE", {}], ["INVOKE-READ", {}]],
      ["READ-QUORUM", { nonce: 1, replies: [{ ts: GENESIS, value: "v0" }] }],
    ],
  ] as const)("%s", (_, steps, [name, payload]) => {
    const one = having(...steps);
    const before = one.state;

    const sent = one.take(name, { ...at, ...payload });

    expect(sent).toEqual([]);
    expect(one.state).toEqual(before);
  });
});

describe("a client that starts again", () => {
  const asking = [invoke, asked, signed] as const;

  test.each([
    ["asks for timestamps again", asking.slice(0, 1)],
    ["proposes the same timestamp and hash again", asking.slice(0, 2)],
    ["sends the same value and proof again", asking.slice(0, 3)],
    ["asks for the value again", [read]],
    ["writes back again", [read, ["READ-QUORUM", { nonce: 1, replies: readReplies }] as const]],
  ])("L.CLIENT.RECOVER %s, with the same nonce", (_, steps) => {
    const one = started();
    const sent = steps.map(([name, payload]) => one.take(name, { ...at, ...payload }));

    const again = recovered(one.state);

    expect(again.outbox).toEqual(sent.at(-1));
    expect(again.state).toEqual(one.state);
  });

  test.each([
    ["before its first operation", []],
    ["with a result to return", wrote],
  ])("L.CLIENT.RECOVER sends nothing %s", (_, steps) => {
    const again = recovered(having(...steps).state);

    expect(again.outbox).toEqual([]);
  });

  test("L.DURABLE would take a nonce twice if the nonce were volatile", () => {
    const forgetful = withVolatile(client(D, REPAIRED, symbolicDigest), "nonce");
    const done = having(...wrote, ["RETURN-WRITE", {}]).state;

    const again = recovered(done, forgetful).state as ClientState;

    expect([done.nonce, again.nonce]).toEqual([1, 0]);
  });
});

/** What a restart leaves of a client, and what it sends. */
function recovered(state: ClientState, automaton = client(D, REPAIRED, symbolicDigest)) {
  const users = user(D, []);
  const inputs = ["READ-TS-QUORUM", "PREPARE-QUORUM", "WRITE-QUORUM", "READ-QUORUM"] as const;
  const system = withRestarts(compose("client", { automaton, users }, { open: inputs }), {
    processes: [D],
    atMost: 1,
  });
  const [, ...others] = startStates(system)[0]!;
  const restart = { name: "RESTART", payload: { process: D } };
  return applyAction(system, [{ state, outbox: [] }, ...others], restart)[0]!;
}
