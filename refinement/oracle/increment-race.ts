import type { Index, Input, Output } from "../../spec/automaton/index.ts";
import {
  automaton,
  compose,
  indices,
  invariant,
  noDeadlock,
  witness,
} from "../../spec/automaton/index.ts";

type Thread = Index<"thread">;
interface ThreadState {
  /** 1: about to read the counter, 2: about to write it, 3: finished */
  readonly pc: 1 | 2 | 3;
  /** what the thread has read: its private copy of the counter */
  readonly copy: number;
}
interface ThreadActions {
  read: Input<{ thread: Thread; value: number }>;
  write: Output<{ thread: Thread; value: number }>;
}

const racingThread = (thread: Thread) =>
  automaton<ThreadState, ThreadActions>("thread", {
    start: { pc: 1, copy: 0 },
    process: thread,
    transitions: {
      read: {
        kind: "input",
        at: { thread },
        effect: (state, { value }) => (state.pc === 1 ? { pc: 2, copy: value } : state),
      },
      write: {
        kind: "output",
        at: { thread },
        choose: ({ copy }) => [{ thread, value: copy + 1 }],
        when: { hasRead: ({ pc }) => pc === 2 },
        effect: (state) => {
          state.pc = 3;
        },
      },
    },
  });

interface CounterActions {
  read: Output<{ thread: Thread; value: number }>;
  write: Input<{ thread: Thread; value: number }>;
}

/** The shared counter offers its value to every thread at any time; a thread takes it once. */
const counter = (threads: readonly Thread[]) =>
  automaton<number, CounterActions>("counter", {
    start: 0,
    transitions: {
      read: { kind: "output", choose: (value) => threads.map((thread) => ({ thread, value })) },
      write: { kind: "input", effect: (_, { value }) => value },
    },
  });

/**
 * `n` threads increment a counter, each by a read and a write: an update is lost. After
 * examples/increment.rs of stateright.
 */
export function incrementRace(n: number) {
  const threads = indices("thread", n);
  const system = compose("increment-race", {
    threads: threads.map(racingThread),
    counter: counter(threads),
  });
  const reads = ["threads.pc", "counter"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "the counter counts the finished threads",
        reads,
        holds: ({ threads, counter }) => threads.filter(({ pc }) => pc === 3).length === counter,
      }),
      noDeadlock(system, {
        name: "each thread can finish",
        reads,
        finished: ({ threads }) => threads.every(({ pc }) => pc === 3),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "every thread finishes and no update is lost",
        reads,
        reached: ({ threads, counter }) =>
          threads.every(({ pc }) => pc === 3) && counter === threads.length,
      }),
    ],
  };
}

type Progress = "waiting" | "finished";
interface AtomicThreadActions {
  increment: Output<{ thread: Thread }>;
}

const atomicThread = (thread: Thread) =>
  automaton<Progress, AtomicThreadActions>("thread", {
    start: "waiting",
    process: thread,
    transitions: {
      increment: {
        kind: "output",
        at: { thread },
        when: { waiting: (state) => state === "waiting" },
        effect: () => "finished",
      },
    },
  });

const atomicCounter = automaton<number, { increment: Input<{ thread: Thread }> }>("counter", {
  start: 0,
  transitions: { increment: { kind: "input", effect: (value) => value + 1 } },
});

/** The same threads with an atomic increment, the repair of {@link incrementRace}. */
export function incrementAtomically(n: number) {
  const threads = indices("thread", n);
  const system = compose("increment-atomically", {
    threads: threads.map(atomicThread),
    counter: atomicCounter,
  });
  const reads = ["threads", "counter"] as const;
  const finished = (all: readonly Progress[]) => all.filter((one) => one === "finished").length;
  return {
    system,
    properties: [
      invariant(system, {
        name: "the counter counts the finished threads",
        reads,
        holds: ({ threads, counter }) => finished(threads) === counter,
      }),
      noDeadlock(system, {
        name: "each thread can finish",
        reads,
        finished: ({ threads }) => finished(threads) === threads.length,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "every thread finishes and no update is lost",
        reads,
        reached: ({ threads, counter }) =>
          finished(threads) === threads.length && counter === threads.length,
      }),
    ],
  };
}
