import { describe, expect, test } from "vitest";
import type { Client, Replica, Request } from "../../../../impl/clbft/messages.ts";
import { agreements } from "../../../../impl/clbft/model/composition.ts";
import { type ClbftSize, clbftWorldOf } from "../../../../impl/clbft/model/instances.ts";
import { SEQUENCE, stateUnder } from "../../../../impl/clbft/model/service.ts";
import { servicePart } from "../../../../impl/clbft/model/service-part.ts";
import { batchesOf, spell } from "../../../../impl/clbft/model/world.ts";
import { REPAIRED } from "../../../../impl/clbft/rules.ts";
import { indices, symbolicDigest } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const [r0] = indices("replica", 4) as [Replica];
const [c0] = indices("client", 1) as [Client];
const SIZE: ClbftSize = { faulty: [3], views: 1, numbers: 2, requests: [2] };
const [first, second] = ["a", "b"].map((op, at): Request => ({ client: c0, t: at + 1, op })) as [
  Request,
  Request,
];

describe("an instance", () => {
  test("has each order of distinct requests as a batch", () => {
    const spelled = (size: Partial<ClbftSize>) =>
      batchesOf(clbftWorldOf({ ...SIZE, ...size }, REPAIRED)).map(spell);

    expect(spelled({})).toEqual(["c1:a", "c2:b"]);
    expect(spelled({ batchMax: 2 })).toEqual(["c1:a", "c2:b", "c1:a+c2:b", "c2:b+c1:a"]);
    expect(spelled({ batchMax: 2, requests: "twins" })).toEqual(["c1:a", "c1:b"]);
    expect(spelled({ requests: [1, 1] })).toEqual(["c1:a", "d1:b"]);
  });

  test("gives replicas that are never the primary all requests from the start", () => {
    const waiting = (admission: "at any time" | "from the start") =>
      agreements(clbftWorldOf({ ...SIZE, admission }, REPAIRED)).map(
        (one) => one.start()[0]?.waiting.length,
      );

    expect(waiting("from the start")).toEqual([2, 2, 2]);
    expect(waiting("at any time")).toEqual([0, 2, 2]);
  });

  test("assigns no number beyond it", () => {
    const primary = (numbers: number) => {
      const [one] = agreements(clbftWorldOf({ ...SIZE, numbers }, REPAIRED));
      return acting(one as never);
    };
    const proposed = (of: ReturnType<typeof primary>) =>
      of.enabled.filter(({ name }) => name === "SEND-PRE-PREPARE").map(({ payload }) => payload);

    const one = primary(1);
    expect(proposed(one)).toMatchObject([{ n: 1, batch: [first] }]);
    one.take("SEND-PRE-PREPARE", proposed(one)[0] as never);
    expect(proposed(one)).toEqual([]);
    const two = primary(2);
    two.take("SEND-PRE-PREPARE", proposed(two)[0] as never);
    expect(proposed(two)).toMatchObject([{ n: 2, batch: [second] }]);
  });
});

describe("the service of a replica in an instance", () => {
  test("admits at any time what is not executed", () => {
    const one = acting(
      servicePart(r0, clbftWorldOf({ ...SIZE, admission: "at any time" }, REPAIRED)) as never,
    );
    const admitted = () =>
      one.enabled.filter(({ name }) => name === "ADMIT").map(({ payload }) => payload.request);

    expect(admitted()).toEqual([first, second]);
    one.take("EXECUTE", { replica: r0, n: 1, batch: [first] });
    expect(admitted()).toEqual([second]);
  });

  test("tells executions apart, and digests give back the state that they stand for", () => {
    const { state } = SEQUENCE.apply(["a"], "b", c0);
    const whole = { service: state, clients: {} };

    expect(state).toEqual(["a", "b"]);
    expect(stateUnder(symbolicDigest({ n: 2, state: whole }))).toEqual(whole);
  });
});
