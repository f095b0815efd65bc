import type { Draft } from "immer";
import type { Index, Internal, Problem } from "../../../spec/automaton/index.ts";
import {
  cells,
  compose,
  indices,
  interchangeable,
  invariant,
  mapOf,
  witness,
} from "../../../spec/automaton/index.ts";

type Thread = Index<"thread">;
interface Local {
  /** what it read of the shared counter */
  readonly t: number;
  readonly pc: 0 | 1 | 2 | 3 | 4;
}
type Memory = {
  readonly shared: number;
  readonly lock: boolean;
  readonly [thread: Thread]: Local;
};
type Own = { readonly thread: Thread };

const at = (pc: Local["pc"]) => ({
  [`at ${pc}`]: (memory: Memory, { thread }: Own) => memory[thread]?.pc === pc,
});
const own = (threads: readonly Thread[], ...besides: ("shared" | "lock")[]) => ({
  kind: "internal" as const,
  scopes: threads.map((thread) => ({ reads: [thread, ...besides], choose: () => [{ thread }] })),
  touches: ({ thread }: Own) => [thread, ...besides],
});

/** A thread reads the shared counter, and writes it incremented. */
const readAndWrite = (threads: readonly Thread[]) => ({
  read: {
    ...own(threads, "shared"),
    when: at(1),
    effect: (memory: Draft<Memory>, { thread }: Own) => {
      memory[thread] = { t: memory.shared, pc: 2 };
    },
  },
  write: {
    ...own(threads, "shared"),
    when: at(2),
    effect: (memory: Draft<Memory>, { thread }: Own) => {
      const local = memory[thread] as Draft<Local>;
      local.pc = 3;
      memory.shared = local.t + 1;
    },
  },
});

const start = (threads: readonly Thread[], pc: Local["pc"]): Memory => ({
  shared: 0,
  lock: false,
  ...mapOf(threads.map((thread) => [thread, { t: 0, pc }])),
});
const count = (threads: readonly Thread[], memory: Memory, when: (pc: number) => boolean) =>
  threads.filter((thread) => when(memory[thread]?.pc as number)).length;

/**
 * `n` threads increment a shared counter, and may miss each other's increments: after
 * examples/increment.rs of Stateright.
 */
export function increment(n: number, { symmetric = false } = {}): Problem {
  const threads = indices("thread", n);
  const memory = cells<Memory, Record<"read" | "write", Internal<Own>>>("memory", {
    start: start(threads, 1),
    transitions: readAndWrite(threads),
  });
  const system = compose("increment", { memory });
  const finished = (now: Memory) => count(threads, now, (pc) => pc === 3);
  return {
    system,
    properties: [
      invariant(system, {
        name: "fin",
        reads: ["memory"],
        holds: (view) => finished(view.memory) === view.memory.shared,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all finish",
        reads: ["memory"],
        reached: (view) => finished(view.memory) === n,
      }),
    ],
    ...(symmetric ? { reductions: ["symmetry"], symmetries: [interchangeable(threads)] } : {}),
  };
}

/** The same, under a lock: after examples/increment_lock.rs of Stateright. */
export function incrementLock(n: number, { symmetric = false } = {}): Problem {
  const threads = indices("thread", n);
  const memory = cells<Memory, Record<"acquire" | "read" | "write" | "release", Internal<Own>>>(
    "memory",
    {
      start: start(threads, 0),
      transitions: {
        acquire: {
          ...own(threads, "lock"),
          when: { ...at(0), free: ({ lock }: Memory) => !lock },
          effect: (now: Draft<Memory>, { thread }: Own) => {
            (now[thread] as Draft<Local>).pc = 1;
            now.lock = true;
          },
        },
        ...readAndWrite(threads),
        release: {
          ...own(threads, "lock"),
          when: { ...at(3), held: ({ lock }: Memory) => lock },
          effect: (now: Draft<Memory>, { thread }: Own) => {
            (now[thread] as Draft<Local>).pc = 4;
            now.lock = false;
          },
        },
      },
    },
  );
  const system = compose("increment-lock", { memory });
  const reads = ["memory"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "fin",
        reads,
        holds: (view) => count(threads, view.memory, (pc) => pc >= 3) === view.memory.shared,
      }),
      invariant(system, {
        name: "mutex",
        reads,
        holds: (view) => count(threads, view.memory, (pc) => pc >= 1 && pc < 4) <= 1,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all finish",
        reads,
        reached: (view) => count(threads, view.memory, (pc) => pc === 4) === n,
      }),
    ],
    ...(symmetric ? { reductions: ["symmetry"], symmetries: [interchangeable(threads)] } : {}),
  };
}
