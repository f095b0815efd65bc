import { claim } from "../../../spec/automaton/index.ts";
import { EPOCHS } from "./sizes.ts";
import { aloneCase, staysSlow, timerCase } from "./timer.ts";

export default claim({
  id: "W-CL-TIMER",
  says: "A time-out doubles with each view change without progress, up to its bound; progress brings it back; a replica alone does not run ahead.",
  source: "OSDI 1999, section 4.5.2; row 14 of the bugs that shipped elsewhere",
  cases: [
    timerCase("repaired", { doublingsMax: 3, recoverAfter: 2 }, "holds"),
    timerCase(
      "mutant/never comes back",
      { doublingsMax: 3, recoverAfter: 2 },
      "violated",
      staysSlow,
    ),
    timerCase("mutant/no bound", { doublingsMax: 4, recoverAfter: 2 }, "violated"),
    timerCase("mutant/never doubles", { doublingsMax: 0, recoverAfter: 2 }, "violated"),
    aloneCase("repaired", EPOCHS.idle, "holds"),
    aloneCase("mutant/clock starts alone", EPOCHS.idle, "violated", {}, 0),
  ],
});
