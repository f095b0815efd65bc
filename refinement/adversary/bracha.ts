import { coalition, every, tokenSoup } from "../../impl/adversary/checked/index.ts";
import {
  type AnyAutomaton,
  automaton,
  byzantineQuorums,
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
 * Bracha's reliable broadcast (Asynchronous Byzantine agreement protocols, 1987): n = 3f + 1
 * processes, process 0 broadcasts. Channels are authenticated, so each message has a token of its
 * sender for its receiver. A process holds no inbox: what it waits for is handed over as one message
 * that carries a token of each sender.
 */

export type Process = Index<"process">;
export type Value = "A" | "B";

/** A message as its sender sends it. */
export interface Sent {
  readonly from: Process;
  readonly to: Process;
  readonly kind: "INITIAL" | "ECHO" | "READY";
  readonly value: Value;
}

/** The same message from so many senders as its receiver waits for. */
export interface Handed extends Omit<Sent, "from"> {
  readonly senders: readonly Process[];
}

export interface ProcessState {
  readonly broadcast: Value | null;
  readonly echoed: Value | null;
  readonly readied: Value | null;
  readonly delivered: Value | null;
}

export interface ProcessActions {
  BROADCAST: Internal<{ readonly by: Process; readonly value: Value }>;
  SEND: Output<Sent>;
  DELIVER: Input<Handed>;
}

/** From how many senders a message comes before it counts. */
export interface Thresholds {
  /** ECHO, before a process is ready: any two such sets share a correct process */
  readonly echoes: number;
  /** READY, before a process is ready, too: one of them is correct */
  readonly readies: number;
  /** READY, before it delivers: so many are correct that all get ready */
  readonly delivers: number;
}

const { n, f, quorum, oneCorrect } = byzantineQuorums(1);
export const REPAIRED: Thresholds = { echoes: quorum, readies: oneCorrect, delivers: quorum };
export const F = f;
export const PROCESSES: readonly Process[] = indices("process", n);
export const BROADCASTER = PROCESSES[0] as Process;
const VALUES = ["A", "B"] as const;

export function bracha(self: Process, { echoes, readies, delivers }: Thresholds) {
  return automaton<ProcessState, ProcessActions>("process", {
    process: self,
    start: { broadcast: null, echoed: null, readied: null, delivered: null },
    transitions: {
      BROADCAST: {
        kind: "internal",
        at: { by: self },
        choose: () => (self === BROADCASTER ? VALUES.map((value) => ({ by: self, value })) : []),
        when: { once: ({ broadcast }) => broadcast === null },
        effect(state, { value }, send) {
          state.broadcast = value;
          for (const to of PROCESSES) send("SEND", { from: self, to, kind: "INITIAL", value });
        },
      },
      SEND: { kind: "sent", at: { from: self } },
      DELIVER: {
        kind: "input",
        at: { to: self },
        effect(state, { kind, value, senders }, send) {
          const say = (what: "ECHO" | "READY") => {
            for (const to of PROCESSES) send("SEND", { from: self, to, kind: what, value });
          };
          if (kind === "INITIAL" && senders.includes(BROADCASTER) && state.echoed === null) {
            state.echoed = value;
            say("ECHO");
          }
          const enough = kind === "ECHO" ? echoes : readies;
          if (kind !== "INITIAL" && senders.length >= enough && state.readied === null) {
            state.readied = value;
            say("READY");
          }
          if (kind === "READY" && senders.length >= delivers) state.delivered ??= value;
        },
      },
    },
  });
}

/** What a channel proves: who said it, and to whom. */
const tokenOf = (by: Process, { to, kind, value }: Omit<Sent, "from">): Token => ({
  by,
  over: symbolicDigest({ to, kind, value }),
});

export const tokensOfSent = (sent: Sent): Token[] => [tokenOf(sent.from, sent)];
export const tokensOf = (handed: Handed): Token[] =>
  handed.senders.map((by) => tokenOf(by, handed));

/** Every message that a process may send. */
export const MESSAGES: readonly Sent[] = every({
  from: PROCESSES,
  to: PROCESSES,
  kind: ["INITIAL", "ECHO", "READY"],
  value: VALUES,
});

/** What may be handed over to some processes: with more senders than are asked for nothing changes. */
function handovers(to: readonly Process[], { echoes, readies, delivers }: Thresholds): Handed[] {
  const sets = (...sizes: readonly number[]) =>
    [...new Set(sizes)].flatMap((size) => subsets(PROCESSES, size));
  return [
    ...every({ to, kind: ["INITIAL"], value: VALUES, senders: [[BROADCASTER]] }),
    ...every({ to, kind: ["ECHO"], value: VALUES, senders: sets(echoes) }),
    ...every({ to, kind: ["READY"], value: VALUES, senders: sets(readies, delivers) }),
  ];
}

/** The correct processes and a coalition of all others, which is the network, too. */
export function withCoalition(faulty: readonly Process[], thresholds: Thresholds) {
  const correct = PROCESSES.filter((one) => !faulty.includes(one));
  const { network, excludes } = coalition({
    faulty,
    universe: handovers(correct, thresholds),
    tokensOf,
    tokensOfSent,
    deliver: "DELIVER",
    because: { value: "processes only compare values, and disagreement needs two" },
  });
  const processes = correct.map((self) => bracha(self, thresholds));
  return { system: compose("bracha", { correct: processes, network }), excludes };
}

/** How some processes are faulty: what each is in the place of a correct one. */
export type Faults = Readonly<Record<string, (correct: ReturnType<typeof bracha>) => AnyAutomaton>>;

/** All processes, some of which misbehave in a certain way, and a network that hands over. */
export function withFaults(faults: Faults, thresholds: Thresholds = REPAIRED) {
  const isFaulty = (self: Process) => Object.hasOwn(faults, self);
  const { network, excludes } = tokenSoup({
    universe: handovers(PROCESSES, thresholds),
    tokensOf,
    tokensOfSent,
  });
  const correct = PROCESSES.filter((self) => !isFaulty(self));
  const faulty = PROCESSES.filter(isFaulty);
  const system = compose("bracha", {
    correct: correct.map((self) => bracha(self, thresholds)),
    faulty: faulty.map((self) => faults[self]?.(bracha(self, thresholds)) as AnyAutomaton),
    network,
  });
  return { system, excludes };
}
