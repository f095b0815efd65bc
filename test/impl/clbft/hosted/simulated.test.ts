import { describe, expect, test } from "vitest";
import { judge } from "../../../../checker/cli/host/judge.ts";
import { faultyReplicas } from "../../../../impl/clbft/hosted/faulty-replicas.ts";
import { protocol, variants } from "../../../../impl/clbft/hosted/protocol.ts";
import * as simulation from "../../../../impl/host/simulated/index.ts";
import type { Item, Schedule } from "../../../../impl/host/simulated/schedule.ts";
import type { ServiceProtocol } from "../../../../impl/network/service-protocol.ts";
import { type Index, index, indices } from "../../../../spec/automaton/index.ts";

interface Options {
  readonly variant?: string;
  readonly service?: string;
  readonly intensity?: "calm" | "rough" | "wild";
  readonly clientBehaviours?: readonly string[];
  /** of the first primary, from the start */
  readonly primary?: string;
  /** what happens besides */
  readonly more?: readonly Item[];
}

/** A schedule of four clients, half of whose operations do not wait for those before. */
function scheduleOf(seed: number, options: Options): Schedule {
  const { variant = "repaired", service = "counter", intensity = "rough" } = options;
  const schedule = simulation.hostSchedule(seed, {
    system: { protocol: "clbft", service, variant, faults: 1 },
    replicas: 4,
    clients: 4,
    operations: 24,
    intensity,
    disturbances: null,
    behaviours: [],
    clientBehaviours: options.clientBehaviours ?? [],
    texts: simulation.OPERATIONS[service] ?? null,
  });
  const items = schedule.items.map((item, at) => {
    if (item.kind !== "invoke" || at % 2 === 0) return item;
    const { waits: _, ...impatient } = item;
    return impatient;
  });
  const { primary } = options;
  const faulty: Item[] =
    primary === undefined
      ? []
      : [{ kind: "byzantine", atMs: 0, process: index("replica", 0), behaviour: primary }];
  return { ...schedule, items: [...faulty, ...items, ...(options.more ?? [])] };
}

const serviceOf = (name = "counter") =>
  simulation.SERVICES[name] as (typeof simulation.SERVICES)[string];

/** What is wrong with the run of a seed; null if nothing is. */
async function failureOf(seed: number, options: Options = {}) {
  const { variant = "repaired" } = options;
  const running = simulation.replicating(
    variants[variant] as ServiceProtocol,
    serviceOf(options.service),
  );
  const behaviours = faultyReplicas;
  const judged = await judge(simulation, scheduleOf(seed, options), running, { behaviours });
  expect(judged.totals.operations).toBeGreaterThan(0);
  expect(judged.totals.undecided).toBe(0);
  return judged.failure;
}

describe("simulated clusters of a replicated service pass", { timeout: 240_000 }, () => {
  test("with crashes, partitions, loss, slow disks and skewed clocks", async () => {
    expect(await failureOf(1, { service: "key-value" })).toBeNull();
    expect(await failureOf(2, { service: "key-value", intensity: "wild" })).toBeNull();
    expect(await failureOf(3)).toBeNull();
  });

  test("with stores that are torn by a crash of all at once, then full, then damaged for good", async () => {
    const crashes = indices("replica", 4).map(
      (process, at): Item => ({ kind: "crash", atMs: 150 + at, process, forMs: 40 }),
    );
    const [primary, backup] = indices("replica", 2) as [Index, Index];
    const more: readonly Item[] = [
      ...crashes,
      { kind: "disk-full", atMs: 500, process: backup, forMs: 300 },
      { kind: "corrupt", atMs: 1_000, process: primary, forMs: 50 },
    ];

    expect(await failureOf(6, { intensity: "calm", more })).toBeNull();
    expect(await failureOf(7, { intensity: "calm", more, service: "key-value" })).toBeNull();
  });

  test("with clients that say old things, two things, or garbage", async () => {
    const clientBehaviours = ["replay", "equivocate", "mutate", "garbage", "twin"];
    expect(await failureOf(4, { clientBehaviours })).toBeNull();
    expect(await failureOf(5, { clientBehaviours })).toBeNull();
  });
});

describe("simulated clusters fail", { timeout: 240_000 }, () => {
  const reading = serviceOf();
  const calm = { intensity: "calm" } as const;

  test.each([
    ["executes-again", { primary: "repeating-primary" }],
    ["executes-out-of-order", {}],
  ])("under the mutant %s", async (variant, options) => {
    const failures: unknown[] = [];
    for (let seed = 1; seed <= 30 && failures.length === 0; seed += 1) {
      const failure = await failureOf(seed, { variant, ...options });
      if (failure !== null) failures.push(failure);
    }
    expect(failures).toHaveLength(1);
  });

  test("where replicas answer what the server would not, whatever overlaps", async () => {
    const wrong = simulation.replicating(protocol, {
      ...reading,
      apply: (state, operation, client) =>
        operation === "read" ? { state, result: "0" } : reading.apply(state, operation, client),
    });
    const run = await simulation.runHosts(scheduleOf(1, calm), wrong);

    const judged = await judge(
      { runHosts: () => Promise.resolve(run) },
      scheduleOf(1, calm),
      simulation.replicating(protocol, reading),
    );

    expect(judged.failure?.kind).toBe("history");
  });
});

describe("schedules", () => {
  test("of a service have operations of one client that overlap", async () => {
    const run = await simulation.runHosts(
      scheduleOf(1, { intensity: "calm" }),
      simulation.replicating(protocol, serviceOf()),
    );

    const overlaps = run.history.filter((one) =>
      run.history.some(
        (other) =>
          other !== one &&
          other.client === one.client &&
          other.invoked < one.invoked &&
          (other.returned ?? 0) > one.invoked,
      ),
    );
    expect(overlaps.length).toBeGreaterThan(0);
  });
});
