import { describe, expect, test } from "vitest";
import { judge } from "../../../../checker/cli/host/judge.ts";
import { faultyReplicas } from "../../../../impl/atomic-multicast/hosted/faulty-replicas.ts";
import { variants } from "../../../../impl/atomic-multicast/hosted/protocol.ts";
import * as simulation from "../../../../impl/host/simulated/index.ts";
import type { ServiceProtocol } from "../../../../impl/network/service-protocol.ts";

interface Options {
  readonly variant?: string;
  readonly service?: string;
  readonly intensity?: "calm" | "rough" | "wild";
  readonly behaviours?: readonly string[];
  readonly clientBehaviours?: readonly string[];
}

const scheduleOf = (seed: number, options: Options) => {
  const { variant = "repaired", service = "counter", intensity = "rough" } = options;
  return simulation.hostSchedule(seed, {
    system: { protocol: "atomic-multicast", service, variant, faults: 1 },
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

/** What is wrong with the run of a seed; null if nothing is. */
async function failureOf(seed: number, options: Options = {}) {
  const { variant = "repaired", service = "counter" } = options;
  const protocol = simulation.replicating(
    variants[variant] as ServiceProtocol,
    simulation.SERVICES[service] as (typeof simulation.SERVICES)[string],
  );
  const judged = await judge(simulation, scheduleOf(seed, options), protocol, {
    behaviours: faultyReplicas,
  });
  expect(judged.totals.operations + judged.totals.undecided).toBeGreaterThan(0);
  return judged.failure;
}

/** The first seed in which the coordinator of all first rounds is faulty from the start. */
function seedWithFaultyCoordinator(behaviours: readonly string[]): number {
  for (let seed = 1; ; seed += 1) {
    const { items } = scheduleOf(seed, { behaviours });
    const isIt = items.some(
      (item) => item.kind === "byzantine" && item.process === "replica#1" && item.atMs === 0,
    );
    if (isIt) return seed;
  }
}

const BEHAVIOURS = [...Object.keys(simulation.BEHAVIOURS), ...Object.keys(faultyReplicas())];

describe("simulated clusters of a replicated service pass", { timeout: 240_000 }, () => {
  test("with crashes, partitions, loss, slow disks and skewed clocks", async () => {
    expect(await failureOf(1, { service: "key-value" })).toBeNull();
    expect(await failureOf(2, { service: "key-value", intensity: "wild" })).toBeNull();
  });

  test.each(BEHAVIOURS)("with a first coordinator that is faulty: %s", async (behaviour) => {
    const behaviours = [behaviour];
    expect(await failureOf(seedWithFaultyCoordinator(behaviours), { behaviours })).toBeNull();
  });

  test("with clients that say old things, two things, or garbage", async () => {
    const clientBehaviours = ["replay", "equivocate", "mutate", "garbage", "twin"];
    expect(await failureOf(4, { clientBehaviours })).toBeNull();
    expect(await failureOf(5, { clientBehaviours })).toBeNull();
  });
});

describe("simulated clusters fail", { timeout: 240_000 }, () => {
  test.each(["arrival-order", "nothing-remembered"])("under the mutant %s", async (variant) => {
    const failures: unknown[] = [];
    for (let seed = 1; seed <= 6 && failures.length === 0; seed += 1) {
      const failure = await failureOf(seed, { variant });
      if (failure !== null) failures.push(failure);
    }
    expect(failures).toHaveLength(1);
  });

  test("where replicas answer what the server would not", async () => {
    const counter = simulation.SERVICES.counter as (typeof simulation.SERVICES)[string];
    const protocol = simulation.replicating(variants.repaired as ServiceProtocol, {
      ...counter,
      apply: (state, operation, client) =>
        operation === "read" ? { state, result: "0" } : counter.apply(state, operation, client),
    });
    const run = await simulation.runHosts(scheduleOf(1, { intensity: "calm" }), protocol);

    const judged = await judge(
      { runHosts: () => Promise.resolve(run) },
      scheduleOf(1, { intensity: "calm" }),
      simulation.replicating(variants.repaired as ServiceProtocol, counter),
    );

    expect(judged.failure?.kind).toBe("history");
  });
});

describe("schedules", () => {
  test("keep the service that they are for", () => {
    const schedule = scheduleOf(1, { service: "key-value" });

    expect(simulation.readSchedule(simulation.writeSchedule(schedule))).toEqual(schedule);
  });

  test("make faulty replicas, and ask faulty clients for operations of the service", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) =>
      scheduleOf(seed, { behaviours: ["mute-coordinator"], clientBehaviours: ["replay"] }),
    );
    const faulty = seeds.flatMap(({ items }) => items).filter(({ kind }) => kind === "byzantine");
    expect(new Set(faulty.map((item) => ("process" in item ? item.process[0] : "")))).toEqual(
      new Set(["r", "c"]),
    );
    const texts = seeds.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === "invoke" ? [item.operation.value] : [])),
    );
    expect(new Set(texts)).toEqual(new Set(simulation.OPERATIONS.counter));
  });
});
