import { test } from "vitest";
import { explore } from "../checker/explore/search.ts";
import { CLIENT_C, WRITER, CLIENTS_B_AND_C, NO_FAULTY_REPLICA } from "../refinement/bft-bc/instances.ts";
import { problemOf, oneValueUnderOneTimestamp } from "../refinement/bft-bc/problems.ts";
import { REPAIRED } from "../impl/bft-bc/rules.ts";
test("cost", () => {
  for (const [n, size] of Object.entries({ CLIENT_C, WRITER, CLIENTS_B_AND_C, NO_FAULTY_REPLICA })) {
    const p = problemOf(size, REPAIRED, { properties: (s, w) => [oneValueUnderOneTimestamp(s, w)], witnesses: () => [] });
    const u = process.cpuUsage(); const f = explore(p); const d = process.cpuUsage(u);
    console.log("COST", n, f.states, "cpu", ((d.user + d.system) / 1e6).toFixed(2));
  }
}, 120000);
