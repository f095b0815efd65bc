import {
  automaton,
  compose,
  type Input,
  type Internal,
  insert,
  type Output,
  spontaneous,
} from "../automaton/index.ts";
import { type Request, sameNumber, sameRequest } from "./request.ts";
import type { Replica } from "./weak-interactive-consistency.ts";

export interface ReliableMulticastActions<M extends Request = Request> {
  "R-MULTICAST": Input<{ message: M }>;
  /** a faulty client's message, which reaches some correct replica */
  ADMIT: Internal<{ message: M }>;
  "R-DELIVER": Output<{ replica: Replica; message: M }>;
}

export interface ReliableMulticastState<M extends Request = Request> {
  /** what all correct replicas are to deliver; at most the messages of the instance */
  readonly admitted: readonly M[];
  /** what each correct replica delivered, a set */
  readonly delivered: Readonly<Record<Replica, readonly M[]>>;
}

export interface ReliableMulticastInstance<M extends Request = Request> {
  readonly correct: readonly Replica[];
  /** what faulty clients may multicast */
  readonly faulty: readonly M[];
  /** multicast in the start state, by correct clients */
  readonly before?: readonly M[];
  /**
   * Whether a replica delivers a *message* once, as the paper says, or one message of a *number*: the
   * same for correct clients, and all that bounded memory can give for others
   */
  readonly once: "each message" | "each number";
}

/**
 * Reliable multicast (§4.1, with the properties of §3.1). *Validity* and *agreement*: what a correct
 * client multicasts, and what some correct replica delivers, each correct replica delivers; both are
 * owed. *Integrity*: once, and of a correct client only what it multicast.
 */
export function reliableMulticast<M extends Request>(instance: ReliableMulticastInstance<M>) {
  const { correct, faulty, before = [], once } = instance;
  const same = once === "each message" ? sameRequest : sameNumber;
  return automaton<ReliableMulticastState<M>, ReliableMulticastActions<M>>("reliable multicast", {
    start: {
      admitted: before,
      delivered: Object.fromEntries(correct.map((replica) => [replica, []])),
    },
    transitions: {
      "R-MULTICAST": {
        kind: "input",
        cite: "D.RM.SPEC",
        effect: ({ admitted }, { message }) => void insert(admitted as Request[], message),
      },
      ADMIT: {
        kind: "internal",
        cite: "D.RM.SPEC",
        task: spontaneous("faulty clients"),
        choose: () => faulty.map((message) => ({ message })),
        when: { notYet: ({ admitted }, { message }) => !isIn(admitted, message) },
        effect: ({ admitted }, { message }) => void insert(admitted as Request[], message),
      },
      "R-DELIVER": {
        kind: "output",
        cite: "D.RM.SPEC",
        choose: ({ admitted }) =>
          correct.flatMap((replica) =>
            (admitted as readonly M[]).map((message) => ({ replica, message })),
          ),
        when: {
          admitted: ({ admitted }, { message }) => isIn(admitted, message),
          once: ({ delivered }, { replica, message }) =>
            !(delivered[replica] ?? []).some((one) => same(one, message)),
        },
        effect(s, { replica, message }) {
          insert((s.delivered as Record<Replica, Request[]>)[replica] as Request[], message);
        },
      },
    },
  });
}

const isIn = (set: readonly Request[], message: Request): boolean =>
  set.some((one) => sameRequest(one, message));

/** The specification alone, with its multicasts left open. */
export function reliableMulticastSystem<M extends Request>(instance: ReliableMulticastInstance<M>) {
  return compose(
    "reliable multicast",
    { multicast: reliableMulticast(instance) },
    { open: ["R-MULTICAST"] },
  );
}
