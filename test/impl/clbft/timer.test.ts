import { describe, expect, test } from "vitest";
import type { AgreementState } from "../../../impl/clbft/agreement/state.ts";
import { clockOf, type TimerState, timer } from "../../../impl/clbft/timer.ts";
import { index } from "../../../spec/automaton/index.ts";
import { acting } from "../bft-bc/acting.ts";
import { batch, D, replica, request } from "./agreement/replica.ts";

const R = index("replica", 1);

function started() {
  const one = acting<TimerState>(timer({ self: R, doublingsMax: 3, recoverAfter: 2 }));
  return {
    changes: (view: number) =>
      one.take("SEND-VIEW-CHANGE", {
        replica: R,
        view,
        stable: { n: 0, digest: "" },
        prepared: [],
      }),
    enters: (view: number) => one.take("NEW-VIEW", { replica: R, view, reports: [], order: [] }),
    leads: (view: number) =>
      one.take("SEND-NEW-VIEW", { replica: R, view, reports: [], order: [] }),
    executes(times = 1) {
      for (let n = 0; n < times; n += 1) one.take("EXECUTE", { replica: R, n, batch: [] });
    },
    get doublings() {
      return one.state.doublings;
    },
  };
}

describe("CLBFT.TIMER, section 4.5.2: the time-out", () => {
  test("the first view change does not double it, each that follows does, up to the ceiling", () => {
    const clock = started();
    const doublings = [1, 2, 3, 4, 5].map((view) => {
      clock.changes(view);
      return clock.doublings;
    });

    expect(doublings).toEqual([0, 1, 2, 3, 3]);
  });

  test("a new view in which nothing is executed is no progress", () => {
    const clock = started();
    clock.changes(1);
    clock.enters(1);
    clock.changes(2);

    expect(clock.doublings).toBe(1);
  });

  test("one in which something is executed is, and the next view change does not double", () => {
    const clock = started();
    clock.changes(1);
    clock.leads(1);
    clock.executes();
    clock.changes(2);

    expect(clock.doublings).toBe(0);
  });

  test("decisions that are executed between views are no progress of the new view", () => {
    const clock = started();
    clock.changes(1);
    clock.executes();
    clock.changes(2);

    expect(clock.doublings).toBe(1);
  });

  test("progress takes it back step by step", () => {
    const clock = started();
    for (const view of [1, 2, 3]) clock.changes(view);
    clock.enters(3);
    clock.executes(2);
    expect(clock.doublings).toBe(2);
    clock.executes(1);
    expect(clock.doublings).toBe(1);
    clock.executes(20);
    expect(clock.doublings).toBe(0);
  });
});

describe("CLBFT.TIMER: what the clock runs for", () => {
  const of = ({ state }: { state: AgreementState }, enough = false) => clockOf(state, enough);

  test("it stops where nothing is awaited", () => {
    const one = replica(1);
    expect(of(one)).toBeNull();
    one.admit(request(1));
    expect(of(one)).not.toBeNull();
    one.committed(0, 1, batch(1));
    one.execute();
    expect(of(one)).toBeNull();
  });

  test("it starts again when the oldest request is executed, and not for another", () => {
    const one = replica(1);
    one.admit(request(1));
    one.admit(request(1, "other", D));
    const before = of(one);
    one.committed(0, 1, [request(1, "other", D)]);
    one.execute();
    expect(of(one)).toBe(before);

    one.admit(request(2));
    one.committed(0, 2, batch(1));
    one.execute();
    expect(of(one)).not.toBe(before);
  });

  test("it runs for a batch that waits for one before it, anew after each that is executed", () => {
    const one = replica(1);
    one.prePrepare(0, 1, batch(1));
    one.prePrepare(0, 2, batch(2));
    const before = of(one);
    one.committed(0, 1, batch(1));
    one.execute();

    expect(of(one)).not.toBeNull();
    expect(of(one)).not.toBe(before);
  });

  test("in a view change it runs once 2f + 1 replicas are known to change", () => {
    const one = replica(3);
    one.join(1);

    expect(of(one)).toBeNull();
    const first = of(one, true);
    expect(first).not.toBeNull();
    one.suspect(1);
    expect(of(one, true)).not.toBe(first);
  });
});
