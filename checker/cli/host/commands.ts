import type { Command } from "commander";
import { type ClientFlags, type InvokeFlags, runGet, runInvoke, runPut } from "./client.ts";
import { type DemoFlags, runCluster } from "./cluster.ts";
import { orFail } from "./failures.ts";
import { runInit } from "./init.ts";
import {
  type ClusterFlags,
  clusterOptions,
  configOption,
  dataOption,
  keysOption,
  logLevelOption,
  simulateOptions,
  timeoutOption,
} from "./options.ts";
import { type ReplicaFlags, runReplica } from "./replica.ts";
import { runSimulate, type SimulateFlags } from "./simulate.ts";
import { runStatus } from "./status.ts";

const EXIT = `
Exit status:
  0  done
  1  it was asked for in the right way and failed: no quorum answered in time, …
  2  bad usage, a bad configuration, or a port that is in use`;

const GROUP = "Clusters:";

/** Adds the commands that run protocols, as `check` and its like decide them. */
export function addHostCommands(quorate: Command, setStatus: (status: number) => void): void {
  const init = quorate
    .command("init")
    .helpGroup(GROUP)
    .argument("[directory]", "where to write", ".")
    .description("make the configuration and the keys of a new cluster")
    .addHelpText("after", EXIT);
  for (const option of clusterOptions()) init.addOption(option);
  init.action((directory: string, flags: ClusterFlags) => runInit(directory, flags));

  quorate
    .command("replica")
    .helpGroup(GROUP)
    .argument("<process>", "which one, such as replica#0")
    .description("run one replica")
    .addOption(configOption())
    .addOption(keysOption())
    .addOption(dataOption())
    .option("--in-memory", "keep no state: a replica that forgets is faulty once it restarts")
    .option("--record <file>", "append what it does, for `quorate replay`")
    .option("--behaviour <name>", "make it faulty, to see the others cope")
    .addOption(logLevelOption("info"))
    .addHelpText("after", EXIT)
    .action((process: string, flags: ReplicaFlags) =>
      orFail(setStatus, () => runReplica(process, flags)),
    );

  addClient(quorate, setStatus);
  addSimulate(quorate, setStatus);

  quorate
    .command("status")
    .helpGroup(GROUP)
    .description("ask each replica how it is; exit status 1 if one does not answer")
    .addOption(configOption())
    .option("--json", "as JSON")
    .action(async ({ config, json }: { config: string; json?: boolean }) => {
      if (!(await runStatus(config, json ?? false))) setStatus(1);
    });

  const cluster = quorate
    .command("cluster")
    .helpGroup(GROUP)
    .description("run a whole cluster on this machine, to play with")
    .option("--directory <dir>", "where its files are, or are made", "quorate-cluster")
    .option("--in-memory", "keep no state")
    .addHelpText("after", EXIT);
  for (const option of clusterOptions()) cluster.addOption(option);
  cluster.addOption(logLevelOption("warn")).action((flags: DemoFlags) => {
    const given = Object.keys(flags).filter((name) => cluster.getOptionValueSource(name) === "cli");
    return orFail(setStatus, () => runCluster(flags, new Set(given)));
  });
}

function addClient(quorate: Command, setStatus: (status: number) => void): void {
  const client = quorate
    .command("client")
    .helpGroup(GROUP)
    .description("read and write values, or use a service")
    .addHelpText("after", EXIT);
  const put = client
    .command("put")
    .argument("<key>")
    .argument("<value>")
    .description("write a value")
    .action((key: string, value: string, flags: ClientFlags) =>
      orFail(setStatus, () => runPut(key, value, flags)),
    );
  const get = client
    .command("get")
    .argument("<key>")
    .description("print a value; exit status 1 if there is none")
    .action((key: string, flags: ClientFlags) =>
      orFail(setStatus, async () => {
        if (!(await runGet(key, flags))) setStatus(1);
      }),
    );
  const invoke = client
    .command("invoke")
    .argument("<operation>")
    .description("have a replicated service do an operation, and print its result")
    .option("--read", "it changes nothing: replicas may answer without ordering it")
    .action((operation: string, flags: InvokeFlags) =>
      orFail(setStatus, () => runInvoke(operation, flags)),
    );
  for (const command of [put, get, invoke]) {
    command
      .addOption(configOption())
      .option("--as <process>", "which client to be; by default the first of the configuration")
      .addOption(keysOption())
      .addOption(dataOption())
      .addOption(timeoutOption())
      .addOption(logLevelOption("error"))
      .addHelpText("after", EXIT);
  }
}

function addSimulate(quorate: Command, setStatus: (status: number) => void): void {
  const simulate = quorate
    .command("simulate")
    .helpGroup(GROUP)
    .description("run clusters on simulated networks, clocks and disks, and look for a failure")
    .addHelpText("after", SIMULATE_HELP);
  for (const option of simulateOptions()) simulate.addOption(option);
  simulate.action(async (flags: SimulateFlags) => setStatus(await runSimulate(flags)));
}

const SIMULATE_HELP = `
Exit status:
  0  every run was right: linearizable, nothing stuck, nobody stopped
  1  one was not; its seed, and its schedule made smaller, are shown
  2  bad usage`;
