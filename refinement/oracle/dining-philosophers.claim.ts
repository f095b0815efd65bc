import { claim } from "../../spec/automaton/index.ts";
import { diningPhilosophers } from "./dining-philosophers.ts";

export default claim({
  id: "oracle/dining-philosophers",
  says: "Neighbours never eat at the same time, and someone can always go on.",
  source: "tlaplus/Examples, specifications/DiningPhilosophers/DiningPhilosophers.tla",
  cases: [
    {
      variant: "printed",
      instance: "NP=5",
      tier: "ci",
      expect: "holds",
      problem: () => diningPhilosophers(5),
      pinned: { states: 67, depth: 29 },
    },
  ],
});
