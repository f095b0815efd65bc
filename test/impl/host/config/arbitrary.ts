import fc from "fast-check";
import type { Configuration } from "../../../../impl/host/config/configuration.ts";
import { LIMITS, TIMEOUTS } from "../../../../impl/host/config/limits.ts";
import { index } from "../../../../spec/automaton/index.ts";

/** The public key number `at`, of nobody. */
export function keyOf(at: number): string {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(at);
  return bytes.toString("base64url");
}

interface Bound {
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** A number from the default up, so that the limits fit each other whatever they are. */
function atLeastDefault<Name extends string>(bounds: Readonly<Record<Name, Bound>>) {
  const fields = Object.entries<Bound>(bounds).map(
    ([name, { value, most }]) => [name, fc.integer({ min: value, max: most })] as const,
  );
  return fc.record(Object.fromEntries(fields)) as fc.Arbitrary<{ [Each in Name]: number }>;
}

/** Sizes that a message, a queue and a rate must have room for stay at their defaults. */
const limits = atLeastDefault(LIMITS).map((all) => ({
  ...all,
  keyBytes: LIMITS.keyBytes.value,
  valueBytes: LIMITS.valueBytes.value,
  messageBytes: LIMITS.messageBytes.value,
}));
const timeouts = atLeastDefault(TIMEOUTS).map((all) => ({
  ...all,
  retransmitMs: TIMEOUTS.retransmitMs.value,
  suspectMs: TIMEOUTS.suspectMs.value,
  reconnectMs: TIMEOUTS.reconnectMs.value,
}));

const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const prefixes = fc.array(
  fc.oneof(
    fc.constant("*"),
    fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("*")),
  ),
  { maxLength: 3 },
);

/** A configuration that is right. */
export const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    faults: fc.integer({ min: 0, max: 3 }),
    clients: fc.integer({ min: 0, max: 4 }),
    cluster: word,
    host: word,
    withMetrics: fc.boolean(),
    basePort: fc.integer({ min: 1, max: 60_000 }),
    may: fc.record({ read: prefixes, write: prefixes }),
    limits,
    timeouts,
  })
  .map(({ faults, clients, cluster, host, withMetrics, basePort, may, limits, timeouts }) => {
    let keys = 0;
    const nextKeys = () => ({ signing: keyOf(keys++), tls: keyOf(keys++) });
    return {
      version: 1,
      protocol: "bft-bc",
      cluster,
      faults,
      replicas: Array.from({ length: 3 * faults + 1 }, (_, at) => ({
        process: index("replica", at),
        address: { host, port: basePort + at },
        ...(withMetrics ? { metrics: { host: "127.0.0.1", port: basePort + 100 + at } } : {}),
        keys: nextKeys(),
      })),
      clients: Array.from({ length: clients }, (_, at) => ({
        process: index("client", at),
        keys: nextKeys(),
        may,
      })),
      limits,
      timeouts,
    };
  });
