import type { Index } from "../../../spec/automaton/values.ts";
import { registerReferee } from "./judge-registers.ts";
import { serviceReferee } from "./judge-service.ts";

export type Simulation = typeof import("../../../impl/host/simulated/index.ts");
export type Run = import("../../../impl/host/simulated/index.ts").SimulatedRun;
export type ClusterEvent = import("../../../impl/host/simulated/index.ts").ClusterEvent;
export type ScheduleOf = import("../../../impl/host/simulated/index.ts").Schedule;
export type SimulatedProtocol = import("../../../impl/host/simulated/index.ts").SimulatedProtocol;
export type RunOptions = import("../../../impl/host/simulated/index.ts").HostRunOptions;

/** What is wrong with a run. */
export interface Failure {
  readonly kind: Run["failures"][number]["kind"] | "history";
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
    /** what had more operations open at once than the watcher follows: keys, or the service */
    readonly unwatched: number;
    /** histories that the search gave up on */
    readonly undecided: number;
  };
  readonly digest: string;
}

/** A faulty client that is gone for good, and since when. */
export interface Stop {
  readonly client: Index;
  readonly atMs: number;
}

/** Compares runs with the specification of what a protocol offers. */
export interface Referee {
  /** @returns what the specification cannot do, if that is what happened */
  see(event: ClusterEvent): string | null;
  readonly unwatched: number;
  /** Decides the whole history. */
  decide(
    run: Run,
    stops: readonly Stop[],
  ): { readonly failure: Failure | null; readonly undecided: number };
}

/** Runs a schedule and decides what it showed. */
export async function judge(
  { runHosts }: Pick<Simulation, "runHosts">,
  schedule: ScheduleOf,
  protocol: SimulatedProtocol,
  options: RunOptions = {},
): Promise<Judgement> {
  const referee =
    protocol.offers === "service"
      ? serviceReferee(protocol, schedule)
      : registerReferee(protocol, schedule);
  const stops: Stop[] = [];
  let crashes = 0;
  const run = await runHosts(schedule, protocol, [() => ({ see: (event) => referee.see(event) })], {
    ...options,
    onEvent(event) {
      options.onEvent?.(event);
      if (event.kind !== "process") return;
      if (event.step === "crashed") crashes += 1;
      else if (event.step === "stopped") stops.push({ client: event.process, atMs: event.atMs });
    },
  });
  const [first] = run.failures;
  const { failure: wrong, undecided } = referee.decide(run, stops);
  const failure = first === undefined ? wrong : { kind: first.kind, text: first.what };
  const { events, virtualMs, digest } = run;
  const { unwatched } = referee;
  const operations = run.history.length;
  const messages = run.messages.delivered;
  return {
    failure,
    totals: { events, messages, operations, crashes, virtualMs, unwatched, undecided },
    digest,
  };
}

/** The clients that a schedule makes faulty. */
export const faultyClientsOf = ({ items }: ScheduleOf): string[] =>
  items.flatMap((item) =>
    item.kind === "byzantine" && item.process.startsWith("client#") ? [item.process] : [],
  );

/** How a history that cannot be explained is told. */
export function contradiction<Operation, Result>(
  core: readonly {
    readonly client: string;
    readonly invoked: number;
    readonly returned: number | null;
    readonly operation: Operation;
    readonly result?: Result | undefined;
  }[],
  client: string,
): Failure {
  const lines = core.map(
    ({ client: by, invoked, returned, operation, result }) =>
      `  ${by} ${JSON.stringify(operation)} from ${invoked.toFixed(1)} to ` +
      `${returned === null ? "…" : returned.toFixed(1)} ms${result == null ? "" : ` gave ${result}`}`,
  );
  const told = `No order of the operations explains what ${client} was told.`;
  const head = `${told} They contradict each other:`;
  return { kind: "history", text: [head, ...lines].join("\n") };
}
