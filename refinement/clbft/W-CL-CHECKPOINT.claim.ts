import { claim } from "../../spec/automaton/index.ts";
import { holds, mutant, repairedEverywhere } from "./cases.ts";
import type { Question } from "./problems.ts";
import { oneDigest, oneStable, stateOfDigest, withinWatermarks } from "./properties.ts";
import { CHECKPOINTS } from "./sizes.ts";
import { allExecute, reachesWatermark } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [
    oneDigest(system, world),
    oneStable(system),
    stateOfDigest(system),
  ],
  witnesses: () => [],
};

const watermarks: Question = {
  properties: (system, world) => [withinWatermarks(system, world)],
  witnesses: () => [],
};

export default claim({
  id: "W-CL-CHECKPOINT",
  says: "Correct replicas sign one digest for each checkpoint, take no other for stable, and hold the state that it stands for, also after state transfers and view changes; what they accept stands within their watermarks.",
  source: "OSDI 1999 §4.2 (watermarks) and §4.3",
  cases: [
    ...repairedEverywhere(question).filter(({ instance }) => instance.includes("checkpoints")),
    holds({ size: CHECKPOINTS.full, goals: [allExecute, reachesWatermark] }, watermarks),
    mutant("no-watermarks", CHECKPOINTS.full, watermarks),
    mutant("checkpoint-quorum-f", CHECKPOINTS.one, question),
    mutant("state-not-verified", CHECKPOINTS.one, question),
  ],
});
