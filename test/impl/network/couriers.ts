import {
  type AnyAutomaton,
  automaton,
  type Composition,
  canonical,
  compose,
  type Global,
  type Index,
  type Input,
  index,
  type Local,
  type Output,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import type { Packet } from "../../../spec/network/votes.ts";

export type Letter = "x" | "y" | "z";
export type Post = Packet<Letter, Index<"node">, Index<"node">>;

export const [SENDER, RECEIVER] = [index("node", 0), index("node", 1)];
export const post = (message: Letter): Post => ({ from: SENDER, to: RECEIVER, message });
/** x and y, which the sender sends in this order */
export const UNIVERSE = [post("x"), post("y")];

/** Sends some letters, one after the other. */
const sending = (letters: readonly Letter[]) =>
  automaton<number, { SEND: Output<Post> }>("sender", {
    start: 0,
    transitions: {
      SEND: {
        kind: "output",
        choose: (sent) => letters.slice(sent, sent + 1).map(post),
        effect: (sent) => sent + 1,
      },
    },
  });

/** Remembers the first three letters that it receives. */
const receiving = automaton<readonly Letter[], { DELIVER: Input<Post> }>("receiver", {
  start: [],
  transitions: {
    DELIVER: {
      kind: "input",
      effect: (received, { message }) => {
        if (received.length < 3) received.push(message);
      },
    },
  },
});

/** A sender of letters, a receiver, and networks between them. */
export const across = (
  networks: Readonly<Record<string, AnyAutomaton | readonly AnyAutomaton[]>>,
  letters: readonly Letter[] = ["x", "y"],
): Composition =>
  compose("couriers", { ...networks, sender: sending(letters), receiver: receiving } as never);

/** All reachable states, by the reference semantics. */
export function reachable(system: Composition): Global[] {
  const all = new Map(startStates(system).map((global) => [canonical(global), global]));
  for (const global of all.values()) {
    for (const { to } of stepsFrom(system, global)) {
      const text = canonical(to);
      if (!all.has(text)) all.set(text, to);
    }
  }
  return [...all.values()];
}

/** The sequences that the receiver may have received, as words, the shorter first. */
export function wordsOf(system: Composition): string[] {
  const at = system.leaves.findIndex(({ name }) => name === "receiver");
  const words = reachable(system).map((global) =>
    ((global[at] as Local).state as string[]).join(""),
  );
  return [...new Set(words)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
