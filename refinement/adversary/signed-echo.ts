import {
  accepting,
  type CheckedBehaviour,
  coalition,
  every,
  leftOut,
  replay,
} from "../../impl/adversary/checked/index.ts";
import { bag, type Packet, soup } from "../../impl/network/index.ts";
import {
  type Automaton,
  automaton,
  byzantineQuorums,
  type Composition,
  compose,
  type Index,
  type Input,
  type Internal,
  indices,
  type Output,
  subsets,
  symbolicDigest,
  type Token,
} from "../../spec/automaton/index.ts";

/*
 * Signed echo broadcast (Reiter, Secure agreement protocols, 1994): process 0 proposes a value, a
 * quorum of processes signs the first one it sees, and the signatures are the certificate with
 * which all deliver. It agrees on a value; it does not promise that all deliver.
 */

export type Process = Index<"process">;
export type Value = "A" | "B";
export type Message =
  | { readonly type: "PROPOSE"; readonly value: Value }
  | { readonly type: "ECHO"; readonly value: Value }
  | { readonly type: "FINAL"; readonly value: Value; readonly signers: readonly Process[] };
export type Sent = Packet<Message, Process, Process>;

export interface ProcessState {
  readonly proposed: Value | null;
  /** the broadcaster: who signed its value, itself included; at most a quorum */
  readonly signers: readonly Process[];
  readonly echoed: Value | null;
  readonly delivered: Value | null;
}

export interface ProcessActions {
  PROPOSE: Internal<{ readonly by: Process; readonly value: Value }>;
  SEND: Output<Sent>;
  DELIVER: Input<Sent>;
}

export interface Rules {
  readonly quorum: number;
  /** whether the signature of an ECHO covers its value */
  readonly signsValue: boolean;
  /** whether the broadcaster counts signers; false: it counts messages */
  readonly countsSigners: boolean;
}

const { n, quorum } = byzantineQuorums(1);
export const REPAIRED: Rules = { quorum, signsValue: true, countsSigners: true };
export const PROCESSES: readonly Process[] = indices("process", n);
export const BROADCASTER = PROCESSES[0] as Process;
export const OTHERS = PROCESSES.slice(1);
const VALUES = ["A", "B"] as const;

/** @param values what it may propose, where it is the broadcaster */
export function process(self: Process, rules: Rules, values: readonly Value[]) {
  return automaton<ProcessState, ProcessActions>("process", {
    process: self,
    start: { proposed: null, signers: [], echoed: null, delivered: null },
    transitions: {
      PROPOSE: {
        kind: "internal",
        at: { by: self },
        choose: () => (self === BROADCASTER ? values.map((value) => ({ by: self, value })) : []),
        when: { once: ({ proposed }) => proposed === null },
        effect(state, { value }, send) {
          state.proposed = value;
          state.echoed = value;
          state.signers = [self];
          const message: Message = { type: "PROPOSE", value };
          for (const to of OTHERS) send("SEND", { from: self, to, message });
        },
      },
      SEND: { kind: "sent", at: { from: self } },
      DELIVER: {
        kind: "input",
        at: { to: self },
        effect(state, { from, message }, send) {
          const { value } = message;
          if (message.type === "PROPOSE" && from === BROADCASTER && state.echoed === null) {
            state.echoed = value;
            const echo: Message = { type: "ECHO", value };
            send("SEND", { from: self, to: from, message: echo });
          }
          const isWanted = message.type === "ECHO" && value === state.proposed;
          if (isWanted && state.signers.length < rules.quorum) {
            if (rules.countsSigners && state.signers.includes(from)) return;
            state.signers.push(from);
            if (state.signers.length < rules.quorum) return;
            state.delivered = value;
            const final: Message = { type: "FINAL", value, signers: [...state.signers].sort() };
            for (const to of OTHERS) send("SEND", { from: self, to, message: final });
          }
          if (message.type === "FINAL" && message.signers.length >= rules.quorum) {
            state.delivered ??= value;
          }
        },
      },
    },
  });
}

type Correct = ReturnType<typeof process>;

/** What a message proves: its sender signs all of it, and a certificate carries what others signed. */
export function tokensOf({ signsValue }: Rules) {
  const token = (by: Process, statement: object): Token => ({
    by,
    over: symbolicDigest(statement),
  });
  const echo = (by: Process, value: Value) =>
    token(by, signsValue ? { type: "ECHO", value } : { type: "ECHO" });
  return ({ from, message }: Sent): Token[] => {
    if (message.type === "ECHO") return [echo(from, message.value)];
    if (message.type === "PROPOSE") return [token(from, message)];
    return [token(from, message), ...message.signers.map((by) => echo(by, message.value))];
  };
}

/** Every message that a process may send, or have sent in the mutants. */
export function messagesOf(rules: Rules): Sent[] {
  const certificates = rules.countsSigners
    ? subsets(PROCESSES, rules.quorum)
    : sorted(PROCESSES, rules.quorum);
  const finals = every({ type: ["FINAL"], value: VALUES, signers: certificates });
  return [
    ...every({
      from: [BROADCASTER],
      to: OTHERS,
      message: every({ type: ["PROPOSE"], value: VALUES }),
    }),
    ...every({
      from: OTHERS,
      to: [BROADCASTER],
      message: every({ type: ["ECHO"], value: VALUES }),
    }),
    ...every({ from: [BROADCASTER], to: OTHERS, message: finals }),
  ];
}

/** All sorted lists of so many items, with repetitions. */
function sorted<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, at) =>
    sorted(items.slice(at), count - 1).map((rest) => [item, ...rest]),
  );
}

/** The correct processes, a network between them, and a coalition of all others. */
export function withCoalition(faulty: readonly Process[], rules: Rules) {
  const correct = PROCESSES.filter((one) => !faulty.includes(one));
  const universe = messagesOf(rules);
  const medium = soup({ universe });
  const { network: adversary, excludes } = coalition({
    faulty,
    universe: universe.filter(({ to }) => correct.includes(to)),
    tokensOf: tokensOf(rules),
    because: { "message.value": "processes only compare values, and disagreement needs two" },
  });
  const system = compose("signed echo", {
    correct: correct.map((self) => accepting(process(self, rules, VALUES), { FORGE: "DELIVER" })),
    network: medium.network,
    adversary,
  });
  return { system, excludes: [...medium.excludes, ...excludes] };
}

/** All processes, some of which misbehave in a certain way, and a soup between them. */
export function withFaults<S, A extends ProcessActions>(
  faults: Readonly<Record<string, (correct: Correct) => Automaton<S, A>>>,
  behaviours: readonly CheckedBehaviour[],
  values: readonly Value[] = VALUES,
) {
  const { network, excludes } = soup({ universe: messagesOf(REPAIRED) });
  const of = (self: Process) => process(self, REPAIRED, values);
  const system = compose<{
    readonly correct: readonly Correct[];
    readonly faulty: readonly Automaton<unknown, ProcessActions>[];
    readonly network: typeof network;
  }>("signed echo", {
    correct: PROCESSES.filter((self) => !faults[self]).map(of),
    faulty: PROCESSES.flatMap((self) => faults[self]?.(of(self)) ?? []) as never[],
    network,
  });
  return { system, excludes: [...excludes, ...leftOut(...behaviours)] };
}

/** Correct processes only, a network that delivers once, and somebody who repeats what it heard. */
export function withReplay(rules: Rules) {
  const universe = messagesOf(rules);
  const medium = bag({ universe, copiesMax: 1 });
  const { network: adversary, excludes } = replay({ universe });
  const correct = PROCESSES.map((self) =>
    accepting(process(self, rules, ["A"]), { REPLAY: "DELIVER" }),
  );
  const system = compose("signed echo", { correct, network: medium.network, adversary });
  return { system, excludes: [...medium.excludes, ...excludes] };
}

/** What the claims ask of: the correct processes and whatever else there is. */
export type SignedEcho = Composition<{ readonly correct: readonly Correct[] }>;
