import { type Behaviour, behaviourNamed, byzantine } from "../../adversary/index.ts";
import { HostRunner, type Member, type SimulatedProtocol } from "./hosts.ts";
import type { Schedule } from "./schedule.ts";
import {
  type ProcessRunner,
  type RunOptions,
  runSchedule,
  type SimulatedRun,
  type Watcher,
} from "./schedule-run.ts";

/** Ways to be faulty that know a protocol, made anew for each run: faulty processes may conspire. */
export type Behaviours = () => Readonly<Record<string, () => Behaviour>>;

export interface HostRunOptions extends RunOptions {
  readonly behaviours?: Behaviours;
  /** Changes what processes stand on: for bugs that are put in on purpose. */
  readonly around?: (runner: ProcessRunner<Member>) => ProcessRunner<Member>;
}

/** Runs a schedule on the real hosts of a protocol. */
export function runHosts(
  schedule: Schedule,
  protocol: SimulatedProtocol,
  watchers: readonly (() => Watcher)[] = [],
  { behaviours, around, ...options }: HostRunOptions = {},
): Promise<SimulatedRun> {
  const { seed, processes } = schedule;
  const known = behaviours?.() ?? {};
  const behaviourOf = (name: string): Behaviour =>
    Object.hasOwn(known, name) ? (known[name] as () => Behaviour)() : behaviourNamed(name);
  const runner = new HostRunner({
    protocol,
    seed,
    faults: schedule.system?.faults ?? 1,
    clients: processes.filter((one) => one.startsWith("client#")).length,
    disguise: (process, again, behaviour) =>
      behaviour === null ? process : byzantine(process, behaviourOf(behaviour), again),
  });
  return runSchedule(schedule, around?.(runner) ?? runner, watchers, options);
}
