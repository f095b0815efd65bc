import type { Action } from "../../../spec/automaton/execute.ts";
import { type Index, index } from "../../../spec/automaton/values.ts";
import { checkRegisters, type RegisterHistory } from "../../history/register.ts";
import { type Watcher, watchSpecification } from "../../history/watch.ts";

type Simulation = typeof import("../../../impl/host/simulation/index.ts");
type Run = import("../../../impl/host/simulation/index.ts").SimulatedRun;
export type ScheduleOf = import("../../../impl/host/simulation/index.ts").Schedule;
export type SimulatedProtocol = import("../../../impl/network/protocol.ts").RegisterProtocol;

/** What is wrong with a run. */
export interface Failure {
  readonly kind: "stopped" | "stuck" | "history" | "specification";
  readonly text: string;
}

export interface Judgement {
  readonly failure: Failure | null;
  readonly totals: {
    readonly events: number;
    readonly messages: number;
    readonly operations: number;
    readonly crashes: number;
    readonly virtualMs: number;
    /** keys on which more operations were open at once than the watcher follows */
    readonly unwatched: number;
  };
  readonly digest: string;
}

/** Runs a schedule and decides what it showed. */
export async function judge(
  simulation: Pick<Simulation, "runSchedule">,
  schedule: ScheduleOf,
  protocol: SimulatedProtocol,
): Promise<Judgement> {
  const isFaulty = (process: string) => process in schedule.byzantine;
  const hasFaultyClient = Object.keys(schedule.byzantine).some((one) => one.startsWith("client#"));
  // With a faulty client the register has writes that nobody sees: the search decides them.
  const watchers = hasFaultyClient ? null : new KeyWatchers(protocol);
  const run = await simulation.runSchedule(schedule, protocol, {
    visible: (name, payload) => watchers?.see(name, payload),
  });
  const failure =
    stoppedIn(run, isFaulty) ??
    stuckIn(run) ??
    watchers?.failure ??
    wrongHistory(run, schedule, hasFaultyClient);
  const { events, messages, crashes, virtualMs, digest } = run;
  const unwatched = watchers?.unwatched ?? 0;
  const operations = run.history.length;
  return {
    failure,
    totals: { events, messages, operations, crashes, virtualMs, unwatched },
    digest,
  };
}

function stoppedIn(run: Run, isFaulty: (process: string) => boolean): Failure | null {
  const stopped = run.failures.find(({ process }) => !isFaulty(process));
  if (stopped === undefined) return null;
  return { kind: "stopped", text: `${stopped.process} stopped: ${stopped.error.message}` };
}

function stuckIn(run: Run): Failure | null {
  const [first] = run.stuck;
  if (first === undefined) return null;
  const what = first.put === null ? "get" : `put ${first.put}`;
  const text =
    `${run.stuck.length} operations have no answer although everything is calm: ` +
    `first ${first.client}, ${what} of ${first.key}, from ${Math.round(first.invokedMs)} ms on.`;
  return { kind: "stuck", text };
}

/** The history of a run as the register's checker takes it. */
export function registerHistory(run: Pick<Run, "history">): RegisterHistory {
  return run.history.map(({ client, key, put, invokedMs, returnedMs, got }) => ({
    client,
    invoked: invokedMs,
    returned: returnedMs,
    operation: put === null ? { op: "get", key } : { op: "put", key, value: put },
    ...(returnedMs === null ? {} : { result: got }),
  }));
}

function wrongHistory(run: Run, schedule: ScheduleOf, hasFaultyClient: boolean): Failure | null {
  const honest = new Set(run.history.map(({ key, put }) => JSON.stringify([key, put])));
  const byFaulty = (key: string, value: string | null) => !honest.has(JSON.stringify([key, value]));
  const faulty = Object.fromEntries(
    Object.keys(schedule.byzantine)
      .filter((one) => one.startsWith("client#"))
      .map((one) => [one, byFaulty]),
  );
  const verdict = checkRegisters(registerHistory(run), hasFaultyClient ? { faulty } : {});
  if (verdict.verdict !== "violated") return null;
  const { stuckAt, core } = verdict;
  const lines = core.map(
    ({ client, invoked, returned, operation, result }) =>
      `  ${client} ${JSON.stringify(operation)} from ${invoked.toFixed(1)} to ` +
      `${returned === null ? "…" : returned.toFixed(1)} ms${result == null ? "" : ` gave ${result}`}`,
  );
  const head = `No order of the operations explains what ${stuckAt.client} was told. They contradict each other:`;
  return { kind: "history", text: [head, ...lines].join("\n") };
}

/** More operations than this are open on one key at one time: then it is not watched any more. */
const USERS_MAX = 8;

/** More possible states of one key than this are not followed: most runs have a few dozen. */
const STATES_MAX = 500;

const VISIBLE = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ"];

/** The specification automaton, one for each key, that watches a run while it goes on. */
class KeyWatchers {
  failure: Failure | null = null;
  unwatched = 0;
  readonly #protocol: SimulatedProtocol;
  readonly #keys = new Map<string, { watcher: Watcher | null; users: (string | null)[] }>();

  constructor(protocol: SimulatedProtocol) {
    this.#protocol = protocol;
  }

  see(name: string, payload: Readonly<Record<string, unknown>>): void {
    const key = String(payload.object);
    const of = this.#of(key);
    const { watcher, users } = of;
    if (watcher === null || this.failure !== null) return;
    const who = `${payload.client} ${name.slice(name.indexOf("-"))} ${payload.operation}`;
    // A user of the specification has one operation: each operation gets a user of its own.
    const user = name.startsWith("INVOKE") ? users.indexOf(null) : users.indexOf(who);
    if (user < 0) {
      of.watcher = null;
      this.unwatched += 1;
      return;
    }
    users[user] = name.startsWith("INVOKE") ? who : null;
    const client = index("client", user);
    const object = this.#protocol.indexOf(key);
    const { operation: _, ...rest } = payload;
    const action: Action = { name, payload: { ...rest, client, object } };
    const verdict = watcher.see(action);
    if (verdict.verdict === "overflow") {
      of.watcher = null;
      this.unwatched += 1;
    } else if (verdict.verdict === "impossible") {
      const instead = verdict.instead.map(({ payload: one }) => JSON.stringify(one.value ?? null));
      const text =
        `The register cannot do ${name} of ${key} for ${payload.client}` +
        `${"value" in payload ? ` with ${JSON.stringify(payload.value)}` : ""}` +
        `${instead.length === 0 ? "" : `; it could answer ${[...new Set(instead)].join(", ")}`}.`;
      this.failure = { kind: "specification", text };
    }
  }

  #of(key: string) {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const users = Array.from(
      { length: USERS_MAX },
      (_, at): Index<"client"> => index("client", at),
    );
    const specification = this.#protocol.specification([key], users);
    const watcher = watchSpecification(specification, {
      visible: VISIBLE,
      maxStates: STATES_MAX,
    });
    const made = { watcher, users: users.map(() => null) };
    this.#keys.set(key, made);
    return made;
  }
}
