import { claim } from "../../../spec/automaton/index.ts";
import { consistency, epochCase, mutantOf } from "./epochs.ts";
import { EPOCHS, THREE_VIEWS } from "./sizes.ts";

const SHARED = { shares: "clbft epochs" } as const;

export default claim({
  id: "C-PSI-CON",
  says: "Correct replicas that start one epoch have one leader.",
  source: "C Definition 4 (consistency), section 3.3",
  cases: [
    epochCase("repaired", consistency, EPOCHS.first, "holds", SHARED),
    epochCase("repaired", consistency, EPOCHS.idle, "holds", SHARED),
    epochCase("repaired", consistency, EPOCHS.idleSecond, "holds", SHARED),
    epochCase("repaired", consistency, EPOCHS.threeFirst, "bounded", THREE_VIEWS),
    mutantOf("leader differs for one epoch", consistency, EPOCHS.first),
  ],
});
