import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.1",
  says: "A backup that is asked forwards the request to its primary, or replied to it, or has it in a pre-prepare of its view; or it leaves the view.",
  source: "W appendix B, Lemma 10, line 1",
  cases: [
    lineCase(1, "printed", LEMMA.askedBackup, "violated", {
      because: "W-E07: it has executed the request, and replies again",
    }),
    lineCase(1, "printed", LEMMA.askedNext, "violated", {
      tier: "nightly",
      because: "W-E07: the same at the primary of the next view",
    }),
    lineCase(1, "repaired", LEMMA.askedUnderCorrect, "holds"),
    lineCase(1, "repaired", LEMMA.askedNext, "holds", { tier: "nightly" }),
    lineCase(1, "repaired", LEMMA.askedBackup, "holds", { tier: "nightly" }),
  ],
});
