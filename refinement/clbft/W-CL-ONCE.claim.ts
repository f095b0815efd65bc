import { claim } from "../../spec/automaton/index.ts";
import { mutant, repairedEverywhere } from "./cases.ts";
import type { Question } from "./problems.ts";
import { once } from "./properties.ts";
import { CHECKPOINTS, NORMAL } from "./sizes.ts";

const question: Question = {
  properties: (system, world) => [once(system, world)],
  witnesses: () => [],
};

export default claim({
  id: "W-CL-ONCE",
  says: "A correct replica executes each timestamp of a client at most once, and nothing that no client signed.",
  source: "OSDI 1999 §4.1: exactly-once semantics by timestamps",
  cases: [
    ...repairedEverywhere(question),
    mutant("executes-again", NORMAL.again, question),
    mutant("state-not-verified", CHECKPOINTS.one, question),
  ],
});
