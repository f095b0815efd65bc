import { claim } from "../../../spec/automaton/index.ts";
import { epochCase, leadership, mutantOf, possibleLeadership, WHEN_ENTERED } from "./epochs.ts";
import { EPOCHS, THREE_VIEWS } from "./sizes.ts";

const SHARED = { shares: "clbft epochs" } as const;

export default claim({
  id: "C-PSI-LEAD",
  says: "In the end all correct replicas are in one epoch, with a correct leader, or one of whom at most f correct replicas complain.",
  source: "C Definition 4 (eventual leadership), section 3.3",
  cases: [
    epochCase("repaired", possibleLeadership, EPOCHS.first, "holds", SHARED),
    epochCase("repaired", possibleLeadership, EPOCHS.idle, "holds", SHARED),
    epochCase("repaired", possibleLeadership, EPOCHS.idleSecond, "holds", SHARED),
    epochCase("repaired", possibleLeadership, EPOCHS.threeFirst, "bounded", THREE_VIEWS),
    epochCase("printed", leadership, EPOCHS.first, "violated", {
      because:
        "a faulty leader of whom nobody complains is kept: no epoch change can tell it from a correct one",
    }),
    epochCase(
      "printed/starts when entered",
      possibleLeadership,
      EPOCHS.idle,
      "violated",
      {
        because:
          "who left for a later view alone, because its clock ran out early, does not enter the view in which the others stay",
      },
      WHEN_ENTERED,
    ),
    mutantOf("2f + 1 complaints needed", possibleLeadership, EPOCHS.first),
  ],
});
