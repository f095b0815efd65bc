import {
  type Action,
  type AnyAutomaton,
  applyAction,
  automaton,
  compose,
  type Global,
  type Index,
  type Input,
  type Internal,
  indices,
  type Output,
  startStates,
  symbolicDigest,
  type Token,
} from "../../../../spec/automaton/index.ts";

/*
 * A process that votes for the first word it hears of, tells everybody, and may suggest a word by
 * itself.
 */

export type Peer = Index<"peer">;
export type Word = "yes" | "no";

export interface Vote {
  readonly from: Peer;
  readonly to: Peer;
  readonly word: Word;
}

export interface VoterState {
  readonly vote: Word | null;
  readonly heard: number;
}

export interface VoterActions {
  HEAR: Input<Vote>;
  SUGGEST: Internal<{ readonly by: Peer; readonly word: Word }>;
  SAY: Output<Vote>;
}

export const PEERS: readonly Peer[] = indices("peer", 4);
export const [SELF, ONE, TWO, THREE] = PEERS as [Peer, Peer, Peer, Peer];
const OTHERS = PEERS.slice(1);

export const voter = automaton<VoterState, VoterActions>("voter", {
  process: SELF,
  start: { vote: null, heard: 0 },
  transitions: {
    HEAR: {
      kind: "input",
      at: { to: SELF },
      effect(state, { word }, send) {
        state.heard += 1;
        if (state.vote !== null) return;
        state.vote = word;
        for (const to of OTHERS) send("SAY", { from: SELF, to, word });
      },
    },
    SUGGEST: {
      kind: "internal",
      at: { by: SELF },
      choose: () => [
        { by: SELF, word: "yes" },
        { by: SELF, word: "no" },
      ],
      when: { undecided: ({ vote }) => vote === null },
      effect(state, { word }, send) {
        state.vote = word;
        for (const to of OTHERS) send("SAY", { from: SELF, to, word });
      },
    },
    SAY: { kind: "sent", at: { from: SELF } },
  },
});

export const tokensOf = ({ from, word }: Vote): Token[] => [
  { by: from, over: symbolicDigest({ word }) },
];

export const hear = (from: Peer, word: Word): Action => ({
  name: "HEAR",
  payload: { from, to: SELF, word },
});

/** One faulty process with nobody around. */
export const alone = (faulty: AnyAutomaton) => compose("alone", { faulty }, { open: ["HEAR"] });

/** Its local states after some actions, from each of its start states. */
export function endsAfter(faulty: AnyAutomaton, ...actions: readonly Action[]) {
  const system = alone(faulty);
  return startStates(system).map((start) => {
    const end = actions.reduce<Global>((at, action) => applyAction(system, at, action), start);
    const { state, outbox } = end[0] as Global[number];
    const said = outbox.map(({ payload }) => payload as unknown as Vote);
    return { state, said: said.map(({ to, word }) => `${word} to ${to}`), end, system };
  });
}
