import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Exploration, SearchOptions } from "../../../checker/search/search.ts";
import type { Answer, CrewOrder, Question } from "../../fixtures/workers/messages.ts";

/** Where the build is: threads load plain JavaScript. */
const DIST =
  process.env.QUORATE_TEST_DIST ?? fileURLToPath(new URL("../../../dist", import.meta.url));
const LEADER = join(DIST, "test/fixtures/workers/leader.js");

const urlOf = (file: string) => pathToFileURL(join(DIST, file)).href;

/** The problem of an export of test/fixtures/workers/problems.ts. */
export function fixture(name: string, ...args: readonly unknown[]): Question["source"] {
  return { module: urlOf("test/fixtures/workers/problems.js"), export: name, args };
}

/** The problem of a case, as the command line shares it. */
export function caseOf(
  file: string,
  ...[claim, variant, instance]: readonly [string, string, string]
): Question["source"] {
  return {
    module: urlOf("checker/cli/workers/case-problem.js"),
    export: "caseProblem",
    args: [[join(DIST, file)], [[claim, variant, instance]], undefined],
  };
}

/** So many workers, in threads that go from search to search. */
export class Crew {
  readonly workers: number;
  readonly #leader: Worker;

  constructor(workers: number) {
    if (!existsSync(LEADER)) throw new Error(`${LEADER} is missing: run \`npm run build\` first.`);
    this.workers = workers;
    const workerData: CrewOrder = { workers };
    this.#leader = new Worker(LEADER, { workerData, execArgv: [] });
  }

  /** What the search gives, or the code and message of the error with which it ends. */
  ask(
    source: Question["source"],
    search: SearchOptions = {},
    how: Question["how"] = "crew",
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#leader.once("error", reject).once("message", (answer: Answer) => {
        this.#leader.off("error", reject);
        resolve(answer);
      });
      this.#leader.postMessage({ source, search, how } satisfies Question);
    });
  }

  async explore(
    source: Question["source"],
    search: SearchOptions = {},
    how: Question["how"] = "crew",
  ): Promise<Exploration> {
    const answer = await this.ask(source, search, how);
    if ("failed" in answer) throw new Error(`[${answer.failed.code}] ${answer.failed.message}`);
    return answer.found;
  }

  async end(): Promise<void> {
    await this.#leader.terminate();
  }
}
