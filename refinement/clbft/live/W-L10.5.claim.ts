import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.5",
  says: "A replica replies to what a new view prescribes, or has replied, unless it leaves the view, or another batch or a state that it fetched takes the place.",
  source: "W appendix B, Lemma 10, line 5",
  cases: [
    lineCase(5, "printed", LEMMA.backup, "violated", {
      because: "W-E07: it executed the request before the view change, and executes nothing twice",
    }),
    lineCase(5, "repaired", LEMMA.backup, "holds"),
  ],
});
