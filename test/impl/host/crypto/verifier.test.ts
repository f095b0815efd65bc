import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { nobleScheme } from "../../../../impl/crypto/noble.ts";
import type { Scheme } from "../../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import {
  createSigner,
  createVerifier,
  type VerifierOptions,
} from "../../../../impl/host/crypto/verifier.ts";
import type { Verifier } from "../../../../impl/host/world.ts";
import type { Signed } from "../../../../impl/network/process.ts";
import { type Index, index, indices, type Value } from "../../../../spec/automaton/index.ts";
import { secretKeyOf, withBitFlipped } from "../../crypto/bytes.ts";

const SCOPE = "cluster";
const MEMBERS = indices("replica", 4);
const [first, second] = MEMBERS as [Index, Index];
const STRANGER = index("replica", 9);
const keyOf = (by: Index) => secretKeyOf(by === STRANGER ? 99 : MEMBERS.indexOf(by as never) + 1);
const keys = new Map(MEMBERS.map((by) => [by as Index, nodeScheme.publicKey(keyOf(by))]));

function signed(by: Index, statement: Value, scope = SCOPE): Signed {
  return { by, statement, signature: createSigner(nodeScheme, scope, keyOf(by))(statement) };
}
const bad = (one: Signed): Signed => ({ ...one, signature: withBitFlipped(one.signature, 300) });
const certificate = (statement: Value) => MEMBERS.slice(0, 3).map((by) => signed(by, statement));

/** The node scheme, counting what it computes. */
function counting(): Scheme & { verified: number; later: number; pending: number } {
  const scheme = { ...nodeScheme, verified: 0, later: 0, pending: 0 };
  scheme.verify = (...asked) => {
    scheme.verified += 1;
    return nodeScheme.verify(...asked);
  };
  scheme.verifyLater = (publicKey, message, signature, done) => {
    scheme.verified += 1;
    scheme.later += 1;
    scheme.pending += 1;
    nodeScheme.verifyLater(publicKey, message, signature, (valid) => {
      scheme.pending -= 1;
      done(valid);
    });
  };
  return scheme;
}

function verifier(off: VerifierOptions["off"], rest: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({ scheme: nodeScheme, scope: SCOPE, keys, off, ...rest });
}

/** The one answer to a batch; throws at a second one, even a late one. */
async function answer(of: Verifier, batch: readonly Signed[]): Promise<boolean> {
  const answers: boolean[] = [];
  await new Promise<void>((done) => {
    of.verify(batch, (valid) => {
      answers.push(valid);
      done();
    });
  });
  // Long enough for the rest of the batch to come out of the thread pool.
  for (let wait = 0; wait < 20; wait++) await tick();
  expect(answers).toHaveLength(1);
  return answers[0] as boolean;
}

describe.each(["main thread", "this thread"] as const)("a verifier off %s", (off) => {
  test("accepts a batch of valid signatures, an empty one too", async () => {
    expect(await answer(verifier(off), certificate({ ts: 1 }))).toBe(true);
    expect(await answer(verifier(off), [])).toBe(true);
  });

  test.each([0, 1, 2])("refuses a batch whose signature %i is bad", async (at) => {
    const batch = certificate("a").map((one, place) => (place === at ? bad(one) : one));
    expect(await answer(verifier(off), batch)).toBe(false);
  });

  test("answers once where every signature is bad", async () => {
    expect(await answer(verifier(off), certificate("a").map(bad))).toBe(false);
  });

  test("refuses an unknown signer and a wrong length without computing", async () => {
    const scheme = counting();
    const checking = verifier(off, { scheme });
    expect(await answer(checking, [...certificate("a"), signed(STRANGER, "a")])).toBe(false);
    const short = { ...signed(first, "a"), signature: new Uint8Array(63) };
    expect(await answer(checking, [...certificate("a"), short])).toBe(false);
    expect(scheme.verified).toBe(0);
  });

  test("refuses what was signed for another cluster", async () => {
    expect(await answer(verifier(off), [signed(first, "a", "another")])).toBe(false);
  });

  test("does not verify again what it found valid, in whatever batch", async () => {
    const scheme = counting();
    const checking = verifier(off, { scheme });
    const seen = certificate({ ts: 1 });
    expect(await answer(checking, seen)).toBe(true);
    expect(scheme.verified).toBe(3);
    expect(await answer(checking, certificate({ ts: 1 }).reverse())).toBe(true);
    expect(scheme.verified).toBe(3);
    expect(await answer(checking, [...seen, signed(MEMBERS[3] as Index, { ts: 1 })])).toBe(true);
    expect(scheme.verified).toBe(4);
  });

  test("takes a remembered signature for nothing but its signer and statement", async () => {
    const checking = verifier(off);
    const seen = signed(first, "a");
    expect(await answer(checking, [seen])).toBe(true);
    expect(await answer(checking, [{ ...seen, by: second }])).toBe(false);
    expect(await answer(checking, [{ ...seen, statement: "b" }])).toBe(false);
    expect(await answer(checking, [bad(seen)])).toBe(false);
    expect(await answer(checking, [seen])).toBe(true);
  });

  test("remembers the valid signatures of a batch that failed after them", async () => {
    const scheme = counting();
    const checking = verifier(off, { scheme });
    const seen = signed(first, "a");
    expect(await answer(checking, [seen, bad(signed(second, "a"))])).toBe(false);
    // The bad one may be answered first, and the thread pool takes as long as it takes.
    await vi.waitFor(() => expect(scheme.pending).toBe(0), { timeout: 50_000 });
    const computed = scheme.verified;
    expect(await answer(checking, [seen])).toBe(true);
    expect(scheme.verified).toBe(computed);
  });

  test("forgets the least recent of the valid, and none for the invalid", async () => {
    const scheme = counting();
    const checking = verifier(off, { scheme, cacheEntries: 2 });
    const [a, b, c] = ["a", "b", "c"].map((one) => signed(first, one)) as [Signed, Signed, Signed];
    for (const one of [a, b]) await answer(checking, [one]);
    for (const one of ["x", "y", "z"]) await answer(checking, [bad(signed(second, one))]);
    scheme.verified = 0;
    for (const one of [b, a]) await answer(checking, [one]);
    expect(scheme.verified).toBe(0);
    await answer(checking, [c]);
    await answer(checking, [a]);
    expect(scheme.verified).toBe(1);
    await answer(checking, [b]);
    expect(scheme.verified).toBe(2);
  });

  test("verifies every time without a cache", async () => {
    const scheme = counting();
    const checking = verifier(off, { scheme, cacheEntries: 0 });
    for (let time = 0; time < 3; time++) await answer(checking, [signed(first, "a")]);
    expect(scheme.verified).toBe(3);
  });

  test("refuses what is no plain value, and lets no exception out", async () => {
    const circular: Value[] = [];
    circular.push(circular);
    let deep: Value = 0;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    for (const statement of [Number.NaN, 0.5, undefined as never, circular, deep]) {
      const one = { ...signed(first, "a"), statement };
      expect(await answer(verifier(off), [one])).toBe(false);
    }
    const without = { by: first, statement: "a" } as Signed;
    expect(await answer(verifier(off), [without])).toBe(false);
  });

  test("answers false, once, where the scheme throws at the second signature", async () => {
    const scheme = counting();
    const { verify, verifyLater } = scheme;
    const failing = <Asked extends unknown[], Answer>(call: (...asked: Asked) => Answer) => {
      let calls = 0;
      return (...asked: Asked) => {
        calls += 1;
        if (calls === 2) throw new Error("out of memory");
        return call(...asked);
      };
    };
    scheme.verify = failing(verify);
    scheme.verifyLater = failing(verifyLater);
    expect(await answer(verifier(off, { scheme }), certificate("a"))).toBe(false);
  });

  test("does not swallow what `done` throws, and does not call it again", () => {
    const checking = verifier(off, { scheme: nobleScheme });
    for (const one of [signed(first, "a"), bad(signed(first, "b")), signed(STRANGER, "c")]) {
      let calls = 0;
      const failing = () => {
        calls += 1;
        throw new Error("of the caller");
      };
      expect(() => checking.verify([one], failing)).toThrow("of the caller");
      expect(calls).toBe(1);
    }
  });

  test("does not mind that batch and signatures are overwritten after the call", async () => {
    const batch = certificate("a").map((one) => ({ ...one, signature: one.signature.slice() }));
    const answered = answer(verifier(off), batch);
    for (const { signature } of batch) signature.fill(0);
    batch.length = 0;
    expect(await answered).toBe(true);
  });
});

test("this thread's verifier answers within the call, in order", () => {
  const checking = verifier("this thread");
  const order: string[] = [];
  const ask = (name: string, batch: readonly Signed[]) => {
    checking.verify(batch, (valid) => order.push(`${name} ${valid}`));
  };
  ask("new", certificate("a"));
  ask("bad", certificate("b").map(bad));
  ask("seen", certificate("a"));
  ask("unknown", [signed(STRANGER, "a")]);
  expect(order).toEqual(["new true", "bad false", "seen true", "unknown false"]);
});

test("off the main thread not even one signature is verified on it", async () => {
  const scheme = counting();
  const checking = verifier("main thread", { scheme });
  let answered = false;
  const done = new Promise<void>((resolve) => {
    checking.verify([signed(first, "a")], () => {
      answered = true;
      resolve();
    });
  });
  expect(answered).toBe(false);
  await done;
  expect([scheme.verified, scheme.later]).toEqual([1, 1]);
});

test("a verifier refuses a size of its cache that is none", () => {
  expect(() => verifier("this thread", { cacheEntries: -1 })).toThrow(RangeError);
});

describe("a signer", () => {
  test("signs alike under both schemes", () => {
    const [one, other] = [nodeScheme, nobleScheme].map((scheme) =>
      createSigner(scheme, SCOPE, secretKeyOf(1)),
    );
    expect(one?.({ ts: 1 })).toEqual(other?.({ ts: 1 }));
  });

  test("keeps its key where the caller erases his copy", async () => {
    const secretKey = keyOf(first);
    const sign = createSigner(nodeScheme, SCOPE, secretKey);
    secretKey.fill(0);
    const one = { by: first, statement: "a", signature: sign("a") };
    expect(await answer(verifier("this thread"), [one])).toBe(true);
  });

  test("refuses a key of another length at once, and what is no plain value", () => {
    expect(() => createSigner(nodeScheme, SCOPE, new Uint8Array(31))).toThrow(RangeError);
    const sign = createSigner(nodeScheme, SCOPE, secretKeyOf(1));
    expect(() => sign(Number.NaN)).toThrow("value-not-plain");
  });
});

test("what a process signed itself is remembered, and only for its own statement", () => {
  const secretKey = new Uint8Array(32).fill(9);
  const by = index("replica", 0);
  let checked = 0;
  const scheme: Scheme = {
    ...nodeScheme,
    verify: (...all) => {
      checked += 1;
      return nodeScheme.verify(...all);
    },
  };
  const keys = new Map([[by, nodeScheme.publicKey(secretKey)]]);
  const verifier = createVerifier({ scheme, scope: "s", keys, off: "this thread" });
  const signature = createSigner(scheme, "s", secretKey)({ n: 1 });
  const verdicts: boolean[] = [];

  verifier.remember({ by, statement: { n: 1 }, signature });
  verifier.verify([{ by, statement: { n: 1 }, signature }], (valid) => verdicts.push(valid));
  expect(checked).toBe(0);
  verifier.verify([{ by, statement: { n: 2 }, signature }], (valid) => verdicts.push(valid));

  expect(verdicts).toEqual([true, false]);
  expect(checked).toBe(1);
});
