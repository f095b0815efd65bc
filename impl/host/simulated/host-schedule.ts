import { indices } from "../../../spec/automaton/index.ts";
import type { LinkNorm } from "./link.ts";
import { INTENSITIES, type Intensity, makeSchedule } from "./make-schedule.ts";
import type { Schedule, System } from "./schedule.ts";

/** What the schedules of a cluster of hosts are made from. */
export interface HostScheduleOptions {
  readonly system: System;
  readonly replicas: number;
  readonly clients: number;
  readonly operations: number;
  readonly intensity: keyof typeof INTENSITIES;
  /** how many faults there are on average; null: as many as the intensity says */
  readonly disturbances: number | null;
  /** names of behaviours that up to f replicas may show; none: all are correct */
  readonly behaviours: readonly string[];
  /** names of behaviours of the last clients; none: they are correct */
  readonly clientBehaviours: readonly string[];
}

/*
 * Bugs of quorums show when operations of several clients overlap and their messages take very
 * different times. So everything is about few keys in a short time, on slow links: one operation
 * takes a tenth of it.
 */
const KEYS = 2;
const BUSY_MS = 300;
const CALM_MS = 60_000;
const READ_PERCENT = 60;
const WAIT_PERCENT = 80;
const NETWORK: LinkNorm = {
  delayMsMin: 0.2,
  delayMsMax: 30,
  lossPercent: 0,
  duplicatePercent: 1,
  reorderPercent: 10,
};

/** The schedule of a seed for a cluster of hosts. */
export function hostSchedule(seed: number, options: HostScheduleOptions): Schedule {
  const { system, clients, intensity, disturbances, behaviours, clientBehaviours } = options;
  const faults: Intensity = INTENSITIES[intensity];
  // Two faulty clients, so that one can go on with what the other has left behind; one has to be correct.
  const faultyClients = Math.min(2, clients - 1);
  return makeSchedule(seed, {
    system,
    replicas: indices("replica", options.replicas),
    clients: indices("client", clients),
    faults: system.faults,
    operations: options.operations,
    keys: KEYS,
    readPercent: READ_PERCENT,
    waitPercent: WAIT_PERCENT,
    busyMs: BUSY_MS,
    calmMs: CALM_MS,
    intensity: disturbances === null ? faults : scaled(faults, disturbances),
    crashes: "free",
    behaviours,
    clientBehaviours,
    faultyClients,
    network: NETWORK,
  });
}

/** As many faults on average, in the same proportions. */
function scaled(intensity: Intensity, onAverage: number): Intensity {
  const { byzantine, ...world } = intensity;
  const most = Object.values(world).reduce((sum, one) => sum + one, 0);
  const factor = most === 0 ? 0 : (2 * onAverage) / most;
  const counts = Object.entries(world).map(([kind, one]) => [kind, Math.ceil(factor * one)]);
  return { ...Object.fromEntries(counts), ...(byzantine === undefined ? {} : { byzantine }) };
}
