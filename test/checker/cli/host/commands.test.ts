import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with();
  const { status, stderr } = await folder.run(["init", "cluster", "--clients", "2"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
afterAll(() => folder.remove());

const CONFIG = ["--config", "cluster/quorate.json"];

/** Writes a configuration like the cluster's, but for some changes. */
async function changed(name: string, change: (config: Config) => void): Promise<string[]> {
  const config = JSON.parse(await readFile(folder.path("cluster/quorate.json"), "utf8"));
  change(config);
  await writeFile(folder.path(name), JSON.stringify(config));
  return ["--config", name];
}
interface Config {
  replicas: { metrics?: { host: string; port: number } }[];
  clients: { may: { read: string[] } }[];
  limits: Record<string, number>;
}

describe("help", () => {
  test("names the commands that run clusters", async () => {
    const { stdout } = await folder.run(["--help"]);
    const clusters = /Clusters:\n(.*?)\n\n/s.exec(stdout)?.[1] ?? "";
    for (const command of ["init", "replica", "client", "status", "cluster"]) {
      expect(clusters).toMatch(new RegExp(`^ +${command} `, "m"));
    }
  });

  test.each([
    ["init", ["--protocol", "--service", "--faults", "--clients", "--base-port", "--host"]],
    ["replica", ["--config", "--data", "--keys", "--record", "--behaviour", "--log-level"]],
    ["client", ["put", "get", "invoke", "Exit status:"]],
    ["client invoke", ["--read", "--config", "--as", "--data", "--timeout-ms"]],
    ["client put", ["--config", "--as", "--data", "--timeout-ms"]],
    ["client get", ["--config", "--as", "--data", "--timeout-ms"]],
    ["status", ["--config", "--json"]],
    ["cluster", ["--directory", "--in-memory", "--faults", "--base-port"]],
  ])("of %s shows its flags", async (command, flags) => {
    const { status, stdout } = await folder.run([...command.split(" "), "--help"]);
    expect(status).toBe(0);
    for (const flag of flags) expect(stdout).toContain(flag);
  });
});

describe("init", () => {
  test("writes the file and the keys, and says what comes next", async () => {
    const { stdout } = await folder.run(["init", "small", "--faults", "0", "--clients", "1"]);
    expect(stdout).toContain("wrote small/quorate.json");
    expect(stdout).toContain("quorate replica 'replica#0' --config small/quorate.json");
    expect(await readdir(folder.path("small/keys"))).toEqual(["client#0", "replica#0"]);
  });
});

describe("what is wrong is one sentence with a code, and exit status 2", () => {
  test.each([
    ["init cluster", "cluster/quorate.json is there already.", "config-exists"],
    ["init x --faults many", "from 0 to 33", "usage"],
    ["init x --base-port 70000", "from 1 to 65535", "usage"],
    ["init x --clients 0", "from 1 to 10000", "usage"],
    ["init x --protocol bftbc", "Did you mean bft-bc?", "protocol-unknown"],
    ["init x --protocol bft-bc-optimized", "Did you mean bft-bc-optimised?", "protocol-unknown"],
    ["init x --protocol atomic-multicast", "service: is missing", "config-invalid"],
    ["init x --protocol atomic-multicast --service countr", "counter", "service-unknown"],
    ["init x --protocol atomic-multicast --service ./no.mjs", "does not load", "service-unknown"],
    ["init x --service counter", "of no use", "config-invalid"],
    ["client invoke read --config cluster/quorate.json", "offers registers", "usage"],
    ["init x --host a/b", "expected a host name or an IP address", "config-invalid"],
    ["replica", "Missing required argument", "usage"],
    ["replica replica#0", "quorate.json cannot be read", "config-unreadable"],
    ["replica replica#9 --config cluster/quorate.json", "replica#3", "process-unknown"],
    ["replica replica#0 --config cluster/quorate.json --behaviour rude", "mute, crash", "usage"],
    ["replica replica#0 --log-level loud", "silent, error", "usage"],
    ["client put k", "Missing required argument", "usage"],
    ["client get k --timeout-ms 0", "from 1 to 3600000", "usage"],
    ["client get k --as client#9 --config cluster/quorate.json", "client#1", "process-unknown"],
    ["status --config nothing.json", "nothing.json cannot be read", "config-unreadable"],
    ["cluster --directory cluster --faults 2", "with faults 1, not 2", "config-exists"],
  ])("%s", async (line, what, code) => {
    const { status, stdout, stderr } = await folder.run(line.split(" "));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`[${code}]`);
  });

  test("a typo in the configuration is told with its place and what was meant", async () => {
    const config = await changed("typo.json", ({ limits }) => {
      limits.messageBtyes = 1;
    });
    const { status, stderr } = await folder.run(["replica", "replica#0", ...config]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      "typo.json: limits.messageBtyes: unknown field; did you mean messageBytes?",
    );
  });

  test("a cluster on a port that is in use says so once, and leaves no replica running", async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
    const { port } = occupant.address() as AddressInfo;
    const args = ["cluster", "--directory", "busy", "--faults", "0", "--base-port", String(port)];
    const { status, stderr } = await folder.run(args);
    occupant.close();
    expect(status).toBe(2);
    expect(stderr.match(/\[port-in-use\]/g)).toHaveLength(1);
  });
});

test("a cluster of a service of one's own says how it is used", { timeout: 120_000 }, async () => {
  await writeFile(
    folder.path("echo.mjs"),
    'export const service = { name: "echo", start: 0, apply: (state, text) => ({ state, result: text }) };',
  );
  const service = ["--protocol", "atomic-multicast", "--service", "./echo.mjs"];
  const { status, stdout } = await folder.run(["init", "echoing", "--faults", "0", ...service]);
  expect(status).toBe(0);
  expect(stdout).toContain("quorate client invoke '<operation>'");
  const config = ["--config", "echoing/quorate.json"];

  const put = await folder.run(["client", "put", "k", "v", ...config]);
  expect(put.stderr).toContain("atomic-multicast offers a service: use `invoke`.");
  expect(JSON.parse(await readFile(folder.path("echoing/quorate.json"), "utf8"))).toMatchObject({
    service: "../echo.mjs",
  });
  // Nobody runs: it is found that nobody answers.
  const late = await folder.run(["client", "invoke", "x", "--timeout-ms", "200", ...config]);
  expect(late.status).toBe(1);
  expect(late.stderr).toContain("[operation-timed-out]");
});

test("a client learns at once that it may not read a key, with exit status 1", async () => {
  const config = await changed("strict.json", ({ clients }) => {
    clients[0]!.may.read = ["prices/"];
  });
  const { status, stderr } = await folder.run(["client", "get", "weather", ...config]);
  expect(status).toBe(1);
  expect(stderr).toContain('client#0 may not read "weather".');
  expect(stderr).toContain("[peer-unauthorised]");
});

describe("status", () => {
  test("shows who is down, with exit status 1", async () => {
    const { status, stdout } = await folder.run(["status", ...CONFIG]);
    expect(status).toBe(1);
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "process    address         state",
      "replica#0  127.0.0.1:7400  down: ECONNREFUSED",
    ]);
  });

  test("shows what those say that are up", async () => {
    const server = createServer((_, response) =>
      response.end('{"process":"replica#0","held":2,"peers":[]}'),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const config = await changed("up.json", ({ replicas }) => {
      for (const replica of replicas) delete replica.metrics;
      replicas[0]!.metrics = { host: "127.0.0.1", port };
    });
    const { status, stdout } = await folder.run(["status", ...config]);
    const { stdout: json } = await folder.run(["status", "--json", ...config]);
    server.close();

    expect(status).toBe(1);
    expect(stdout).toMatch(/^process +address +state +held\nreplica#0 +127.0.0.1:7400 +up +2\n/);
    expect(stdout).toMatch(/replica#1 +127.0.0.1:7401 +unknown: it has no `metrics` address +-\n/);
    expect(JSON.parse(json)).toHaveLength(4);
  });
});
