import { workerData } from "node:worker_threads";
import type { Problem } from "../../../spec/automaton/claim.ts";
import { QuorateError } from "../../../spec/automaton/errors.ts";
import { PeerFailed, Team } from "../../explore/team.ts";
import { exploreTogether } from "../../search/search.ts";
import type { Errand, News } from "./messages.ts";

/* The thread of one worker of a search: see `exploreWithWorkers`. */

const { shared, me, source, search, port } = workerData as Errand;
const team = new Team(shared, me);

function tell(news: News): void {
  port.postMessage(news);
}

try {
  const module = (await import(source.module)) as Record<string, unknown>;
  const make = module[source.export] as (...args: readonly unknown[]) => Problem | Promise<Problem>;
  const problem = await make(...source.args);
  exploreTogether(problem, search, {
    team,
    tell: (report) => tell({ kind: "report", report }),
    gather: () => [],
  });
} catch (error) {
  team.fail();
  if (!(error instanceof PeerFailed)) {
    const code = error instanceof QuorateError ? error.code : null;
    tell({ kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
  }
}
port.close();
