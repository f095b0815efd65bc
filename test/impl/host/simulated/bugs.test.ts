import { describe, expect, test } from "vitest";
import { judge } from "../../../../checker/cli/host/judge.ts";
import { faultyClients } from "../../../../impl/bft-bc/faulty-clients.ts";
import { type ProtocolName, variants, variantsOf } from "../../../../impl/bft-bc/protocol.ts";
import * as simulation from "../../../../impl/host/simulated/index.ts";
import type { ProcessRunner } from "../../../../impl/host/simulated/schedule-run.ts";
import type { RegisterProtocol } from "../../../../impl/network/protocol.ts";

/** The first seed whose run fails, and how. */
async function firstFailure(
  variant: string,
  seedsMax: number,
  {
    name = "bft-bc" as ProtocolName,
    behaviours = [] as string[],
    clientBehaviours = [] as string[],
    intensity = "rough" as "calm" | "rough",
    around = <T>(runner: ProcessRunner<T>) => runner,
    protocol = variantsOf(name)[variant] as RegisterProtocol,
  } = {},
) {
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const schedule = simulation.hostSchedule(seed, {
      system: { protocol: name, variant, faults: 1 },
      replicas: 4,
      clients: 4,
      operations: 40,
      intensity,
      disturbances: null,
      behaviours,
      clientBehaviours,
    });
    const options = { behaviours: faultyClients, around };
    const { failure } = await judge(simulation, schedule, protocol, options);
    if (failure !== null) return { seed, kind: failure.kind };
  }
  return null;
}

/** A disk that says at once that a write is durable, and performs it much later. */
function hasty<T>(runner: ProcessRunner<T>): ProcessRunner<T> {
  return {
    start: (process, world) =>
      runner.start(process, {
        ...world,
        disk: {
          ...world.disk,
          write(batch, done) {
            // Only the log is late: a checkpoint reads back what it has written.
            if (batch.length > 1) return world.disk.write(batch, done);
            world.clock.after(0, () => done(null));
            world.clock.after(LATE_MS, () => world.disk.write(batch, () => undefined));
          },
        },
      }),
    invoke: (running, operation, done) => runner.invoke(running, operation, done),
  };
}
const LATE_MS = 30;

/** Clients that never say anything twice. */
function saysOnce(protocol: RegisterProtocol): RegisterProtocol {
  return {
    ...protocol,
    client(self, facts, ended) {
      const retransmission = { firstMs: 1e9, factor: 1, mostMs: 1e9 };
      const client = protocol.client(self, { ...facts, retransmission }, ended);
      const { connected: _, ...process } = client.process;
      return { ...client, process };
    },
  };
}

describe("the simulator finds", { timeout: 120_000 }, () => {
  test.each([
    "smaller-timestamp-overwrites",
    "read-returns-null",
    "no-client-in-timestamp",
    "record-never-replaced",
  ])("the mutant %s within 20 seeds", async (variant) => {
    expect(await firstFailure(variant, 20)).not.toBeNull();
  });

  test("an optimised replica that consults opt-list in phase 2: a split write never ends", async () => {
    const found = await firstFailure("opt/opt-list-consulted-in-phase-2", 40, {
      name: "bft-bc-optimised",
    });

    expect(found).toMatchObject({ kind: "unreturned" });
  });

  test("a read that skips its write-back, by a straggling write, within 60 seeds", async () => {
    expect(await firstFailure("read-without-write-back", 60)).not.toBeNull();
  });

  test("a host that answers before it has stored, by a crash", async () => {
    expect(await firstFailure("repaired", 60, { around: hasty })).not.toBeNull();
    // Without faults nobody can tell.
    expect(await firstFailure("repaired", 6, { around: hasty, intensity: "calm" })).toBeNull();
  });

  test("clients that do not repeat a lost request", async () => {
    const protocol = saysOnce(variants.repaired as RegisterProtocol);

    expect(await firstFailure("repaired", 20, { protocol })).toMatchObject({ kind: "unreturned" });
  });
});

describe("the simulator passes", { timeout: 120_000 }, () => {
  test.each<ProtocolName>(["bft-bc-optimised", "bft-bc-strong", "bft-bc-strong-optimised"])(
    "%s, with a faulty replica and faulty clients that know it",
    async (name) => {
      const clientBehaviours = ["conspires", "prepares-ahead"];
      const behaviours = ["double-vote", "stale", "twin"];

      expect(await firstFailure("repaired", 5, { name, behaviours, clientBehaviours })).toBeNull();
    },
  );

  test("what we run, with faulty clients that know it", async () => {
    expect(await firstFailure("repaired", 5, { clientBehaviours: ["conspires"] })).toBeNull();
  });
});
