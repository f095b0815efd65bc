import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOf, proposalOf } from "../../../../impl/atomic-multicast/atomic/batch.ts";
import { type Message, messagesIn } from "../../../../impl/atomic-multicast/atomic/message.ts";
import {
  ATOMIC,
  ATOMIC_PRINTED,
  ATOMIC_PRINTED_E04,
} from "../../../../impl/atomic-multicast/atomic/rules.ts";
import { forged, isSigned, signed } from "../../../../impl/atomic-multicast/atomic/symbolic.ts";
import { taking, type Window } from "../../../../impl/atomic-multicast/atomic/window.ts";
import { compare, indices, setOf, type Value } from "../../../../spec/automaton/index.ts";

const [R, Q] = indices("replica", 2);
const CLIENTS = indices("client", 3);
const [C, D] = CLIENTS;
const NOTHING = { delivered: {}, contents: [] };
const m = signed({ client: C!, seq: 1, op: "m" });
const n = signed({ client: D!, seq: 1, op: "n" });
const twin = forged({ client: C!, seq: 1, op: "a" }, R!);

const decided = (...values: readonly Value[]) =>
  values.map((value, at) => ({ from: [R!, Q!][at]!, value }));
const opsOf = (values: readonly Value[], rules = ATOMIC, before = NOTHING) =>
  batchOf(decided(...values), before, 2, isSigned, rules).map(({ op }) => op);

describe("D.AM.DECIDE", () => {
  test("delivers the union of all values, by client and number", () => {
    const later = signed({ client: C!, seq: 2, op: "later" });
    expect(opsOf([[n, later], [m]])).toEqual(["m", "later", "n"]);
  });

  test("an unsigned twin removes nothing; as printed (D-E04) it removes the message", () => {
    expect(opsOf([[m], [twin]])).toEqual(["m"]);
    expect(opsOf([[m], [twin]], ATOMIC_PRINTED)).toEqual([]);
    expect(opsOf([[m], [twin]], ATOMIC_PRINTED_E04)).toEqual([]);
  });

  test("of signed twins the least is delivered; as printed (D-E05) none", () => {
    const twins = [signed({ ...m, op: "m2" }), m];
    expect(opsOf([[...twins]])).toEqual(["m"]);
    expect(opsOf([[...twins]], ATOMIC_PRINTED)).toEqual([]);
  });

  test("one request under two signatures is one message", () => {
    const anySignature = () => true;
    const again = { ...m, signature: "another" };
    const batch = batchOf(decided([m], [again]), NOTHING, 2, anySignature, ATOMIC);
    expect(batch).toEqual([{ client: C, seq: 1, op: "m" }]);
  });

  test("leaves out what is delivered and what is beyond the window", () => {
    const numbered = [1, 2, 3, 4].map((seq) => signed({ client: C!, seq, op: `${seq}` }));
    const before = { ...NOTHING, delivered: { [C!]: { upTo: 1, above: [3] } } };
    expect(opsOf([numbered], ATOMIC, before)).toEqual(["2"]);
  });

  test.each([null, 7, "m", { m }, [null, 3, [m], { ...m, seq: "1" }, { ...m, more: 1 }]])(
    "what is no set of messages counts as empty: %j",
    (value) => {
      expect(messagesIn(value as Value)).toEqual([]);
    },
  );

  const messages = fc.uniqueArray(
    fc.record({
      client: fc.constantFrom(...CLIENTS),
      seq: fc.integer({ min: 1, max: 3 }),
      op: fc.constantFrom("a", "b"),
      signature: fc.constantFrom<Value>(...CLIENTS, R!),
    }),
    { selector: (one) => JSON.stringify(one), maxLength: 8 },
  );

  test("depends on the union of the values alone, in whatever order and however split", () => {
    fc.assert(
      fc.property(messages, fc.func(fc.boolean()), (all: Message[], inFirst) => {
        const first = all.filter((one) => inFirst(one));
        const rest = all.filter((one) => !first.includes(one));
        for (const rules of [ATOMIC, ATOMIC_PRINTED]) {
          const whole = batchOf(decided(all), NOTHING, 2, isSigned, rules);
          const parts = [decided(rest, first), decided([...first].reverse(), all)];
          for (const part of parts) {
            expect(batchOf(part, NOTHING, 2, isSigned, rules)).toEqual(whole);
          }
        }
      }),
    );
  });

  test("a batch never has two messages of one number", () => {
    fc.assert(
      fc.property(messages, (all: Message[]) => {
        const batch = batchOf(decided(all), NOTHING, 2, isSigned, ATOMIC);
        const numbers = batch.map(({ client, seq }) => `${client} ${seq}`);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});

describe("windows", () => {
  test("hold exactly the numbers taken, in whatever order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), (numbers) => {
        const window = numbers.reduce<Window | undefined>(taking, undefined);
        const { upTo, above } = window ?? { upTo: 0, above: [] };
        const held = [...Array.from({ length: upTo }, (_, at) => at + 1), ...above];
        expect(held).toEqual([...numbers].sort((a, b) => a - b));
        expect(above).not.toContain(upTo + 1);
      }),
    );
  });
});

describe("D.AM.PROPOSE, of a bounded proposal", () => {
  const undelivered = setOf<Message>(
    ...CLIENTS.flatMap((client) => [1, 2].map((seq) => signed({ client, seq, op: "x" }))),
  );

  test("has no more messages than its bound, in canonical order", () => {
    const proposal = proposalOf(undelivered, 5, { batchMax: 3, clients: CLIENTS });
    expect(proposal).toHaveLength(3);
    expect(proposal).toEqual([...proposal].sort(compare));
  });

  test("begins with another client at each instance, so that each has its turn", () => {
    const firstOf = (k: number) =>
      proposalOf(undelivered, k, { batchMax: 1, clients: CLIENTS })[0]?.client;
    expect(new Set([1, 2, 3].map(firstOf))).toEqual(new Set(CLIENTS));
  });
});
