import { describe, expect, test } from "vitest";
import {
  type AtomicState,
  atomicMulticast,
} from "../../../../impl/atomic-multicast/atomic/automaton.ts";
import { ATOMIC } from "../../../../impl/atomic-multicast/atomic/rules.ts";
import { isSigned, signed } from "../../../../impl/atomic-multicast/atomic/symbolic.ts";
import { index, type Value } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const R = index("replica", 0);
const C = index("client", 0);
const at = { replica: R };
const [m, n] = [1, 2].map((seq) => signed({ client: C, seq, op: `${seq}` }));

function started() {
  const one = acting<AtomicState>(atomicMulticast(R, { width: 2, isSigned, rules: ATOMIC }));
  return {
    take: one.take,
    receive: (message: Value) => one.take("R-DELIVER", { ...at, message }),
    decide: (k: number, ...values: readonly Value[]) =>
      one.take("DECIDED", { ...at, k, estimate: values.map((value) => ({ from: R, value })) }),
    get offers() {
      return one.enabled.map(({ name, payload }) => [name, payload.k]);
    },
    get state() {
      return one.state;
    },
  };
}

describe("Algorithm 2", () => {
  test("D.AM.PROPOSE: proposes what is undelivered, to one instance at a time", () => {
    const replica = started();
    expect(replica.offers).toEqual([]);
    replica.receive(m!);
    expect(replica.offers).toEqual([["PROPOSE", 1]]);

    replica.take("PROPOSE", { ...at, k: 1, value: [m!] });
    replica.receive(n!);

    expect(replica.offers).toEqual([]);
    expect(replica.state.undelivered).toEqual([m, n]);
  });

  test("D.AM.DELIVER: delivers a batch message by message before it proposes again", () => {
    const replica = started();
    replica.receive(m!);
    replica.take("PROPOSE", { ...at, k: 1, value: [m!] });

    replica.decide(1, [m!], [n!]);

    expect(replica.state.batch.map(({ message }) => message.op)).toEqual(["1", "2"]);
    expect(replica.offers).toEqual([["A-DELIVER", 1]]);
  });

  test("a decision is taken without a proposal in the next instance, and in no other", () => {
    const replica = started();
    replica.decide(2, [m!]);
    expect(replica.state.k).toBe(0);

    replica.decide(1, [m!]);
    replica.decide(1, [n!]);

    expect(replica.state.k).toBe(1);
    expect(replica.state.batch).toHaveLength(1);
  });

  test("D.AM.FORGET: tells up to where all numbers of a client are delivered", () => {
    const replica = started();

    expect(replica.decide(1, [n!])).toEqual([]);
    const sent = replica.decide(2, [m!]);

    expect(sent).toEqual([{ name: "FORGET", payload: { ...at, client: C, upTo: 2 } }]);
  });

  test("what is delivered is not undelivered when it comes later", () => {
    const replica = started();
    replica.decide(1, [m!]);

    replica.receive(m!);

    expect(replica.state.undelivered).toEqual([]);
  });

  test("D.AM.RECOVER: tells reliable multicast again what to forget", () => {
    const automaton = atomicMulticast(R, { width: 2, isSigned, rules: ATOMIC });
    const sent: unknown[] = [];
    const state = { ...automaton.start()[0]!, delivered: { [C]: { upTo: 4, above: [6] } } };

    automaton.recover?.effect(state as never, {}, (name, payload) => sent.push([name, payload]));

    expect(sent).toEqual([["FORGET", { ...at, client: C, upTo: 4 }]]);
  });
});

describe("D.AM.INSTALL", () => {
  const snapshot = (k: number) => ({
    ...at,
    k,
    delivered: { [C]: { upTo: 1, above: [] } },
    service: "1",
    replies: {},
  });

  test("takes over a later stage and drops what that has delivered", () => {
    const replica = started();
    replica.receive(m!);
    replica.receive(n!);

    const sent = replica.take("INSTALL", snapshot(7));

    expect(replica.state).toMatchObject({ k: 7, deciding: false, undelivered: [n] });
    expect(sent).toEqual([{ name: "FORGET", payload: { ...at, client: C, upTo: 1 } }]);
  });

  test.each([0, 1])("a snapshot of stage %d is ignored after stage 1", (k) => {
    const replica = started();
    replica.decide(1, [n!]);
    const before = replica.state;

    replica.take("INSTALL", snapshot(k));

    expect(replica.state).toEqual(before);
  });
});
