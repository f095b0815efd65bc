import { InvalidArgumentError, Option } from "commander";

/** Reads a whole number between two bounds. */
function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

function wholeOption(flag: string, means: string, least: number, most: number): Option {
  return new Option(`${flag} <n>`, means).argParser(whole(least, most));
}

const FAULTS_MOST = 33;
const CLIENTS_MOST = 10_000;
const PORT_MOST = 65_535;
const TIMEOUT_MS_MOST = 3_600_000;

/** What `init` and `cluster` make a cluster from; commander names the fields after the flags. */
export interface ClusterFlags {
  readonly protocol: string;
  readonly service?: string;
  readonly faults: number;
  readonly clients: number;
  readonly host: string;
  readonly basePort: number;
}

export const clusterOptions = (): Option[] => [
  new Option("--protocol <name>", "what its replicas run").default("bft-bc"),
  new Option(
    "--service <name or file>",
    "what they replicate, if the protocol replicates a service: counter, key-value, or a module",
  ),
  wholeOption(
    "--faults",
    "f, how many of its 3f + 1 replicas may be faulty",
    0,
    FAULTS_MOST,
  ).default(1),
  wholeOption("--clients", "how many clients get keys", 1, CLIENTS_MOST).default(4),
  new Option("--host <address>", "where the replicas listen").default("127.0.0.1"),
  wholeOption("--base-port", "the port of replica#0; the others follow", 1, PORT_MOST).default(
    7400,
  ),
];

export const configOption = () =>
  new Option("--config <file>", "the configuration of the cluster").default("quorate.json");

export const keysOption = () =>
  new Option("--keys <dir>", "the folder of keys").default(undefined, "keys beside the file");

export const dataOption = () =>
  new Option("--data <dir>", "the folder of its state; each process needs its own").default(
    undefined,
    "data/<process> beside the file",
  );

/** Those of a host: see `LOG_LEVELS` there. */
const LEVELS = ["silent", "error", "warn", "info", "debug", "trace"];

export const logLevelOption = (level: string) =>
  new Option("--log-level <level>", "what is logged to the standard error, as JSON lines")
    .choices(LEVELS)
    .default(level);

export const timeoutOption = () =>
  wholeOption("--timeout-ms", "how long to wait", 1, TIMEOUT_MS_MOST).default(
    undefined,
    "the configuration's",
  );

const SEED_MOST = 2 ** 31;
const COUNT_MOST = 1_000_000;

/** What `simulate` makes its schedules from. */
export const simulateOptions = (): Option[] => [
  new Option("--protocol <name>", "which one").default("bft-bc"),
  new Option("--service <name>", "what it replicates: counter or key-value"),
  new Option(
    "--variant <name>",
    "`repaired`, or one that is wrong, to see its fault found",
  ).default("repaired"),
  wholeOption("--seeds", "how many runs", 1, COUNT_MOST).default(100),
  wholeOption("--from", "the first seed", 0, SEED_MOST).default(1),
  wholeOption("--faults", "f: there are 3f + 1 replicas", 0, 5).default(1),
  wholeOption("--clients", "how many", 1, 100).default(4),
  wholeOption("--operations", "of all clients in a run", 1, 10_000).default(60),
  new Option(
    "--intensity <name>",
    "how many crashes, partitions, slow links and the like there are",
  )
    .choices(["calm", "rough", "wild"])
    .default("rough"),
  wholeOption("--disturbances", "how many of them on average", 0, 1000).default(
    undefined,
    "the intensity's",
  ),
  new Option("--byzantine <behaviours>", "how f replicas misbehave: names with commas, or all"),
  new Option(
    "--faulty-client <behaviours>",
    "how the last clients misbehave: names with commas, or all",
  ),
  new Option("--schedule <file>", "run this schedule, and no seeds"),
  new Option("--out <dir>", "where the schedule of a failure goes").default("."),
  new Option("--json", "one line of JSON"),
];
