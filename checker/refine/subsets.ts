export { SubsetMonitor } from "../explore/subsets.ts";
