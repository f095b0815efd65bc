import { describe, expect, test } from "vitest";
import { batch, replica, request } from "./replica.ts";

describe("CLBFT.STABLE, section 4.3", () => {
  test("drops votes up to the checkpoint and moves the watermarks", () => {
    const one = replica(1);
    for (const n of [1, 2, 3]) one.prePrepare(0, n, batch(n));
    one.stable(2);

    expect(Object.keys(one.state.log)).toEqual(["3"]);
    expect(one.prePrepare(0, 6, batch(6))).not.toEqual([]);
  });

  test("an older one changes nothing", () => {
    const one = replica(1);
    one.stable(2);
    one.stable(1);

    expect(one.state.stable).toEqual({ n: 2, digest: "state 2" });
  });

  test("decisions stay until they are executed", () => {
    const one = replica(1);
    one.committed(0, 1, batch(1));
    one.committed(0, 2, batch(2));
    one.stable(2);

    expect(one.execute()).toEqual([1, 2]);
  });

  test("and until this replica has a checkpoint of its own, since a restart begins there", () => {
    const one = replica(1);
    for (const n of [1, 2]) one.agree(0, n, batch(n));
    one.execute();
    one.stable(2);
    one.restart();
    expect(one.execute()).toEqual([1, 2]);

    one.checkpoint(2);
    expect(one.state).toMatchObject({ log: {}, base: 2 });
    one.restart();
    expect(one.execute()).toEqual([]);
    expect(one.state.executed).toBe(2);
  });

  test("the log holds at most 2 L + K entries, however far the replica lags", () => {
    const [window, checkpointEvery] = [4, 2];
    const one = replica(1);
    for (let n = 1; n <= 40; n += 1) {
      one.prePrepare(0, n, batch(n));
      if (n !== 1) one.committed(0, n, batch(n));
      if (n % checkpointEvery === 0) one.stable(n);
      expect(Object.keys(one.state.log).length).toBeLessThanOrEqual(2 * window + checkpointEvery);
    }
  });
});

describe("CLBFT.CHECKPOINT", () => {
  test("a checkpoint of what is not executed any more is none of this replica's", () => {
    const one = replica(1);
    one.checkpoint(2);
    expect(one.state.base).toBe(0);
  });
});

describe("CLBFT.INSTALL", () => {
  test("a later state is taken over: it is executed, stable, and the base of a restart", () => {
    const one = replica(1);
    one.admit(request(1));
    one.committed(0, 1, batch(1));
    one.committed(0, 3, batch(3));
    one.install(2);

    expect(one.state).toMatchObject({ executed: 2, base: 2, stable: { n: 2 }, waiting: [] });
    expect(one.execute()).toEqual([3]);
    one.restart();
    expect(one.execute()).toEqual([3]);
  });

  test("an earlier one changes nothing", () => {
    const one = replica(1);
    one.committed(0, 1, batch(1));
    one.committed(0, 2, batch(2));
    one.execute();
    const before = one.state;
    one.install(2);

    expect(one.state).toEqual(before);
  });
});

describe("CLBFT.RECOVER, TOCS on recovery", () => {
  test("while it recovers a replica votes and counts decisions; a state takes it back, and they come again", () => {
    const one = replica(1);
    for (const n of [1, 2, 3]) one.agree(0, n, batch(n));
    one.execute();
    one.checkpoint(2);
    one.stable(2);
    one.restart();
    one.recover();
    expect(one.prePrepare(0, 4, batch(4))).not.toEqual([]);
    expect(one.execute()).toEqual([3]);

    one.install(2);
    expect(one.state).toMatchObject({ executed: 2, base: 2, recovering: false });
    expect(one.execute()).toEqual([3]);
  });

  test("a crash on the way begins again there", () => {
    const one = replica(1);
    one.recover();
    one.restart();

    expect(one.state.recovering).toBe(true);
  });

  test("without any checkpoint it begins at the start", () => {
    const one = replica(1);
    one.agree(0, 1, batch(1));
    one.execute();
    one.recover();
    one.install(0);

    expect(one.execute()).toEqual([1]);
  });

  test("a primary changes the view first; who is none does not", () => {
    expect(replica(0).recover()).toMatchObject([
      { name: "SEND-VIEW-CHANGE", payload: { view: 1 } },
    ]);
    expect(replica(1).recover()).toEqual([]);
  });
});
