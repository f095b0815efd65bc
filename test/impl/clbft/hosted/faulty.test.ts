import { describe, expect, test } from "vitest";
import { judge } from "../../../../checker/cli/host/judge.ts";
import { faultyReplicas } from "../../../../impl/clbft/hosted/faulty-replicas.ts";
import { protocol } from "../../../../impl/clbft/hosted/protocol.ts";
import * as simulation from "../../../../impl/host/simulated/index.ts";

interface Options {
  readonly service?: string;
  readonly intensity?: "calm" | "rough" | "wild";
  readonly behaviours?: readonly string[];
  readonly clientBehaviours?: readonly string[];
}

const scheduleOf = (seed: number, options: Options) => {
  const { service = "counter", intensity = "rough" } = options;
  return simulation.hostSchedule(seed, {
    system: { protocol: "clbft", service, variant: "repaired", faults: 1 },
    replicas: 4,
    clients: 4,
    operations: 16,
    intensity,
    disturbances: null,
    behaviours: options.behaviours ?? [],
    clientBehaviours: options.clientBehaviours ?? [],
    texts: simulation.OPERATIONS[service] ?? null,
  });
};

/** What the unreplicated server says of the run of a seed; null if nothing is wrong. */
async function failureOf(seed: number, options: Options = {}) {
  const { service = "counter" } = options;
  const served = simulation.SERVICES[service] as (typeof simulation.SERVICES)[string];
  const judged = await judge(
    simulation,
    scheduleOf(seed, options),
    simulation.replicating(protocol, served),
    { behaviours: faultyReplicas },
  );
  expect(judged.totals.operations + judged.totals.undecided).toBeGreaterThan(0);
  return judged.failure;
}

/** The first seed from one on in which a replica is faulty from the start. */
function seedWithFaulty(process: string, behaviours: readonly string[], from = 1): number {
  for (let seed = from; ; seed += 1) {
    const { items } = scheduleOf(seed, { behaviours });
    const isIt = items.some(
      (item) => item.kind === "byzantine" && item.process === process && item.atMs === 0,
    );
    if (isIt) return seed;
  }
}

const BEHAVIOURS = [...Object.keys(simulation.BEHAVIOURS), ...Object.keys(faultyReplicas())];

describe("simulated clusters with one faulty replica pass", { timeout: 240_000 }, () => {
  test.each(BEHAVIOURS)("the first primary: %s", async (behaviour) => {
    const behaviours = [behaviour];
    expect(await failureOf(seedWithFaulty("replica#0", behaviours), { behaviours })).toBeNull();
  });

  test.each(Object.keys(faultyReplicas()))("a backup: %s", async (behaviour) => {
    const behaviours = [behaviour];
    expect(await failureOf(seedWithFaulty("replica#2", behaviours), { behaviours })).toBeNull();
  });

  test("whatever it does, where machines fail too", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const options = { behaviours: BEHAVIOURS, intensity: "wild", service: "key-value" } as const;
      expect(await failureOf(seed, options)).toBeNull();
    }
  });

  test("with clients that say old things, two things, or garbage", async () => {
    const clientBehaviours = ["replay", "equivocate", "mutate", "garbage", "twin"];
    expect(await failureOf(4, { clientBehaviours })).toBeNull();
    expect(await failureOf(5, { clientBehaviours })).toBeNull();
  });
});
