import { claim } from "../../spec/automaton/index.ts";
import { hourClock } from "./hour-clock.ts";

export default claim({
  id: "oracle/hour-clock",
  says: "The hour clock always shows an hour and never stops.",
  source: "tlaplus/Examples, specifications/SpecifyingSystems/HourClock/HourClock.tla",
  cases: [
    {
      variant: "printed",
      instance: "12-hours",
      tier: "ci",
      expect: "holds",
      problem: () => hourClock(),
      pinned: { states: 12, depth: 1 },
    },
  ],
});
