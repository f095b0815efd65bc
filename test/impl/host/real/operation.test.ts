import { cp, readFile, rename, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { ClassicLevel } from "classic-level";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createClient,
  createReplica,
  type KeyValueClient,
} from "../../../../impl/bft-bc/replica.ts";
import { createKeyFile, keyFiles } from "../../../../impl/host/identity/key-files.ts";
import { readRecord } from "../../../../impl/host/store/record.ts";
import { LOG_KEYS, META_KEY, readMeta, sealMeta } from "../../../../impl/host/store/records.ts";
import { ClusterFiles, pause } from "./cluster.ts";
import { endAll, Quorate } from "./quorate.ts";

/*
 * Two replicas run all along, so that nothing completes without the third: replica#0, to which
 * everything happens. The fourth never starts.
 */

let files: ClusterFiles;
let store: KeyValueClient<string>;
/** what was acknowledged last */
let acknowledged = "";

function start(process: string, ...more: readonly string[]): Quorate {
  const replica = new Quorate(argumentsOf(process, ...more));
  if (process === "replica#0") patients.push(replica);
  return replica;
}
/** What a test that failed has left running. */
const patients: Quorate[] = [];
afterEach(() => Promise.all(patients.splice(0).map((one) => one.signal("SIGKILL"))));

function argumentsOf(process: string, ...more: readonly string[]): string[] {
  const config = ["--config", files.path("quorate.json")];
  return ["replica", process, ...config, "--log-level", "silent", ...more];
}

beforeAll(async () => {
  files = await ClusterFiles.create({ clients: 1 });
  const first = [0, 1, 2].map((at) => start(`replica#${at}`));
  await Promise.all(first.map((replica) => replica.isReachable()));
  store = await createClient<string>(files.start("client#0"));
  await write("the first");
  await first[0]?.signal("SIGTERM");
}, 60_000);
afterAll(async () => {
  await store.close();
  await endAll();
  await files.remove();
});

async function write(value: string): Promise<void> {
  await store.put("price", value);
  acknowledged = value;
}

/** Starts replica#0, reads what was written last, writes something else, and stops it again. */
async function worksAndHasEverything(value: string): Promise<void> {
  const replica = start("replica#0");
  await replica.isReachable();
  expect(await store.get("price")).toBe(acknowledged);
  await write(value);
  const { status, stderr } = await replica.signal("SIGTERM");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}

const data = (process: string) => files.path("data", process);
const key = (process: string, file: string) => files.path("keys", process, file);

/** Runs while replica#0 is down: what LevelDB has in its folder. */
async function withLevel(use: (level: ClassicLevel<string, Uint8Array>) => Promise<void>) {
  const level = new ClassicLevel<string, Uint8Array>(data("replica#0"), { valueEncoding: "view" });
  await level.open();
  await use(level);
  await level.close();
}

/** Does something to a record of the store of replica#0. @returns what puts it back */
async function tamper(prefix: string, change: (bytes: Uint8Array) => Uint8Array) {
  let [name, before]: [string, Uint8Array] = ["", new Uint8Array()];
  await withLevel(async (level) => {
    [[name, before]] = (await level.iterator({ gte: prefix, limit: 1 }).all()) as [
      [string, Uint8Array],
    ];
    before = Uint8Array.from(before);
    await level.put(name, change(Uint8Array.from(before)));
  });
  return () => withLevel((level) => level.put(name, before));
}

const flipped = (bytes: Uint8Array) => bytes.with(20, (bytes[20] as number) ^ 1);

function ofLaterVersion(bytes: Uint8Array): Uint8Array {
  const reading = readRecord(bytes);
  if (reading.kind !== "intact") throw new Error("damaged");
  const meta = readMeta(reading.content);
  return sealMeta({ ...meta, identity: { ...meta.identity, format: 99 } });
}

async function moved(from: string, to: string) {
  await rename(from, to);
  return () => rename(to, from);
}

/** Replaces part of the configuration. */
async function configured(change: (config: Changeable) => void) {
  const before = await readFile(files.path("quorate.json"), "utf8");
  const config: Changeable = JSON.parse(before);
  change(config);
  await files.write("quorate.json", JSON.stringify(config));
  return () => files.write("quorate.json", before);
}
interface Changeable {
  replicas: { process: string; keys: unknown }[];
  limits: Record<string, number>;
}

interface Mistake {
  readonly code: string;
  readonly says: RegExp;
  /** @returns what puts it right */
  readonly make: () => Promise<() => Promise<unknown>>;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a port in use": {
    code: "port-in-use",
    says: /Stop what listens there/,
    async make() {
      // Clients go on dialling this port, and an open connection would keep the server open.
      const occupant = createServer((socket) => socket.destroy());
      const { port } = files.configuration.replicas[0]?.address ?? {};
      await new Promise<void>((resolve) => occupant.listen(port, "127.0.0.1", resolve));
      return () => new Promise((resolve) => occupant.close(resolve));
    },
  },
  "a missing key": {
    code: "key-missing",
    says: /signing\.key\.pem cannot be read: ENOENT/,
    make: () => moved(key("replica#0", keyFiles.signing), files.path("elsewhere.pem")),
  },
  "a key of nobody": {
    code: "key-mismatch",
    says: /holds the private key of/,
    async make() {
      const own = key("replica#0", keyFiles.tls);
      const putBack = await moved(own, files.path("own.pem"));
      await createKeyFile(own);
      return putBack;
    },
  },
  "the key of another replica": {
    code: "key-mismatch",
    says: /holds the private key of/,
    async make() {
      const own = key("replica#0", keyFiles.signing);
      const putBack = await moved(own, files.path("own.pem"));
      await cp(key("replica#1", keyFiles.signing), own);
      return putBack;
    },
  },
  "swapped keys": {
    code: "key-mismatch",
    says: /signing\.key\.pem/,
    async make() {
      const [one, other] = [keyFiles.signing, keyFiles.tls].map((file) => key("replica#0", file));
      const swap = async () => {
        await rename(one as string, files.path("swap.pem"));
        await rename(other as string, one as string);
        await rename(files.path("swap.pem"), other as string);
      };
      await swap();
      return swap;
    },
  },
  "a key that is cut off": {
    code: "key-malformed",
    says: /holds no private key/,
    async make() {
      const own = key("replica#0", keyFiles.tls);
      const text = await readFile(own, "utf8");
      await files.write("keys/replica#0/tls.key.pem", text.slice(0, 60));
      return () => files.write("keys/replica#0/tls.key.pem", text);
    },
  },
  "too few replicas": {
    code: "replicas-too-few",
    says: /3f \+ 1/,
    make: () => configured(({ replicas }) => replicas.pop()),
  },
  "a typo in the configuration": {
    code: "config-invalid",
    says: /limits\.keyByte: unknown field; did you mean keyBytes\?/,
    make: () =>
      configured(({ limits }) => {
        limits.keyByte = 7;
      }),
  },
  "the store of another replica": {
    code: "store-foreign",
    says: /replica#3/,
    async make() {
      // One that is really its own: replica#3 has made it.
      const other = await createReplica(files.start("replica#3"));
      await other.close();
      const putBack = await moved(data("replica#0"), files.path("own-data"));
      await cp(data("replica#3"), data("replica#0"), { recursive: true });
      return async () => {
        await rm(data("replica#0"), { recursive: true });
        await putBack();
      };
    },
  },
  "a store of a later version": {
    code: "store-newer",
    says: /format 99/,
    make: () => tamper(META_KEY, ofLaterVersion),
  },
  "a store in use": {
    code: "store-in-use",
    says: /Another process runs on this folder/,
    async make() {
      const other = start("replica#0");
      await other.isReachable();
      return () => other.signal("SIGTERM");
    },
  },
  "one flipped bit in the store": {
    code: "store-corrupt",
    says: /log\/0000000000000001/,
    make: () => tamper(LOG_KEYS.from, flipped),
  },
  "a store without its first file": {
    code: "store-corrupt",
    says: /no file CURRENT/,
    make: () => moved(`${data("replica#0")}/CURRENT`, files.path("CURRENT")),
  },
};

describe("what is wrong is one sentence with a code, exit status 2, and nothing is lost", () => {
  test.each(Object.entries(MISTAKES))(
    "%s",
    async (name, { code, says, make }) => {
      const putRight = await make();

      const { status, stdout, stderr } = await start("replica#0").ended;

      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).toMatch(says);
      expect(stderr).toContain(`[${code}]`);
      await putRight();
      await worksAndHasEverything(`after ${name}`);
    },
    60_000,
  );
});

test("a replica whose store is in use does not mark a restart in the record of the one that runs", async () => {
  const record = ["--record", files.path("marks.ndjson")];
  const running = start("replica#0", ...record);
  await running.isReachable();
  await write("while it is recorded");

  const { status } = await start("replica#0", ...record).ended;

  expect(status).toBe(2);
  expect(await readFile(files.path("marks.ndjson"), "utf8")).not.toContain("restart");
  await running.signal("SIGTERM");
}, 60_000);

test("a store that is refused is closed again, so that the right process can open it", async () => {
  const wrong = { ...files.start("replica#3"), directory: data("replica#0") };

  await expect(createReplica(wrong)).rejects.toMatchObject({ code: "store-foreign" });

  const right = await createReplica(files.start("replica#0"));
  expect(await store.get("price")).toBe(acknowledged);
  await right.close();
});

test("SIGTERM under load: what was acknowledged is there after the restart", async () => {
  const replica = start("replica#0");
  await replica.isReachable();
  const last = new Map<string, string>();
  let goesOn = true;
  const loads = Array.from({ length: 8 }, async (_, at) => {
    for (let count = 0; goesOn; count += 1) {
      await store.put(`key ${at}`, `${at}-${count}`);
      last.set(`key ${at}`, `${at}-${count}`);
    }
  });
  await pause(1_000);

  const { status, stderr } = await replica.signal("SIGTERM");
  goesOn = false;

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const again = start("replica#0");
  await again.isReachable();
  // Those that were under way complete too.
  await Promise.all(loads);
  expect(last.size).toBe(8);
  for (const [name, value] of last) expect(await store.get(name)).toBe(value);
  await again.signal("SIGTERM");
}, 60_000);

test("a full disk ends the replica with one sentence, and with room again nothing is lost", async () => {
  // A limit on the size of files is what a full disk is to LevelDB: writes fail from some point on.
  const limit = ["bash", "-c", 'ulimit -f 256; exec "$@"', "bash"];
  const full = new Quorate(argumentsOf("replica#0"), limit);
  patients.push(full);
  await full.isReachable();
  let ended: Awaited<Quorate["ended"]> | null = null;
  full.ended.then((how) => {
    ended = how;
  });
  let written = 0;
  const large = "x".repeat(20_000);

  const giveUp = { timeoutMs: 2_000 };
  while (ended === null) {
    const value = `${written}-${large}`;
    const isWritten = await store.put("large", value, giveUp).then(
      () => true,
      () => false,
    );
    if (isWritten) written += 1;
  }

  expect(written).toBeGreaterThan(2);
  const { status, stderr } = ended as Awaited<Quorate["ended"]>;
  expect(status).toBe(1);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toContain("[store-unwritable]");
  const again = start("replica#0");
  await again.isReachable();
  // The last put was under way; its client went on with it.
  const held = await store.get("large");
  expect([`${written - 1}-${large}`, `${written}-${large}`]).toContain(held);
  await again.signal("SIGTERM");
  await worksAndHasEverything("after a full disk");
}, 60_000);
