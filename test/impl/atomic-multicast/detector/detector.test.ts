import { describe, expect, test } from "vitest";
import {
  type DetectorState,
  detector,
  MESSAGES_PER_ROUND,
} from "../../../../impl/atomic-multicast/detector/automaton.ts";
import { awaitedBy } from "../../../../impl/atomic-multicast/detector/awaited.ts";
import {
  fromNext,
  positionAfter,
  UNHEARD,
} from "../../../../impl/atomic-multicast/detector/heard.ts";
import { DETECTOR_REPAIRED } from "../../../../impl/atomic-multicast/detector/rules.ts";
import { doubling } from "../../../../impl/atomic-multicast/detector/timeouts.ts";
import type { WicState } from "../../../../impl/atomic-multicast/wic/replica.ts";
import { indices } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const GROUP = indices("replica", 4);
const [P, Q] = GROUP;
const at = { replica: P };

function started() {
  const automaton = acting<DetectorState>(
    detector({
      self: P as never,
      group: GROUP,
      rules: DETECTOR_REPAIRED,
      timeouts: doubling(2, 4),
      messagesPerRound: MESSAGES_PER_ROUND,
    }),
  );
  const names = () => automaton.enabled.map(({ name }) => name);
  return {
    take: automaton.take,
    names,
    get state() {
      return automaton.state;
    },
    expect: (k: number, round: number, of = Q) => automaton.take("EXPECT", { ...at, k, round, of }),
    met: (k: number, round: number) => automaton.take("MET", { ...at, k, round }),
    hear: (k: number, round: number, kind: string, from = Q) =>
      automaton.take("HEARD", { ...at, from, k, round, kind }),
    tick: (times = 1) => {
      for (let i = 0; i < times; i++) automaton.take("TICK", at);
    },
    /** Takes all outputs that are enabled, as a host does between inputs. */
    settle: () => {
      const taken: string[] = [];
      for (let next = automaton.enabled[0]; next !== undefined; next = automaton.enabled[0]) {
        taken.push(next.name);
        automaton.take(next.name, next.payload);
      }
      return taken;
    },
  };
}

describe("D.FD.TICK", () => {
  test("D.FD.TICK: nobody is suspected before its time-out, and then told once", () => {
    const one = started();
    one.expect(1, 1);

    one.tick();
    expect(one.settle()).toEqual([]);
    one.tick();
    expect(one.settle()).toEqual(["DOUBT", "SUSPECT"]);
    one.tick(5);
    expect(one.settle()).toEqual([]);
  });

  test("no tick counts while nobody is waited for", () => {
    const one = started();
    one.tick(9);
    one.expect(1, 1);
    one.met(1, 1);
    one.tick(9);

    expect(one.settle()).toEqual([]);
  });

  test("a process does not wait for itself", () => {
    const one = started();
    one.expect(1, 4, P);
    one.tick(9);

    expect(one.settle()).toEqual([]);
  });

  test("who says more than nb · r without being met is suspected at the next tick", () => {
    const one = started();
    one.expect(1, 1);
    for (let round = 2; round <= 8; round++) {
      one.hear(1, round, "SUSPICION");
      expect(one.settle()).toEqual([]);
    }
    expect(one.state.waited).toBe(0);

    one.tick();

    expect(one.settle()).toEqual(["DOUBT", "SUSPECT"]);
  });
});

describe("D.FD.HEARD", () => {
  test("D.FD.HEARD: a new message sets the clock back, a repetition does not", () => {
    const one = started();
    one.expect(1, 1);
    one.hear(1, 1, "INITIAL");
    one.tick();
    one.hear(1, 1, "INITIAL");
    expect(one.state.waited).toBe(1);
    one.hear(1, 1, "SUSPICION");
    expect(one.state.waited).toBe(0);
  });

  test("a message of another process changes nothing for the one that is waited for", () => {
    const one = started();
    one.expect(1, 1);
    one.tick();
    one.hear(1, 1, "INITIAL", GROUP[2]);

    expect(one.state.waited).toBe(1);
  });

  test("positions follow the order in which a correct process sends", () => {
    const value = { instance: "this", round: 0, kind: "VALUE" } as const;
    const ready = { instance: "this", round: 1, kind: "READY" } as const;
    const decide = { instance: "this", round: 1, kind: "DECIDE" } as const;
    const first = positionAfter(UNHEARD, value);
    const second = positionAfter(first ?? UNHEARD, ready);
    const third = positionAfter(second ?? UNHEARD, decide);

    expect(second).toEqual({ instance: "this", round: 1, kinds: ["READY"] });
    expect(third).not.toBeNull();
    expect(positionAfter(second ?? UNHEARD, value)).toBeNull();
    expect(positionAfter(second ?? UNHEARD, ready)).toBeNull();
    expect(positionAfter(third ?? UNHEARD, { ...ready, round: 9 })).toBeNull();
    expect(positionAfter(third ?? UNHEARD, { ...decide, instance: "last" })).toBeNull();
    expect(
      positionAfter(fromNext(second ?? UNHEARD), { ...decide, instance: "last" }),
    ).not.toBeNull();
    expect(fromNext(fromNext(second ?? UNHEARD))).toEqual(UNHEARD);
  });
});

describe("D.FD.TRUST", () => {
  test("D.FD.TRUST: who is heard again is trusted again, with twice the time, up to the ceiling", () => {
    const one = started();
    for (const [k, ticks] of [
      [1, 2],
      [2, 4],
      [3, 4],
    ] as const) {
      one.expect(k, 1);
      one.tick(ticks - 1);
      expect(one.settle()).toEqual([]);
      one.tick();
      expect(one.settle()).toEqual(["DOUBT", "SUSPECT"]);
      one.hear(k, 1, "READY");
      expect(one.settle()).toEqual(["TRUST"]);
      one.met(k, 1);
    }
  });

  test("a late message of the last instance and one of a later instance show that it lives", () => {
    for (const [k, round, kind] of [
      [1, 1, "DECIDE"],
      [9, 1, "INITIAL"],
    ] as const) {
      const one = started();
      one.expect(1, 1);
      one.tick(2);
      one.settle();
      one.expect(2, 1, GROUP[2]);
      one.hear(k, round, kind);

      expect(one.settle()).toEqual(["TRUST"]);
    }
  });
});

describe("D.FD.SUSPECT", () => {
  test("D.FD.SUSPECT: a suspect is told at once in its next wait", () => {
    const one = started();
    one.expect(1, 1);
    one.tick(2);
    one.settle();
    one.expect(1, 5);

    expect(one.settle()).toEqual(["SUSPECT"]);
  });
});

describe("D.FD.BYZANTINE", () => {
  test("D.FD.BYZANTINE: a conviction is passed on once", () => {
    const one = started();
    const found = { ...at, of: Q, why: "forged a signature" };

    expect(one.take("MISBEHAVED", found)).toEqual([
      { name: "DISTRUST", payload: { ...at, of: Q } },
    ]);
    expect(one.state.byzantine).toEqual([Q]);
  });
});

test("a process waits for the coordinator in phase 1, until it has a Ready", () => {
  const state = { running: true, k: 3, round: 2, phase: 1, ready: false } as WicState;

  expect(awaitedBy(state, GROUP)).toEqual({ k: 3, round: 2, of: "replica#2" });
  expect(awaitedBy({ ...state, ready: true }, GROUP)).toBeNull();
  expect(awaitedBy({ ...state, phase: 2 }, GROUP)).toBeNull();
  expect(awaitedBy({ ...state, round: 0 }, GROUP)).toBeNull();
  expect(awaitedBy({ ...state, running: false }, GROUP)).toBeNull();
});
