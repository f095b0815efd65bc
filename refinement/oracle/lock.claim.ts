import { claim } from "../../spec/automaton/index.ts";
import { lock } from "./lock.ts";

export default claim({
  id: "oracle/lock",
  says: "At most one process is in the critical section, and some process can always go on.",
  source: "tlaplus/Examples, specifications/locks_auxiliary_vars/Lock.tla",
  cases: [
    {
      variant: "printed",
      instance: "N=2",
      tier: "ci",
      expect: "holds",
      problem: () => lock(2),
      pinned: { states: 12, depth: 5 },
    },
  ],
});
