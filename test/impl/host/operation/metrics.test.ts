import { describe, expect, test } from "vitest";
import { createMetrics, type Metrics } from "../../../../impl/host/operation/metrics.ts";

const quiet = () => createMetrics({ ofNode: false });

/** The samples of a name, without its prefix: `messages_total{type="READ"} 2`. */
async function samples(metrics: Metrics, name: string): Promise<string[]> {
  const text = await metrics.exposition.text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`quorate_${name}`))
    .map((line) => line.slice("quorate_".length));
}

describe("metrics", () => {
  test("count reads and writes by their phases", async () => {
    const metrics = await quiet();
    for (const count of [2, 2, 3]) metrics.phases("write", count);
    metrics.phases("read", 1);

    expect(await samples(metrics, "operation_phases_total")).toEqual([
      'operation_phases_total{operation="write",phases="2"} 2',
      'operation_phases_total{operation="write",phases="3"} 1',
      'operation_phases_total{operation="read",phases="1"} 1',
    ]);
  });

  test("count operations by outcome and time them", async () => {
    const metrics = await quiet();
    metrics.operation("write", "done", 0.02);
    metrics.operation("write", "operation-timed-out", 20);

    expect(await samples(metrics, "operations_total")).toEqual([
      'operations_total{kind="write",outcome="done"} 1',
      'operations_total{kind="write",outcome="operation-timed-out"} 1',
    ]);
    const seconds = await samples(metrics, "operation_seconds");
    expect(seconds).toContain('operation_seconds_bucket{le="0.01",kind="write"} 0');
    expect(seconds).toContain('operation_seconds_bucket{le="0.025",kind="write"} 1');
    expect(seconds).toContain('operation_seconds_count{kind="write"} 2');
  });

  test("count messages, signatures, refusals, connections and commits", async () => {
    const metrics = await quiet();
    metrics.sent("READ");
    metrics.sent("READ");
    metrics.received("READ-REPLY");
    metrics.signatures(3, true);
    metrics.signatures(1, false);
    metrics.refused("frame-malformed");
    metrics.dropped("queue-full");
    metrics.connected();
    metrics.disconnected();
    metrics.connected();
    metrics.committed(5, 0.0002);
    metrics.heldOutputs(7);

    for (const [name, expected] of [
      [
        "messages_total",
        ['{type="READ",direction="sent"} 2', '{type="READ-REPLY",direction="received"} 1'],
      ],
      ["signatures_total", ['{verdict="valid"} 3', '{verdict="refused"} 1']],
      ["messages_refused_total", ['{code="frame-malformed"} 1']],
      ["messages_dropped_total", ['{reason="queue-full"} 1']],
      ["connects_total", [" 2"]],
      ["connections", [" 1"]],
      ["commits_total", [" 1"]],
      ["commit_batch_size_sum", [" 5"]],
      ["commit_seconds_sum", [" 0.0002"]],
      ["held_outputs", [" 7"]],
    ] as const) {
      expect(await samples(metrics, name)).toEqual(expected.map((rest) => name + rest));
    }
  });

  test("read totals anew at each scrape", async () => {
    const metrics = await quiet();
    let bytesSent = 10;
    const about = { view: 4, primary: "replica#0" };
    metrics.readTotals(() => ({ bytesSent, bytesReceived: 1, unitsLoaded: 3, about }));
    await metrics.exposition.text();
    bytesSent = 25;
    expect(await samples(metrics, "message_bytes_total")).toEqual([
      'message_bytes_total{direction="sent"} 25',
      'message_bytes_total{direction="received"} 1',
    ]);
    expect(await samples(metrics, "units_loaded")).toEqual(["units_loaded 3"]);
    expect(await samples(metrics, "protocol")).toEqual(['protocol{what="view"} 4']);
  });

  test("of two processes in one program are apart, each with its labels", async () => {
    const one = await createMetrics({ ofNode: false, labels: { process: "replica#0" } });
    const other = await createMetrics({ ofNode: false, labels: { process: "replica#1" } });
    one.refused("x");
    expect(await samples(one, "messages_refused_total")).toEqual([
      'messages_refused_total{code="x",process="replica#0"} 1',
    ]);
    expect(await samples(other, "messages_refused_total")).toEqual([]);
  });

  test("show memory and event loop lag of the program", async () => {
    const text = await (await createMetrics()).exposition.text();
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect(text).toContain("process_resident_memory_bytes");
  });

  test("count a message whose type is no string, as a faulty process sends it", async () => {
    const metrics = await quiet();
    for (const type of [undefined, null, 7, { toString: null }]) metrics.sent(type);

    expect(await samples(metrics, "messages_total")).toEqual([
      'messages_total{type="other",direction="sent"} 4',
    ]);
  });

  test("do not grow with what peers make up", async () => {
    const metrics = await quiet();
    for (let at = 0; at < 1000; at++) metrics.received(`type-${at}`);
    const all = await samples(metrics, "messages_total");
    expect(all).toHaveLength(65);
    expect(all.at(-1)).toBe('messages_total{type="other",direction="received"} 936');
  });
});
