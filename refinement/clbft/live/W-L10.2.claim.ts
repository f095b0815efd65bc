import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.2",
  says: "A primary that is asked proposes the request, or did, or replied to it; or it leaves the view.",
  source: "W appendix B, Lemma 10, line 2",
  cases: [
    lineCase(2, "printed", LEMMA.askedPrimary, "violated", {
      because: "W-E07: it has executed the request, or proposed it before",
    }),
    lineCase(2, "printed", LEMMA.askedNext, "violated", {
      tier: "nightly",
      because: "W-E07, in a later view",
    }),
    lineCase(2, "repaired", LEMMA.askedPrimary, "holds"),
    lineCase(2, "repaired", LEMMA.askedNext, "holds", { tier: "nightly" }),
  ],
});
