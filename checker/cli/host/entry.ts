/*
 * What the commands know of a protocol that runs. The host is imported only with `import()`: whoever
 * checks protocols needs none of the packages that it stands on. A type costs nothing.
 */

type BftBc = typeof import("../../../impl/bft-bc/replica.ts");
type AtomicMulticast = typeof import("../../../impl/atomic-multicast/replica.ts");

/** What there is of a protocol that offers registers. */
export type RegisterEntry = Pick<BftBc, "createReplica" | "createClient" | "faultyClients"> & {
  readonly variants: ReturnType<BftBc["variantsOf"]>;
};

/** What there is of a protocol that replicates a service. */
export type ServiceEntry = Pick<
  AtomicMulticast,
  "createReplica" | "createClient" | "faultyReplicas" | "variants"
>;

/** A protocol with the parts that depend on what it offers. */
export type ProtocolEntry =
  | ({ readonly offers: "registers" } & RegisterEntry)
  | ({ readonly offers: "service" } & ServiceEntry);

type ProtocolName = import("../../../impl/host/config/protocols.ts").ProtocolName;

async function bftBc(name: Parameters<BftBc["variantsOf"]>[0]): Promise<ProtocolEntry> {
  const { createReplica, createClient, faultyClients, variantsOf } = await import(
    "../../../impl/bft-bc/replica.ts"
  );
  const variants = variantsOf(name);
  return { offers: "registers", createReplica, createClient, faultyClients, variants };
}

async function atomicMulticast(): Promise<ProtocolEntry> {
  const { createReplica, createClient, faultyReplicas, variants } = await import(
    "../../../impl/atomic-multicast/replica.ts"
  );
  return { offers: "service", createReplica, createClient, faultyReplicas, variants };
}

async function clbft(): Promise<ProtocolEntry> {
  const { createReplica, createClient, faultyReplicas, variants } = await import(
    "../../../impl/clbft/replica.ts"
  );
  return { offers: "service", createReplica, createClient, faultyReplicas, variants };
}

const ENTRIES: Readonly<Record<ProtocolName, () => Promise<ProtocolEntry>>> = {
  "bft-bc": () => bftBc("bft-bc"),
  "bft-bc-optimised": () => bftBc("bft-bc-optimised"),
  "bft-bc-strong": () => bftBc("bft-bc-strong"),
  "bft-bc-strong-optimised": () => bftBc("bft-bc-strong-optimised"),
  "atomic-multicast": atomicMulticast,
  clbft,
};

/** @throws HostError `protocol-unknown` */
export async function loadProtocol(name: string): Promise<ProtocolEntry> {
  const { checkProtocol } = await import("../../../impl/host/config/protocols.ts");
  return ENTRIES[checkProtocol(name)]();
}

/** Starts a replica of whatever a configuration says. */
export async function startReplica(
  config: import("../../../impl/host/config/configuration.ts").Configuration,
  file: string,
  options: Parameters<RegisterEntry["createReplica"]>[0],
): Promise<Awaited<ReturnType<RegisterEntry["createReplica"]>>> {
  const entry = await loadProtocol(config.protocol);
  if (entry.offers === "registers") return entry.createReplica(options);
  const { loadService } = await import("../../../impl/host/real/load-service.ts");
  return entry.createReplica(await loadService(config.service ?? "", file), options);
}
