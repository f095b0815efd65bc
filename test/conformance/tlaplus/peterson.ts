import { lock } from "../../../refinement/oracle/lock.ts";
import {
  compose,
  index,
  invariant,
  mapOf,
  noDeadlock,
  witness,
} from "../../../spec/automaton/index.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Process = 1 | 2;
type Label = "a0" | "a1" | "a2" | "a3" | "cs" | "a4";
type Memory = { readonly turn: Process } & Readonly<Record<`pc${Process}`, Label>> &
  Readonly<Record<`c${Process}`, boolean>>;

const PROCESSES = [1, 2] as const;
const INSIDE: readonly Label[] = ["cs", "a4"];

function commandsOf(self: Process): Command<Memory>[] {
  const other = self === 1 ? 2 : 1;
  const [pc, own, others] = [`pc${self}`, `c${self}`, `c${other}`] as const;
  const step = (
    from: Label,
    to: Label,
    over: readonly (keyof Memory)[] = [],
    change?: Command<Memory>["effect"],
    when: (now: Memory) => boolean = () => true,
  ): Command<Memory> => ({
    action: from,
    by: { self },
    over: [pc, ...over],
    when: (now) => now[pc] === from && when(now),
    effect: (now) => {
      now[pc] = to;
      change?.(now);
    },
  });
  return [
    step("a0", "a1"),
    step("a1", "a2", [own], (now) => {
      now[own] = true;
    }),
    step("a2", "a3", ["turn"], (now) => {
      now.turn = other;
    }),
    step("a3", "cs", [others, "turn"], undefined, (now) => !now[others] || now.turn === self),
    step("cs", "a4"),
    step("a4", "a0", [own], (now) => {
      now[own] = false;
    }),
  ];
}

/** What the labels are in Lock.tla. */
const IN_LOCK = { a0: "l0", a1: "l1", a2: "l1", a3: "l1", cs: "cs", a4: "l2" } as const;

/** Peterson's mutual exclusion of two processes, after Peterson.tla; and that it is a lock. */
export function peterson() {
  const start: Memory = { turn: 1, pc1: "a0", pc2: "a0", c1: false, c2: false };
  const memory = sharedVariables("memory", [start], PROCESSES.flatMap(commandsOf));
  const system = compose("peterson", { memory });
  const reads = ["memory"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "Inv",
        reads,
        holds: ({ memory: m }) =>
          PROCESSES.every((p) => m[`c${p}`] === ["a2", "a3", "cs", "a4"].includes(m[`pc${p}`])) &&
          !PROCESSES.every((p) => INSIDE.includes(m[`pc${p}`])),
      }),
      refines(system, {
        name: "LSpec",
        specification: lock(2).system,
        reads,
        mapping: ({ memory: m }) => ({
          memory: {
            lock: PROCESSES.some((p) => INSIDE.includes(m[`pc${p}`])) ? (0 as const) : (1 as const),
            pc: mapOf(PROCESSES.map((p) => [index("process", p - 1), IN_LOCK[m[`pc${p}`]]])),
          },
        }),
      }),
      noDeadlock(system, { name: "some process can go on", reads: [], finished: () => false }),
    ],
    witnesses: PROCESSES.map((p) =>
      witness(system, {
        name: `${p} is in the critical section`,
        reads,
        reached: ({ memory }) => memory[`pc${p}`] === "cs",
      }),
    ),
  };
}
