import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import type { Problem } from "../../../spec/automaton/claim.ts";
import { type ErrorCode, QuorateError } from "../../../spec/automaton/errors.ts";
import type { ToolOptions } from "../../explore/budget.ts";
import { PeerFailed, sharedMemory, Team } from "../../explore/team.ts";
import type { Peers, WorkerReport } from "../../explore/together.ts";
import { type Exploration, explore, exploreTogether, whyAlone } from "../../search/search.ts";
import type { Errand, News } from "./messages.ts";

/** Where a thread finds the problem: model code cannot be sent, so each worker makes it itself. */
export interface ProblemSource {
  /** the URL of a module */
  readonly module: string;
  /** the name of its export: a function that gives the problem, or a promise of it */
  readonly export: string;
  /** what it is called with: plain data */
  readonly args: readonly unknown[];
}

/** Below this many states a search is over before threads have started. */
const WORTH_IT_STATES = 50_000;
const NAP_MS = 2;

/**
 * Explores a problem with several workers, this thread one of them: the verdict, the counts and the
 * counterexample are those of one worker. A search that ends within 50,000 states, or that cannot
 * be shared (see `whyAlone`), is done by one, and then the exploration's notes say so.
 *
 * @param problem what `source` gives
 * @throws whatever `explore` throws, here or in another worker
 */
export function exploreWithWorkers(
  problem: Problem,
  source: ProblemSource,
  options: ToolOptions & { readonly workers: number },
): Exploration {
  const { workers, ...search } = options;
  if (workers === 1) return explore(problem, search);
  const alone = whyAlone(problem, search);
  if (alone !== null) {
    const found = explore(problem, search);
    if (found.states < WORTH_IT_STATES) return found;
    return { ...found, notes: [...found.notes, `one worker instead of ${workers}: ${alone}`] };
  }
  const { maxStates = Number.POSITIVE_INFINITY } = search;
  const probe = explore(problem, { ...search, maxStates: Math.min(maxStates, WORTH_IT_STATES) });
  // Over, or ended by another budget than ours, which would end it there again.
  if (probe.states < WORTH_IT_STATES || maxStates <= WORTH_IT_STATES) return probe;
  return share(problem, source, search, workers);
}

/** Explores with so many workers, however small the problem. */
export function share(
  problem: Problem,
  source: ProblemSource,
  search: ToolOptions,
  workers: number,
): Exploration {
  const shared = sharedMemory(workers);
  const team = new Team(shared, 0);
  const { onProgress: _, look: __, ...plain } = search;
  const threads = Array.from({ length: workers - 1 }, (___, at) => {
    const { port1, port2 } = new MessageChannel();
    const errand: Errand = { shared, me: at + 1, source, search: plain, port: port2 };
    const thread = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: errand,
      transferList: [port2],
    });
    // What a thread has to say it says through its port; this thread does not yield meanwhile.
    thread.on("error", () => team.fail());
    thread.unref();
    return { thread, port: port1 };
  });
  const peers: Peers = {
    team,
    tell: (report) => {
      throw new Error(`the leader has nobody to tell of its ${report.states} states`);
    },
    gather: () => threads.map(({ port }) => reportFrom(port)),
  };
  try {
    return exploreTogether(problem, search, peers) as Exploration;
  } catch (error) {
    if (error instanceof PeerFailed) throw failureOf(threads.map(({ port }) => port)) ?? error;
    throw error;
  } finally {
    for (const { thread, port } of threads) {
      port.close();
      void thread.terminate();
    }
  }
}

function reportFrom(port: MessagePort): WorkerReport {
  for (;;) {
    const news = receiveMessageOnPort(port)?.message as News | undefined;
    if (news?.kind === "report") return news.report;
    if (news?.kind === "failed") throw errorOf(news);
    nap();
  }
}

/** What a worker said when it failed; null where none says anything within a second. */
function failureOf(ports: readonly MessagePort[]): Error | null {
  for (let waited = 0; waited < 1000; waited += NAP_MS) {
    for (const port of ports) {
      const news = receiveMessageOnPort(port)?.message as News | undefined;
      if (news?.kind === "failed") return errorOf(news);
    }
    nap();
  }
  return null;
}

function errorOf({ code, message }: Extract<News, { kind: "failed" }>): Error {
  // The message ends in its advice and code already.
  return code === null
    ? new Error(message)
    : Object.assign(new QuorateError(code as ErrorCode, ""), { message });
}

function nap(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS);
}
