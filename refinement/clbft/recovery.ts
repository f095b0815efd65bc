import type { ExecutionState } from "../../impl/clbft/execution/automaton.ts";
import type { Replica } from "../../impl/clbft/messages.ts";
import type { Clbft } from "../../impl/clbft/model/composition.ts";
import {
  type AnyAutomaton,
  type Automaton,
  automaton,
  type Composition,
  durable,
  invariant,
  keys,
  mapAutomata,
  type Output,
  spontaneous,
  witness,
} from "../../spec/automaton/index.ts";
import type { Goal } from "./witnesses.ts";

type Watchdog = Automaton<{ readonly done: boolean }, { RECOVER: Output<{ replica: Replica }> }>;
type Recovering = Composition<Clbft["parts"] & { readonly watchdog: Watchdog }>;

type Step = (s: never, ...rest: readonly never[]) => void;

const RECOVER: string = "RECOVER";
const WRONG = "wrong";

/** One replica recovers, once, at any time. */
const watchdog = (replica: Replica): Watchdog =>
  automaton<{ readonly done: boolean }, { RECOVER: Output<{ replica: Replica }> }>("watchdog", {
    fields: { done: durable("whether it recovered") },
    start: { done: false },
    transitions: {
      RECOVER: {
        kind: "output",
        cite: "CLBFT.RECOVER",
        task: spontaneous("recover"),
        choose: () => [{ replica }],
        when: { once: ({ done }) => !done },
        effect(s) {
          s.done = true;
        },
      },
    },
  });

/** What a corrupt replica remembers; its digests are as they were. */
function corrupt(s: ExecutionState) {
  const wrong = () => ({ service: [WRONG], clients: {} });
  Object.assign(s, wrong());
  for (const n of keys(s.snapshots)) Object.assign(s.snapshots[n] as object, { state: wrong() });
}

/**
 * The same system in which the state of one replica, and all of its snapshots, go wrong, just before it recovers.
 * @param flags false: the bug that it goes on with what it has
 */
export const recovering =
  (at: number, flags = true) =>
  (system: Clbft): Clbft => {
    const leaf = system.parts.execution[at];
    const replica = leaf?.process as Replica;
    const goingWrong = (one: AnyAutomaton, part: string): AnyAutomaton => {
      if (part !== "execution" || one.process !== replica) return one;
      const real = one.transitions[RECOVER];
      const step = real?.effect as unknown as Step;
      const effect = (s: never, ...rest: readonly never[]) => {
        corrupt(s);
        if (flags) step(s, ...rest);
      };
      const transitions = { ...one.transitions, [RECOVER]: { ...real, effect } };
      return Object.freeze({ ...one, transitions }) as unknown as AnyAutomaton;
    };
    const parts = { watchdog: watchdog(replica) };
    return mapAutomata(system, goingWrong, { parts, closes: [RECOVER] });
  };

const sequenceOf = ({ service }: ExecutionState) => service as readonly string[];

/** A state that went wrong is neither gone on with nor answered from. */
export const orderOfTrusted = (system: Clbft) =>
  invariant(system, {
    name: "what replicas executed that do not recover begins with what others did",
    reads: ["execution.service", "execution.recovering"],
    holds: ({ execution }) => {
      const trusted = execution.filter((one) => !one.recovering).map(sequenceOf as never);
      return (trusted as (readonly string[])[]).every((one) =>
        (trusted as (readonly string[])[]).every((other) =>
          one.every((operation, n) => (other[n] ?? operation) === operation),
        ),
      );
    },
  });

/** Else it would hand over batches for ever that its service, which lacks those before, does not take. */
export const serviceKeepsUp = (system: Clbft) =>
  invariant(system, {
    name: "the agreement of a replica that does not recover is not ahead of its service",
    reads: ["agreement.executed", "execution.executed", "execution.recovering"],
    holds: ({ agreement, execution }) =>
      execution.every(
        ({ executed, recovering }, at) => recovering || (agreement[at]?.executed ?? 0) <= executed,
      ),
  });

/** It has gone wrong, recovered, and executed what came after. */
export const goesOn =
  (at: number): Goal =>
  (system, { numbers }) =>
    witness(system as unknown as Recovering, {
      name: `replica ${at} recovers and has executed number ${numbers}`,
      reads: ["watchdog.done", "execution.recovering", "execution.executed"],
      reached: ({ watchdog: { done }, execution }) =>
        done && execution[at]?.recovering === false && execution[at].executed === numbers,
    });
