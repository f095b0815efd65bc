/** The simulated world: one seed, one run, bit for bit. */
export { BEHAVIOURS } from "../../adversary/index.ts";
export type { RegisterProtocol } from "../../network/protocol.ts";
export { type ReplicatedService, replicating } from "../../network/service-protocol.ts";
export { OPERATIONS, SERVICES } from "../../services/built-in.ts";
export { type HostScheduleOptions, hostSchedule } from "./host-schedule.ts";
export type { SimulatedProtocol } from "./hosts.ts";
export { INTENSITIES } from "./make-schedule.ts";
export { minimise } from "./minimise.ts";
export { type Behaviours, type HostRunOptions, runHosts } from "./run-hosts.ts";
export type { Schedule } from "./schedule.ts";
export { readSchedule, writeSchedule } from "./schedule-file.ts";
export type { SimulatedRun, Watcher } from "./schedule-run.ts";
export type { ClusterEvent } from "./trace.ts";
