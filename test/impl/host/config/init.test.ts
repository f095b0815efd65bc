import { createPrivateKey } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfiguration } from "../../../../impl/host/config/configuration.ts";
import { initCluster } from "../../../../impl/host/config/init.ts";
import { HostError } from "../../../../impl/host/errors.ts";
import { pinnedKeyOf } from "../../../../impl/host/identity/public-key.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "quorate-init-"));
});
afterEach(() => rm(folder, { recursive: true }));

const plan = (directory: string) => ({
  directory,
  protocol: "bft-bc",
  faults: 1,
  clients: 2,
  host: "127.0.0.1",
  basePort: 7400,
});

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

async function refusal(options: Parameters<typeof initCluster>[0]): Promise<HostError> {
  const error: unknown = await initCluster(options).catch((error) => error);
  expect(error).toBeInstanceOf(HostError);
  return error as HostError;
}

describe("a new cluster", () => {
  test("has what was asked for, in a file that reads back", async () => {
    const made = await initCluster(plan(folder));

    expect(await readConfiguration(join(folder, "quorate.json"))).toEqual(made);
    expect(
      made.replicas.map(({ process, address, metrics }) => [process, address, metrics]),
    ).toEqual(
      [0, 1, 2, 3].map((at) => [
        `replica#${at}`,
        { host: "127.0.0.1", port: 7400 + at },
        { host: "127.0.0.1", port: 7500 + at },
      ]),
    );
    expect(made.clients.map(({ process }) => process)).toEqual(["client#0", "client#1"]);
    expect(await readdir(folder)).toEqual(["keys", "quorate.json"]);
  });

  test("of a service has limits for proposals of several clients, however many faults", async () => {
    const service = { protocol: "atomic-multicast", service: "counter" };
    const made = await initCluster({ ...plan(folder), ...service, faults: 10 });

    expect(made).toMatchObject(service);
    expect(await readConfiguration(join(folder, "quorate.json"))).toEqual(made);
  });

  test("has the keys that its file pins, which only their owner may read", async () => {
    const { replicas, clients } = await initCluster(plan(folder));

    expect(await modeOf(join(folder, "quorate.json"))).toBe(0o644);
    for (const { process, keys } of [...replicas, ...clients]) {
      for (const use of ["signing", "tls"] as const) {
        const file = join(folder, "keys", process, `${use}.key.pem`);
        expect(await modeOf(file)).toBe(0o600);
        expect(pinnedKeyOf(createPrivateKey(await readFile(file, "utf8")))).toBe(keys[use]);
      }
    }
  });

  test("is called unlike every other", async () => {
    const one = await initCluster(plan(join(folder, "one")));
    const other = await initCluster(plan(join(folder, "other")));
    expect(one.cluster).not.toBe(other.cluster);
    expect((await initCluster({ ...plan(join(folder, "third")), cluster: "mine" })).cluster).toBe(
      "mine",
    );
  });
});

describe("nothing is overwritten", () => {
  test("neither a configuration", async () => {
    await writeFile(join(folder, "quorate.json"), "mine");
    const { code, message } = await refusal(plan(folder));
    expect(code).toBe("config-exists");
    expect(message).toContain(join(folder, "quorate.json"));
    expect(await readFile(join(folder, "quorate.json"), "utf8")).toBe("mine");
    expect(await readdir(folder)).toEqual(["quorate.json"]);
  });

  test("nor keys", async () => {
    await mkdir(join(folder, "keys"));
    expect((await refusal(plan(folder))).message).toContain(join(folder, "keys"));
    expect(await readdir(folder)).toEqual(["keys"]);
  });

  test("nor by the slower of two that run at once", async () => {
    const both = await Promise.allSettled([initCluster(plan(folder)), initCluster(plan(folder))]);

    const [won] = both.filter((one) => one.status === "fulfilled");
    const [lost] = both.filter((one) => one.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "config-exists" });
    expect(await readConfiguration(join(folder, "quorate.json"))).toEqual(won?.value);
    expect(await readdir(folder)).toEqual(["keys", "quorate.json"]);
  });
});

describe("what is refused leaves no file behind", () => {
  test.each([
    ["three replicas for one fault", { replicas: 3 }, "replicas-too-few"],
    ["a protocol that there is not", { protocol: "raft" }, "protocol-unknown"],
    ["ports beyond the last", { basePort: 65_534 }, "config-invalid"],
    ["an address of every interface", { host: "0.0.0.0" }, "config-invalid"],
  ])("%s", async (_, change, code) => {
    expect(await refusal({ ...plan(folder), ...change })).toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });
});
