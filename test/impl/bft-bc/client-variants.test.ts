import { describe, expect, test } from "vitest";
import { client } from "../../../impl/bft-bc/client-automaton.ts";
import type { ClientState, TimestampsRead } from "../../../impl/bft-bc/client-state.ts";
import { B, C, D, X } from "../../../impl/bft-bc/instances.ts";
import { type Client, GENESIS, type Timestamp } from "../../../impl/bft-bc/messages.ts";
import {
  MUTANTS,
  OPTIMISED,
  PRINTED_E11,
  type Rules,
  STRONG,
  STRONG_OPTIMISED,
} from "../../../impl/bft-bc/rules.ts";
import { symbolicDigest } from "../../../spec/automaton/index.ts";
import { acting, hashOf } from "./acting.ts";

const at = { client: D, object: X };
const ts = (val: number, id: Client): Timestamp => ({ val, id });

function started(rules: Rules) {
  const one = acting<ClientState>(client(D, rules, symbolicDigest));
  return {
    get state() {
      return one.state;
    },
    take: (name: string, payload: object = {}) => one.take(name, { ...at, ...payload }),
    timestamps(...timestamps: Timestamp[]) {
      return (rest: Partial<TimestampsRead> = {}) =>
        one.take("READ-TS-QUORUM", {
          ...at,
          nonce: one.state.nonce,
          timestamps,
          proven: true,
          completed: null,
          prepared: null,
          ...rest,
        });
    },
    /** A whole write by the fast way. */
    wrote(value: string, stamp: Timestamp) {
      one.take("INVOKE-WRITE", { ...at, value });
      this.timestamps()({ prepared: stamp });
      one.take("WRITE-QUORUM", { ...at, ts: stamp, hash: hashOf(value) });
      one.take("RETURN-WRITE", at);
    },
  };
}

describe("a write of section 6", () => {
  test("L.CLIENT.READ-TS-PREP sends the hash and the client's own write proof", () => {
    const one = started(OPTIMISED);
    one.wrote("d1", ts(1, D));

    const sent = one.take("INVOKE-WRITE", { value: "d2" });

    const writeProof = { ts: ts(1, D), hash: hashOf("d1") };
    const payload = { ...at, nonce: 2, hash: hashOf("d2"), writeProof };
    expect(sent).toEqual([{ name: "SEND-READ-TS-PREP", payload }]);
  });

  test("takes two phases where all replicas prepared one timestamp", () => {
    const one = started(OPTIMISED);
    one.take("INVOKE-WRITE", { value: "d1" });

    const sent = one.timestamps()({ prepared: ts(3, D) });

    const proof = { ts: ts(3, D), hash: hashOf("d1") };
    expect(sent).toEqual([
      { name: "SEND-WRITE", payload: { ...at, nonce: 1, value: "d1", proof } },
    ]);
    expect(one.state.phase).toMatchObject({ at: "write", rounds: 2 });
  });

  test("takes three where it did not, above the largest timestamp", () => {
    const one = started(OPTIMISED);
    one.take("INVOKE-WRITE", { value: "d1" });

    const sent = one.timestamps(ts(2, C), GENESIS)();
    one.take("PREPARE-QUORUM", { ts: ts(3, D), hash: hashOf("d1") });

    expect(sent).toMatchObject([{ name: "SEND-PREPARE", payload: { ts: ts(3, D) } }]);
    expect(one.state.phase).toMatchObject({ at: "write", rounds: 3 });
  });

  test("L-E11: without the proof of the largest timestamp it must ask again, in a phase of its own", () => {
    const one = started(PRINTED_E11);
    one.take("INVOKE-WRITE", { value: "d1" });

    const sent = one.timestamps(ts(2, C))({ proven: false });
    one.timestamps(ts(2, C))();
    one.take("PREPARE-QUORUM", { ts: ts(3, D), hash: hashOf("d1") });

    expect(sent).toEqual([{ name: "SEND-READ-TS", payload: { ...at, nonce: 1 } }]);
    expect(one.state.phase).toMatchObject({ at: "write", rounds: 4 });
  });
});

describe("a read of section 6.3", () => {
  const replies = [
    { ts: ts(1, C), value: "c1" },
    { ts: ts(1, C), value: "c2" },
  ];

  test("writes the value with the larger hash back where two stand under one timestamp", () => {
    const one = started(OPTIMISED);
    one.take("INVOKE-READ");

    const sent = one.take("READ-QUORUM", { nonce: 1, replies });

    expect(hashOf("c2") > hashOf("c1")).toBe(true);
    expect(sent).toMatchObject([{ name: "SEND-WRITE", payload: { value: "c2" } }]);
  });

  test("the mutant returns at once", () => {
    const one = started(MUTANTS["opt/no-write-back-on-tie"] as Rules);
    one.take("INVOKE-READ");

    expect(one.take("READ-QUORUM", { nonce: 1, replies })).toEqual([]);
    expect(one.state.phase).toMatchObject({ at: "has-read", value: "c2", rounds: 1 });
  });

  test("acknowledgements of the other value do not end the write-back", () => {
    const one = started(OPTIMISED);
    one.take("INVOKE-READ");
    one.take("READ-QUORUM", { nonce: 1, replies });

    one.take("WRITE-QUORUM", { ts: ts(1, C), hash: hashOf("c1") });
    expect(one.state.phase.at).toBe("write-back");
    one.take("WRITE-QUORUM", { ts: ts(1, C), hash: hashOf("c2") });
    expect(one.state.phase.at).toBe("has-read");
  });
});

describe("a write of section 7", () => {
  test("shows the write proof that phase 1 gave, in three phases", () => {
    const one = started(STRONG);
    one.take("INVOKE-WRITE", { value: "d1" });

    const sent = one.timestamps(ts(2, C))({ completed: ts(2, C) });

    const payload = { ts: ts(3, D), predecessor: ts(2, C), completed: ts(2, C) };
    expect(sent).toMatchObject([{ name: "SEND-PREPARE", payload }]);
    expect(one.state.phase).toMatchObject({ at: "prepare", rounds: 2 });
  });

  test("needs none above genesis, and has its own for what it wrote last", () => {
    const one = started(STRONG_OPTIMISED);
    one.take("INVOKE-WRITE", { value: "d1" });
    expect(one.timestamps(GENESIS)()).toMatchObject([{ payload: { completed: null } }]);

    const other = started(STRONG_OPTIMISED);
    other.wrote("d1", ts(4, D));
    other.take("INVOKE-WRITE", { value: "d2" });
    const sent = other.timestamps(ts(4, D), ts(2, C))();
    expect(sent).toMatchObject([{ name: "SEND-PREPARE", payload: { completed: ts(4, D) } }]);
  });

  test("else fetches the largest value, completes it, and prepares above it: five phases", () => {
    const one = started(STRONG);
    one.take("INVOKE-WRITE", { value: "d1" });

    const asks = one.timestamps(ts(2, C), ts(1, B))();
    const completes = one.take("READ-QUORUM", {
      nonce: 1,
      replies: [
        { ts: ts(1, B), value: "b1" },
        { ts: ts(2, C), value: "c1" },
      ],
    });
    const prepares = one.take("WRITE-QUORUM", { ts: ts(2, C), hash: null });
    one.take("PREPARE-QUORUM", { ts: ts(3, D), hash: hashOf("d1") });

    expect(asks).toEqual([{ name: "SEND-READ", payload: { ...at, nonce: 1 } }]);
    expect(completes).toMatchObject([{ name: "SEND-WRITE", payload: { value: "c1" } }]);
    expect(prepares).toMatchObject([{ name: "SEND-PREPARE", payload: { completed: ts(2, C) } }]);
    expect(one.state.phase).toMatchObject({ at: "write", value: "d1", rounds: 5 });
  });

  test("prepares at once where what it fetched needs no completing: a replica had lied", () => {
    const one = started(STRONG);
    one.take("INVOKE-WRITE", { value: "d1" });
    one.timestamps(ts(2, C), GENESIS)();

    const sent = one.take("READ-QUORUM", { nonce: 1, replies: [{ ts: GENESIS, value: "v0" }] });

    expect(sent).toMatchObject([{ name: "SEND-PREPARE", payload: { ts: ts(1, D) } }]);
    expect(one.state.phase).toMatchObject({ at: "prepare", rounds: 3 });
  });
});
