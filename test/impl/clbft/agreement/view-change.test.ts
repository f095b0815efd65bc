import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NULL, startOf } from "../../../../impl/clbft/agreement/new-view.ts";
import { awaitsPrimary } from "../../../../impl/clbft/agreement/state.ts";
import type { Batch, Report } from "../../../../impl/clbft/messages.ts";
import { MUTANTS, REPAIRED } from "../../../../impl/clbft/rules.ts";
import { batch, replica, reportOf, request, said } from "./replica.ts";

const viewChange = (
  position: number,
  view: number,
  stable: number,
  ...prepared: readonly (readonly [n: number, view: number, batch: Batch])[]
) => {
  const { replica: _, ...report } = reportOf(position, stable, ...prepared);
  return [said("SEND-VIEW-CHANGE", position, { view, ...report })];
};

describe("CLBFT.SUSPECT and CLBFT.VIEW-CHANGE, section 4.4", () => {
  test("a replica that waits for nothing suspects nobody", () => {
    const idle = replica(1);
    expect(idle.suspect(0)).toEqual([]);
    idle.admit(request(1));
    expect(idle.suspect(1)).toEqual([]);
    expect(idle.suspect(0)).toEqual(viewChange(1, 1, 0));
  });

  test("it waits for a batch that is accepted, and for one that is decided and cannot be executed", () => {
    const accepting = replica(1);
    accepting.prePrepare(0, 1, batch(1));
    const gap = replica(1);
    gap.committed(0, 2, batch(2));

    expect(awaitsPrimary(accepting.state)).toBe(true);
    expect(awaitsPrimary(gap.state)).toBe(true);
  });

  test("who lags behind a stable checkpoint waits for a state and not for its primary", () => {
    const lagging = replica(1);
    lagging.admit(request(9));
    lagging.stable(2);
    expect(awaitsPrimary(lagging.state)).toBe(false);
    lagging.install(2);
    lagging.admit(request(9));
    expect(awaitsPrimary(lagging.state)).toBe(true);
  });

  test("between views it may go on to the next", () => {
    const one = replica(3);
    one.join(1);

    expect(one.suspect(1)).toEqual(viewChange(3, 2, 0));
  });

  test("it reports the certificate of the highest view for each number above its checkpoint", () => {
    const one = replica(3);
    for (const n of [1, 2, 3]) {
      one.prePrepare(0, n, batch(n));
      one.prepared(0, n, batch(n));
    }
    one.stable(1);
    expect(one.join(1)).toEqual(viewChange(3, 1, 1, [2, 0, batch(2)], [3, 0, batch(3)]));
    one.newView(
      1,
      [reportOf(0, 1), reportOf(1, 1, [2, 0, batch(2)]), reportOf(2, 1)],
      [[2, batch(2)]],
    );
    one.prepared(1, 2, batch(2));

    // Number 3 was prepared in view 0, and view 1 said nothing of it.
    expect(one.join(2)).toEqual(viewChange(3, 2, 1, [2, 1, batch(2)], [3, 0, batch(3)]));
  });

  test.each([
    ["of the last view", [[2, 1, batch(2)]]],
    ["never", []],
  ] as const)("a mutant reports what it prepared %s", (reportsPrepared, reported) => {
    const one = replica(3, { reportsPrepared });
    one.prePrepare(0, 1, batch(1));
    one.prepared(0, 1, batch(1));
    one.newView(
      1,
      [reportOf(0, 0), reportOf(1, 0), reportOf(2, 0, [2, 0, batch(2)])],
      [
        [1, NULL],
        [2, batch(2)],
      ],
    );
    one.prepared(1, 2, batch(2));

    expect(one.join(2)).toEqual(viewChange(3, 2, 0, ...reported));
  });

  test("a restart forgets neither the view change nor what was prepared", () => {
    const one = replica(3);
    one.prePrepare(0, 1, batch(1));
    one.prepared(0, 1, batch(1));
    one.join(1);
    one.restart();

    expect(one.state).toMatchObject({ view: 1, active: false });
    expect(one.suspect(1)).toEqual(viewChange(3, 2, 0, [1, 0, batch(1)]));
  });
});

describe("who runs over this agreement", () => {
  test("COMPLAIN changes the view although nothing waits, once", () => {
    const one = replica(3);
    expect(one.complain(0)).toEqual(viewChange(3, 1, 0));
    expect(one.complain(0)).toEqual([]);
    expect(one.complain(1)).toEqual([]);
  });

  test("hears of each view that is entered, where it asks", () => {
    const reports = [reportOf(0, 0), reportOf(1, 0), reportOf(2, 0)];
    const started = [said("START-VIEW", 3, { view: 1 })];
    expect(replica(3, {}, {}, true).newView(1, reports, [])).toEqual(started);
    expect(replica(3).newView(1, reports, [])).toEqual([]);
  });
});

describe("CLBFT.JOIN, section 4.5.2", () => {
  test("a replica follows into later views alone", () => {
    const one = replica(3);

    expect(one.join(2)).toEqual(viewChange(3, 2, 0));
    expect(one.join(2)).toEqual([]);
    expect(one.join(1)).toEqual([]);
  });
});

describe("CLBFT.NEW-VIEW, section 4.4", () => {
  const reports = [reportOf(0, 0), reportOf(1, 0, [2, 0, batch(2)]), reportOf(2, 0)];
  const order: [number, Batch][] = [
    [1, NULL],
    [2, batch(2)],
  ];

  test("the primary of the view enters it and pre-prepares what was prepared, null where nothing was", () => {
    const primary = replica(1);
    primary.join(1);
    const ordered = order.map(([n, of]) => ({ n, batch: of }));

    expect(primary.viewChanges(1, ...reports)).toEqual([
      said("SEND-NEW-VIEW", 1, { view: 1, reports, order: ordered }),
    ]);
    expect(primary.state).toMatchObject({ view: 1, active: true });
    primary.admit(request(5));
    expect(primary.propose()).toMatchObject({ view: 1, n: 3, batch: batch(5) });
  });

  test("nobody else does, not in another view, and not twice", () => {
    const backup = replica(2);
    backup.join(1);
    expect(backup.viewChanges(1, ...reports)).toEqual([]);
    const primary = replica(1);
    expect(primary.viewChanges(1, ...reports)).toEqual([]);
    primary.join(1);
    primary.viewChanges(1, ...reports);
    expect(primary.viewChanges(1, ...reports)).toEqual([]);
    primary.restart();
    expect(primary.viewChanges(1, ...reports)).toEqual([]);
  });

  test("a request in the order is not assigned again", () => {
    const primary = replica(1);
    primary.admit(request(2));
    primary.join(1);
    primary.viewChanges(1, ...reports);

    expect(primary.propose()).toBeUndefined();
  });
});

describe("CLBFT.ENTER, section 4.4", () => {
  const reports = [reportOf(0, 0), reportOf(1, 0, [2, 0, batch(2)]), reportOf(2, 0)];
  const order: [number, Batch][] = [
    [1, NULL],
    [2, batch(2)],
  ];
  const prepares = [
    said("SEND-PREPARE", 3, { view: 1, n: 1, batch: NULL }),
    said("SEND-PREPARE", 3, { view: 1, n: 2, batch: batch(2) }),
  ];

  test("a backup enters from an earlier view and from between views, once", () => {
    const [behind, between] = [replica(3), replica(3)];
    between.join(1);

    expect(behind.newView(1, reports, order)).toEqual(prepares);
    expect(between.newView(1, reports, order)).toEqual(prepares);
    expect(between.newView(1, reports, order)).toEqual([]);
    expect(behind.state).toMatchObject({ view: 1, active: true });
  });

  test("it derives the order again, and refuses another", () => {
    const other: [number, Batch][] = [
      [1, NULL],
      [2, NULL],
    ];

    expect(replica(3).newView(1, reports, other)).toEqual([]);
    expect(replica(3, { derivesOrder: false }).newView(1, reports, other)).not.toEqual([]);
  });

  test("not the primary of the view itself, and not one of an earlier view", () => {
    expect(replica(1).newView(1, reports, order)).toEqual([]);
    const later = replica(3);
    later.join(2);
    expect(later.newView(1, reports, order)).toEqual([]);
  });

  test("it forwards what waits to the new primary", () => {
    const backup = replica(3);
    backup.admit(request(7));

    expect(backup.newView(1, [reportOf(0, 0), reportOf(1, 0), reportOf(2, 0)], [])).toEqual([
      said("FORWARD", 3, { request: request(7) }),
    ]);
  });

  test("a view that begins above its own checkpoint is entered, and a state waited for", () => {
    const above = [reportOf(0, 2), reportOf(1, 0), reportOf(2, 0)];
    const one = replica(3);
    one.newView(1, above, []);
    expect(one.state).toMatchObject({ view: 1, active: true, stable: { n: 2 } });
    one.install(2);
    expect(one.state.executed).toBe(2);

    const mutant = replica(3, { followsCheckpoint: false });
    mutant.newView(1, above, []);
    expect(mutant.state.view).toBe(0);
  });

  test("numbers at or below its own stable checkpoint are not voted for again", () => {
    const one = replica(3);
    one.stable(1);

    expect(one.newView(1, reports, order)).toEqual(prepares.slice(1));
  });

  test("who restarts between views is between views", () => {
    const [one, mutant] = [replica(3), replica(3, { entersByNewView: false })];
    for (const each of [one, mutant]) {
      each.join(1);
      each.restart();
    }

    expect(one.prePrepare(1, 1, batch(1))).toEqual([]);
    expect(mutant.prePrepare(1, 1, batch(1))).not.toEqual([]);
  });
});

describe("the order of a new view, section 4.4", () => {
  const OPS: readonly Batch[] = [batch(1), batch(2), batch(3)];
  const certificate = fc.record({
    n: fc.integer({ min: 1, max: 6 }),
    view: fc.integer({ min: 0, max: 3 }),
  });
  /** One batch for each number and view, as a quorum of correct replicas makes it. */
  const batchOf = (n: number, view: number) => OPS[(n * 7 + view * 3) % OPS.length] as Batch;
  const report = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.array(certificate, { maxLength: 5 }))
    .map(([stable, certificates]) => ({ stable, certificates }));
  const arbitrary = fc
    .array(report, { minLength: 3, maxLength: 4 })
    .map((all) =>
      all.map(({ stable, certificates }, position) =>
        reportOf(
          position,
          stable,
          ...certificates
            .filter(({ n }, at) => n > stable && certificates.findIndex((c) => c.n === n) === at)
            .map(({ n, view }) => [n, view, batchOf(n, view)] as const),
        ),
      ),
    );

  /** Section 4.4 read word by word, number by number. */
  function naive(reports: readonly Report[]) {
    let minS = 0;
    let maxS = 0;
    for (const { stable } of reports) if (stable.n > minS) minS = stable.n;
    for (const { prepared } of reports) for (const { n } of prepared) if (n > maxS) maxS = n;
    const order: { n: number; batch: Batch }[] = [];
    for (let n = minS + 1; n <= maxS; n += 1) {
      let highest = -1;
      let chosen: Batch = [];
      for (const { prepared } of reports) {
        for (const one of prepared) {
          if (one.n === n && one.view > highest) {
            highest = one.view;
            chosen = one.batch;
          }
        }
      }
      order.push({ n, batch: chosen });
    }
    return { min: minS, order };
  }

  test("is what a reading word by word gives", () => {
    fc.assert(
      fc.property(arbitrary, (reports) => {
        const { stable, order } = startOf(reports, REPAIRED);
        expect({ min: stable.n, order }).toEqual(naive(reports));
      }),
    );
  });

  test("does not depend on the order of the reports", () => {
    fc.assert(
      fc.property(arbitrary, (reports) => {
        expect(startOf([...reports].reverse(), REPAIRED)).toEqual(startOf(reports, REPAIRED));
      }),
    );
  });

  test("keeps what a quorum prepared in the last view, whatever the faulty one reports", () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 6 }), (reports, n) => {
        // Two of any three reports are of correct replicas, and one of these has prepared n in view 4.
        const two = reports.slice(0, 2).map((one) => ({ ...one, stable: { n: 0, digest: "" } }));
        const decided = reportOf(2, 0, [n, 4, batch(9)]);
        const { order } = startOf([...two, decided], REPAIRED);
        expect(order.find((one) => one.n === n)?.batch).toEqual(batch(9));
      }),
    );
  });

  test.each([
    "takes-lowest-view",
    "differing-certificates-ignored",
    "new-view-from-lowest-checkpoint",
  ] as const)("%s is told apart", (mutant) => {
    const reports = [
      reportOf(0, 0, [2, 0, batch(1)]),
      reportOf(1, 1, [2, 1, batch(2)]),
      reportOf(2, 0),
    ];

    expect(startOf(reports, MUTANTS[mutant] ?? REPAIRED)).not.toEqual(startOf(reports, REPAIRED));
  });
});
