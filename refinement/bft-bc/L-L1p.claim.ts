import { OPTIMISED, PRINTED_OPTIMISED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { leaving } from "./bounds.ts";
import { caseOf, type Question } from "./problems.ts";
import { proofsAboveTsMax } from "./proofs.ts";
import { aRecordIsKept } from "./witnesses.ts";

const atMost = (count: number): Question => ({
  properties: (system, world) => [proofsAboveTsMax(system, world, count)],
  witnesses: (system, world) => [aRecordIsKept(system, world)],
});

const E14 =
  "L-E14: with a faulty replica two correct signers make a proof, and the two entries that each of three correct replicas keeps make three. Lemma 1′ counts lists, not signers.";

/** c alone, which need not stop for the lemma. */
const alone = (faultyReplicas: number, values: number) => ({
  ...leaving(faultyReplicas, values),
  stops: false,
});

export default claim({
  id: "L-L1p",
  says: "Of the optimised protocol no more than two prepare proofs of a faulty client exist above ts_max: refuted where a replica is faulty.",
  source: "L §6.4, Lemma 1′ (2 + 3); its two are refuted where a replica is faulty (L-E14)",
  cases: [
    caseOf("opt/two", OPTIMISED, alone(1, 3), atMost(2), { expect: "violated", because: E14 }),
    caseOf("printed/opt", PRINTED_OPTIMISED, alone(1, 3), atMost(2), {
      expect: "violated",
      because: E14,
    }),
  ],
});
