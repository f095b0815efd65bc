import {
  createClient,
  createReplica,
  type KeyValueClient,
  type Replica,
} from "../../../../impl/bft-bc/replica.ts";
import type { HostedProcess } from "../../../../impl/network/process.ts";
import type { ClusterFiles } from "./cluster.ts";

const opened: { close(): Promise<void> }[] = [];

/** Closes what tests opened, also those that failed. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
}

/** Four replicas of this process, in memory: those of these tests are never restarted. */
export async function startReplicas(
  files: ClusterFiles,
  disguises: Readonly<Record<number, (process: HostedProcess) => HostedProcess>> = {},
): Promise<readonly Replica[]> {
  const replicas = await Promise.all(
    [0, 1, 2, 3].map((at) => {
      const disguise = disguises[at];
      const start = { ...files.start(`replica#${at}`), directory: null };
      return createReplica({ ...start, ...(disguise === undefined ? {} : { disguise }) });
    }),
  );
  opened.push(...replicas);
  return replicas;
}

/** The clients with these numbers, by name. They forget, as their replicas do. */
export async function startClients(
  files: ClusterFiles,
  ...numbers: readonly number[]
): Promise<ReadonlyMap<string, KeyValueClient<string>>> {
  const clients = new Map(
    await Promise.all(
      numbers.map(async (at) => {
        const client = `client#${at}`;
        const options = { ...files.start(client), directory: null };
        return [client, await createClient<string>(options)] as const;
      }),
    ),
  );
  opened.push(...clients.values());
  return clients;
}
