import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.6",
  says: "What a replica reports in a VIEW-CHANGE it got in a pre-prepare or a NEW-VIEW, or proposed; or it was reported to it as the primary.",
  source: "W appendix B, Lemma 10, line 6",
  cases: [
    lineCase(6, "printed", LEMMA.unknown, "holds", {
      tier: "nightly",
      because:
        "in two views a request is reported from view 0 alone, where it comes in a pre-prepare",
    }),
    lineCase(6, "printed", LEMMA.unknownInThree, "violated", {
      because: "W-E08: it was prepared out of a NEW-VIEW",
    }),
    lineCase(6, "repaired", LEMMA.unknown, "holds"),
    lineCase(6, "repaired", LEMMA.unknownInThree, "bounded", {
      tier: "nightly",
      maxStates: 1_500_000,
      pinned: { states: 1_500_000, depth: 17 },
      because: "three views; nothing was violated up to here",
    }),
  ],
});
