import { canonical, mapOf } from "../../spec/automaton/index.ts";
import { byText, outsideUniverse } from "./model.ts";

/**
 * The cells of networks that forget nothing: one bit for each message of a universe, whether it was
 * ever sent.
 *
 * @throws QuorateError `automaton-malformed` for an empty universe; `message-unknown` in a check
 * that sends a message outside it
 */
export function sentCells<P extends object>(network: string, messages: readonly P[]) {
  const universe = byText(network, messages);
  const cellOf = (sent: P): string => {
    const cell = canonical(sent);
    return universe.has(cell) ? cell : outsideUniverse(network, sent);
  };
  return {
    /** the messages by their cells */
    universe,
    cellOf,
    /** nothing was sent */
    start: mapOf([...universe.keys()].map((cell) => [cell, false])),
    /** the transition of a send */
    sending: {
      kind: "input",
      touches: (sent: P) => [cellOf(sent)],
      effect: (now: Record<string, boolean>, sent: P) => {
        now[canonical(sent)] = true;
      },
    },
  };
}
