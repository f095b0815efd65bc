import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkRegisters } from "../../../../checker/history/register.ts";
import { createClient, type KeyValueClient } from "../../../../impl/bft-bc/replica.ts";
import { index } from "../../../../spec/automaton/index.ts";
import { WINDOWS, type Window } from "../../../fixtures/host/messages.ts";
import { ClientChild, killAll, START_MS_MAX } from "./children.ts";
import { ClusterFiles } from "./cluster.ts";
import { Killer } from "./killer.ts";
import { History, load } from "./load.ts";
import { quorate } from "./quorate.ts";
import { Witness } from "./witness.ts";

const KILLS = 104;
const KILLS_PER_WINDOW = 8;
const KEYS = ["price", "weather", "a'b (c)/%é"];
/** A turn of a unit makes a few actions; more than these were never between two commits. */
const LOST_MAX = "24";

/**
 * A test without a second try, which could hide what chance has found in the first one. The kills
 * take a minute on a quiet machine, the other tests seconds.
 */
const once = (name: string, run: () => Promise<void>) =>
  test(name, { timeout: 600_000, retry: 0 }, run);

let files: ClusterFiles;
let killer: Killer;
beforeAll(async () => {
  files = await ClusterFiles.create({ clients: 8 });
  killer = new Killer(files);
  await killer.allReady();
});
afterAll(async () => {
  await killAll();
  await files.remove();
});

/** Every kind of kill all along, until there were enough of each. */
async function killAndRestart(kills: Killer, completed: () => number): Promise<void> {
  const rarest = () => [...WINDOWS].sort((a, b) => kills.kills[a] - kills.kills[b])[0] as Window;
  const isRare = () => kills.kills[rarest()] < KILLS_PER_WINDOW;
  for (let round = 0; kills.count < KILLS || isRare(); round += 1) {
    if (isRare()) await kills.killWithin(rarest());
    await kills.progress(completed);
    if (round % 3 === 1) await kills.killSome(4);
    else if (round % 6 === 3) await kills.killStarting();
    else await kills.killSome(round % 6 === 5 ? 1 : 2);
    await kills.progress(completed);
  }
}

once("replicas that are killed a hundred times lose nothing and contradict nothing", async () => {
  const startedAtMs = performance.now();
  const history = new History();
  const stores = await Promise.all(
    [0, 1, 2, 3].map((at) => createClient<string>(files.start(`client#${at}`))),
  );
  const clients = stores.map((store, at) => [`client#${at}`, store] as const);
  const loads = clients.map(([client, store]) => load(history, client, store, KEYS));
  const witness = await Witness.start(files, index("client", 7), KEYS);

  await killAndRestart(killer, () => {
    // At once: a cluster that has contradicted itself may complete nothing any more.
    expect(witness.contradictions).toEqual([]);
    return history.completed;
  });
  await killer.allReady();
  // Operations of living clients complete: one that does not throws here.
  await Promise.all(loads.map(({ stop }) => stop()));
  for (const [client, store] of clients) {
    for (const key of KEYS) await history.get(client, store, key);
  }
  await witness.close();
  await Promise.all(stores.map((store: KeyValueClient<string>) => store.close()));

  const wallMs = Math.round(performance.now() - startedAtMs);
  const { kills, count, medianReadyMs } = killer;
  const { signatures, readings } = witness;
  const figures = { count, kills, medianReadyMs, operations: history.completed, wallMs };
  process.stdout.write(`${JSON.stringify({ ...figures, signatures, readings })}\n`);
  expect(count).toBeGreaterThanOrEqual(100);
  for (const window of WINDOWS) expect(kills[window]).toBeGreaterThanOrEqual(KILLS_PER_WINDOW);
  expect(history.completed).toBeGreaterThan(count);
  expect(history.completed).toBe(history.operations.length);
  expect(checkRegisters(history.operations).verdict).toBe("linearizable");
  expect(witness.contradictions).toEqual([]);
  expect(Math.min(signatures, readings)).toBeGreaterThan(count);
});

once("the records of the killed replicas are runs of the automata", async () => {
  const records = [0, 1, 2, 3].map((at) => files.record(`replica#${at}`));

  const { status, stdout } = await quorate("replay", ...records, "--max-lost", LOST_MAX, "--json");

  const verdicts = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(4).fill("accepted"));
  expect(status).toBe(0);
  const restarts = verdicts.reduce((sum, one) => sum + one.restarts, 0);
  // A process that was killed before it opened its record has not noted its start.
  expect(restarts).toBeGreaterThanOrEqual(killer.count - killer.kills.starting);
});

once("a record in which an acknowledged write is forgotten is no run of the automata", async () => {
  const record = files.record("replica#0");
  const lines = (await readFile(record, "utf8")).split("\n");
  const last = lines.findLastIndex((line) => line.includes('"action":"WRITE"'));
  await files.write(
    "forgot.ndjson",
    [...lines.slice(0, last), ...lines.slice(last + 1)].join("\n"),
  );

  const { status } = await quorate("replay", files.path("forgot.ndjson"), "--max-lost", LOST_MAX);

  expect(status).toBe(1);
});

/** The commits of a client's write: its start, and each of its three phases. */
const COMMITS = [1, 2, 3, 4];

once("a client killed at any commit of a put goes on with it and can write again", async () => {
  await killer.allReady();
  const history = new History();
  const reader = await createClient<string>(files.start("client#6"));

  const killedAt = async (window: Window, commit: number, client: string) => {
    const key = `${window} ${commit}`;
    const first = new ClientChild({ ...files.start(client), stopAt: { window, commit } });
    await first.isReachable();
    const interrupted = history.put(client, first, key).catch((error: Error) => error);
    expect(await first.stands(START_MS_MAX)).toBe(true);
    await first.kill();
    expect(await interrupted).toEqual(new Error("killed"));

    // Nobody asks it for anything: what was begun is completed because it was begun.
    const again = new ClientChild(files.start(client));
    await again.isReachable();
    const wasBegun = window === "durable" || commit > 1;
    const before = await history.get(client, again, key);
    expect(before === null).toBe(!wasBegun);
    expect(await history.get("client#6", reader, key)).toBe(before);
    await history.put(client, again, key);
    await again.kill();
    return history.get("client#6", reader, key);
  };
  const inTurn = async (window: Window, client: string) => {
    for (const commit of COMMITS) expect(await killedAt(window, commit, client)).not.toBeNull();
  };
  await Promise.all(WINDOWS.map((window, at) => inTurn(window, `client#${at + 3}`)));

  expect(checkRegisters(history.operations).verdict).toBe("linearizable");
  await reader.close();
});
