import { type Index, indices } from "../../../spec/automaton/index.ts";
import type { LinkNorm } from "./link.ts";
import { INTENSITIES, type Intensity, makeSchedule } from "./make-schedule.ts";
import { stream } from "./random.ts";
import type { Item, Schedule, System } from "./schedule.ts";

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
  /** what clients ask a service for, to draw from; without it they read and write registers */
  readonly texts?: readonly string[] | null;
}

/*
 * Bugs of quorums show when operations of several clients overlap and their messages take very
 * different times. So everything is about one key in a short time.
 */
const KEYS = 1;
const BUSY_MS = 300;
/** Operations on a service follow each other, and each takes many more messages. */
const SERVICE_BUSY_MS = 2_000;
const CALM_MS = 60_000;
const STRAGGLERS = 25;
const LATE_MS_MIN = 50;
const LATE_MS_MAX = 200;
/** Shorter than most operations, so that it is one phase of one that is late. */
const LATE_FOR_MS = 10;
const READ_PERCENT = 60;
/** Writes of correct clients would make what faulty ones have prepared too old. */
const FAULTY_READ_PERCENT = 85;
const WAIT_PERCENT = 90;
const NETWORK: LinkNorm = {
  delayMsMin: 0.2,
  delayMsMax: 10,
  lossPercent: 0,
  duplicatePercent: 1,
  reorderPercent: 10,
};

/** The schedule of a seed for a cluster of hosts. */
export function hostSchedule(seed: number, options: HostScheduleOptions): Schedule {
  const { system, clients, intensity, disturbances, behaviours, clientBehaviours } = options;
  const { texts = null } = options;
  const faults = INTENSITIES[intensity];
  // Two faulty clients, so that one can go on with what the other has left behind; one has to be correct.
  const faultyClients = Math.min(2, clients - 1);
  const members: Members = {
    replicas: indices("replica", options.replicas),
    clients: indices("client", clients),
  };
  const schedule = makeSchedule(seed, {
    system,
    ...members,
    faults: system.faults,
    operations: options.operations,
    keys: KEYS,
    readPercent: clientBehaviours.length > 0 ? FAULTY_READ_PERCENT : READ_PERCENT,
    waitPercent: WAIT_PERCENT,
    busyMs: texts === null ? BUSY_MS : SERVICE_BUSY_MS,
    calmMs: CALM_MS,
    intensity: disturbances === null ? faults : scaled(faults, disturbances),
    crashes: "free",
    behaviours,
    clientBehaviours,
    faultyClients,
    texts,
    network: NETWORK,
  });
  const late = intensity === "calm" ? [] : stragglers(seed, members);
  return { ...schedule, items: [...late, ...schedule.items] };
}

interface Members {
  readonly replicas: readonly Index[];
  readonly clients: readonly Index[];
}

/**
 * Now and then what a client sends reaches one replica at once and the others long after. If that meets the
 * last phase of a write, one replica has it while readers go on: that is what many bugs of quorums take.
 */
function stragglers(seed: number, { clients, replicas }: Members): Item[] {
  const dice = stream(seed, "schedule", "stragglers");
  return Array.from({ length: STRAGGLERS }, (_, nth) => {
    const die = dice.substream(nth);
    const from = die.pick(clients);
    const prompt = die.pick(replicas);
    const atMs = die.integer(0, BUSY_MS);
    const delayMs = die.integer(LATE_MS_MIN, LATE_MS_MAX);
    return replicas
      .filter((replica) => replica !== prompt)
      .map((to): Item => ({ kind: "delay", delayMs, from, to, atMs, forMs: LATE_FOR_MS }));
  }).flat();
}

/** As many faults on average, in the same proportions. */
function scaled(intensity: Intensity, onAverage: number): Intensity {
  const { byzantine, ...world } = intensity;
  const most = Object.values(world).reduce((sum, one) => sum + one, 0);
  const factor = most === 0 ? 0 : (2 * onAverage) / most;
  const counts = Object.entries(world).map(([kind, one]) => [kind, Math.ceil(factor * one)]);
  return { ...Object.fromEntries(counts), ...(byzantine === undefined ? {} : { byzantine }) };
}
