/** The simulated world: one seed, one run, bit for bit. */
export { BEHAVIOURS } from "../../adversary/index.ts";
export { SimulatedCluster } from "./cluster.ts";
export { minimise } from "./minimise.ts";
export { type RecordedOperation, runSchedule, type SimulatedRun } from "./run.ts";
export {
  DEFAULT_OPTIONS,
  parseSchedule,
  type Schedule,
  scheduleOf,
  scheduleText,
} from "./schedule.ts";
