import { afterAll, beforeAll, expect, test } from "vitest";
import type { Operation } from "../../../../checker/history/history.ts";
import { checkLinearizable } from "../../../../checker/history/linearizability.ts";
import { createClient, type ServiceClient } from "../../../../impl/atomic-multicast/replica.ts";
import { counter } from "../../../../impl/services/counter.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import { ClusterFiles, inTime, pause } from "./cluster.ts";
import { endAll, Quorate, quorate } from "./quorate.ts";

const KILLS = 12;
const DONE_MS_MAX = 60_000;
/** A turn of a replica makes some dozens of actions; more than these were never between two commits. */
const LOST_MAX = "300";

let files: ClusterFiles;
beforeAll(async () => {
  files = await ClusterFiles.create({ clients: 3, service: "counter" });
});
afterAll(async () => {
  await endAll();
  await files.remove();
});

async function started(at: number): Promise<Quorate> {
  const process = `replica#${at}`;
  const places = ["--config", files.path("quorate.json"), "--record", files.record(process)];
  const replica = new Quorate(["replica", process, ...places, "--log-level", "error"]);
  await inTime(replica.isReachable(), DONE_MS_MAX, `${process} ready`);
  return replica;
}

test("replicas of a service that are killed under load lose nothing and contradict nothing", {
  timeout: 400_000,
  retry: 0,
}, async () => {
  const replicas = await Promise.all([0, 1, 2, 3].map(started));
  const clients = await Promise.all(
    [0, 1, 2].map((at) => createClient(files.start(`client#${at}`))),
  );
  const history: Operation<string, string>[] = [];
  let isOver = false;
  const loads = clients.map(async (client: ServiceClient, at) => {
    while (!isOver) {
      const operation = history.length % 3 === 2 ? "read" : `add ${at + 1}`;
      const invoked = performance.now();
      const result = await client.invoke(operation);
      const returned = performance.now();
      history.push({ client: `client#${at}`, invoked, returned, operation, result });
    }
  });
  const progress = async () => {
    const from = history.length;
    const isMade = async () => {
      while (history.length < from + 3) await pause(20);
    };
    await inTime(isMade(), DONE_MS_MAX, "operations after a kill");
  };

  for (let kill = 0; kill < KILLS; kill += 1) {
    // Mostly one; now and then two at once, so that nothing goes on until they are back.
    const victims = kill % 4 === 3 ? [kill % 4, (kill + 1) % 4] : [kill % 4];
    await progress();
    await Promise.all(victims.map((at) => (replicas[at] as Quorate).signal("SIGKILL")));
    if (victims.length === 1) await progress();
    for (const at of victims) replicas[at] = await started(at);
  }
  await progress();
  isOver = true;
  await inTime(Promise.all(loads), DONE_MS_MAX, "the last operations");
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(replicas.map((replica) => replica.signal("SIGTERM")));

  const server = {
    initial: 0,
    apply: (state: number, operation: string) =>
      counter.apply(state, operation, "client#0" as Index<"client">),
  };
  expect(checkLinearizable(server, history).verdict).toBe("linearizable");
  const records = [0, 1, 2, 3].map((at) => files.record(`replica#${at}`));
  const { status, stdout } = await quorate("replay", "--max-lost", LOST_MAX, ...records);
  expect({ status, stdout }).toMatchObject({ status: 0 });
});
