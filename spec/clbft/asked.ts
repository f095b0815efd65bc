import { type Automaton, type Input, insert, observer } from "../automaton/index.ts";
import { type Named, nameText, type Replica, type Request } from "./request.ts";

export interface AskedActions {
  REQUEST: Input<{ readonly replica: Replica; readonly request: Request }>;
  REPLY: Input<Named & { readonly replica: Replica; readonly result: string }>;
}

export interface AskedState {
  /** by name of a request: the correct replicas that were asked, a set */
  readonly asked: Readonly<Record<string, readonly Replica[]>>;
  /** by name of a request: those that replied, a set */
  readonly replied: Readonly<Record<string, readonly Replica[]>>;
}

/**
 * What lines 1 to 5 of Lemma 10 are for: a REQUEST leads to a REPLY. As they are printed one correct
 * replica that is asked suffices, for a reply of each. It does not: a replica that times out alone
 * changes no view (W-E07). f + 1 suffice, since then the others join them.
 */
export function askedOf(correct: readonly Replica[]): Automaton<AskedState, AskedActions> {
  const count = (by: Record<string, Replica[]>, named: Named, replica: Replica) => {
    if (!correct.includes(replica)) return;
    by[nameText(named)] ??= [];
    insert(by[nameText(named)] as Replica[], replica);
  };
  return observer<AskedState, AskedActions>("asked", {
    start: { asked: {}, replied: {} },
    on: {
      REQUEST: {
        effect: (s, { replica, request }) =>
          count(s.asked as Record<string, Replica[]>, request, replica),
      },
      REPLY: {
        effect: (s, { replica, ...named }) =>
          count(s.replied as Record<string, Replica[]>, named, replica),
      },
    },
  });
}

/**
 * Whether a request that `enough` correct replicas were asked for lacks the reply of some of
 * `correct`. As a leads-to: this leads to its opposite.
 */
export const isOwed = (
  { asked, replied }: AskedState,
  correct: readonly Replica[],
  enough: number,
): boolean =>
  Object.entries(asked).some(
    ([name, by]) => by.length >= enough && (replied[name]?.length ?? 0) < correct.length,
  );
