import { PLAIN, PRINTED, PRINTED_E01, PRINTED_E02, REPAIRED } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import { leaving, lurkingSeen, lurkingTold } from "./bounds.ts";
import { isRegister } from "./histories.ts";
import { LURKING_AT_TWO, lurking, STACKED } from "./instances.ts";
import * as pins from "./pins.ts";
import { caseOf, type Question } from "./problems.ts";
import { aReadReturns, forgedWriteAccepted } from "./witnesses.ts";

/** The register with at most b lurking writes. */
const within = (b: number): Question => ({
  properties: (system, world) => [isRegister(system, world, b)],
  witnesses: (system, world) => [
    forgedWriteAccepted(system, world),
    aReadReturns(system, (value) => value.startsWith("c")),
  ],
});

const E01 =
  "L-E01: by L.REPLICA.PREPARE as printed c prepares one timestamp twice, with two values, and stores one at each side of two quorums: after its stop reads alternate between them for ever.";
const E02 =
  "L-E02: by L.REPLICA.PREPARE as printed anybody's write proof removes the entry of the stopped client, so a prepare that it signed in advance is accepted: a second lurking write.";
const PER_OBJECT =
  "max-b = 1 is for each object: Definition 1 counts the operations of c on all objects together, and c leaves one lurking write at each of two";
const MEASURED = "b is measured: 1 holds and 0 does not, so 1 is the smallest bound";

export default claim({
  id: "L-LIN-base",
  says: "Verifiable histories are BFT-linearizable with max-b = 1: an atomic register whose bad writes are internal, at most one of a client after its stop.",
  source: "L §5, Theorem 1, over Definition 1 repaired for pending operations (L-E05, L-E06)",
  cases: [
    // Two reads show one lurking write at most, the first being before it: three are needed for b = 1.
    caseOf("repaired", REPAIRED, lurking(3, 1), within(1), {
      expect: "holds",
      pinned: pins.LURKING,
      because: MEASURED,
    }),
    caseOf("repaired/b=0", REPAIRED, lurking(2, 1), within(0), {
      expect: "violated",
      because: MEASURED,
    }),
    caseOf("repaired", REPAIRED, STACKED, within(1), { expect: "holds", pinned: pins.STACKED }),
    caseOf("repaired", REPAIRED, LURKING_AT_TWO, within(2), {
      expect: "holds",
      pinned: pins.LURKING_AT_TWO,
      because: PER_OBJECT,
    }),
    caseOf("repaired/b=1", REPAIRED, LURKING_AT_TWO, within(1), {
      expect: "violated",
      because: PER_OBJECT,
    }),
    lurkingTold("base", 0, leaving(1, 2, 2), { expect: "violated", because: MEASURED }),
    lurkingTold("base", 1, leaving(1, 2, 2), { expect: "holds", because: MEASURED }),
    lurkingTold("base", 0, leaving(0, 2), { expect: "violated", because: MEASURED }),
    lurkingTold("base", 1, leaving(0, 2), { expect: "holds", because: MEASURED }),
    lurkingSeen(
      "printed/base",
      1,
      { ...lurking(3, 1), reach: 2 },
      {
        expect: "violated",
        because: E01,
      },
    ),
    caseOf("printed", PRINTED, lurking(3, 1), within(1), { expect: "violated", because: E01 }),
    caseOf("printed/L-E01", PRINTED_E01, lurking(3, 1), within(1), {
      expect: "violated",
      because: E01,
    }),
    caseOf("printed/L-E02", PRINTED_E02, STACKED, within(1), {
      expect: "violated",
      because: E02,
    }),
    caseOf("plain", PLAIN, lurking(3, 1), within(1), {
      expect: "violated",
      because: "without a prepare phase nothing bounds what a stopped client left behind",
    }),
  ],
});
