import { claim } from "../../../spec/automaton/index.ts";
import { asking, BECAUSE, looksLikeSingleServer, ONE_LOG } from "./lemma.ts";

const oneServer = asking((system) => looksLikeSingleServer(system));
const oneServerThatAnswers = asking((system) => looksLikeSingleServer(system, true));

export default claim({
  id: "W-SPEC-L10",
  says: "To clients that count f + 1 equal replies, replicas that keep Lemma 10 and execute one log look like a single server; by the lemma alone they do not.",
  source: "W appendix B, Lemma 10; our relation of the specifications",
  cases: [
    oneServer("repaired/and one log", ONE_LOG, { expect: "holds", shares: "Lemma 10" }),
    oneServer(
      "printed",
      { ...ONE_LOG, form: "printed", executes: "anything" },
      { expect: "violated", because: BECAUSE.noResult },
    ),
    oneServer(
      "printed/own executions",
      { ...ONE_LOG, form: "printed", executes: "what it owes" },
      { expect: "violated", because: BECAUSE.noLog },
    ),
    oneServer(
      "repaired",
      { ...ONE_LOG, executes: "what it owes" },
      { expect: "violated", because: BECAUSE.noLog },
    ),
    oneServerThatAnswers("limit/answers", ONE_LOG, {
      expect: "violated",
      because:
        "the faulty primary is silent, and no line has a view change: that somebody answers is not in the lemma",
    }),
    oneServer(
      "mutant/twice-in-the-log",
      { ...ONE_LOG, once: false },
      { expect: "violated", because: BECAUSE.twice },
    ),
  ],
  survivors: [
    {
      mutant: "without requests/INVOKE/first",
      because: "asking again under a number that was answered is without effect",
    },
    {
      mutant: "without replies/RETURN/asked",
      because: "replies are counted while a request is outstanding alone, and 0 are not enough",
    },
    {
      mutant: "without primary/PRE-PREPARE/once",
      because: "to be proposed a request again obliges to nothing more",
    },
    ...["requests/REQUEST/asked", "replicas/REPLY/due", "replicas/REPLY/result"].map((clause) => ({
      mutant: `without ${clause}`,
      because: "what is offered meets it",
    })),
    ...["VIEW-CHANGE/later", "VIEW-CHANGE/line6", "NEW-VIEW/primary", "NEW-VIEW/line7"].map(
      (clause) => ({
        mutant: `without replicas/SEND-${clause}`,
        because: "no view changes here; tests of the automaton see the clause false",
      }),
    ),
  ],
});
