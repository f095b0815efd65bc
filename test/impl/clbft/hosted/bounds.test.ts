import { describe, expect, test } from "vitest";
import { boundsOf } from "../../../../impl/clbft/hosted/bounds.ts";
import type { NewViewMessage, ShownOrdered } from "../../../../impl/clbft/hosted/wire.ts";
import { newViewBytes, SERVICE_LIMITS } from "../../../../impl/host/config/limits.ts";
import { FAULTS_MOST } from "../../../../impl/host/config/protocols.ts";
import { decodeWire, encodeWire } from "../../../../impl/host/wire/codec.ts";
import type { Signatures, Wire } from "../../../../impl/network/process.ts";
import { indices } from "../../../../spec/automaton/index.ts";

const ITEMS_MAX = 10_000;
const LARGE = 999_999_999;
const signature = new Uint8Array(64).fill(255);
const digest = "f".repeat(64);

const factsOf = (faults: number, messageBytes: number) => ({
  faults,
  replicas: indices("replica", 3 * faults + 1),
  clients: indices("client", 1),
  messageBytes,
  valueBytes: 1024,
  suspicion: { firstMs: 100, mostMs: 400 },
});

/** The largest NEW-VIEW of a cluster: every report shows a certificate for each number of the window. */
function largestNewView(faults: number, window: number): NewViewMessage {
  const group = indices("replica", 3 * faults + 1).slice(faults);
  const signatures: Signatures = Object.fromEntries(group.map((by) => [by, signature]));
  const numbers = Array.from({ length: window }, (_, at) => LARGE + at);
  const prepared = numbers.map((n) => ({ n, view: LARGE, digest, signatures }));
  const stable = { n: LARGE - 1, digest, signatures };
  const reports = group.map((by) => ({ by, stable, prepared, signature }));
  const order = numbers.map((n): ShownOrdered => ({ n, digest, signature }));
  return { type: "NEW-VIEW", view: LARGE, reports, order, signature };
}

describe("the bounds of a cluster", () => {
  test.each([0, 1, 2, 5, 10, FAULTS_MOST.clbft ?? 0])(
    "of f = %d let every NEW-VIEW fit into a message, however small messages are",
    (faults) => {
      for (const bytesMax of [newViewBytes(faults), SERVICE_LIMITS.messageBytes]) {
        const { window, checkpointEvery } = boundsOf(factsOf(faults, bytesMax));

        expect(window).toBe(2 * checkpointEvery);
        const bytes = encodeWire(largestNewView(faults, window) as unknown as Wire);

        expect(() =>
          decodeWire(bytes, { bytesMax, depthMax: 16, itemsMax: ITEMS_MAX }),
        ).not.toThrow();
      }
    },
  );

  test("let a batch of the longest operations fit into a message", () => {
    const facts = { ...factsOf(1, SERVICE_LIMITS.messageBytes), valueBytes: 16_384 };
    const { batchMax, operationBytes } = boundsOf(facts);
    const op = "x".repeat(operationBytes);
    const requests = Array.from({ length: batchMax }, (_, at) => ({
      client: "client#999999999",
      t: LARGE + at,
      op,
      signature: "f".repeat(128),
    }));

    const bytes = encodeWire({
      type: "PRE-PREPARE",
      view: LARGE,
      n: LARGE,
      batch: requests,
      signature,
    });

    expect(batchMax).toBeGreaterThan(16);
    expect(bytes.length).toBeLessThanOrEqual(facts.messageBytes);
  });
});
