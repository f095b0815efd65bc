import { join, relative } from "node:path";
import { shortPath } from "../files.ts";
import { wrapped } from "../wrapped.ts";
import type { ClusterFlags } from "./options.ts";

/** `quorate init`: writes the configuration of a new cluster and the keys of its processes. */
export async function runInit(directory: string, flags: ClusterFlags): Promise<void> {
  const { replicas, clients, service } = await makeCluster(directory, flags);
  const file = shortPath(join(directory, "quorate.json"));
  const [replica, client] = [replicas[0]?.process, clients[0]?.process];
  console.log(`wrote ${file}
wrote ${shortPath(join(directory, "keys"))}, a folder of private keys for each of ${replicas.length + clients.length} processes

Give each machine ${file} and the folder of keys of its own process, and no other. Then:
  quorate replica '${replica}' --config ${file}
  quorate client ${exampleOf(service)} --as '${client}' --config ${file}`);
}

/** A service as the configuration in a folder names it: paths are relative to that folder. */
export function serviceFrom(directory: string, service: string | undefined): string | undefined {
  const isFile = service !== undefined && /[./\\]/.test(service);
  if (!isFile) return service;
  const path = relative(directory, service).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** Something to try a cluster with. */
export function exampleOf(service: string | undefined): string {
  if (service === undefined) return "put greeting hello";
  return service === "counter" ? "invoke 'add 1'" : "invoke '<operation>'";
}

/** @throws HostError as `initCluster`, and `service-unknown`; QuorateError `file-unwritable` */
export async function makeCluster(directory: string, flags: ClusterFlags) {
  const { initCluster } = await import("../../../impl/host/config/init.ts");
  const { protocol, faults, clients, host, basePort } = flags;
  const service = serviceFrom(directory, flags.service);
  if (service !== undefined) {
    const { hostModule } = await import("../../../impl/host/optional-package.ts");
    const { loadService } = await hostModule(
      () => import("../../../impl/host/real/load-service.ts"),
    );
    await loadService(service, join(directory, "quorate.json"));
  }
  try {
    return await initCluster({
      directory,
      protocol,
      ...(service === undefined ? {} : { service }),
      faults,
      clients,
      host,
      basePort,
    });
  } catch (cause) {
    // What the operating system refuses has an errno; what the host refuses says what to do itself.
    throw Object(cause).errno === undefined ? cause : wrapped("file-unwritable", directory, cause);
  }
}
