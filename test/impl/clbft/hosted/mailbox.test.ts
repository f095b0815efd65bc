import { describe, expect, test } from "vitest";
import { Answers } from "../../../../impl/clbft/hosted/asking.ts";
import { Batches } from "../../../../impl/clbft/hosted/batches.ts";
import { boundsOf } from "../../../../impl/clbft/hosted/bounds.ts";
import { Checkpoints } from "../../../../impl/clbft/hosted/checkpoints.ts";
import { orderedOf, toldOf } from "../../../../impl/clbft/hosted/reports.ts";
import { ViewChanges } from "../../../../impl/clbft/hosted/view-changes.ts";
import { Votes } from "../../../../impl/clbft/hosted/votes.ts";
import type { ShownReport, ViewChangeMessage } from "../../../../impl/clbft/hosted/wire.ts";
import type { Batch } from "../../../../impl/clbft/messages.ts";
import { digestWith } from "../../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import { type Index, index, indices } from "../../../../spec/automaton/index.ts";

const GROUP = indices("replica", 4);
const [R0, R1, R2, R3] = GROUP as [
  Index<"replica">,
  Index<"replica">,
  Index<"replica">,
  Index<"replica">,
];
const bounds = boundsOf({
  faults: 1,
  replicas: GROUP,
  clients: indices("client", 1),
  messageBytes: 1 << 20,
  valueBytes: 1024,
  suspicion: { firstMs: 100, mostMs: 400 },
});
const signature = new Uint8Array(64);
const K = bounds.checkpointEvery;

describe("votes", () => {
  const topic = { view: 0, digest: "a" };
  const other = { view: 0, digest: "b" };
  const empty = () => new Votes({ quorum: 3, votesOpen: 2 });

  test("count by signer: who votes again adds nothing", () => {
    const votes = empty();
    for (const by of [R0, R1, R1, R1]) votes.add(by, 1, topic, signature);
    expect(votes.complete(1)).toEqual([]);
    expect(votes.isNew(R1, 1, topic)).toBe(false);

    votes.add(R2, 1, topic, signature);

    expect(votes.complete(1)).toHaveLength(1);
    expect(Object.keys(votes.certificate(1, topic) ?? {})).toEqual([R0, R1, R2]);
  });

  test("of one signer on two batches both count, so that none hides the other", () => {
    const votes = empty();
    for (const by of [R0, R3]) votes.add(by, 1, topic, signature);
    for (const by of [R3, R1, R2]) votes.add(by, 1, other, signature);

    expect(votes.complete(1).map(({ digest }) => digest)).toEqual(["b"]);
    votes.add(R1, 1, topic, signature);
    expect(votes.certificate(1, topic)).not.toBeNull();
  });

  test("that come when there is a quorum are of no use", () => {
    const votes = empty();
    for (const by of [R0, R1, R2]) votes.add(by, 1, topic, signature);

    expect(votes.isNew(R3, 1, topic)).toBe(false);
    expect(votes.isNew(R3, 1, other)).toBe(true);
  });

  test("of one signer alone are a few: that of the earliest view makes room, and hides no other's", () => {
    const votes = empty();
    votes.add(R1, 1, topic, signature);
    for (let view = 1; view <= 50; view += 1) {
      votes.add(R3, 1, { view, digest: "x" }, signature);
      votes.add(R3, 1, { view, digest: "y" }, signature);
    }
    votes.add(R0, 1, topic, signature);
    votes.add(R2, 1, topic, signature);

    expect(votes.certificate(1, topic)).not.toBeNull();
    const left = Array.from({ length: 51 }, (_, view) => view).filter(
      (view) => !votes.isNew(R3, 1, { view, digest: "y" }),
    );
    expect(left.length).toBeLessThanOrEqual(2);
  });

  test("are forgotten with their numbers", () => {
    const votes = empty();
    for (const n of [1, 2, 3]) votes.add(R0, n, topic, signature);

    votes.forgetUpTo(2);

    expect([...votes.numbers()]).toEqual([3]);
    expect(votes.highest()).toBe(3);
  });
});

describe("view changes", () => {
  const change = (view: number): ViewChangeMessage => ({
    type: "VIEW-CHANGE",
    view,
    stable: { n: 0, digest: "", signatures: {} },
    prepared: [],
    signature,
  });

  test("are one of each replica: that of the highest view", () => {
    const changes = new ViewChanges(bounds);
    changes.add(R1, change(3));
    changes.add(R1, change(2));

    expect(changes.of(2)).toEqual([]);
    expect(changes.of(3)).toHaveLength(1);
    expect(changes.isNew(R1, 3)).toBe(false);
  });

  test("of f replicas lead nobody into their view, those of f + 1 do", () => {
    const changes = new ViewChanges(bounds);
    changes.add(R3, change(1_000_000));
    expect(changes.joinable()).toBe(0);

    changes.add(R1, change(2));

    expect(changes.joinable()).toBe(2);
    expect(changes.hasQuorum(2)).toBe(false);
    changes.add(R0, change(2));
    expect(changes.hasQuorum(2)).toBe(true);
  });
});

describe("checkpoints", () => {
  test("are stable with 2f + 1 that agree, whatever a faulty one says besides", () => {
    const checkpoints = new Checkpoints(bounds);
    checkpoints.add(R3, { n: K, digest: "false" }, signature);
    checkpoints.add(R0, { n: K, digest: "true" }, signature);
    checkpoints.add(R1, { n: K, digest: "true" }, signature);
    expect(checkpoints.highest()).toBeNull();

    checkpoints.add(R2, { n: K, digest: "true" }, signature);

    expect(checkpoints.highest()).toMatchObject({ n: K, digest: "true" });
    expect(Object.keys(checkpoints.of(K)?.signatures ?? {})).toEqual([R0, R1, R2]);
  });

  test("of one replica are a few, however many it signs", () => {
    const checkpoints = new Checkpoints(bounds);
    for (let at = 1; at <= 100; at += 1) checkpoints.add(R3, { n: at * K, digest: "x" }, signature);

    const kept = Array.from({ length: 100 }, (_, at) => (at + 1) * K).filter(
      (n) => !checkpoints.isNew(R3, { n, digest: "x" }),
    );
    expect(kept).toEqual([98 * K, 99 * K, 100 * K]);
  });
});

describe("what the automaton is told of reports", () => {
  const digest = digestWith(nodeScheme);
  const batch = (op: string): Batch => [{ client: index("client", 0), t: 1, op }];
  const prepared = (n: number, view: number, op: string) => ({
    n,
    view,
    digest: digest(batch(op)),
    signatures: {},
  });
  const report = (
    by: Index<"replica">,
    stable: number,
    ...all: ReturnType<typeof prepared>[]
  ): ShownReport => ({
    by,
    stable: { n: stable, digest: stable === 0 ? "" : "s", signatures: {} },
    prepared: all,
    signature,
  });
  const knowing = (...ops: string[]) => {
    const batches = new Batches(digest([]));
    for (const op of ops) batches.add(1, digest(batch(op)), batch(op));
    return batches;
  };

  test("has the batches that certificates name, and those that are missing", () => {
    const shown = [report(R0, 0, prepared(1, 0, "a")), report(R1, 0, prepared(2, 0, "b"))];

    const { reports, missing } = toldOf(shown, knowing("a"));

    expect(reports[0]?.prepared).toEqual([{ n: 1, view: 0, batch: batch("a") }]);
    expect(missing.map(({ by }) => by)).toEqual([R1]);
  });

  test("leaves out what no new view can choose, so that nobody need have it", () => {
    const shown = [
      report(R0, 0, prepared(1, 0, "below a stable one"), prepared(K + 1, 1, "of an earlier view")),
      report(R1, K, prepared(K + 1, 2, "chosen")),
    ];

    const { reports, missing } = toldOf(shown, knowing("chosen"));

    expect(missing).toEqual([]);
    expect(reports.flatMap((one) => one.prepared).map(({ view }) => view)).toEqual([2]);
  });

  test("has the null request for the gaps, which nobody sends", () => {
    const order = [{ n: 1, digest: digest([]), signature }];

    expect(orderedOf(order, knowing())).toEqual([{ n: 1, batch: [] }]);
  });
});

describe("answers", () => {
  const digest = digestWith(nodeScheme);
  const long = "x".repeat(1000);

  test("of replicas count together where they are equal, each replica's last", () => {
    const answers = new Answers("ordered", digest, true);
    const reply = (from: Index, result: string) =>
      answers.take(from, { type: "REPLY", t: 1, view: 0, result, digest: null });
    reply(R0, "1");
    reply(R0, "1");
    reply(R1, "2");
    reply(R2, "1");
    expect(answers.result(3)).toBeNull();

    reply(R1, "1");

    expect(answers.result(3)).toBe("1");
  });

  test("by digest count for the result that somebody sent whole, and for no text that looks like it", () => {
    const answers = new Answers("ordered", digest, true);
    const named = digest(long);
    answers.take(R0, { type: "REPLY", t: 1, view: 0, result: null, digest: named });
    answers.take(R1, { type: "REPLY", t: 1, view: 0, result: null, digest: named });
    answers.take(R3, { type: "REPLY", t: 1, view: 0, result: named, digest: null });
    expect(answers.result(3)).toBeNull();

    answers.take(R2, { type: "REPLY", t: 1, view: 0, result: long, digest: null });

    expect(answers.result(3)).toBe(long);
  });

  test("to a read of different states do not count together, and soon are in vain", () => {
    const answers = new Answers("read", digest, true);
    const read = (from: Index, n: number, result: string | null) =>
      answers.take(from, { type: "READ-REPLY", t: 1, view: 0, n, result });
    read(R0, 1, "a");
    read(R1, 2, "a");
    expect(answers.isVain(3, 4)).toBe(false);

    read(R2, 3, "a");

    expect(answers.result(3)).toBeNull();
    expect(answers.isVain(3, 4)).toBe(true);
  });
});
