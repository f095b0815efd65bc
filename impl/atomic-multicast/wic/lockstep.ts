import { coordinatorOf } from "../messages.ts";
import {
  type Cells,
  echoCell,
  goPhase2Cell,
  initialCell,
  knowledge,
  readyCell,
  signersIn,
  stageCell,
  suspicionCell,
} from "./knowledge.ts";
import type { WicWorld } from "./world.ts";

/**
 * D.WIC.LOCKSTEP: the schedules that are explored, and what is kept of a round that is over: which
 * estimates have a certificate, which have been delivered by f + 1 correct processes or can be
 * decided, and the GoPhase2s, until the round after is over too. Who signed is forgotten.
 */
export function lockstep(world: WicWorld) {
  const { correct, group, faulty, lockstep: isOn } = world;
  const lockingMin = (group.length - 1) / 3 + 1;
  const { valid, isCertified, isReadyQuorum, isSuspected } = knowledge(world, faulty);
  const hasInitialCell = (round: number) => correct.includes(coordinatorOf(round, group));

  const reads = (k: number) => (isOn ? [stageCell(k)] : []);
  const isIn = (s: Cells, k: number, rounds: readonly number[]) =>
    !isOn || rounds.includes(s[stageCell(k)] as number);

  /** The cells that {@link leave} changes. */
  const left = (k: number, round: number) => [
    stageCell(k),
    suspicionCell(k, round),
    ...(hasInitialCell(round) ? [initialCell(k, round)] : []),
    ...valid(k).flatMap((e) => [echoCell(k, round, e), readyCell(k, round, e)]),
    ...(round === 1
      ? []
      : [suspicionCell(k, round - 1), ...correct.map((from) => goPhase2Cell(k, round - 1, from))]),
  ];

  /** Somebody enters the round after this one. */
  function leave(s: Record<string, unknown>, k: number, round: number): void {
    if (s[stageCell(k)] !== round) return;
    s[stageCell(k)] = round + 1;
    for (const e of valid(k)) {
      const readys = readyCell(k, round, e);
      if (isReadyQuorum(s, k, round, e)) s[readys] = "complete";
      else if (signersIn(s, readys) < lockingMin) s[readys] = [];
      s[echoCell(k, round, e)] = isCertified(s, k, round, e) ? "complete" : [];
    }
    s[suspicionCell(k, round)] = isSuspected(s, k, round) ? "complete" : [];
    if (hasInitialCell(round)) s[initialCell(k, round)] = [];
    if (round === 1) return;
    s[suspicionCell(k, round - 1)] = [];
    for (const from of correct) s[goPhase2Cell(k, round - 1, from)] = [];
  }

  return { reads, isIn, left, leave };
}
