import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkConfiguration,
  clientEntry,
  configurationText,
  parseConfiguration,
  readConfiguration,
  replicaEntry,
} from "../../../../impl/host/config/configuration.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../../../impl/host/config/limits.ts";
import { covers } from "../../../../impl/host/config/permissions.ts";
import { HostError } from "../../../../impl/host/errors.ts";
import { configurations, keyOf } from "./arbitrary.ts";

/** The least that a file may say: four replicas and a client. */
function least() {
  return {
    version: 1,
    protocol: "bft-bc",
    cluster: "test",
    faults: 1,
    replicas: [0, 1, 2, 3].map((at) => ({
      process: `replica#${at}`,
      address: { host: "127.0.0.1", port: 7400 + at },
      keys: { signing: keyOf(2 * at), tls: keyOf(2 * at + 1) },
    })),
    clients: [
      {
        process: "client#0",
        keys: { signing: keyOf(100), tls: keyOf(101) },
        may: { read: ["*"], write: ["prices/"] },
      },
    ],
  };
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The least file with one field changed; undefined takes it away. */
function changed(path: readonly (string | number)[], value: Json | undefined): unknown {
  const whole: Record<string | number, unknown> = JSON.parse(JSON.stringify(least()));
  let at = whole;
  for (const step of path.slice(0, -1)) {
    at[step] ??= {};
    at = at[step] as typeof at;
  }
  const last = path.at(-1) as string | number;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return whole;
}

async function refusal(value: unknown): Promise<HostError> {
  const error: unknown = await checkConfiguration(value, "quorate.json").catch((error) => error);
  expect(error).toBeInstanceOf(HostError);
  return error as HostError;
}

describe("a configuration", () => {
  test("that is right reads back as it was written", () =>
    fc.assert(
      fc.asyncProperty(configurations, async (configuration) => {
        const text = configurationText(configuration);
        expect(await parseConfiguration(text, "quorate.json")).toEqual(configuration);
      }),
    ));

  test("need not say limits and timeouts, and a part of them is enough", async () => {
    const whole = await checkConfiguration(least(), "quorate.json");
    expect(whole).toEqual({ ...least(), limits: DEFAULT_LIMITS, timeouts: DEFAULT_TIMEOUTS });

    const one = await checkConfiguration(changed(["limits", "objects"], 7), "quorate.json");
    expect(one.limits).toEqual({ ...DEFAULT_LIMITS, objects: 7 });
  });

  test("serves metrics on the loopback address if it names a port alone", async () => {
    const value = changed(["replicas", 0, "metrics"], { port: 7500 });
    const { replicas } = await checkConfiguration(value, "quorate.json");
    expect(replicas.map(({ metrics }) => metrics)).toEqual([
      { host: "127.0.0.1", port: 7500 },
      ...Array(3).fill(undefined),
    ]);
  });
});

describe("a wrong field is named", () => {
  const many = (at: number) => `expected a whole number from 1 to ${at}`;
  test.each<[(string | number)[], Json | undefined, string]>([
    [["limits", "messageBtyes"], 1, "unknown field; did you mean messageBytes?"],
    [["replicas", 2, "adress"], {}, "unknown field; did you mean address?"],
    [["clients", 0, "may", "wirte"], [], "unknown field; did you mean write?"],
    [["colour"], "red", "unknown field."],
    [["version"], 2, "expected 1"],
    [
      ["cluster"],
      "a b",
      'expected an id of at most 64 letters, digits, dots, hyphens and underscores, not "a b"',
    ],
    [["cluster"], undefined, "missing; expected an id"],
    [["faults"], 1.5, "expected a whole number from 0 to 33, not 1.5"],
    [["faults"], 34, "expected a whole number from 0 to 33, not 34"],
    [["replicas"], "none", 'expected a list, not "none"'],
    [["replicas", 0, "process"], "client#0", "expected a process such as replica#0"],
    [["replicas", 0, "process"], "replica#01", "expected a process such as replica#0"],
    [["replicas", 0, "address"], "127.0.0.1:1", "expected an object"],
    [["replicas", 0, "address", "host"], "a/b", "expected a host name or an IP address"],
    [
      ["replicas", 0, "address", "host"],
      "0.0.0.0",
      "expected an address that peers can connect to",
    ],
    [["replicas", 0, "address", "port"], 0, many(65535)],
    [["replicas", 0, "address", "port"], "7400", `${many(65535)}, not "7400"`],
    [["replicas", 0, "metrics", "port"], 65_536, many(65535)],
    [["replicas", 0, "keys", "signing"], "AAAA", "expected an ed25519 public key"],
    [["clients", 0, "keys", "tls"], `${keyOf(1)}=`, "expected an ed25519 public key"],
    [["clients", 0, "may", "read"], undefined, "missing; expected a list"],
    [
      ["clients", 0, "may", "write", 0],
      "a*",
      "expected * for every key, or a prefix, which is written",
    ],
    [
      ["clients", 0, "may", "write", 0],
      "",
      "expected * for every key, or a prefix, which is written",
    ],
    [["limits", "pendingOperations"], 0, many(1_000_000)],
    [["limits", "messageDepth"], 1000, "expected a whole number from 8 to 64"],
    [["timeouts", "operationMs"], -1, many(3_600_000)],
    // Each of these is fine by itself, and not beside the others.
    [["replicas", 1, "process"], "replica#0", "has the process of replicas[0].process"],
    [["replicas", 1, "keys", "tls"], keyOf(0), "has the key of replicas[0].keys.signing"],
    [["clients", 0, "keys", "signing"], keyOf(7), "has the key of replicas[3].keys.tls"],
    [
      ["replicas", 1, "address"],
      { host: "127.0.0.1", port: 7400 },
      "has the address of replicas[0].address",
    ],
    [["replicas", 3, "metrics"], { port: 7401 }, "has the address of replicas[1].address"],
    [["limits", "valueBytes"], 1_048_576, "limits.messageBytes: is 1048576, but the other limits"],
    [["limits", "queueBytes"], 10_000, "is 10000, but the other limits take 1048576"],
    [["limits", "bytesPerSecond"], 10_000, "is 10000, but the other limits take 1048576"],
    [["timeouts", "retransmitMs"], 9_000, "timeouts.retransmitMostMs: is 5000, less than"],
    [["timeouts", "reconnectMostMs"], 1, "is 1, less than reconnectMs, which is 100"],
    [["timeouts", "suspectMostMs"], 1, "is 1, less than suspectMs, which is 500"],
    [["service"], "counter", "is of no use: bft-bc offers registers"],
    [["service"], "", "expected the name or the file of a service"],
    [["recovery"], { everyMs: 60_000 }, "is of no use: replicas of bft-bc do not recover"],
    [["recovery"], { everyMs: 1 }, "recovery.everyMs: expected a whole number from 4000"],
  ])("%j: %j", async (path, value, what) => {
    const { code, message } = await refusal(changed(path, value));

    const dotted = path
      .map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`))
      .join("");
    const where = /^\w+\.\w+: /.test(what) ? "" : `${dotted}: `;
    expect(message).toContain(`quorate.json: ${where}${what}`);
    expect(code).toBe("config-invalid");
  });

  test("before those that are wrong only because of it", async () => {
    const value = changed(["replicas", 0, "address"], { host: "localhost", prot: 1 });
    const { message } = await refusal(value);
    expect(message).toMatch(/: replicas\[0\]\.address\.prot: unknown field; did you mean port\?/);
    expect(message).toContain("Also wrong: replicas[0].address.port.");
  });

  test("and each of several typos in one record has its own", async () => {
    const { message } = await refusal(changed(["limits"], { valueBites: 1, keyBites: 1 }));
    expect(message).toContain("limits.valueBites: unknown field; did you mean valueBytes?");
    expect(message).toContain("Also wrong: limits.keyBites.");
  });

  test.each([[null], [[]], ["text"], [7]])("%j is no configuration at all", async (value) => {
    const { code, message } = await refusal(value);
    expect(code).toBe("config-invalid");
    expect(message).toContain("quorate.json: the whole file: expected an object");
  });
});

describe("the number of replicas", () => {
  test("of 3f is too few", async () => {
    const { code, message } = await refusal({ ...least(), replicas: least().replicas.slice(1) });
    expect(code).toBe("replicas-too-few");
    expect(message).toContain("replicas has 3 entries, and faults is 1, which takes 4.");
  });

  test("of 3f + 2 is refused: two quorums of 2f + 1 may share one faulty replica alone", async () => {
    const { code, message } = await refusal({ ...least(), faults: 0 });
    expect(code).toBe("config-invalid");
    expect(message).toContain("quorate.json: replicas: has 4 entries");
  });
});

test("on two machines, metrics may have the same loopback port", async () => {
  const value = least();
  const replicas = value.replicas.map((replica, at) => ({
    ...replica,
    address: { host: `machine-${at}`, port: 7400 },
    metrics: { host: "127.0.0.1", port: 9100 },
  }));
  expect((await checkConfiguration({ ...value, replicas }, "quorate.json")).replicas).toEqual(
    replicas,
  );
});

describe("a cluster that replicates a service", () => {
  const replicating = { ...least(), protocol: "atomic-multicast" };

  test("names the service", async () => {
    const { service } = await checkConfiguration({ ...replicating, service: "counter" }, "x");
    expect(service).toBe("counter");
    expect((await refusal(replicating)).message).toContain(
      "service: is missing: atomic-multicast replicates a service",
    );
  });

  test("has room in a message for f + 1 operations of the largest size", async () => {
    const limits = { messageBytes: 1_048_576, valueBytes: 600_000 };
    const { message } = await refusal({ ...replicating, service: "counter", limits });
    expect(message).toContain("limits.messageBytes: is 1048576, but the other limits take 1");
  });
});

test("an unknown protocol is told with what was meant", async () => {
  const { code, message } = await refusal({ ...least(), protocol: "bftbc" });
  expect([code, message]).toEqual([
    "protocol-unknown",
    expect.stringContaining('There is no protocol "bftbc". Did you mean bft-bc?'),
  ]);
});

describe("a file", () => {
  test("that is missing or no JSON is named", async () => {
    const folder = await mkdtemp(join(tmpdir(), "quorate-config-"));
    const file = join(folder, "quorate.json");

    const missing = await readConfiguration(file).catch((error) => error);
    await writeFile(file, "{ 'version': 1 }");
    const garbled = await readConfiguration(file).catch((error) => error);

    for (const error of [missing, garbled]) {
      expect(error).toBeInstanceOf(HostError);
      expect(error).toMatchObject({ code: "config-unreadable" });
      expect(error.message).toContain(file);
    }
    await rm(folder, { recursive: true });
  });
});

test("a process that is not listed is told with those that are", async () => {
  const configuration = await checkConfiguration(least(), "quorate.json");
  expect(replicaEntry(configuration, "replica#2").address.port).toBe(7402);
  expect(clientEntry(configuration, "client#0").may.write).toEqual(["prices/"]);
  expect(() => replicaEntry(configuration, "client#0")).toThrow(
    'no replica "client#0", but replica#0, replica#1, replica#2, replica#3.',
  );
  expect(() => clientEntry({ ...configuration, clients: [] }, "client#0")).toThrow(
    "no client at all",
  );
});

test("a permission covers what begins with its prefix; * covers all, and none nothing", () => {
  expect(covers(["prices/"], "prices/gold")).toBe(true);
  expect(covers(["prices/"], "price")).toBe(false);
  expect(covers(["a", "*"], "prices/gold")).toBe(true);
  expect(covers([], "")).toBe(false);
});
