import { claim } from "../../../spec/automaton/index.ts";
import { coupResistance, epochCase, mutantOf, strictCoupResistance } from "./epochs.ts";
import { EPOCHS, THREE_VIEWS } from "./sizes.ts";

const SHARED = { shares: "clbft epochs" } as const;

export default claim({
  id: "C-PSI-COUP",
  says: "A correct replica leaves an epoch for a later one only if a correct one complained of it.",
  source: "C Definition 4 (coup resistance), section 3.3",
  cases: [
    epochCase("repaired", coupResistance, EPOCHS.first, "holds", SHARED),
    epochCase("repaired", coupResistance, EPOCHS.idle, "holds", SHARED),
    epochCase("repaired", coupResistance, EPOCHS.idleSecond, "holds", SHARED),
    epochCase("repaired", coupResistance, EPOCHS.threeFirst, "bounded", THREE_VIEWS),
    epochCase("printed/by who started it", strictCoupResistance, EPOCHS.first, "holds", {
      tier: "nightly",
      because:
        "C-E14: a jump by f + 1 VIEW-CHANGEs includes a complaint; in two views the complaint is of the first epoch, which all have started",
    }),
    epochCase("printed/by who started it", strictCoupResistance, EPOCHS.idle, "violated", {
      because:
        "C-E14: who is still waiting for the new view may complain of it, and lead others on who have started it",
    }),
    mutantOf("leader change without complaint", coupResistance, EPOCHS.second),
    mutantOf("f complaints suffice", coupResistance, EPOCHS.first),
  ],
});
