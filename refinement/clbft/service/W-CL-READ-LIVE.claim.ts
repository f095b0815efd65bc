import { PRINTED_DECIDES, REPAIRED } from "../../../impl/clbft/rules.ts";
import { type Case, claim } from "../../../spec/automaton/index.ts";
import { type JointSize, jointName, owingProblem } from "./joint.ts";
import { caseOf, type Rest } from "./problems.ts";
import { allReturned, looksLikeOneServer } from "./properties.ts";

const ID = "W-CL-READ-LIVE";
const size = (directReads: boolean): JointSize => ({
  service: { operations: ["x", ""], mute: true, directReads },
  agreement: { faulty: [0], views: 2, numbers: 1 },
});

const answered = (
  variant: string,
  directReads: boolean,
  rules: typeof REPAIRED,
  rest: Rest,
): Case =>
  caseOf(
    ID,
    variant,
    jointName(size(directReads)),
    () =>
      owingProblem(size(directReads), {
        properties: (system, world) => [looksLikeOneServer(system, world)],
        witnesses: (system, world) => (rest.expect === "holds" ? [allReturned(system, world)] : []),
        rules,
      }),
    rest,
  );

export default claim({
  id: ID,
  says: "Where reads are direct, so that operations wait for 2f + 1 replies, a faulty primary that lets f + 1 correct replicas decide cannot keep a client waiting: wherever the system comes to rest, the client is answered.",
  source: "arXiv 2107.11144, section IV (known bug 2); rule CLBFT.DECIDE",
  cases: [
    answered("repaired", true, REPAIRED, { expect: "holds" }),
    answered("printed", true, PRINTED_DECIDES, {
      expect: "violated",
      because:
        "two of three correct replicas decide; the third has left for the next view, alone, and takes no decision of the last one: two replies are no 2f + 1, and nobody else has a reason to change the view",
    }),
    answered("printed/without direct reads", false, PRINTED_DECIDES, {
      expect: "holds",
      tier: "nightly",
      because:
        "f + 1 replies are enough for the client: the attack is on what direct reads ask for",
    }),
  ],
});
