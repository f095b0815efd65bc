import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Scheme } from "../../../impl/crypto/scheme.ts";
import { createSymbolicScheme } from "../../../impl/crypto/symbolic.ts";
import { createSigner, createVerifier } from "../../../impl/host/crypto/verifier.ts";
import {
  type Index,
  index,
  indices,
  type Token,
  type Value,
} from "../../../spec/automaton/index.ts";
import { SCHEMES, secretKeyOf, withBitFlipped } from "./bytes.ts";
import { values } from "./values.ts";

const MEMBERS = indices("replica", 3);
/** Has a key, but no verifier knows it. */
const STRANGER = index("stranger", 0);
const SCOPES = ["one", "another"];

/** Half of a signature as the symbolic world sees it: whose it was, and which bits are wrong. */
interface Half {
  readonly token: Token;
  readonly flipped: ReadonlySet<number>;
}

/** A signature in both worlds, with what it was minted for. */
interface Item {
  readonly by: Index;
  readonly scope: string;
  readonly statement: Value;
  readonly bytes: Uint8Array;
  readonly halves: readonly [Half, Half];
}

/** The token that a signature still is, if nothing about it was changed. */
function tokenOf({ halves: [r, s] }: Item): Token | null {
  const whole = r.token.by === s.token.by && r.token.over === s.token.over;
  return whole && r.flipped.size === 0 && s.flipped.size === 0 ? r.token : null;
}

function flip(item: Item, bit: number): Item {
  const halves = item.halves.map((half, at) => {
    if (at !== Math.floor(bit / 256)) return half;
    const flipped = new Set(half.flipped);
    if (!flipped.delete(bit)) flipped.add(bit);
    return { ...half, flipped };
  });
  return { ...item, bytes: withBitFlipped(item.bytes, bit), halves: halves as [Half, Half] };
}

function splice(head: Item, tail: Item): Item {
  const bytes = Uint8Array.of(...head.bytes.subarray(0, 32), ...tail.bytes.subarray(32));
  return { ...head, bytes, halves: [head.halves[0], tail.halves[1]] };
}

const small = fc.nat({ max: 7 });
const maybe = fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, small);
const action = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("mint" as const),
      by: small,
      scope: small,
      statement: small,
    }),
  },
  fc.record({ do: fc.constant("copy" as const), of: small }),
  fc.record({ do: fc.constant("flip" as const), of: small, bit: fc.nat({ max: 511 }) }),
  fc.record({ do: fc.constant("flip back and forth" as const), of: small, bit: fc.nat(511) }),
  fc.record({ do: fc.constant("splice" as const), of: small, tail: small }),
  {
    weight: 4,
    // What is left out is presented as it was minted.
    arbitrary: fc.record({
      do: fc.constant("present" as const),
      of: small,
      by: maybe,
      scope: maybe,
      statement: maybe,
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never;

const pick = <One>(among: readonly One[], at: number) => among[at % among.length] as One;

/** Both worlds side by side; counts what was accepted and refused. */
class Worlds {
  readonly symbolic = createSymbolicScheme();
  readonly items: Item[] = [];
  readonly #scheme: Scheme;
  readonly #statements: readonly Value[];
  readonly #verifiers;

  constructor(scheme: Scheme, statements: readonly Value[]) {
    this.#scheme = scheme;
    this.#statements = statements;
    const keys = new Map(MEMBERS.map((by) => [by as Index, scheme.publicKey(keyOf(by))]));
    // So small a cache that it hits, misses and forgets within one run.
    const rest = { scheme, keys, off: "this thread", cacheEntries: 2 } as const;
    this.#verifiers = new Map(SCOPES.map((scope) => [scope, createVerifier({ ...rest, scope })]));
  }

  /** @returns for `present`, the verdict of the model and of the scheme */
  perform(one: Action): { readonly model: boolean; readonly real: boolean } | null {
    if (one.do === "mint") {
      const by = pick([...MEMBERS, STRANGER], one.by);
      this.#mint(by, pick(SCOPES, one.scope), pick(this.#statements, one.statement));
      return null;
    }
    if (this.items.length === 0) return null;
    const item = pick(this.items, one.of);
    switch (one.do) {
      case "copy":
        this.items.push({ ...item, bytes: item.bytes.slice() });
        return null;
      case "flip":
        this.items.push(flip(item, one.bit));
        return null;
      case "flip back and forth":
        this.items.push(flip(flip(item, one.bit), one.bit));
        return null;
      case "splice":
        this.items.push(splice(item, pick(this.items, one.tail)));
        return null;
      case "present": {
        const by = one.by === undefined ? item.by : pick(MEMBERS, one.by);
        const scope = one.scope === undefined ? item.scope : pick(SCOPES, one.scope);
        const { statement: at } = one;
        const statement = at === undefined ? item.statement : pick(this.#statements, at);
        const known = by !== STRANGER;
        return {
          model: known && this.symbolic.accepts(by, scope, statement, tokenOf(item)),
          real: this.#accepts(by, scope, statement, item.bytes),
        };
      }
    }
  }

  #mint(by: Index, scope: string, statement: Value): void {
    const bytes = createSigner(this.#scheme, scope, keyOf(by))(statement);
    const half = { token: this.symbolic.mint(by, scope, statement), flipped: new Set<number>() };
    this.items.push({ by, scope, statement, bytes, halves: [half, half] });
  }

  #accepts(by: Index, scope: string, statement: Value, signature: Uint8Array): boolean {
    let verdict: boolean | null = null;
    this.#verifiers.get(scope)?.verify([{ by, statement, signature }], (valid) => {
      verdict = valid;
    });
    if (verdict === null) throw new Error("The verifier has not answered.");
    return verdict;
  }
}

const keyOf = (by: Index) => secretKeyOf([...MEMBERS, STRANGER].indexOf(by as never) + 1);

describe.each(SCHEMES)("the scheme $name", (scheme) => {
  test("accepts exactly what perfect signatures allow", () => {
    const tally = { accepted: 0, refused: 0 };
    const actions = fc.array(action, { minLength: 5, maxLength: 40, size: "max" });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), actions, (pool, steps) => {
        const worlds = new Worlds(scheme, pool);
        for (const step of steps) {
          const verdicts = worlds.perform(step);
          if (verdicts === null) continue;
          expect(verdicts.real).toBe(verdicts.model);
          tally[verdicts.model ? "accepted" : "refused"] += 1;
        }
      }),
      { numRuns: scheme.name === "node" ? 300 : 40 },
    );
    // A run in which one of the two never happens would show nothing.
    expect(tally.accepted).toBeGreaterThan(20);
    expect(tally.refused).toBeGreaterThan(20);
  });
});

describe("perfect signatures", () => {
  const [one, other] = MEMBERS as [Index, Index];

  test("are valid for whoever repeats them, and equal however often they are minted", () => {
    const world = createSymbolicScheme();
    const token = world.mint(one, "s", { a: 1 });
    expect(world.accepts(one, "s", { a: 1 }, { ...token })).toBe(true);
    expect(world.mint(one, "s", { a: 1 })).toEqual(token);
  });

  test("cannot be made of tokens that were seen", () => {
    const world = createSymbolicScheme();
    const token = world.mint(one, "s", "a");
    const unseen = world.mint(other, "s", "b");
    expect(world.accepts(other, "s", "a", { ...token, by: other })).toBe(false);
    expect(world.accepts(one, "s", "b", { ...token, over: unseen.over })).toBe(false);
    expect(world.accepts(one, "s", "b", token)).toBe(false);
    expect(world.accepts(other, "s", "a", token)).toBe(false);
    expect(world.accepts(one, "another", "a", token)).toBe(false);
    expect(world.accepts(one, "s", "a", null)).toBe(false);
  });
});
