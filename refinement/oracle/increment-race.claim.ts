import { type Case, claim } from "../../spec/automaton/index.ts";
import { incrementAtomically, incrementRace } from "./increment-race.ts";

/** All reachable states, those after the first lost update among them; the levels are ours. */
const COUNTS = [
  [2, 13, 5],
  [3, 84, 7],
  [4, 755, 9],
] as const;

export default claim({
  id: "oracle/increment-race",
  says: "A counter that threads increment counts the threads that have finished.",
  source: "stateright, examples/increment.rs",
  cases: COUNTS.flatMap(([n, states, depth]): Case[] => [
    {
      variant: "printed",
      instance: `N=${n}`,
      tier: "ci",
      expect: "violated",
      problem: () => incrementRace(n),
      pinned: { states, depth },
      because: "Two threads read the same value, and the second write undoes the first.",
      hint: "Increment in one action, or keep others out between the read and the write.",
    },
    {
      variant: "repaired",
      instance: `N=${n}`,
      tier: "ci",
      expect: "holds",
      problem: () => incrementAtomically(n),
      pinned: { states: 2 ** n, depth: n + 1 },
    },
  ]),
});
