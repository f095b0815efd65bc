import type { Absorbing } from "../../spec/automaton/absorbing.ts";
import type { Problem } from "../../spec/automaton/claim.ts";
import type { Leaf } from "../../spec/automaton/compose.ts";
import type { Model } from "../explore/model.ts";
import { leavesOf } from "../explore/view.ts";
import { Inbox } from "./inboxes.ts";
import type { LocalSteps } from "./local-steps.ts";
import { refuse } from "./refusals.ts";

const REDUCTION = "absorbing-inputs";

/** The leaves in which a declaration folds receipts. */
function absorbingLeaves({ leaves }: Problem["system"], { receipts }: Absorbing): Leaf[] {
  return leaves.filter(({ automaton: { transitions } }) =>
    receipts.some((name) => transitions[name]?.kind === "input"),
  );
}

/**
 * Refuses what the declarations show to be unsound; the rest is refused while the search goes on,
 * since that looks at every local state that a leaf can have.
 * @throws QuorateError `reduction-refused`
 */
export function refuseUnsoundAbsorbing(problem: Problem): void {
  const wrong = (what: string): never => refuse(REDUCTION, problem, what);
  const { system, absorbing = [], reductions = [] } = problem;
  if (absorbing.length === 0) wrong("no inputs are declared absorbing");
  for (const other of reductions) {
    if (other === REDUCTION || other === "sends-at-once") continue;
    wrong(`it does not go together with ${other}`);
  }
  for (const { kind, name } of problem.properties) {
    if (kind !== "invariant") wrong(`"${name}" is no invariant`);
  }
  const known = new Set<Leaf>();
  for (const declared of absorbing) {
    const leaves = absorbingLeaves(system, declared);
    const names = declared.receipts.join(", ");
    if (leaves.length === 0) wrong(`no automaton has an input ${names}`);
    for (const leaf of leaves) {
      if (known.has(leaf)) wrong(`${leaf.name} has two inboxes`);
      known.add(leaf);
      refuseLeaf(problem, declared, leaf);
    }
    refuseReads(problem, declared, leaves);
  }
}

function refuseLeaf(problem: Problem, { receipts, readers, inbox }: Absorbing, leaf: Leaf): void {
  const wrong = (what: string): never => refuse(REDUCTION, problem, `${leaf.name} ${what}`);
  const { automaton } = leaf;
  if (automaton.form === "observer") wrong("is an observer of receipts");
  if (automaton.form !== "leaf") wrong("is made of cells");
  const [start] = automaton.start();
  if (typeof start !== "object" || start === null || !Object.hasOwn(start, inbox)) {
    wrong(`has no field ${inbox}`);
  }
  for (const reader of readers) {
    if (receipts.includes(reader)) wrong(`has ${reader} as a receipt and as a reader`);
  }
  const restarts = Object.values(automaton.transitions).some((one) => one.restarts);
  if (restarts && automaton.fields?.[inbox]?.keeping !== "durable") {
    wrong(`may restart, and its field ${inbox} is not durable`);
  }
}

/** No property and no witness reads an inbox, or waits for a receipt. */
function refuseReads(problem: Problem, declared: Absorbing, leaves: readonly Leaf[]): void {
  const { inbox, receipts } = declared;
  const reading = [
    ...problem.properties,
    ...problem.witnesses.flatMap((one) => (one.kind === "state" ? [one] : [])),
  ];
  for (const { name, reads } of reading) {
    for (const read of reads) {
      const [part, field] = read.split(".") as [string, string | undefined];
      const inside = leavesOf(problem.system, part).leaves.some((at) =>
        leaves.includes(problem.system.leaves[at] as Leaf),
      );
      if (inside && (field === undefined || field === inbox)) {
        refuse(REDUCTION, problem, `"${name}" reads ${read}, and with it the inbox`);
      }
    }
  }
  for (const witness of problem.witnesses) {
    if (witness.kind === "action" && receipts.includes(witness.action)) {
      refuse(REDUCTION, problem, `witness "${witness.name}" waits for a receipt`);
    }
  }
}

/** The inboxes of a problem, by track. */
export function inboxesOf(problem: Problem, model: Model, steps: LocalSteps): Map<number, Inbox> {
  const inboxes = new Map<number, Inbox>();
  for (const declared of problem.absorbing ?? []) {
    for (const leaf of absorbingLeaves(problem.system, declared)) {
      const [track] = model.tracksOfLeaf(problem.system.leaves.indexOf(leaf)) as [number];
      const wrong = (what: string): never => refuse(REDUCTION, problem, what);
      inboxes.set(track, new Inbox(track, declared, model, steps, wrong));
    }
  }
  return inboxes;
}
