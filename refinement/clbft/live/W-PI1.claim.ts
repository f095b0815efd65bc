import { MUTANTS } from "../../../impl/clbft/rules.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { CALM as CALM_SURVIVORS } from "../survivors.ts";
import { calmCase, keepsTwins } from "./calm.ts";
import { CALM } from "./sizes.ts";

export default claim({
  id: "W-PI1",
  says: "Whatever f faulty replicas and any clients do, no correct replica changes its view while the primary is correct and timely.",
  source: "W §3 (faulty client replicas cannot force a view change)",
  cases: [
    calmCase("repaired", CALM.leavesWindow, "holds"),
    calmCase("repaired", CALM.twins, "holds"),
    calmCase("repaired", CALM.ahead, "holds"),
    calmCase("fair runs", CALM.backupAlone, "holds", {}, { asks: ["served"] }),
    calmCase(
      "fair runs, rejected",
      CALM.backupAlone,
      "violated",
      {},
      {
        forwards: "rejected",
        asks: ["served"],
      },
    ),
    calmCase("repaired", CALM.anything, "holds", { tier: "nightly" }),
    calmCase("repaired", CALM.allCorrect, "holds"),
    calmCase(
      "without the drop of old requests",
      CALM.leavesWindow,
      "violated",
      {
        because:
          "a client hands a high timestamp to the primary and a low one to a backup: nobody orders the low one any more, and the backup waits for it",
      },
      { forgetsBelow: Number.POSITIVE_INFINITY, asks: ["calm"] },
    ),
    calmCase(
      "FORWARD said once",
      CALM.ahead,
      "violated",
      {
        because:
          "the primary has not executed t = 1 yet and refuses t = 2, which nobody tells it of again",
      },
      { forwards: "once", asks: ["calm"] },
    ),
    calmCase(
      "mutant/waits for operations",
      CALM.twins,
      "violated",
      {},
      { changed: keepsTwins, asks: ["calm"] },
    ),
    calmCase(
      "mutant/primary rejects what is forwarded",
      CALM.backupAlone,
      "violated",
      {
        because:
          "as with authenticators that the primary cannot verify (Clement et al., NSDI 2009)",
      },
      { forwards: "rejected", asks: ["calm"] },
    ),
    calmCase(
      "mutant/joins-f",
      CALM.backupAlone,
      "violated",
      {},
      { asks: ["stays"] },
      MUTANTS["joins-f"],
    ),
  ],
  survivors: CALM_SURVIVORS,
});
