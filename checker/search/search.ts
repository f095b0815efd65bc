import type { Problem } from "../../spec/automaton/claim.ts";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import type { ToolOptions } from "../explore/budget.ts";
import type { Exploration } from "../explore/exploration.ts";
import type { Peers } from "../explore/together.ts";
import { refuseReducedLiveness } from "../liveness/liveness.ts";
import { searchAbsorbing } from "../reduce/absorbing-search.ts";
import { withShortest } from "../reduce/shortest.ts";
import { Walk } from "./walk.ts";

export type { Budget, Progress, SearchOptions } from "../explore/budget.ts";
export type { Exploration, LeafStatistics, Violation } from "../explore/exploration.ts";
export { whyAlone } from "./shared.ts";

/**
 * The part of one worker in a search that several share. The leader, worker 0, gives what all found.
 * @throws PeerFailed where another worker threw
 */
export function exploreTogether(
  problem: Problem,
  options: ToolOptions,
  peers: Peers,
): Exploration | null {
  const uninstall = installPurityGuard();
  try {
    return new Walk(problem, options, peers.team).runWith(peers);
  } catch (error) {
    peers.team.fail();
    throw error;
  } finally {
    uninstall();
  }
}

/** Explores every reachable state of the problem's system and decides its properties. */
export function explore(problem: Problem, options: ToolOptions = {}): Exploration {
  refuseReducedLiveness(problem);
  const uninstall = installPurityGuard();
  try {
    const search = (one: Problem, within: ToolOptions) =>
      one.reductions?.includes("absorbing-inputs")
        ? searchAbsorbing(one, within)
        : new Walk(one, within).run();
    return withShortest(problem, options, search(problem, options), search);
  } finally {
    uninstall();
  }
}
