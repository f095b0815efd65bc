import type { InstanceSize } from "../../impl/bft-bc/instances.ts";
import {
  MUTANTS,
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  REPAIRED,
  type Rules,
} from "../../impl/bft-bc/rules.ts";
import type { Case, Verdict } from "../../spec/automaton/index.ts";
import { CLIENT_C, CLIENT_C_ONCE, SAFETY } from "./instances.ts";
import { caseOf, nameOf, type Question } from "./problems.ts";

/** What the safety claims of paper L pin: states and levels of each shared exploration. */
export interface Pins {
  readonly [instance: string]: { readonly states: number; readonly depth: number };
}

/** The repaired protocol on every safety instance; the claims share the explorations. */
export function repairedEverywhere(question: Question, pins: Pins, only = SAFETY): Case[] {
  return only.map((size) => {
    const pinned = pins[nameOf(size)];
    return caseOf("repaired", REPAIRED, size, question, {
      expect: "holds",
      shares: "bft-bc safety",
      ...(pinned && { pinned }),
    });
  });
}

/** The printed text and each of its suspected defects, with the verdict that each deserves. */
export function printedVariants(
  question: Question,
  expect: { readonly printed: Verdict; readonly e01: Verdict; readonly e02: Verdict },
  because: string,
  size: InstanceSize = CLIENT_C,
): Case[] {
  const rows: [string, Rules, Verdict][] = [
    ["printed", PRINTED, expect.printed],
    ["printed/L-E01", PRINTED_E01, expect.e01],
    ["printed/L-E02", PRINTED_E02, expect.e02],
  ];
  return rows.map(([variant, rules, verdict]) =>
    caseOf(variant, rules, size, question, {
      expect: verdict,
      because,
      ...(size === CLIENT_C && !question.interleaved && { shares: "bft-bc safety" }),
    }),
  );
}

/** One fault more than f: the claim must fail. */
export function tight(question: Question, size: InstanceSize = CLIENT_C): Case {
  return caseOf("tight", REPAIRED, { ...size, faultyReplicas: 2 }, question, {
    expect: "violated",
    because: "two faulty replicas of four: quorums need not share a correct one",
  });
}

/** The same of other rules. */
export function tightOf(variant: string, rules: Rules, question: Question): Case {
  return caseOf(`tight/${variant}`, rules, { ...CLIENT_C_ONCE, faultyReplicas: 2 }, question, {
    expect: "violated",
    because: "two faulty replicas of four: quorums need not share a correct one",
  });
}

/** A bug that the claim must kill. */
export function mutant(name: string, question: Question, size: InstanceSize = CLIENT_C): Case {
  const rules = MUTANTS[name];
  if (rules === undefined) throw new RangeError(`no mutant "${name}"`);
  return caseOf(`mutant/${name}`, rules, size, question, { expect: "violated" });
}
