import { claim } from "../../../spec/automaton/index.ts";
import {
  epochCase,
  mutantOf,
  NEW_VIEWS_ONCE,
  succession,
  successionInFairRuns,
  WHEN_ENTERED,
} from "./epochs.ts";
import { EPOCHS, THREE_VIEWS } from "./sizes.ts";

const SHARED = { shares: "clbft epochs" } as const;

export default claim({
  id: "C-PSI-SUC",
  says: "An epoch of which f + 1 correct replicas complain that have started it is followed by a later one at all.",
  source: "C Definition 4 (eventual succession), section 3.3",
  cases: [
    epochCase("repaired", succession, EPOCHS.first, "holds", SHARED),
    epochCase("repaired", succession, EPOCHS.idle, "holds", SHARED),
    epochCase("repaired", succession, EPOCHS.idleSecond, "holds", SHARED),
    epochCase("repaired", succession, EPOCHS.threeFirst, "bounded", THREE_VIEWS),
    epochCase(
      "printed/starts when entered",
      succession,
      EPOCHS.idle,
      "violated",
      {
        because:
          "who left for a later view alone, because its clock ran out early, does not enter the view in which the others stay",
      },
      WHEN_ENTERED,
    ),
    epochCase(
      "without saying again/newViews",
      succession,
      EPOCHS.idleSecond,
      "violated",
      { because: "a faulty primary shows its NEW-VIEW to some, and they stay in it" },
      NEW_VIEWS_ONCE,
    ),
    epochCase("fair runs", successionInFairRuns, EPOCHS.two, "holds"),
    mutantOf("2f + 1 complaints needed", succession, EPOCHS.first),
  ],
});
