import { join } from "node:path";
import { shortPath } from "../files.ts";
import { wrapped } from "../wrapped.ts";
import type { ClusterFlags } from "./options.ts";

/** `quorate init`: writes the configuration of a new cluster and the keys of its processes. */
export async function runInit(directory: string, flags: ClusterFlags): Promise<void> {
  const { replicas, clients } = await makeCluster(directory, flags);
  const file = shortPath(join(directory, "quorate.json"));
  const [replica, client] = [replicas[0]?.process, clients[0]?.process];
  console.log(`wrote ${file}
wrote ${shortPath(join(directory, "keys"))}, a folder of private keys for each of ${replicas.length + clients.length} processes

Give each machine ${file} and the folder of keys of its own process, and no other. Then:
  quorate replica '${replica}' --config ${file}
  quorate client put greeting hello --as '${client}' --config ${file}`);
}

/** @throws HostError as `initCluster`; QuorateError `file-unwritable` */
export async function makeCluster(directory: string, flags: ClusterFlags) {
  const { initCluster } = await import("../../../impl/host/config/init.ts");
  const { protocol, faults, clients, host, basePort } = flags;
  try {
    return await initCluster({ directory, protocol, faults, clients, host, basePort });
  } catch (cause) {
    // What the operating system refuses has an errno; what the host refuses says what to do itself.
    throw Object(cause).errno === undefined ? cause : wrapped("file-unwritable", directory, cause);
  }
}
