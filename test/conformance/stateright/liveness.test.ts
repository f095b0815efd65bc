import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import type { Problem } from "../../../spec/automaton/index.ts";
import { entriesOf } from "../manifest.ts";
import { digraph } from "./digraph.ts";
import { pingPongReaching } from "./ping-pong.ts";

const SATISFIED = [[1], [2, 3], [2, 6, 7], [4, 9, 10]];
const PROBLEMS: Readonly<Record<string, () => Problem>> = {
  "eventually-satisfied": () => digraph(SATISFIED),
  "eventually-satisfied-unfair": () => digraph(SATISFIED, false),
  "eventually-terminal": () =>
    digraph([
      [0, 1],
      [0, 2],
    ]),
  "eventually-two-starts": () =>
    digraph([
      [0, 1],
      [2, 4],
    ]),
  "eventually-long": () =>
    digraph([
      [0, 1, 4, 6],
      [2, 4, 8],
    ]),
  "eventually-cycle": () => digraph([[0, 2, 4, 2]]),
  "eventually-join": () =>
    digraph([
      [0, 2, 4],
      [1, 4, 6],
    ]),
  "ping-pong-must-reach-max": () => pingPongReaching(5, 5, "nonduplicating"),
  "ping-pong-must-reach-max-unfair": () =>
    pingPongReaching(5, 5, "nonduplicating", { fair: false }),
  "ping-pong-must-reach-max-lossy": () => pingPongReaching(5, 5, "duplicating", { lossy: true }),
  "ping-pong-must-exceed-max": () => pingPongReaching(6, 5, "nonduplicating"),
};

describe("liveness of Stateright's models", () => {
  const entries = entriesOf("stateright", "digraph.ts", "ping-pong.ts");

  test.each(entries.filter(({ liveness }) => liveness))("$id is as published", (entry) => {
    const problem = PROBLEMS[entry.id]!();

    const { states, violations } = explore(problem);

    expect(violations.map((violation) => violation !== null)).toEqual([
      entry.verdict === "violated",
    ]);
    expect(states).toBe(entry.states);
    const lengths = violations.flatMap((violation) => violation?.actions.length ?? []);
    expect(lengths).toEqual(Object.values(entry.counterexample ?? {}));
  });
});
