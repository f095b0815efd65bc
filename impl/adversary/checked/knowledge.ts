import {
  type Automaton,
  canonical,
  cells,
  type Index,
  type Input,
  mapOf,
  type Output,
  QuorateError,
  setOf,
  spontaneous,
  type Task,
  type Token,
} from "../../../spec/automaton/index.ts";
import type { AnyTransition } from "./saying.ts";

/*
 * What somebody can say who holds some keys and hears what correct processes send: any message all
 * of whose other signatures exist. One bit for each token; an action that needs several of them has
 * them in `needs`, so that the explorer works out what is on offer only once.
 */

/** A bit for each token of a correct signer that some message carries; `stopped`, where asked for. */
export type KnowledgeState = Readonly<Record<string, boolean>>;

/** The sends that are heard, the messages that are delivered, and the stop of one faulty process. */
export type KnowledgeActions<P, D, Send extends string, Deliver extends string> = {
  readonly [K in Send]: Input<P>;
} & { readonly [K in Deliver]: Output<D> };

export interface StopActions {
  STOP: Output<{ readonly process: Index }>;
}

/** A faulty process that is stopped, and what it signed before may still come. */
export interface Stop<D> {
  readonly process: Index;
  /** the tokens of correct signers that its own signature in a message covers; none where it has none */
  readonly covers: (message: D) => readonly Token[];
}

interface KnowledgeOptions<P, D, Send extends string, Deliver extends string> {
  readonly name: string;
  readonly send: Send;
  readonly deliver: Deliver;
  readonly task: Task;
  readonly faulty: readonly Index[];
  readonly universe: readonly D[];
  readonly tokensOf: (message: D) => readonly Token[];
  readonly tokensOfSent: (sent: P) => readonly Token[];
  readonly hears: (sent: P) => boolean;
  readonly stop: Stop<D> | null;
}

const STOPPED = "stopped";

/** The cell that tells whether a token is known. */
export const knows = (token: Token): string => `knows ${token.by} ${canonical(token.over)}`;

/** The cell that tells whether it was known before the stop. */
const knewBefore = (token: Token): string => `before stop: ${knows(token)}`;

/** The automaton of one-bit cells; see `coalition` and `tokenSoup`. */
export function knowledge<P, D, const Send extends string, const Deliver extends string>(
  options: KnowledgeOptions<P, D, Send, Deliver>,
): Automaton<KnowledgeState, KnowledgeActions<P, D, Send, Deliver>> {
  const { name, faulty, universe, tokensOf, tokensOfSent, hears, stop } = options;
  if (universe.length === 0) {
    const what = `"${name}" has an empty universe: it could say nothing.`;
    throw new QuorateError("automaton-malformed", what);
  }
  if (stop !== null && !faulty.includes(stop.process)) {
    const what = `"${name}": ${stop.process} is to stop and is not faulty.`;
    throw new QuorateError("automaton-malformed", what);
  }
  const isFree = ({ by }: Token) => faulty.includes(by);
  const needed = new Map(
    universe.map((message) => {
      const tokens = tokensOf(message).filter((token) => !isFree(token));
      const covered = (stop?.covers(message) ?? []).filter((token) => !isFree(token));
      const early = covered.map(knewBefore);
      return [canonical(message), setOf(...tokens.map(knows), ...early)] as const;
    }),
  );
  const bits = new Set([...needed.values()].flat());
  const learned = (sent: P) =>
    hears(sent)
      ? setOf(
          ...tokensOfSent(sent)
            .flatMap((token) => [knows(token), knewBefore(token)])
            .filter((bit) => bits.has(bit)),
        )
      : [];
  const stops = { [STOPPED]: false };
  return cells<KnowledgeState, KnowledgeActions<P, D, Send, Deliver>>(name, {
    start: { ...mapOf([...bits].map((bit) => [bit, false])), ...(stop !== null && stops) },
    transitions: {
      [options.send]: {
        kind: "input",
        touches: (sent: P) => [...learned(sent), ...(stop === null ? [] : [STOPPED])],
        effect(now: Record<string, boolean>, sent: P) {
          for (const bit of learned(sent)) {
            // A bit of the time before the stop never turns true after it.
            if (stop === null || !now[STOPPED] || bit.startsWith("knows ")) now[bit] = true;
          }
        },
      },
      [options.deliver]: {
        kind: "output",
        task: options.task,
        scopes: [{ reads: [], choose: () => universe }],
        needs: (message: D) => needed.get(canonical(message)) ?? [],
      },
      ...(stop !== null && { STOP: stopping(stop.process) }),
    } as never,
  });
}

const stopping = (process: Index): AnyTransition => ({
  kind: "output",
  task: spontaneous("stop"),
  scopes: [{ reads: [STOPPED], choose: (now) => (now[STOPPED] ? [] : [{ process }]) }],
  touches: () => [STOPPED],
  effect: (now) => {
    now[STOPPED] = true;
  },
});
