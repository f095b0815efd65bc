// Loaded before a sketch, which stays as it is: the last line of its output is what its process used.
import { writeSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = {
    seconds: performance.now() / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: Math.round(maxRSS / 1024),
  };
  writeSync(1, `${JSON.stringify(usage)}\n`);
});
