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

export interface AtomicMulticastActions {
  "A-MULTICAST": Input<Request>;
  /** a faulty client's message, which is to be delivered */
  ADMIT: Internal<{ message: Request }>;
  /** `k` is the stage, A_deliver^k: a position in the order that all share */
  "A-DELIVER": Output<{ replica: Replica; k: number; message: Request }>;
}

interface Ordered {
  readonly k: number;
  readonly message: Request;
}

export interface AtomicMulticastState {
  /** what all correct replicas are to deliver, a set; at most the messages of the instance */
  readonly admitted: readonly Request[];
  /** what some correct replica delivered, in the order of delivery */
  readonly order: readonly Ordered[];
  /** how much of the order each correct replica delivered */
  readonly delivered: Readonly<Record<Replica, number>>;
}

export interface AtomicMulticastInstance {
  readonly correct: readonly Replica[];
  /** what faulty clients may multicast */
  readonly faulty: readonly Request[];
  /** multicast in the start state, by correct clients */
  readonly before?: readonly Request[];
  /** stages 1 … stages; bounds `k` */
  readonly stages: number;
  /** whether a replica delivers a message once (§3.1), or even one message of a number (§3.1, §4.3) */
  readonly once: "each message" | "each number";
}

/**
 * Atomic multicast (§3.1). *Validity* and *agreement*: what a correct client multicasts, and what some
 * correct replica delivers, each correct replica delivers; both are owed. *Integrity*: once, and of a
 * correct client only what it multicast. *Total order*: all deliver along one order. The paper's
 * property speaks of two messages that both replicas deliver; with agreement that is one order, of
 * which each has delivered a prefix. The order has stages (Lemma 7.3): each message has one `k`.
 */
export function atomicMulticastOf(instance: AtomicMulticastInstance) {
  const { correct, faulty, before = [], stages, once } = instance;
  const same = once === "each message" ? sameRequest : sameNumber;
  return automaton<AtomicMulticastState, AtomicMulticastActions>("atomic multicast", {
    start: {
      admitted: before,
      order: [],
      delivered: Object.fromEntries(correct.map((replica) => [replica, 0])),
    },
    transitions: {
      "A-MULTICAST": {
        kind: "input",
        cite: "D.AM.SPEC",
        effect: ({ admitted }, message) => void insert(admitted, message),
      },
      ADMIT: {
        kind: "internal",
        cite: "D.AM.SPEC",
        task: spontaneous("faulty clients"),
        choose: () => faulty.map((message) => ({ message })),
        when: { notYet: ({ admitted }, { message }) => !isIn(admitted, message) },
        effect: ({ admitted }, { message }) => void insert(admitted, message),
      },
      "A-DELIVER": {
        kind: "output",
        cite: "D.AM.SPEC",
        choose: ({ admitted, order, delivered }) =>
          correct.flatMap((replica) => {
            const next = order[delivered[replica] ?? 0];
            if (next !== undefined) return [{ replica, ...next }];
            const from = order.at(-1)?.k ?? 1;
            return admitted
              .filter((message) => !order.some((one) => same(one.message, message)))
              .flatMap((message) => after(from).map((k) => ({ replica, k, message })));
          }),
        when: {
          admitted: ({ admitted }, { message }) => isIn(admitted, message),
          inOrder: ({ order, delivered }, { replica, k, message }) => {
            const next = order[delivered[replica] ?? 0];
            return next === undefined
              ? k >= (order.at(-1)?.k ?? 1)
              : next.k === k && sameRequest(next.message, message);
          },
          once: ({ order, delivered }, { replica, message }) =>
            order.slice(0, delivered[replica]).every((one) => !same(one.message, message)),
        },
        effect(s, { replica, k, message }) {
          const at = s.delivered[replica] ?? 0;
          if (s.order[at] === undefined) s.order.push({ k, message: { ...message } });
          s.delivered[replica] = at + 1;
        },
      },
    },
  });

  function after(from: number): number[] {
    return Array.from({ length: stages - from + 1 }, (_, more) => from + more);
  }
}

const isIn = (set: readonly Request[], message: Request): boolean =>
  set.some((one) => sameRequest(one, message));

/** The specification alone, with its multicasts left open. */
export function atomicMulticastSystem(instance: AtomicMulticastInstance) {
  return compose(
    "atomic multicast",
    { multicast: atomicMulticastOf(instance) },
    { open: ["A-MULTICAST"] },
  );
}
