import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QuorateError } from "../../../spec/automaton/errors.ts";
import { shortPath } from "../files.ts";
import { loadProtocol } from "./entry.ts";
import {
  type Judgement,
  judge,
  type RunOptions,
  type ScheduleOf,
  type SimulatedProtocol,
  type Simulation,
} from "./judge.ts";

export interface SimulateFlags {
  readonly protocol: string;
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
    variant: flags.variant,
    faults: flags.faults,
  };
  const { variants, faultyClients } = await loadProtocol(system.protocol);
  const variantOf = (name: string): SimulatedProtocol => {
    const found = variants[name];
    if (found !== undefined) return found;
    const names = Object.keys(variants).join(", ");
    throw new QuorateError("usage", `There is no variant "${name}"; there are ${names}.`);
  };
  const protocol = variantOf(system.variant);
  const run = (schedule: ScheduleOf, options: RunOptions = {}) =>
    judge(simulation, schedule, protocol, { behaviours: faultyClients, ...options });
  const known = Object.keys(simulation.BEHAVIOURS);
  const options = {
    system,
    replicas: protocol.replicasFor(system.faults),
    clients: flags.clients,
    operations: flags.operations,
    intensity: flags.intensity,
    disturbances: flags.disturbances ?? null,
    behaviours: behavioursOf(flags.byzantine, known),
    clientBehaviours: behavioursOf(flags.faultyClient, [...known, ...Object.keys(faultyClients())]),
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
