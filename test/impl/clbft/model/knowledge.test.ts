import { describe, expect, test } from "vitest";
import { startOf } from "../../../../impl/clbft/agreement/new-view.ts";
import {
  GENESIS,
  type Replica,
  type Report,
  type Request,
} from "../../../../impl/clbft/messages.ts";
import { type ClbftSize, clbftWorldOf } from "../../../../impl/clbft/model/instances.ts";
import {
  type Cells,
  checkpointCell,
  commitCell,
  knowledge,
  summaryOf,
  viewChangeCell,
  voteCell,
} from "../../../../impl/clbft/model/knowledge.ts";
import { medium } from "../../../../impl/clbft/model/medium.ts";
import { MUTANTS, REPAIRED } from "../../../../impl/clbft/rules.ts";
import { indices } from "../../../../spec/automaton/index.ts";

const [r0, r1, r2, r3] = indices("replica", 4) as [Replica, Replica, Replica, Replica];
const SIZE: ClbftSize = { faulty: [0], views: 2, numbers: 2, requests: [1, 1] };

/** What is known in an instance of which some cells were filled. */
function knowing(cells: Cells, size: Partial<ClbftSize> = {}, rules = REPAIRED) {
  const world = clbftWorldOf({ ...SIZE, ...size }, rules);
  const known = knowledge(world, world.faulty);
  const s = { ...medium(world).start()[0], ...cells };
  const [a, b] = world.requests.map((one) => [one]) as [Request[], Request[]];
  return { known, s, a, b };
}
const { a, b } = knowing({});

describe("what the coalition can show", () => {
  test("is a certificate once it lacks no more signatures than faulty replicas give", () => {
    const one = knowing({ [voteCell(0, 1, a)]: [r1], [commitCell(0, 1, a)]: [r1, r2] });

    expect(one.known.isPrepared(one.s, 0, 1, a)).toBe(false);
    expect(one.known.isCommitted(one.s, 0, 1, a)).toBe(true);
    expect(one.known.isCommitted(one.s, 0, 1, b)).toBe(false);
    const two = knowing({ [voteCell(0, 1, a)]: [r1, r2] });
    expect(two.known.isPrepared(two.s, 0, 1, a)).toBe(true);
    expect(two.known.isPrepared(two.s, 0, 2, a)).toBe(false);
    expect(two.known.isPrepared(two.s, 1, 1, a)).toBe(false);
  });

  test("mixes what a signature does not cover", () => {
    const cells = {
      [voteCell(0, 1, a)]: [r1],
      [voteCell(1, 1, a)]: [r2],
      [voteCell(0, 2, a)]: [r3],
    };

    const views = knowing(cells, {}, MUTANTS["view-not-signed"]);
    expect(views.known.isPrepared(views.s, 0, 1, a)).toBe(true);
    expect(views.known.isPrepared(views.s, 0, 2, a)).toBe(false);
    const numbers = knowing(cells, {}, MUTANTS["number-not-signed"]);
    expect(numbers.known.isPrepared(numbers.s, 0, 2, a)).toBe(true);
    expect(numbers.known.isPrepared(numbers.s, 1, 1, a)).toBe(false);
    const again = knowing(cells, {}, MUTANTS["signers-not-distinct"]);
    expect(again.known.isPrepared(again.s, 1, 1, a)).toBe(true);
  });

  test("is any request as a faulty primary's proposal, and a correct one's only if it made it", () => {
    const { known, s } = knowing({});

    expect(known.isProposed(s, 0, 1, b)).toBe(true);
    expect(known.isProposed(s, 0, 1, [])).toBe(false);
    expect(known.isProposed(s, 1, 1, b)).toBe(false);
    const made = knowing({ [voteCell(1, 1, b)]: [r1] });
    expect(made.known.isProposed(made.s, 1, 1, b)).toBe(true);
  });

  test("is no false checkpoint, unless quorums are so small that it needs nobody else", () => {
    const checkpoints = { every: 1, window: 2 };
    const { known, s } = knowing(
      { [checkpointCell(1)]: [{ digest: "d", by: [r1, r2] }] },
      { checkpoints },
    );

    expect(known.stableAt(s, 1)).toEqual([{ n: 1, digest: "d" }]);
    expect(known.stableAt(s, 2)).toEqual([]);
    const small = knowing({}, { checkpoints }, MUTANTS["checkpoint-quorum-f"]);
    expect(small.known.stableAt(small.s, 1)).toHaveLength(1);
  });

  test("makes others join only with a correct replica ahead", () => {
    const report = [{ stable: GENESIS, prepared: [] }];

    expect(knowing({}).known.isJoined(knowing({}).s, 1)).toBe(false);
    for (const said of [report, "said"]) {
      const ahead = knowing({ [viewChangeCell(1, r2)]: said });
      expect(ahead.known.isJoined(ahead.s, 1)).toBe(true);
    }
    const silent = knowing({ [viewChangeCell(1, r2)]: "silent" });
    expect(silent.known.isJoined(silent.s, 1)).toBe(false);
  });
});

describe("what a new view may start from", () => {
  const nothing = [{ stable: GENESIS, prepared: [] }];
  const withA = [{ stable: GENESIS, prepared: [{ n: 1, view: 0, batch: a }] }];
  const ordersOf = ({ known, s }: ReturnType<typeof knowing>) =>
    known.starts(s, 1).map(({ order }) => order);

  test("takes a quorum, in which faulty replicas may stand", () => {
    expect(ordersOf(knowing({ [viewChangeCell(1, r1)]: nothing }))).toEqual([]);
    const two = { [viewChangeCell(1, r1)]: nothing, [viewChangeCell(1, r2)]: nothing };
    expect(ordersOf(knowing(two))).toEqual([[]]);
  });

  test("is each outcome once, whoever reports it", () => {
    const three = {
      [viewChangeCell(1, r1)]: withA,
      [viewChangeCell(1, r2)]: nothing,
      [viewChangeCell(1, r3)]: nothing,
    };

    expect(ordersOf(knowing(three))).toEqual([[{ n: 1, batch: a }], []]);
  });

  test("holds what only a faulty replica reports if it can show the certificate", () => {
    const two = { [viewChangeCell(1, r1)]: nothing, [viewChangeCell(1, r2)]: nothing };
    const certified = { ...two, [voteCell(0, 2, b)]: [r1, r2] };

    expect(ordersOf(knowing(certified))).toEqual([
      [],
      [
        { n: 1, batch: [] },
        { n: 2, batch: b },
      ],
    ]);
    const unchecked = ordersOf(knowing(two, {}, MUTANTS["certificates-not-checked"]));
    expect(unchecked).toContainEqual([{ n: 1, batch: b }]);
  });
});

describe("the summary of reports", () => {
  const batches = [[], a, b];
  const prepared = batches.flatMap((batch) =>
    [1, 2].flatMap((n) => [0, 1].map((view) => ({ n, view, batch }))),
  );
  const report = (replica: Replica, n: number, of: readonly number[]): Report => ({
    replica,
    stable: { n, digest: n === 0 ? "" : "d" },
    prepared: of.flatMap((at) => prepared[at] ?? []).filter((one) => one.n > n),
  });

  test.each(["repaired", "takes-lowest-view", "differing-certificates-ignored"])(
    "comes to what they come to: %s",
    (name) => {
      const rules = MUTANTS[name] ?? REPAIRED;
      let orders = 0;
      for (const one of prepared.keys()) {
        for (const other of prepared.keys()) {
          for (const stable of [0, 1]) {
            const reports = [report(r0, stable, [one]), report(r1, 0, [other]), report(r2, 0, [])];
            const start = startOf(reports, rules);
            orders += start.order.length;
            expect(startOf(summaryOf(start, r3), rules)).toEqual(start);
          }
        }
      }
      expect(orders).toBeGreaterThan(100);
    },
  );
});
