/*
 * What the commands know of a protocol that runs. The host is imported only with `import()`: whoever
 * checks protocols needs none of the packages that it stands on. A type costs nothing.
 */

type BftBc = typeof import("../../../impl/bft-bc/replica.ts");

/** What the entry file of each protocol exports. */
export type ProtocolEntry = Pick<
  BftBc,
  "createReplica" | "createClient" | "faultyClients" | "variants"
>;

type ProtocolName = import("../../../impl/host/config/protocols.ts").ProtocolName;

const ENTRIES: Readonly<Record<ProtocolName, () => Promise<ProtocolEntry>>> = {
  "bft-bc": () => import("../../../impl/bft-bc/replica.ts"),
};

/** @throws HostError `protocol-unknown` */
export async function loadProtocol(name: string): Promise<ProtocolEntry> {
  const { checkProtocol } = await import("../../../impl/host/config/protocols.ts");
  return ENTRIES[checkProtocol(name)]();
}
