import { HostError } from "../errors.ts";
import { diceOf } from "./dice.ts";
import { FAIR, type Weather } from "./network.ts";

/** Something that happens to a simulated cluster at a time. */
export type Item = { readonly atMs: number } & (
  | {
      readonly kind: "invoke";
      readonly client: number;
      readonly key: string;
      /** what is put; null: a get */
      readonly value: string | null;
    }
  | {
      readonly kind: "crash";
      /** "replica#1", "client#0" */
      readonly process: string;
      /** from the crash to the restart */
      readonly forMs: number;
    }
  | {
      readonly kind: "partition";
      /** these reach each other and nobody else */
      readonly apart: readonly string[];
      readonly forMs: number;
      /** whether their messages still get out */
      readonly oneWay: boolean;
    }
  | { readonly kind: "weather"; readonly weather: Weather; readonly forMs: number }
  | {
      readonly kind: "slow-disk";
      readonly process: string;
      readonly latencyMs: number;
      readonly forMs: number;
    }
);

/** A run of a simulated cluster, whole: with the same schedule the same run. */
export interface Schedule {
  readonly quorate: 1;
  readonly protocol: string;
  /** the rules that the protocol runs under: "repaired", or a printed or mutant variant */
  readonly variant: string;
  readonly seed: number;
  readonly faults: number;
  readonly clients: number;
  /** processes that are Byzantine, and how */
  readonly byzantine: Readonly<Record<string, { readonly behaviour: string }>>;
  /** how fast the clocks of processes run, where not 1 */
  readonly clockRates: Readonly<Record<string, number>>;
  /** after the last item: how long everything is calm, so that what is under way can end */
  readonly calmMs: number;
  readonly items: readonly Item[];
}

export interface ScheduleOptions {
  readonly protocol: string;
  readonly variant: string;
  readonly faults: number;
  readonly clients: number;
  readonly operations: number;
  readonly keys: number;
  readonly durationMs: number;
  /** names of behaviours that up to f replicas may show; none: all are correct */
  readonly behaviours: readonly string[];
  /** names of behaviours that the last client may show; none: it is correct */
  readonly clientBehaviours: readonly string[];
  /** how many faults of the world happen, on average */
  readonly disturbances: number;
}

export const DEFAULT_OPTIONS: ScheduleOptions = {
  protocol: "bft-bc",
  variant: "repaired",
  faults: 1,
  clients: 3,
  operations: 40,
  keys: 2,
  durationMs: 150,
  behaviours: [],
  clientBehaviours: [],
  disturbances: 6,
};

const CALM_MS = 20_000;

/**
 * The schedule of a seed. At most f replicas are Byzantine; every replica and client may crash and comes
 * back, several at once too: stores survive. Each process recovers before the calm end.
 */
export function scheduleOf(seed: number, options: ScheduleOptions): Schedule {
  const { faults, clients, operations, durationMs, behaviours, disturbances } = options;
  const replicas = Array.from({ length: 3 * faults + 1 }, (_, at) => `replica#${at}`);
  const dice = (...name: (string | number)[]) => diceOf(seed, "schedule", ...name);
  const byzantine: Record<string, { behaviour: string }> = {};
  const whom = dice("byzantine");
  if (behaviours.length > 0) {
    const left = [...replicas];
    for (let count = 0; count < faults; count += 1) {
      const [one] = left.splice(whom.below(left.length), 1);
      if (one !== undefined) byzantine[one] = { behaviour: whom.pick(behaviours) };
    }
  }
  if (options.clientBehaviours.length > 0) {
    byzantine[`client#${clients - 1}`] = { behaviour: whom.pick(options.clientBehaviours) };
  }
  const processes = [...replicas, ...Array.from({ length: clients }, (_, at) => `client#${at}`)];
  const clockRates: Record<string, number> = {};
  for (const process of processes) {
    const clock = dice("clock", process);
    if (clock.chance(0.3)) clockRates[process] = Math.round((0.5 + 1.5 * clock.next()) * 100) / 100;
  }
  const items: Item[] = [];
  for (let count = 0; count < operations; count += 1) {
    const of = dice("operation", count);
    const atMs = Math.round(of.next() * durationMs);
    const key = `k${of.below(options.keys)}`;
    const value = of.chance(0.4) ? `v${count}` : null;
    items.push({ atMs, kind: "invoke", client: of.below(clients), key, value });
  }
  for (let count = 0; count < 2 * disturbances; count += 1) {
    const of = dice("disturbance", count);
    if (!of.chance(0.5)) continue;
    items.push(disturbance(of, processes, durationMs));
  }
  items.sort((a, b) => a.atMs - b.atMs);
  const { protocol, variant } = options;
  return {
    quorate: 1,
    protocol,
    variant,
    seed,
    faults,
    clients,
    byzantine,
    clockRates,
    calmMs: CALM_MS,
    items,
  };
}

function disturbance(
  of: ReturnType<typeof diceOf>,
  processes: readonly string[],
  durationMs: number,
): Item {
  const atMs = Math.round(of.next() * durationMs);
  const forMs = 1 + Math.round((of.next() * durationMs) / 4);
  const kind = of.below(8);
  if (kind < 3) return { atMs, kind: "crash", process: of.pick(processes), forMs };
  if (kind < 5) {
    const apart = processes.filter(() => of.chance(0.3));
    return { atMs, kind: "partition", apart, forMs, oneWay: of.chance(0.3) };
  }
  if (kind === 5) {
    const process = of.pick(processes);
    return { atMs, kind: "slow-disk", process, latencyMs: 1 + of.below(50), forMs };
  }
  const weather = {
    ...FAIR,
    loss: of.chance(0.5) ? of.next() * 0.4 : 0,
    duplication: of.next() * 0.3,
    jitterMs: of.next() * 50,
  };
  return { atMs, kind: "weather", weather, forMs };
}

/** The text of a schedule's file. */
export const scheduleText = (schedule: Schedule): string =>
  `${JSON.stringify(schedule, null, 2)}\n`;

/** @throws HostError `schedule-unreadable` */
export function parseSchedule(text: string, file: string): Schedule {
  const wrong = (what: string, cause?: unknown) =>
    new HostError("schedule-unreadable", `${file}: ${what}.`, { cause });
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrong("it is no JSON", cause);
  }
  const { quorate, items, seed, faults, clients } = Object(value) as Partial<Schedule>;
  if (quorate !== 1 || !Array.isArray(items)) throw wrong("it is no schedule");
  for (const [name, number] of Object.entries({ seed, faults, clients })) {
    if (!Number.isSafeInteger(number)) throw wrong(`${name} is no whole number`);
  }
  const bad = items.findIndex((item) => !Number.isFinite(item?.atMs) || !KINDS.has(item.kind));
  if (bad >= 0) throw wrong(`item ${bad} has no time or no known kind`);
  return value as Schedule;
}

const KINDS: ReadonlySet<string> = new Set([
  "invoke",
  "crash",
  "partition",
  "weather",
  "slow-disk",
]);
