import { claim } from "../../../spec/automaton/index.ts";
import { epochCase, monotonicity, mutantOf } from "./epochs.ts";
import { EPOCHS, THREE_VIEWS } from "./sizes.ts";

const SHARED = { shares: "clbft epochs" } as const;

export default claim({
  id: "C-PSI-MON",
  says: "A correct replica's epochs increase.",
  source: "C Definition 4 (monotonicity), section 3.3",
  cases: [
    epochCase("repaired", monotonicity, EPOCHS.first, "holds", SHARED),
    epochCase("repaired", monotonicity, EPOCHS.idle, "holds", SHARED),
    epochCase("repaired", monotonicity, EPOCHS.idleSecond, "holds", SHARED),
    epochCase("repaired", monotonicity, EPOCHS.threeFirst, "bounded", THREE_VIEWS),
    mutantOf("epoch repeated", monotonicity, EPOCHS.idle),
  ],
});
