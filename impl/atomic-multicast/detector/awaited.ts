import { coordinatorOf, type Replica } from "../messages.ts";
import type { WicState } from "../wic/replica.ts";

/**
 * Whom a process of Algorithm 3 waits for: in phase 1 the coordinator, until a first valid Ready
 * came, of whoever. From then on all correct processes get it, so nobody alone can block. Null while it waits
 * for nobody in particular. A host tells the detector each change: EXPECT, or MET.
 */
export function awaitedBy(
  { running, k, round, phase, ready }: WicState,
  group: readonly Replica[],
): { readonly k: number; readonly round: number; readonly of: Replica } | null {
  if (!running || round === 0 || phase === 2 || ready) return null;
  return { k, round, of: coordinatorOf(round, group) };
}
