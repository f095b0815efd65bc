import type { HostedProtocol } from "../../network/protocol.ts";
import { readConfiguration } from "../config/configuration.ts";
import { HostError } from "../errors.ts";
import type { MemberProtocol } from "./prepare.ts";
import { Recovering, type WallClock } from "./recovery.ts";
import { createReplica, type Replica, type ReplicaOptions } from "./run.ts";

/** Not the monotonic clock: replicas take turns by a time that all of them know. */
const wallClock: WallClock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, TIMER_MS_MAX));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Timers of more than 24 days would fire at once: a turn that comes too early is one more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Starts a replica that restarts itself at its turns, where the configuration says `recovery`; without, once and for
 * all. While it restarts it is down, for its users and its peers; its metrics begin again.
 *
 * @throws HostError as {@link createReplica}, and `config-invalid` for a replica without a store
 */
export async function createRecoveringReplica(
  protocol: HostedProtocol & MemberProtocol,
  options: ReplicaOptions,
): Promise<Replica> {
  const { config, directory, onFailure } = options;
  const configuration = typeof config === "string" ? await readConfiguration(config) : config;
  const { recovery, replicas } = configuration;
  if (recovery === undefined) return createReplica(protocol, options);
  if (directory === null) {
    const what =
      "`recovery` restarts replicas: one without a `directory` would forget what it signed.";
    throw new HostError("config-invalid", what);
  }
  const position = replicas.findIndex((one) => one.process === options.process);
  const recovering = await Recovering.start<Replica>({
    turns: { everyMs: recovery.everyMs, position, count: replicas.length },
    clock: wallClock,
    start: () => createReplica(protocol, options),
    stop: (replica) => replica.close(),
    failed: (error) => onFailure?.(asHostError(error)),
  });
  const { process, address } = recovering.running;
  return {
    process,
    address,
    status: () => recovering.running.status(),
    get metrics() {
      return recovering.running.metrics;
    },
    close: () => recovering.close(),
  };
}

function asHostError(error: unknown): HostError {
  if (error instanceof HostError) return error;
  return new HostError("replica-stopped", "A replica did not come back.", { cause: error });
}
