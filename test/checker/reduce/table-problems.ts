import { diningPhilosophers } from "../../../refinement/oracle/dining-philosophers.ts";
import { echo } from "../../../refinement/oracle/echo.ts";
import { hourClock } from "../../../refinement/oracle/hour-clock.ts";
import { lock } from "../../../refinement/oracle/lock.ts";
import { transactionCommit } from "../../../refinement/oracle/tcommit.ts";
import { twoPhaseCommit } from "../../../refinement/oracle/two-phase-commit.ts";
import type { Problem } from "../../../spec/automaton/index.ts";
import { pbftInboxes } from "../../fixtures/pbft-inboxes.ts";
import { fetching } from "../../fixtures/reduce/eager-steps.ts";
import * as votes from "../../fixtures/reduce/inboxes.ts";
import * as models from "../../fixtures/reduce/interleavings.ts";

/** Small problems that the reductions are compared on, each by its name. */
export const TABLE_PROBLEMS: readonly (readonly [string, () => Problem])[] = [
  ["hour clock", hourClock],
  ["lock of 3", () => lock(3)],
  ["transaction commit of 3", () => transactionCommit(3)],
  ["two-phase commit of 3", () => twoPhaseCommit(3)],
  ["echo of 2", () => echo(2)],
  ["dining philosophers, 5", () => diningPhilosophers(5)],
  ["two that are apart", models.apart],
  ["enabling", models.enabling],
  ["visibility", models.visibility],
  ["cycles", models.cycles],
  ["fetching", fetching],
  ["fetching to the end", () => toTheEnd(fetching())],
  ["votes, reports of all", () => votes.asking({}, votes.neverReports("abc"))],
  ["votes, spurious reports", () => votes.asking({ forgets: true }, votes.neverReports("nothing"))],
  ["PBFT with inboxes, view 0", () => withAbsorbing(pbftInboxes(0, ["sends-at-once"]))],
];

function toTheEnd(problem: Problem): Problem {
  return { ...problem, properties: problem.properties.filter(({ kind }) => kind === "deadlock") };
}

function withAbsorbing(problem: Problem): Problem {
  const readers = ["prepare", "commit", "enterView", "openView"];
  return { ...problem, absorbing: [{ receipts: ["DELIVER"], inbox: "inbox", readers }] };
}
