import { access } from "node:fs/promises";
import { join } from "node:path";
import { shortPath } from "../files.ts";
import { type Child, startChild } from "./child.ts";
import { exampleOf, makeCluster, serviceFrom } from "./init.ts";
import type { ClusterFlags } from "./options.ts";
import { hostAndPort } from "./replica.ts";
import { listenForStop } from "./stop.ts";

type Configuration = import("../../../impl/host/config/configuration.ts").Configuration;

export interface DemoFlags extends ClusterFlags {
  readonly directory: string;
  readonly inMemory?: boolean;
  readonly logLevel: string;
}

/** How long replicas get to drain. */
const DRAIN_MS_MAX = 10_000;

/**
 * `quorate cluster`: a whole cluster on this machine, each replica in a process of its own, until it
 * is asked to stop. A replica that ends stays down, so that one can see what the others do without it.
 *
 * @param given the flags that stand on the command line, not by default
 */
export async function runCluster(flags: DemoFlags, given: ReadonlySet<string>): Promise<void> {
  const file = join(flags.directory, "quorate.json");
  const config = await configurationAt(file, flags, given);
  const stop = listenForStop();
  const args = ["--config", file, "--log-level", flags.logLevel];
  if (flags.inMemory) args.push("--in-memory");
  // What they say while they start is told if one of them cannot, and then once.
  let isStarted = false;
  const children = config.replicas.map(({ process }) =>
    startChild(process, args, (line) => {
      if (isStarted) console.error(`${process}: ${line}`);
    }),
  );
  try {
    const allReady = new Promise<null>((resolve) => {
      Promise.all(children.map(({ ready }) => ready)).then(
        (all) => all.every(Boolean) && resolve(null),
      );
    });
    const failed = await Promise.race([firstToFail(children), allReady, stop.asked]);
    if (stop.signal.aborted) return;
    if (failed) throw await startFailure(failed);
    isStarted = true;
    console.log(usageText(config, file));
    tellDeaths(children, config, stop.signal);
    await Promise.race([stop.asked, Promise.all(children.map(({ ended }) => ended))]);
  } finally {
    await Promise.all(children.map((child) => child.stop(DRAIN_MS_MAX)));
    stop.release();
  }
}

async function configurationAt(
  file: string,
  flags: DemoFlags,
  given: ReadonlySet<string>,
): Promise<Configuration> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const made = await makeCluster(flags.directory, flags);
    console.log(`wrote ${shortPath(file)} and its keys`);
    return made;
  }
  const { readConfiguration } = await import("../../../impl/host/config/configuration.ts");
  const config = await readConfiguration(file);
  const { address } = config.replicas[0] ?? { address: { host: flags.host, port: 0 } };
  const found = {
    protocol: config.protocol,
    service: config.service,
    faults: config.faults,
    clients: config.clients.length,
    host: address.host,
    basePort: address.port,
  };
  const asked = { ...flags, service: serviceFrom(flags.directory, flags.service) };
  for (const [name, value] of Object.entries(found)) {
    const wanted = asked[name as keyof ClusterFlags];
    if (!given.has(name) || wanted === value) continue;
    const { HostError } = await import("../../../impl/host/errors.ts");
    const what = `${shortPath(file)} is of a cluster with ${name} ${value}, not ${wanted}.`;
    throw new HostError("config-exists", what);
  }
  return config;
}

/** Resolves when a child ends before it can be reached: four of them may, for the same reason. */
function firstToFail(children: readonly Child[]): Promise<Child> {
  return new Promise((resolve) => {
    for (const child of children) child.ready.then((isReady) => isReady || resolve(child));
  });
}

/** Why it could not start, in its own words. */
async function startFailure(child: Child): Promise<Error> {
  const how = await child.ended;
  const reason = child.error();
  if (reason !== null) return new Error(`${child.process}: ${reason}`);
  const { HostError } = await import("../../../impl/host/errors.ts");
  return new HostError("replica-stopped", `${child.process} ended with ${how} as it started.`);
}

function tellDeaths(children: readonly Child[], config: Configuration, stop: AbortSignal): void {
  let down = 0;
  for (const { process, ended } of children) {
    ended.then((how) => {
      if (stop.aborted) return;
      down += 1;
      const rest =
        down <= config.faults
          ? `The others answer while at most ${config.faults} of them ${config.faults === 1 ? "is" : "are"} down`
          : `${down} of them are down, more than the ${config.faults} that it tolerates: operations wait`;
      console.log(`${process} ended with ${how}. ${rest}.`);
    });
  }
}

function usageText(config: Configuration, file: string): string {
  const { replicas, faults, clients, service } = config;
  const other = `--as '${clients.at(-1)?.process}'`;
  const examples =
    service === undefined
      ? [exampleOf(service), `get greeting ${other}`]
      : [exampleOf(service), `${exampleOf(service)} ${other}`];
  const at = `--config ${shortPath(file)}`;
  const where = replicas.map(
    ({ process, address }) => `  ${process.padEnd(12)}${hostAndPort(address)}`,
  );
  return `${replicas.length} replicas run, of which ${faults} may be faulty:
${where.join("\n")}

In another terminal:
${examples.map((one) => `  quorate client ${one} ${at}`).join("\n")}
  quorate status ${at}

Ctrl-C ends them all.`;
}
