import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QuorateError } from "../../../spec/automaton/errors.ts";
import { shortPath } from "../files.ts";
import { loadProtocol, type ProtocolEntry } from "./entry.ts";
import {
  type Judgement,
  judge,
  type RunOptions,
  type ScheduleOf,
  type SimulatedProtocol,
  type Simulation,
} from "./judge.ts";

type System = NonNullable<ScheduleOf["system"]>;

export interface SimulateFlags {
  readonly protocol: string;
  readonly service?: string;
  readonly variant: string;
  readonly seeds: number;
  readonly from: number;
  readonly faults: number;
  readonly clients: number;
  readonly operations: number;
  readonly intensity: "calm" | "rough" | "wild";
  readonly disturbances?: number;
  readonly byzantine?: string;
  readonly faultyClient?: string;
  readonly schedule?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** One line a second at most while it works. */
const PROGRESS_MS = 1000;

/**
 * `quorate simulate`: runs clusters on simulated networks, clocks and disks, one for each seed, until one
 * fails; then says which, makes its schedule smaller and writes it.
 */
export async function runSimulate(flags: SimulateFlags): Promise<number> {
  const { hostModule } = await import("../../../impl/host/optional-package.ts");
  const simulation = await hostModule(() => import("../../../impl/host/simulated/index.ts"));
  const given =
    flags.schedule === undefined ? null : simulation.readSchedule(await textOf(flags.schedule));
  const system = given?.system ?? {
    protocol: flags.protocol,
    ...(flags.service === undefined ? {} : { service: flags.service }),
    variant: flags.variant,
    faults: flags.faults,
  };
  const entry = await loadProtocol(system.protocol);
  const protocol = simulatedOf(simulation, entry, system);
  const own = entry.offers === "service" ? entry.faultyReplicas : entry.faultyClients;
  const run = (schedule: ScheduleOf, options: RunOptions = {}) =>
    judge(simulation, schedule, protocol, { behaviours: own, ...options });
  const known = Object.keys(simulation.BEHAVIOURS);
  const ownOf = (offers: typeof entry.offers) =>
    entry.offers === offers ? [...known, ...Object.keys(own())] : known;
  const options = {
    system,
    replicas: protocol.replicasFor(system.faults),
    clients: flags.clients,
    operations: flags.operations,
    intensity: flags.intensity,
    disturbances: flags.disturbances ?? null,
    behaviours: behavioursOf(flags.byzantine, ownOf("service")),
    clientBehaviours: behavioursOf(flags.faultyClient, ownOf("registers")),
    texts: system.service === undefined ? null : (simulation.OPERATIONS[system.service] ?? null),
  };
  const totals = {
    events: 0,
    messages: 0,
    operations: 0,
    crashes: 0,
    virtualMs: 0,
    unwatched: 0,
    undecided: 0,
  };
  const start = performance.now();
  let said = start;
  const seeds = given === null ? flags.seeds : 1;
  for (let count = 0; count < seeds; count += 1) {
    const schedule = given ?? simulation.hostSchedule(flags.from + count, options);
    const judgement = await run(schedule);
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) {
      totals[name] += judgement.totals[name];
    }
    if (judgement.failure !== null) {
      return report(flags, schedule, judgement, run, simulation, count + 1);
    }
    if (!flags.json && performance.now() - said > PROGRESS_MS) {
      said = performance.now();
      console.error(`${count + 1} of ${seeds} seeds, ${rate(totals.events, start)} events/s`);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  if (flags.json) console.log(JSON.stringify({ verdict: "passed", seeds, seconds, ...totals }));
  else {
    console.log(
      `${seeds} seed${seeds === 1 ? "" : "s"} passed: ${totals.operations} operations, ` +
        `${totals.messages} messages, ${totals.crashes} crashes, ` +
        `${Math.round(totals.virtualMs / 1000)} s of virtual time in ${seconds.toFixed(1)} s ` +
        `(${rate(totals.events, start)} events/s).` +
        (totals.unwatched === 0 ? "" : ` ${totals.unwatched} keys were too busy to be watched.`) +
        (totals.undecided === 0 ? "" : ` ${totals.undecided} histories were not decided.`),
    );
  }
  return 0;
}

/** The protocol under the rules of a variant, with the service that it replicates. */
function simulatedOf(
  simulation: Simulation,
  entry: ProtocolEntry,
  { variant, service }: System,
): SimulatedProtocol {
  const named = <Found>(
    all: Readonly<Record<string, Found>>,
    name: string,
    what: string,
  ): Found => {
    const found = Object.hasOwn(all, name) ? all[name] : undefined;
    if (found !== undefined) return found;
    const names = Object.keys(all).join(", ");
    throw new QuorateError("usage", `There is no ${what} "${name}"; there are ${names}.`);
  };
  if (entry.offers === "registers") return named(entry.variants, variant, "variant");
  const protocol = named(entry.variants, variant, "variant");
  return simulation.replicating(protocol, named(simulation.SERVICES, service ?? "", "service"));
}

function behavioursOf(names: string | undefined, known: readonly string[]): readonly string[] {
  if (names === undefined) return [];
  if (names === "all") return known;
  const given = names.split(",").filter((name) => name !== "");
  const wrong = given.find((name) => !known.includes(name));
  if (wrong === undefined) return given;
  const what = `There is no behaviour "${wrong}"; there are ${known.join(", ")}.`;
  throw new QuorateError("usage", what);
}

const rate = (events: number, start: number) =>
  Math.round((1000 * events) / Math.max(1, performance.now() - start));

async function report(
  flags: SimulateFlags,
  schedule: ScheduleOf,
  judgement: Judgement,
  run: (schedule: ScheduleOf) => Promise<Judgement>,
  simulation: Simulation,
  tried: number,
): Promise<number> {
  const { kind } = judgement.failure ?? { kind: "none" };
  const { variant } = schedule.system ?? flags;
  if (!flags.json) {
    console.log(`Seed ${schedule.seed} fails: ${judgement.failure?.text}`);
    console.error(`Making its ${schedule.items.length} items fewer…`);
  }
  // Each of these shows that an answer was wrong; which of them comes first is a matter of luck.
  const sameKind = (one: Judgement) =>
    one.failure?.kind === kind || (isWrongAnswer(kind) && isWrongAnswer(one.failure?.kind ?? ""));
  const found = await simulation.minimise(schedule, async (one) => sameKind(await run(one)));
  const smaller = found ?? { schedule, runs: 1 };
  const last = await run(smaller.schedule);
  await mkdir(flags.out, { recursive: true });
  const file = join(flags.out, `${variant.replaceAll("/", "-")}-${schedule.seed}.schedule.json`);
  await writeFile(file, simulation.writeSchedule(smaller.schedule));
  if (flags.json) {
    const { items } = smaller.schedule;
    const shown = { verdict: "failed", seed: schedule.seed, tried, kind, items: items.length };
    console.log(JSON.stringify({ ...shown, text: last.failure?.text, schedule: file }));
    return 1;
  }
  console.log(`\n${smaller.schedule.items.length} items are left after ${smaller.runs} runs:`);
  for (const item of smaller.schedule.items) console.log(`  ${describe(item)}`);
  console.log(`\n${last.failure?.text}`);
  console.log(`\nWritten to ${shortPath(file)}; to run it again:`);
  console.log(`  quorate simulate --schedule ${shortPath(file)}`);
  return 1;
}

const isWrongAnswer = (kind: string) => kind === "watcher" || kind === "history";

function describe({ atMs, ...item }: ScheduleOf["items"][number]): string {
  const words = Object.entries(item).map(([name, value]) =>
    name === "kind" ? String(value) : `${name} ${JSON.stringify(value)}`,
  );
  return `${String(atMs).padStart(6)} ms  ${words.join("  ")}`;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): QuorateError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new QuorateError("usage", `${shortPath(file)} cannot be read: ${why}.`, { cause });
}
