import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createClient,
  createReplica,
  type KeyValueClient,
} from "../../../../impl/bft-bc/replica.ts";
import { ClusterFiles, pause } from "./cluster.ts";
import { mistakesWith } from "./mistakes.ts";
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
}, 240_000);
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

const MISTAKES = mistakesWith(
  () => files,
  () => start("replica#0"),
);

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
    240_000,
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
}, 240_000);

test("a store that is refused is closed again, so that the right process can open it", async () => {
  const wrong = { ...files.start("replica#3"), directory: files.path("data", "replica#0") };

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
}, 240_000);

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

  while (ended === null) {
    const put = store.put("large", `${written}-${large}`).then(() => {
      written += 1;
    });
    await Promise.race([put, full.ended]);
  }
  const begun = written;

  expect(begun).toBeGreaterThan(2);
  const { status, stderr } = ended as Awaited<Quorate["ended"]>;
  expect(status).toBe(1);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toContain("[store-unwritable]");
  const again = start("replica#0");
  await again.isReachable();
  // The last put was under way; its client went on with it.
  const held = await store.get("large");
  expect([`${begun - 1}-${large}`, `${begun}-${large}`]).toContain(held);
  await again.signal("SIGTERM");
  await worksAndHasEverything("after a full disk");
}, 240_000);
