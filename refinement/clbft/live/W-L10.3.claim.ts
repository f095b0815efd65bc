import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.3",
  says: "A primary replies to what it proposed, unless it leaves the view, or another batch or a state that it fetched takes the place.",
  source: "W appendix B, Lemma 10, line 3",
  cases: [
    lineCase(3, "printed", LEMMA.primary, "holds", {
      tier: "nightly",
      because: "here all correct replicas have the request: it is executed in some view",
    }),
    lineCase(3, "printed", LEMMA.primaryAlone, "violated", {
      because:
        "W-E07: nobody prepares it before the view ends, the next primary is faulty and leaves it out, and who waits alone changes no view",
    }),
    lineCase(3, "repaired", LEMMA.primary, "holds"),
    lineCase(3, "repaired", LEMMA.primaryAlone, "bounded", {
      tier: "nightly",
      maxStates: 1_500_000,
      pinned: { states: 1_500_000, depth: 19 },
      because: "three views; nothing was violated up to here",
    }),
  ],
});
