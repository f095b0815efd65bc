import { describe, expect, test } from "vitest";
import type { Estimate, Replica } from "../../../../impl/atomic-multicast/messages.ts";
import {
  WIC_ECHO_TO_ALL,
  WIC_MUTANTS,
  WIC_PRINTED_BUT,
  WIC_REPAIRED,
  type WicRules,
} from "../../../../impl/atomic-multicast/rules.ts";
import { type WicState, wicReplica } from "../../../../impl/atomic-multicast/wic/replica.ts";
import { indices } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const group = indices("replica", 4);
const [p0, p1, p2, p3] = group as [Replica, Replica, Replica, Replica];
const S1: Estimate = [
  { from: p0, value: "a" },
  { from: p1, value: "b" },
];
const S2: Estimate = [
  { from: p0, value: "a" },
  { from: p2, value: "c" },
];

type Step = readonly [action: string, payload?: Readonly<Record<string, unknown>>];

const before: readonly Step[] = [
  ["PROPOSE", { value: "x" }],
  ["VALUES", { estimate: S1 }],
];

/** A process after some inputs of instance 1, round 1 (where they say nothing else), and what it sent. */
function run(self: Replica, steps: readonly Step[], rules: WicRules = WIC_REPAIRED) {
  const one = acting<WicState>(wicReplica({ self, group, rules, window: 2 }));
  const sent: string[] = [];
  let last: unknown = null;
  for (const [name, payload] of steps) {
    for (const output of one.take(name, { replica: self, k: 1, round: 1, ...payload })) {
      sent.push(output.name);
      last = output.payload;
    }
  }
  return { state: one.state, sent, last, enabled: one.enabled.map(({ name }) => name) };
}

describe("the process of Algorithm 3", () => {
  test("sends its value, and takes part once it has f + 1 values", () => {
    expect(run(p2, before.slice(0, 1)).sent).toEqual(["SEND-VALUE"]);
    expect(run(p2, before.slice(0, 1)).state.round).toBe(0);
    expect(run(p2, before).state).toMatchObject({ k: 1, round: 1, phase: 1, estimate: S1 });
  });

  test("sends Initial where it is the coordinator, and nobody else does", () => {
    expect(run(p1, before).sent).toEqual(["SEND-VALUE", "SEND-INITIAL"]);
    expect(run(p2, before).sent).toEqual(["SEND-VALUE"]);
  });

  test("echoes one Initial in a round", () => {
    const twice: Step[] = [...before, ["INITIAL", { estimate: S1 }], ["INITIAL", { estimate: S2 }]];
    expect(run(p2, twice).sent).toEqual(["SEND-VALUE", "SEND-ECHO"]);
    expect(run(p2, twice, WIC_MUTANTS["echoes-again"]).sent.slice(-2)).toEqual([
      "SEND-ECHO",
      "SEND-ECHO",
    ]);
  });

  test("adopts what is certified and relays it, in phase 1 only", () => {
    const ready: Step = ["READY", { estimate: S2 }];
    expect(run(p2, [...before, ready])).toMatchObject({
      state: { estimate: S2, certified: 1, ready: true },
      sent: ["SEND-VALUE", "SEND-READY"],
    });
    const late: Step[] = [...before, ["SUSPICION-QUORUM"], ready];
    expect(run(p2, late)).toMatchObject({
      state: { estimate: S1, certified: null, ready: false },
      sent: ["SEND-VALUE", "SEND-GO-PHASE-2"],
    });
    expect(run(p2, late, WIC_PRINTED_BUT["D-E01"]).sent.at(-1)).toBe("SEND-READY");
  });

  test("certifies its own estimate as coordinator, in phase 1 only", () => {
    const echoes: Step = ["ECHO-QUORUM", { estimate: S1 }];
    expect(run(p1, [...before, echoes]).sent.at(-1)).toBe("SEND-READY");
    expect(run(p1, [...before, ["ECHO-QUORUM", { estimate: S2 }]]).sent).not.toContain(
      "SEND-READY",
    );
    expect(run(p1, [...before, ["GO-PHASE-2"], echoes]).sent.at(-1)).toBe("SEND-GO-PHASE-2");
    expect(run(p2, [...before, echoes]).sent).not.toContain("SEND-READY");
    expect(run(p2, [...before, echoes], WIC_ECHO_TO_ALL).sent.at(-1)).toBe("SEND-READY");
  });

  test("decides what 2f + 1 Readys name, in phase 2 too, and tells it once", () => {
    const readys: Step = ["READY-QUORUM", { estimate: S2 }];
    const { state, sent, enabled } = run(p2, [...before, ["SUSPICION-QUORUM"], readys]);
    expect(state).toMatchObject({
      running: false,
      round: 0,
      estimate: null,
      decided: [{ k: 1, round: 1, estimate: S2 }],
    });
    expect(sent).toEqual(["SEND-VALUE", "SEND-GO-PHASE-2", "SEND-DECIDE"]);
    expect(enabled).toEqual(["DECIDED"]);
    const own = WIC_MUTANTS["decides-own-estimate"];
    const [wrong] = run(p2, [...before, ["SUSPICION-QUORUM"], readys], own).state.decided;
    expect(wrong?.estimate).toEqual(S1);
  });

  test("relays a Decide before it has any values", () => {
    const { sent, state } = run(p2, [before[0] as Step, ["DECIDE", { round: 3, estimate: S2 }]]);
    expect(sent).toEqual(["SEND-VALUE", "SEND-DECIDE"]);
    expect(state.decided).toEqual([{ k: 1, round: 3, estimate: S2 }]);
  });

  test("does nothing for an instance that it has decided but to tell it again", () => {
    const decided: Step[] = [...before, ["DECIDE", { estimate: S2 }]];
    const after: Step[] = [
      ...decided,
      ["INITIAL", { estimate: S1 }],
      ["SUSPECT"],
      ["GO-PHASE-2"],
      ["GO-PHASE-2-QUORUM", { reports: [null] }],
      ["DECIDE", { estimate: S1 }],
    ];
    expect(run(p2, after)).toEqual(run(p2, decided));
    expect(run(p2, [...decided, ["RECALL"]]).sent.at(-1)).toBe("SEND-DECIDE");
    expect(run(p2, [...decided, ["RECALL", { k: 2 }]]).sent).toEqual(run(p2, decided).sent);
  });

  test("suspects once in a round, and never itself", () => {
    const suspects: Step[] = [...before, ["SUSPECT"], ["SUSPECT"], ["DISTRUST", { of: p1 }]];
    expect(run(p2, suspects).sent).toEqual(["SEND-VALUE", "SEND-SUSPICION"]);
    expect(run(p1, suspects).sent).not.toContain("SEND-SUSPICION");
  });

  test("suspects whom it distrusts in each of its rounds", () => {
    const { sent } = run(p3, [
      ["DISTRUST", { of: p2 }],
      ...before,
      ["GO-PHASE-2"],
      ["GO-PHASE-2-QUORUM", { reports: [null] }],
    ]);
    expect(sent).toEqual(["SEND-VALUE", "SEND-GO-PHASE-2", "SEND-SUSPICION"]);
  });

  test("reports what it adopted, and takes up what was certified last", () => {
    const two = { round: 2, estimate: S2 };
    const steps: Step[] = [
      ...before,
      ["READY", { estimate: S2 }],
      ["SUSPICION-QUORUM"],
      ["GO-PHASE-2-QUORUM", { reports: [null, { round: 1, estimate: S1 }] }],
      ["GO-PHASE-2", { round: 2 }],
    ];
    expect(run(p2, steps.slice(0, -2)).last).toMatchObject({
      certified: { round: 1, estimate: S2 },
    });
    expect(run(p3, steps)).toMatchObject({
      state: { round: 2, phase: 2, estimate: S1, certified: 1 },
      last: { certified: { round: 1, estimate: S1 } },
    });
    expect(run(p3, steps, WIC_PRINTED_BUT["D-F01"]).last).toMatchObject({ certified: null });
    const next: Step[] = [
      ...steps,
      ["GO-PHASE-2-QUORUM", { round: 2, reports: [null, { round: 1, estimate: S1 }, two] }],
    ];
    expect(run(p3, next).last).toMatchObject({ round: 3, estimate: S2 });
  });

  test("takes messages of its own instance and round only", () => {
    for (const [name, payload] of [
      ["INITIAL", { estimate: S2 }],
      ["READY", { estimate: S2 }],
      ["READY-QUORUM", { estimate: S2 }],
      ["SUSPICION-QUORUM", {}],
      ["GO-PHASE-2", {}],
      ["SUSPECT", {}],
    ] as const) {
      expect(run(p2, [...before, [name, { ...payload, round: 2 }]])).toEqual(run(p2, before));
      expect(run(p2, [...before, [name, { ...payload, k: 2 }]])).toEqual(run(p2, before));
    }
  });

  test("takes a Decide of another instance where bodies do not say the instance", () => {
    const stale: Step[] = [...before, ["DECIDE", { k: 7, estimate: S2 }]];
    expect(run(p2, stale).state.decided).toEqual([]);
    expect(run(p2, stale, WIC_PRINTED_BUT["D-E03"]).state.decided).toEqual([
      { k: 1, round: 1, estimate: S2 },
    ]);
  });

  test("remembers no more decisions than its window", () => {
    const one = acting<WicState>(wicReplica({ self: p2, group, rules: WIC_REPAIRED, window: 2 }));
    for (const k of [1, 2, 3]) {
      one.take("PROPOSE", { replica: p2, k, value: "x" });
      one.take("DECIDE", { replica: p2, k, round: 1, estimate: S1 });
      one.take("DECIDED", { replica: p2, k, estimate: S1 });
    }
    expect(one.state.decided.map(({ k }) => k)).toEqual([2, 3]);
  });

  test("proposes in one instance after the other", () => {
    const one = acting<WicState>(wicReplica({ self: p2, group, rules: WIC_REPAIRED, window: 2 }));
    expect(one.take("PROPOSE", { replica: p2, k: 2, value: "x" })).toEqual([]);
    one.take("PROPOSE", { replica: p2, k: 1, value: "x" });
    expect(one.take("PROPOSE", { replica: p2, k: 2, value: "x" })).toEqual([]);
    one.take("DECIDE", { replica: p2, k: 1, round: 1, estimate: S1 });
    expect(one.take("PROPOSE", { replica: p2, k: 2, value: "x" })).toEqual([]);
    one.take("DECIDED", { replica: p2, k: 1, estimate: S1 });
    expect(one.take("PROPOSE", { replica: p2, k: 2, value: "x" })).toHaveLength(1);
  });
});
