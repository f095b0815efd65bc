import { accepting, coalition, every, tokenSoup } from "../../impl/adversary/checked/index.ts";
import {
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

const { n, quorum, oneCorrect } = byzantineQuorums(1);
export const REPAIRED: Thresholds = { echoes: quorum, readies: oneCorrect, delivers: quorum };
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
const tokensOf = (handed: Handed): Token[] => handed.senders.map((by) => tokenOf(by, handed));

/** Every message that a process may send. */
export const MESSAGES: readonly Sent[] = every({
  from: PROCESSES,
  to: PROCESSES,
  kind: ["INITIAL", "ECHO", "READY"],
  value: VALUES,
});

/** What may be handed over: with more senders than a process waits for nothing more happens. */
function handovers(
  to: readonly Process[],
  from: readonly Process[],
  { echoes, readies, delivers }: Thresholds,
): Handed[] {
  const sets = (...sizes: readonly number[]) =>
    [...new Set(sizes)].flatMap((size) => subsets(from, size));
  return [
    ...every({
      to,
      kind: ["INITIAL"],
      value: VALUES,
      senders: from.includes(BROADCASTER) ? [[BROADCASTER]] : [],
    }),
    ...every({ to, kind: ["ECHO"], value: VALUES, senders: sets(echoes) }),
    ...every({ to, kind: ["READY"], value: VALUES, senders: sets(readies, delivers) }),
  ];
}

/** The correct processes, a network between them, and a coalition of all others. */
export function withCoalition(faulty: readonly Process[], thresholds: Thresholds) {
  const processes = PROCESSES.filter((one) => !faulty.includes(one));
  const correct = processes.map((self) =>
    accepting(bracha(self, thresholds), { FORGE: "DELIVER" }),
  );
  const soup = tokenSoup({
    universe: handovers(processes, processes, thresholds),
    tokensOf,
    tokensOfSent,
  });
  const { network: adversary, excludes } = coalition({
    faulty,
    universe: handovers(processes, PROCESSES, thresholds),
    tokensOf,
    tokensOfSent,
    because: { value: "processes only compare values, and disagreement needs two" },
  });
  return {
    system: compose("bracha", { correct, network: soup.network, adversary }),
    excludes: [...soup.excludes, ...excludes],
  };
}

type Automaton = ReturnType<typeof bracha>;

/** What some processes are in the place of correct ones. */
export type Faults = Readonly<Record<string, (correct: Automaton) => Automaton>>;

/** All processes, some of which misbehave in a certain way, and a network between them. */
export function withFaults(faults: Faults) {
  const { network, excludes } = tokenSoup({
    universe: handovers(PROCESSES, PROCESSES, REPAIRED),
    tokensOf,
    tokensOfSent,
  });
  const system = compose("bracha", {
    correct: PROCESSES.filter((self) => !faults[self]).map((self) => bracha(self, REPAIRED)),
    faulty: PROCESSES.flatMap((self) => faults[self]?.(bracha(self, REPAIRED)) ?? []),
    network,
  });
  return { system, excludes };
}

/** What the claims ask of: the correct processes and whatever else there is. */
export type BrachaSystem = Composition<{ readonly correct: readonly Automaton[] }>;
