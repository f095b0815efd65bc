import { claim } from "../../../spec/automaton/index.ts";
import { lineCase } from "./lemma.ts";
import { LEMMA } from "./sizes.ts";

export default claim({
  id: "W-L10.7",
  says: "What a primary prescribes in a NEW-VIEW was reported to it under that number, in a certificate of an earlier view.",
  source: "W appendix B, Lemma 10, line 7",
  cases: [
    lineCase(7, "printed", LEMMA.unknownNext, "violated", {
      because: "W-E08: what was reported carries an earlier view than what is prescribed",
    }),
    lineCase(7, "repaired", LEMMA.unknownNext, "holds"),
  ],
});
