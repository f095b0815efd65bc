import { twoPhaseCommit } from "../../refinement/oracle/two-phase-commit.ts";
import type { Problem } from "../../spec/automaton/index.ts";
import { pbftTiny } from "../fixtures/pbft-tiny.ts";

/** A model that can be timed, at a size. */
export interface Bench {
  /** the option that gives the size */
  readonly size: "n" | "views";
  readonly sizes: readonly [least: number, most: number];
  readonly problem: (size: number) => Problem;
  /** the reference sketch of the same model */
  readonly sketch: string;
}

export const BENCHES: Readonly<Record<string, Bench>> = {
  "two-phase-commit": {
    size: "n",
    sizes: [1, 9],
    problem: twoPhaseCommit,
    sketch: "sketch.mjs",
  },
  "pbft-tiny": {
    size: "views",
    sizes: [1, 2],
    problem: (views) => pbftTiny(views),
    sketch: "pbft-sketch.mjs",
  },
};
