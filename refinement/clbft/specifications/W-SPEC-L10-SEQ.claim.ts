import { claim } from "../../../spec/automaton/index.ts";
import { asking, BECAUSE, looksLikeSequencer, ONE_LOG } from "./lemma.ts";

const oneSequencer = asking(looksLikeSequencer);

export default claim({
  id: "W-SPEC-L10-SEQ",
  says: "Replicas that keep Lemma 10 and execute one log are an ideal sequencer; those that keep the lemma alone are not.",
  source: "W appendix B, Lemma 10; our relation of the specifications",
  cases: [
    oneSequencer("repaired/and one log", ONE_LOG, { expect: "holds", shares: "Lemma 10" }),
    oneSequencer(
      "printed",
      { ...ONE_LOG, form: "printed", executes: "anything" },
      { expect: "violated", because: BECAUSE.noResult },
    ),
    oneSequencer(
      "repaired",
      { ...ONE_LOG, executes: "what it owes" },
      { expect: "violated", because: BECAUSE.noLog },
    ),
    oneSequencer(
      "mutant/twice-in-the-log",
      { ...ONE_LOG, once: false },
      { expect: "violated", because: BECAUSE.twice },
    ),
  ],
});
