import { twoPhaseCommit } from "../../refinement/oracle/two-phase-commit.ts";
import type { Problem, Symmetry } from "../../spec/automaton/index.ts";
import { index, indices, interchangeable } from "../../spec/automaton/index.ts";
import { linearizableRegister } from "../conformance/stateright/linearizable-register.ts";
import { paxos } from "../conformance/stateright/paxos.ts";
import { pbftTiny } from "../fixtures/pbft-tiny.ts";

/** A model that can be timed, at a size. */
export interface Bench {
  /** the option that gives the size */
  readonly size: "n" | "views" | "clients";
  readonly sizes: readonly [least: number, most: number];
  readonly problem: (size: number) => Problem;
  /** what the reduction `symmetry` may exchange; nothing where roles follow from numbers */
  readonly symmetries: (size: number) => readonly Symmetry[];
  /** the reference sketch of the same model */
  readonly sketch: string | null;
  /** the same model in Promela, and the macro that gives its size */
  readonly promela: { readonly file: string; readonly macro: string };
}

export const BENCHES: Readonly<Record<string, Bench>> = {
  "two-phase-commit": {
    size: "n",
    sizes: [1, 9],
    problem: twoPhaseCommit,
    symmetries: (n) => [interchangeable(indices("rm", n))],
    sketch: "sketch.mjs",
    promela: { file: "two-phase-commit.pml", macro: "N" },
  },
  "pbft-tiny": {
    size: "views",
    sizes: [1, 2],
    problem: (views) => pbftTiny(views),
    // Replica 0 is Byzantine, replica v the primary of view v: with two view changes all differ.
    symmetries: (views) =>
      views === 1 ? [interchangeable([2, 3].map((at) => index("replica", at)))] : [],
    sketch: "pbft-sketch.mjs",
    promela: { file: "pbft-tiny.pml", macro: "VIEWS" },
  },
  // Clients ask the servers in turn, by their numbers, and ballots and times are ordered by servers.
  paxos: {
    size: "clients",
    sizes: [1, 3],
    problem: paxos,
    symmetries: () => [],
    sketch: null,
    promela: { file: "paxos.pml", macro: "CLIENTS" },
  },
  register: {
    size: "clients",
    sizes: [1, 2],
    problem: (clients) => linearizableRegister(3, clients, "ordered"),
    symmetries: () => [],
    sketch: null,
    promela: { file: "register.pml", macro: "CLIENTS" },
  },
};

/** The bench of a name that is known to be one. */
export const benchOf = (name: string): Bench => BENCHES[name] as Bench;

/** How worker threads make the problem of a bench: see `ProblemSource`. */
export const benchProblem = (name: string, size: number): Problem => benchOf(name).problem(size);
export const MODULE = import.meta.url;
