import {
  compose,
  invariant,
  noDeadlock,
  type Problem,
  witness,
} from "../../../spec/automaton/index.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

/** A regular register: the values that a read may return. */
type Register = readonly (0 | 1)[];
interface Process {
  readonly pc: "a1" | "a2" | "b" | "Done";
  readonly y: 0 | 1;
}
type Memory = { readonly [x: `x${number}`]: Register } & { readonly [own: `p${number}`]: Process };

/**
 * `n` processes write their own register and read a neighbour's, after SimpleRegular.tla: the
 * algorithm of Lamport's "Teaching Concurrency" with regular registers.
 */
export function simpleRegular(n: number): Problem {
  const processes = Array.from({ length: n }, (_, at) => at);
  const commands = processes.flatMap((self): Command<Memory>[] => {
    const [own, x, read] = [`p${self}`, `x${self}`, `x${(self + n - 1) % n}`] as const;
    const writes = (from: "a1" | "a2", to: "a2" | "b", value: Register): Command<Memory> => ({
      action: from,
      by: { self },
      over: [own, x],
      when: (now) => now[own]!.pc === from,
      effect: (now) => {
        now[own]!.pc = to;
        now[x] = [...value];
      },
    });
    const reads = (v: 0 | 1): Command<Memory> => ({
      action: "b",
      by: { self, v },
      over: [own, read],
      touches: [own],
      when: (now) => now[own]!.pc === "b" && now[read]!.includes(v),
      effect: (now) => {
        now[own] = { pc: "Done", y: v };
      },
    });
    return [writes("a1", "a2", [0, 1]), writes("a2", "b", [1]), reads(0), reads(1)];
  });
  const start: Memory = Object.fromEntries(
    processes.flatMap((self) => [
      [`x${self}`, [0]],
      [`p${self}`, { pc: "a1", y: 0 }],
    ]),
  );
  const system = compose("simple-regular", {
    memory: sharedVariables("memory", [start], commands),
  });
  const reads = ["memory"] as const;
  const own = (now: Memory) => processes.map((self) => now[`p${self}`] as Process);
  const done = (now: Memory) => own(now).every(({ pc }) => pc === "Done");
  return {
    system,
    properties: [
      invariant(system, {
        name: "PCorrect",
        reads,
        holds: ({ memory }) => !done(memory) || own(memory).some(({ y }) => y === 1),
      }),
      noDeadlock(system, { name: "only Done ends", reads, finished: ({ memory }) => done(memory) }),
    ],
    witnesses: [
      witness(system, { name: "all are Done", reads, reached: ({ memory }) => done(memory) }),
    ],
  };
}
