import { describe, expect, test } from "vitest";
import { nameOf } from "../../../../impl/clbft/agreement/state.ts";
import { batch, D, replica, request, said } from "./replica.ts";

describe("CLBFT.REQUEST, section 4.1", () => {
  test("a backup forwards what it admits, again if it comes again, and waits for it once", () => {
    const backup = replica(1);
    const forwarded = [said("FORWARD", 1, { request: request(1) })];

    expect(backup.admit(request(1))).toEqual(forwarded);
    expect(backup.admit(request(1))).toEqual(forwarded);
    expect(backup.state.waiting).toEqual([request(1)]);
  });

  test("the primary forwards nothing", () => {
    expect(replica(0).admit(request(1))).toEqual([]);
  });

  test("of a client requests within one window wait, and keep their places", () => {
    const backup = replica(1);
    for (const t of [2, 1, 5, 6]) backup.admit(request(t));
    backup.admit(request(1, "op1", D));
    expect(backup.state.waiting.map(nameOf)).toEqual(["client#0 2", "client#0 1", "client#1 1"]);

    // The one below is executed: there is room for the one above.
    expect(backup.admit(request(5))).toEqual([]);
    backup.agree(0, 1, batch(1));
    backup.execute();
    expect(backup.admit(request(5))).not.toEqual([]);
    expect(backup.admit(request(1))).toEqual([]);
  });

  test("what an executed request puts out of its client's window waits no more", () => {
    const backup = replica(1);
    backup.admit(request(1));
    backup.admit(request(2));
    backup.agree(0, 1, batch(5));
    backup.execute();

    expect(backup.state.waiting).toEqual([request(2)]);
  });
});

describe("CLBFT.PRE-PREPARE, section 4.2", () => {
  test("the primary assigns numbers in order, with batches in the order of arrival", () => {
    const primary = replica(0);
    for (const t of [1, 2, 3]) primary.admit(request(t));

    expect(primary.propose()).toMatchObject({ view: 0, n: 1, batch: batch(1, 2) });
    expect(primary.propose()).toMatchObject({ view: 0, n: 2, batch: batch(3) });
    expect(primary.propose()).toBeUndefined();
  });

  test("a backup assigns none, and nobody does between views", () => {
    const backup = replica(1);
    backup.admit(request(1));
    expect(backup.propose()).toBeUndefined();

    const primary = replica(0);
    primary.admit(request(1));
    primary.suspect(0);
    expect(primary.propose()).toBeUndefined();
  });

  test("numbers end at the high watermark and go on when a checkpoint is stable", () => {
    const primary = replica(0, {}, { batchMax: 1, window: 2, clientWindow: 8 });
    for (const t of [1, 2, 3]) primary.admit(request(t));
    primary.propose();
    primary.propose();
    expect(primary.propose()).toBeUndefined();

    primary.stable(2);
    primary.install(2);
    primary.admit(request(3));
    expect(primary.propose()).toMatchObject({ n: 3, batch: batch(3) });
  });

  test("the pipeline holds requests back until batches are executed, and they gather", () => {
    const primary = replica(0, {}, { pipeline: 1 });
    primary.admit(request(1));
    primary.propose();
    for (const t of [2, 3]) primary.admit(request(t));
    expect(primary.propose()).toBeUndefined();

    primary.committed(0, 1, batch(1));
    primary.execute();
    expect(primary.propose()).toMatchObject({ n: 2, batch: batch(2, 3) });
  });

  test("a batch that is not full waits for those under way, a full one does not", () => {
    const primary = replica(0, {}, { partial: 1 });
    primary.admit(request(1));
    expect(primary.propose()).toMatchObject({ n: 1, batch: batch(1) });
    primary.admit(request(2));
    expect(primary.propose()).toBeUndefined();
    primary.admit(request(3));
    expect(primary.propose()).toMatchObject({ n: 2, batch: batch(2, 3) });
  });

  test("after a checkpoint, a state transfer or a restart the primary goes on above", () => {
    const next = (rules = {}) => {
      const primary = replica(0, rules);
      primary.agree(0, 1, batch(1));
      primary.committed(0, 1, batch(1));
      primary.execute();
      primary.install(2);
      primary.restart();
      primary.admit(request(3));
      return primary.propose();
    };

    expect(next()).toMatchObject({ n: 3 });
    expect(next({ continuesNumbers: false })).toBeUndefined();
  });
});

describe("CLBFT.PREPARE, section 4.2", () => {
  test("a backup of the view accepts a pre-prepare and prepares it", () => {
    const backup = replica(1);

    expect(backup.prePrepare(0, 1, batch(1))).toEqual([
      said("SEND-PREPARE", 1, { view: 0, n: 1, batch: batch(1) }),
    ]);
  });

  test("it accepts one batch for each number of a view", () => {
    const backup = replica(1);
    backup.prePrepare(0, 1, batch(1));
    expect(backup.prePrepare(0, 1, batch(2))).toEqual([]);

    const mutant = replica(1, { acceptsOnce: false });
    mutant.prePrepare(0, 1, batch(1));
    expect(mutant.prePrepare(0, 1, batch(2))).not.toEqual([]);
  });

  test("a vote is durable: who restarts accepts no other batch", () => {
    const [one, mutant] = [replica(1), replica(1, { remembersVotes: false })];
    for (const each of [one, mutant]) {
      each.prePrepare(0, 1, batch(1));
      each.restart();
    }

    expect(one.prePrepare(0, 1, batch(2))).toEqual([]);
    expect(mutant.prePrepare(0, 1, batch(2))).not.toEqual([]);
  });

  test("nothing of another view, outside the watermarks, or between views", () => {
    const backup = replica(2);
    expect(backup.prePrepare(1, 1, batch(1))).toEqual([]);
    expect(backup.prePrepare(0, 5, batch(1))).toEqual([]);
    expect(replica(2, { watermarks: false }).prePrepare(0, 5, batch(1))).not.toEqual([]);
    backup.stable(2);
    expect(backup.prePrepare(0, 2, batch(1))).toEqual([]);
    expect(backup.prePrepare(0, 6, batch(1))).not.toEqual([]);

    const leaving = replica(2);
    leaving.join(1);
    expect(leaving.prePrepare(0, 1, batch(1))).toEqual([]);
    expect(leaving.prePrepare(1, 1, batch(1))).toEqual([]);
    const staying = replica(2, { leavesView: false });
    staying.join(1);
    expect(staying.prePrepare(0, 1, batch(1))).not.toEqual([]);
  });
});

describe("CLBFT.COMMIT and CLBFT.DECIDE", () => {
  test("a replica commits what it accepted and 2f + 1 prepared, once", () => {
    const backup = replica(1);
    expect(backup.prepared(0, 1, batch(1))).toEqual([]);
    backup.prePrepare(0, 1, batch(1));
    expect(backup.prepared(0, 1, batch(2))).toEqual([]);
    expect(backup.prepared(0, 1, batch(1))).toEqual([
      said("SEND-COMMIT", 1, { view: 0, n: 1, batch: batch(1) }),
    ]);
    expect(backup.prepared(0, 1, batch(1))).toEqual([]);

    expect(
      replica(1, { commitsWhen: "accepted" })
        .prePrepare(0, 1, batch(1))
        .map(({ name }) => name),
    ).toEqual(["SEND-COMMIT", "SEND-PREPARE"]);
  });

  test("2f + 1 commits decide, whatever the replica has accepted or prepared", () => {
    const backup = replica(1);
    backup.prePrepare(0, 1, batch(2));
    backup.committed(0, 1, batch(1));

    expect(backup.offered("EXECUTE")).toMatchObject([{ n: 1, batch: batch(1) }]);
  });

  test("they decide in any view and between views; in print in their view alone", () => {
    const decided = (rules: object) => {
      const backup = replica(2, rules);
      backup.admit(request(1));
      backup.suspect(0);
      backup.committed(0, 1, batch(1));
      return backup.execute();
    };

    expect(decided({})).toEqual([1]);
    expect(decided({ decidesInAnyView: false })).toEqual([]);
  });

  test("a decision is final", () => {
    const backup = replica(1);
    backup.committed(0, 1, batch(1));
    backup.committed(1, 1, batch(2));

    expect(backup.offered("EXECUTE")).toMatchObject([{ batch: batch(1) }]);
  });

  test("who lags behind a stable checkpoint still takes decisions, within L of what it executed", () => {
    const lagging = replica(1, {}, { window: 2 });
    lagging.stable(4);
    for (const n of [1, 2, 3]) lagging.committed(0, n, batch(n));

    expect(lagging.execute()).toEqual([1, 2]);
  });
});

describe("CLBFT.EXECUTE", () => {
  test("in the order of numbers, without a gap", () => {
    const [one, mutant] = [replica(1), replica(1, { executesInOrder: false })];
    for (const each of [one, mutant]) each.committed(0, 2, batch(2));
    expect(one.execute()).toEqual([]);
    expect(mutant.execute()).toEqual([2]);

    one.committed(0, 1, batch(1));
    expect(one.execute()).toEqual([1, 2]);
  });

  test("what is executed waits no more", () => {
    const backup = replica(1);
    backup.admit(request(1));
    backup.committed(0, 1, batch(1));
    backup.execute();

    expect(backup.state.waiting).toEqual([]);
  });
});
