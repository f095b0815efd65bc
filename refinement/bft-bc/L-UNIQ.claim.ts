import { PLAIN, PRINTED_E01 } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import {
  CLIENT_C,
  CLIENT_C_ONCE,
  CLIENTS_B_AND_C,
  NO_FAULTY_REPLICA,
  TWO_OBJECTS,
} from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { oneValueUnderOneTimestamp } from "./proofs.ts";
import { mutant, printedVariants, repairedEverywhere, tight } from "./safety.ts";
import { variantCases } from "./variants.ts";
import { forgedWriteAccepted } from "./witnesses.ts";

const question: Question = {
  properties: (system, world) => [oneValueUnderOneTimestamp(system, world)],
  witnesses: (system, world) => [forgedWriteAccepted(system, world)],
};

const TWO_LISTS =
  "the optimised protocol gives goal 1 up: a client writes a value from each list under one timestamp, and replicas order them by hash (§6.1)";

export default claim({
  id: "L-UNIQ",
  says: "Correct replicas never store two values under one timestamp.",
  source: "L §3.2, goal 1",
  cases: [
    ...repairedEverywhere(question, pins.SAFETY),
    ...printedVariants(
      question,
      { printed: "violated", e01: "violated", e02: "holds" },
      "L-E01: L.REPLICA.PREPARE as printed never tests the new timestamp against write-ts. A client that completed its write prepares the same timestamp again with another value: its entry was removed for the completed write, so replicas sign.",
    ),
    caseOf("printed/L-E01", PRINTED_E01, { ...NO_FAULTY_REPLICA, maxForgedVal: 1 }, question, {
      expect: "violated",
      because:
        "L-E01 needs no faulty replica: the client alone breaks L.REPLICA.PREPARE as printed",
    }),
    caseOf("plain", PLAIN, CLIENT_C, question, {
      expect: "violated",
      because: "the plain protocol of section 3.1 trusts clients to use a timestamp once",
    }),
    tight(question),
    ...variantCases("repaired", question, CLIENT_C_ONCE, {
      opt: ["violated", TWO_LISTS],
      strong: "holds",
      "strong-opt": ["violated", TWO_LISTS],
    }),
    ...variantCases("printed", question, CLIENT_C_ONCE, {
      opt: ["violated", TWO_LISTS],
      strong: [
        "violated",
        "L-E01 remains in §7: the predecessor of a completed write is completed",
      ],
    }),
    mutant("hash-not-compared", question),
    mutant("write-hash-not-checked", question),
    mutant("no-client-in-timestamp", question, CLIENTS_B_AND_C),
    mutant("no-object-in-signature", question, TWO_OBJECTS),
  ],
});
