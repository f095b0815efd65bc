import type { AnyTransition, Automaton } from "../../../spec/automaton/automaton.ts";
import type { Snapshot } from "../atomic/automaton.ts";
import type { Replica } from "../messages.ts";
import type { WicReplicaActions, WicState } from "../wic/replica.ts";

type Wic = Automaton<WicState, WicReplicaActions>;

/**
 * Weak interactive consistency that takes over a snapshot too, as atomic multicast and the state machine
 * do (D.AM.INSTALL): it is as if the instances up to the snapshot's had been decided here. Hosts need it;
 * the models of weak interactive consistency have nobody who lags so far behind.
 */
export function installing(self: Replica, wic: Wic): Wic {
  const install: AnyTransition = {
    kind: "input",
    at: { replica: self },
    cite: "D.AM.INSTALL",
    effect(s: { -readonly [F in keyof WicState]: WicState[F] }, { k }: Snapshot) {
      if (k <= (s.running ? s.k - 1 : s.k)) return;
      const [start] = wic.start() as [WicState];
      Object.assign(s, start, { k, distrusted: s.distrusted });
    },
  };
  return Object.freeze({ ...wic, transitions: { ...wic.transitions, INSTALL: install } });
}
