import { expect } from "vitest";
import { protocol } from "../../../../impl/clbft/hosted/protocol.ts";
import { SimulatedCluster } from "../../../../impl/host/simulated/cluster.ts";
import type { HostsOptions } from "../../../../impl/host/simulated/hosts.ts";
import { replicating } from "../../../../impl/network/service-protocol.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";

/** Virtual time within which everything has to happen. */
const LONG_MS = 20_000;

/** A message as the network carries it. */
export interface Carried {
  readonly from: Index;
  readonly to: Index;
  readonly message: unknown;
}

export const typeOf = (message: unknown): string => String(Object(message).type);

/** A simulated cluster of a service, driven by calls. */
export class Driven {
  readonly cluster: SimulatedCluster;
  /** why processes refused messages, but for what nobody waits for any more */
  readonly refused: string[] = [];
  /** what each process did, in order */
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
    const [result] = await this.all([operation], client);
    return result as string;
  }

  /** The results of operations that one client has under way together, which have to come. */
  async all(operations: readonly string[], client = "client#0"): Promise<string[]> {
    const calls = this.cluster.calls(client as Index);
    return this.results(operations.map((one) => calls?.invoke(one)));
  }

  /** The result of an operation that changes nothing. */
  async read(operation: string, client = "client#0"): Promise<string> {
    const [result] = await this.results([this.cluster.calls(client as Index)?.read(operation)]);
    return result as string;
  }

  async results(promises: readonly (Promise<string> | undefined)[]): Promise<string[]> {
    let results: (string | undefined)[] | null = null;
    Promise.all(promises).then((all) => {
      results = all;
    });
    await this.until(() => results !== null);
    expect(this.cluster.failures).toEqual([]);
    expect(results).not.toBeNull();
    return results as unknown as string[];
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

  /** Notes what is sent, and loses what is to be lost. */
  watch(isLost: (carried: Carried) => boolean = () => false): Carried[] {
    const sent: Carried[] = [];
    this.cluster.network.intercept = (carried) => {
      sent.push(carried);
      return isLost(carried);
    };
    return sent;
  }

  /** What a replica says of itself. */
  about(replica: string): Readonly<Record<string, string | number>> {
    return this.cluster.host(replica as Index)?.status().about ?? {};
  }
}
