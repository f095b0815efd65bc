import { MUTANTS, OPTIMISED, PRINTED_E13 } from "../../impl/bft-bc/rules.ts";
import { claim } from "../../spec/automaton/index.ts";
import {
  BOTH_LISTS,
  BOTH_LISTS_READ,
  FOUR_IN_ONE_LIST,
  leaving,
  lurkingSeen,
  lurkingTold,
  PAIRWISE,
  SIGNED_IN_ADVANCE,
  seenOf,
  THREE_ABOVE_COMPLETED,
  TWO_ABOVE_COMPLETED,
  toldOf,
} from "./bounds.ts";
import * as pins from "./pins.ts";

const E14 =
  "L-E14: Theorem 2 counts one prepare for each list, but two lists of one entry do not make two proofs. With a faulty replica a proof needs two correct signers, and three correct replicas with two entries each are signers for three: {c1, c2}, {c1, c3}, {c2, c3}. The bound is floor(2(3f + 1 − g) / (2f + 1 − g)) with g faulty replicas: 2 with none, 3 with f.";
const E13 =
  "L-E13: a write proof that names no hash counts for every value under its timestamp. c completes c1 and keeps c2 and c3, with larger hashes, while the proof makes room in both lists for the values above.";
const NOT_E13 =
  "a write proof that names the hash of c1 leaves the records of c2 and c3 where they are";
const NONE = "with four correct replicas a proof needs three of eight entries: two proofs at most";

const bug = (name: string) => MUTANTS[`opt/${name}`] ?? OPTIMISED;

export default claim({
  id: "L-LIN-opt",
  says: "Of the optimised protocol verifiable histories are BFT-linearizable with max-b = 2: refuted where a replica is faulty.",
  source: "L §6.4, Theorem 2; its bound is refuted where a replica is faulty (L-E14)",
  cases: [
    lurkingTold("opt", 1, leaving(1, 2), { expect: "violated", because: E14 }),
    lurkingTold("opt", 2, leaving(1, 3), { expect: "violated", because: E14 }),
    lurkingSeen("opt", 1, BOTH_LISTS, { expect: "violated", because: E14 }),
    lurkingSeen("opt", 2, PAIRWISE, { expect: "violated", tier: "nightly", because: E14 }),
    lurkingTold("opt", 1, leaving(0, 2), { expect: "violated", because: NONE }),
    toldOf("printed/L-E13/b=3", PRINTED_E13, 3, TWO_ABOVE_COMPLETED, {
      expect: "violated",
      because: E13,
    }),
    toldOf("printed/L-E13/b=4", PRINTED_E13, 4, THREE_ABOVE_COMPLETED, {
      expect: "violated",
      because: E13,
    }),
    // Confined to the runs that show L-E13, so this is no measure of the bound.
    toldOf("opt", OPTIMISED, 3, TWO_ABOVE_COMPLETED, {
      expect: "holds",
      pinned: pins.TWO_ABOVE_COMPLETED,
      because: NOT_E13,
    }),
    toldOf("opt", OPTIMISED, 3, THREE_ABOVE_COMPLETED, {
      expect: "holds",
      pinned: pins.THREE_ABOVE_COMPLETED,
      because: NOT_E13,
    }),
    toldOf("opt", OPTIMISED, 3, FOUR_IN_ONE_LIST, {
      expect: "holds",
      pinned: pins.FOUR_IN_ONE_LIST,
    }),
    toldOf("opt", OPTIMISED, 3, SIGNED_IN_ADVANCE, {
      expect: "holds",
      pinned: pins.SIGNED_IN_ADVANCE,
    }),
    seenOf("opt", OPTIMISED, 2, BOTH_LISTS_READ, {
      expect: "holds",
      pinned: pins.BOTH_LISTS_READ,
      because: "one proof from each list: readers order them by hash, and so do replicas",
    }),
    ...["tie-keeps-smaller-hash", "tie-keeps-first", "no-write-back-on-tie"].map((name) =>
      seenOf(`mutant/opt/${name}`, bug(name), 2, BOTH_LISTS_READ, {
        expect: "violated",
        // As tie-keeps-smaller-hash, and as dear.
        tier: name === "tie-keeps-first" ? "nightly" : "ci",
        because: "reads alternate between the two values under one timestamp",
      }),
    ),
    ...["no-one-record-test", "hash-not-compared"].map((name) =>
      toldOf(`mutant/opt/${name}`, bug(name), 3, FOUR_IN_ONE_LIST, { expect: "violated" }),
    ),
    toldOf("mutant/opt/prepare-quorum-f+1", bug("prepare-quorum-f+1"), 3, leaving(1, 4), {
      expect: "violated",
    }),
    toldOf("mutant/opt/anybody's-write-proof", bug("anybody's-write-proof"), 3, SIGNED_IN_ADVANCE, {
      expect: "violated",
      because: "L-E02 remains in both lists",
    }),
    lurkingTold("printed/opt", 2, leaving(1, 3), { expect: "violated", because: E14 }),
    lurkingTold("printed/opt", 1, leaving(0, 2), { expect: "violated", because: NONE }),
  ],
});
