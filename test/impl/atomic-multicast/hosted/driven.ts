import { expect } from "vitest";
import { protocol } from "../../../../impl/atomic-multicast/hosted/protocol.ts";
import { SimulatedCluster } from "../../../../impl/host/simulated/cluster.ts";
import type { HostsOptions } from "../../../../impl/host/simulated/hosts.ts";
import { replicating } from "../../../../impl/network/service-protocol.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";

/** Virtual time within which everything has to happen. */
const LONG_MS = 20_000;

/** A simulated cluster of a service, driven by calls. */
export class Driven {
  readonly cluster: SimulatedCluster;
  /** why processes refused messages, but for answers that nobody waits for any more */
  readonly refused: string[] = [];
  /** by process: the names of the actions that it performed, with what they say */
  readonly actions: { readonly process: Index; readonly name: string; readonly payload: object }[] =
    [];

  private constructor(service: Service, options: Partial<HostsOptions>) {
    this.cluster = new SimulatedCluster({
      protocol: replicating(protocol, service),
      seed: 1,
      faults: 1,
      clients: 2,
      observe: (process) => ({
        refused: (_from, reason) => reason === "not awaited" || this.refused.push(reason),
        action: (_unit, { name, payload }) => this.actions.push({ process, name, payload }),
      }),
      ...options,
    });
  }

  static async start(service: Service, options: Partial<HostsOptions> = {}): Promise<Driven> {
    const driven = new Driven(service, options);
    await driven.cluster.startAll();
    return driven;
  }

  /** The result of an operation, which has to come. */
  async invoke(operation: string, client = "client#0"): Promise<string> {
    let result: string | null = null;
    this.cluster
      .calls(client as Index)
      ?.invoke(operation)
      .then((one) => {
        result = one;
      });
    await this.until(() => result !== null);
    expect(this.cluster.failures).toEqual([]);
    expect(result, `${operation} of ${client}`).not.toBeNull();
    return result as unknown as string;
  }

  async until(isSo: () => boolean, forMs = LONG_MS): Promise<void> {
    const { scheduler } = this.cluster;
    await scheduler.run({ untilMs: scheduler.nowMs + forMs, until: isSo });
  }

  async start(process: string): Promise<void> {
    let isUp = false;
    this.cluster.start(process as Index).then(() => {
      isUp = true;
    });
    await this.until(() => isUp);
    expect(isUp).toBe(true);
  }

  /** What a replica says of itself. */
  about(replica: string): Readonly<Record<string, string | number>> {
    return this.cluster.host(replica as Index)?.status().about ?? {};
  }
}
