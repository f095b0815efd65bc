import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.4",
  says: "A backup replies to what it accepted from its primary, unless it leaves the view, or another batch or a state that it fetched takes the place.",
  source: "W appendix B, Lemma 10, line 4",
  cases: [
    lineCase(4, "printed", LEMMA.unknown, "violated", {
      because: "W-E07: a faulty primary sent it to this replica alone; it is never prepared",
    }),
    lineCase(4, "printed", LEMMA.backup, "violated", {
      because: "W-E07: the replica has replied before, and the pre-prepare comes again",
    }),
    lineCase(4, "repaired", LEMMA.unknown, "holds"),
    lineCase(4, "repaired", LEMMA.backup, "holds", { tier: "nightly" }),
  ],
});
