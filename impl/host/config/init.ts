import { randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { indices } from "../../../spec/automaton/index.ts";
import { HostError } from "../errors.ts";
import { createIdentity } from "../identity/key-files.ts";
import {
  type ClientEntry,
  CONFIGURATION_FILE,
  type Configuration,
  checkConfiguration,
  configurationText,
  type ReplicaEntry,
} from "./configuration.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, PRIMARY_TIMEOUTS, SERVICE_LIMITS } from "./limits.ts";

/** The folder of private keys beside the configuration: in it, one folder for each process. */
const KEYS_FOLDER = "keys";

export interface InitOptions {
  /** where to write; made if it is missing */
  readonly directory: string;
  readonly protocol: string;
  /** what a protocol that replicates a service replicates: a built-in's name, or a path */
  readonly service?: string;
  readonly faults: number;
  /** @defaultValue 3 * faults + 1 */
  readonly replicas?: number;
  readonly clients: number;
  /** where all replicas listen */
  readonly host: string;
  /** the port of replica#0; the others follow, and 100 further on the ports of their metrics */
  readonly basePort: number;
  /** @defaultValue the protocol's name and a random number */
  readonly cluster?: string;
}

/**
 * Writes `quorate.json` and a folder of keys for each process: all of it or nothing.
 *
 * @throws HostError `config-exists` if there is a configuration or a key already, `config-invalid`,
 * `replicas-too-few`, `protocol-unknown`, `package-missing`
 */
export async function initCluster(options: InitOptions): Promise<Configuration> {
  const { directory } = options;
  await checkConfiguration(
    draft(options, () => placeholderKeys()),
    "This cluster",
  );
  const target = {
    configuration: join(directory, CONFIGURATION_FILE),
    keys: join(directory, KEYS_FOLDER),
  };
  for (const path of Object.values(target)) await refuseExisting(path);
  await mkdir(directory, { recursive: true });
  // Beside their targets, so that a rename moves them, and hidden, so that nobody takes them for real.
  const staging = await mkdtemp(join(directory, ".quorate-init-"));
  try {
    const configuration = await writeInto(staging, options);
    // The keys first: whoever sees a configuration finds the keys of its processes.
    await rename(join(staging, KEYS_FOLDER), target.keys).catch((cause) => {
      throw isExisting(cause) ? exists(target.keys, cause) : cause;
    });
    // Unlike rename, link never replaces a file that came in between.
    await link(join(staging, CONFIGURATION_FILE), target.configuration).catch(async (cause) => {
      await rm(target.keys, { recursive: true });
      throw isExisting(cause) ? exists(target.configuration, cause) : cause;
    });
    return configuration;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeInto(staging: string, options: InitOptions): Promise<Configuration> {
  const keys = new Map<string, ReplicaEntry["keys"]>();
  for (const process of processesOf(options)) {
    keys.set(process, await createIdentity(join(staging, KEYS_FOLDER, process)));
  }
  const made = draft(options, (process) => keys.get(process) ?? placeholderKeys());
  const file = join(staging, CONFIGURATION_FILE);
  const configuration = await checkConfiguration(made, CONFIGURATION_FILE);
  const handle = await open(file, "wx", 0o644);
  try {
    await handle.writeFile(configurationText(configuration));
    // Whatever the umask says: it holds public keys only, and other accounts run its processes.
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return configuration;
}

const replicasOf = ({ faults, replicas = 3 * faults + 1 }: InitOptions) =>
  indices("replica", replicas);

const clientsOf = ({ clients }: InitOptions) => indices("client", clients);

const processesOf = (options: InitOptions) => [...replicasOf(options), ...clientsOf(options)];

/** How far the ports for metrics are from those for peers. */
const METRICS_PORTS_AFTER = 100;

function draft(
  options: InitOptions,
  keysOf: (process: string) => ReplicaEntry["keys"],
): Configuration {
  const { protocol, service, faults, host, basePort } = options;
  const processes = replicasOf(options);
  const metricsAfter = Math.max(METRICS_PORTS_AFTER, processes.length);
  const replicas = processes.map(
    (process, at): ReplicaEntry => ({
      process,
      address: { host, port: basePort + at },
      metrics: { host: "127.0.0.1", port: basePort + metricsAfter + at },
      keys: keysOf(process),
    }),
  );
  const clients = clientsOf(options).map(
    (process): ClientEntry => ({
      process,
      keys: keysOf(process),
      may: { read: ["*"], write: ["*"] },
    }),
  );
  return {
    version: 1,
    protocol,
    ...(service === undefined ? {} : { service }),
    cluster: options.cluster ?? `${protocol}-${randomBytes(6).toString("hex")}`,
    faults,
    replicas,
    clients,
    limits: service === undefined ? DEFAULT_LIMITS : SERVICE_LIMITS,
    timeouts: protocol === "clbft" ? PRIMARY_TIMEOUTS : DEFAULT_TIMEOUTS,
  };
}

/** Keys of nobody, to check everything else before the first file is written. */
function placeholderKeys(): ReplicaEntry["keys"] {
  const random = () => randomBytes(32).toString("base64url");
  return { signing: random(), tls: random() };
}

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).catch((cause) => {
    if (Object(cause).code === "ENOENT") return null;
    throw cause;
  });
  if (found !== null) throw exists(path);
}

const isExisting = (cause: unknown) => ["EEXIST", "ENOTEMPTY"].includes(Object(cause).code);

function exists(path: string, cause?: unknown): HostError {
  return new HostError("config-exists", `${path} is there already.`, { cause });
}
