import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";

/**
 * The reduction "sends at once": outputs leave the outbox in the step that put them there. It is
 * exact where whatever receives them only accumulates, so that a send commutes with every other
 * step: then each execution can be reordered until every send follows its cause.
 *
 * Refused unless
 * - every receiver is made of cells (a message soup, what a coalition knows) and sends nothing,
 * - no visible action or observer sees a sent output,
 * - no sent output is spontaneous where quiescence is looked for, of an inclusion too,
 * - no sender can restart where quiescence or deadlock is looked for, and
 * - no property looks at steps, as a simulation does, and no invariant reads a receiver unless it declares itself
 *   `accumulating`: otherwise it might be false only while something is under way.
 *
 * A restart loses outputs that still wait, and with sends at once none ever waits. A run in which
 * some are lost is covered by the run in which they left before the restart: its receivers hold
 * more, so whatever happens in the one can happen in the other, and no property that is allowed
 * here is less false there. That fails for how runs *end*: a run may end because an output was lost.
 *
 * That the cells only accumulate is checked on what the search has seen, when it ends: see
 * `refuseShrinkingCells`.
 */
export function refuseUnsoundSends(problem: Problem): void {
  const { system, properties } = problem;
  const refuse = (what: string): never => {
    throw new QuorateError("reduction-refused", `sends-at-once in "${system.name}": ${what}.`);
  };
  const sent = new Set<string>();
  const [senders, receivers] = [new Set<string>(), new Set<string>()];
  for (const { automaton, part } of system.leaves) {
    for (const [action, { kind }] of Object.entries(automaton.transitions)) {
      if (kind !== "sent") continue;
      sent.add(action);
      senders.add(part);
    }
  }
  for (const { automaton, part, name } of system.leaves) {
    for (const [action, { kind }] of Object.entries(automaton.transitions)) {
      if (!sent.has(action) || kind === "sent") continue;
      if (automaton.form !== "cells") refuse(`${name} receives ${action} and is not made of cells`);
      receivers.add(part);
    }
  }
  const forgetful = system.leaves.find(({ automaton: { transitions } }) => {
    const all = Object.values(transitions);
    return all.some(({ restarts }) => restarts) && all.some(({ kind }) => kind === "sent");
  });
  const leisurely = [...sent].find((action) =>
    system.leaves.some(({ automaton: { transitions } }) => {
      const { kind, task } = transitions[action] ?? {};
      return kind === "sent" && task?.urgency === "spontaneous";
    }),
  );
  const parts = (reads: readonly string[]) => reads.map((read) => read.split(".")[0] as string);
  for (const property of properties) {
    const read = parts(property.reads);
    if (property.kind === "inclusion") {
      const shown = [...property.visible.keys()].find((action) => sent.has(action));
      if (shown !== undefined) refuse(`"${property.name}" shows ${shown}`);
    }
    const looksAtEnds =
      property.kind === "quiescence" || (property.kind === "inclusion" && property.quiescence);
    if (property.kind === "step" || property.kind === "simulation") {
      refuse(`"${property.name}" looks at steps, and a step may come earlier than it can`);
    } else if ((looksAtEnds || property.kind === "deadlock") && forgetful !== undefined) {
      refuse(
        `"${property.name}" may be violated where a restart of ${forgetful.name} loses outputs`,
      );
    } else if (looksAtEnds && leisurely !== undefined) {
      refuse(`"${property.name}" may find ${leisurely}, which nobody owes, unsent`);
    } else if (
      property.kind === "invariant" &&
      !property.accumulating &&
      read.some((part) => receivers.has(part))
    ) {
      refuse(`"${property.name}" reads receivers and is not declared accumulating`);
    }
  }
  for (const { kind, name, ...rest } of problem.witnesses) {
    const read = "reads" in rest ? parts(rest.reads) : [];
    if (kind === "action" || !read.some((part) => receivers.has(part))) continue;
    if (read.some((part) => senders.has(part))) {
      refuse(`witness "${name}" reads senders and receivers`);
    }
  }
}
