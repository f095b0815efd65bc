import {
  compose,
  invariant,
  noDeadlock,
  type Problem,
  stepInvariant,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Shared = "lock" | "gate1" | "gate2" | "rdv";
type Memory = Readonly<Record<Shared, number>> & { readonly [pc: `pc${number}`]: number };
/** An assignment to the shared variables, and where the process goes on. */
type Change = (now: Record<Shared, number>) => number;

/**
 * The steps of a process by its label: what they look at, when they are enabled, what they do.
 * The labels are those of the original: 4 for "a4".
 */
function stepsOf(n: number): [Shared[], (now: Record<Shared, number>) => boolean, Change][] {
  const always = () => true;
  const set =
    (variable: Shared, by: number, to: number): Change =>
    (now) => {
      now[variable] += by;
      return to;
    };
  const free = (now: Record<Shared, number>) => now.lock === 1;
  return [
    [[], always, () => 1],
    [["lock"], free, set("lock", -1, 2)],
    [["rdv"], always, set("rdv", 1, 3)],
    [["rdv"], always, ({ rdv }) => (rdv === n ? 4 : 5)],
    [["gate1"], always, set("gate1", n, 5)],
    [
      ["lock"],
      always,
      (now) => {
        now.lock = 1;
        return 6;
      },
    ],
    [["gate1"], ({ gate1 }) => gate1 > 0, set("gate1", -1, 7)],
    [["lock"], free, set("lock", -1, 8)],
    [["rdv"], always, set("rdv", -1, 9)],
    [["rdv"], always, ({ rdv }) => (rdv === 0 ? 10 : 11)],
    [["gate2"], always, set("gate2", n, 11)],
    [
      ["lock"],
      always,
      (now) => {
        now.lock = 1;
        return 12;
      },
    ],
    [["gate2"], ({ gate2 }) => gate2 > 0, set("gate2", -1, 0)],
  ];
}

type Gate = { readonly [pc: `b${number}`]: 0 | 1 };

/** Barrier.tla: processes arrive, and all leave in one step. */
function barrierSystem(n: number) {
  const cells = Array.from({ length: n }, (_, at) => `b${at + 1}` as const);
  const commands: Command<Gate>[] = cells.map((cell, at) => ({
    action: "b0",
    by: { self: at + 1 },
    over: [cell],
    when: (now) => now[cell] === 0,
    effect: (now) => {
      now[cell] = 1;
    },
  }));
  commands.push({
    action: "b1",
    by: {},
    over: cells,
    when: (now) => cells.every((cell) => now[cell] === 1),
    effect: (now) => {
      for (const cell of cells) now[cell] = 0;
    },
  });
  const start = Object.fromEntries(cells.map((cell) => [cell, 0])) as Gate;
  return compose("barrier", { gate: sharedVariables("gate", [start], commands) });
}

/** The barrier that {@link barriers} implement. */
export function barrier(n: number): Problem {
  const system = barrierSystem(n);
  const reads = ["gate"] as const;
  const left = (before: Gate, after: Gate) =>
    Object.keys(before).some((pc) => before[pc as "b1"] === 1 && after[pc as "b1"] === 0);
  return {
    system,
    properties: [
      stepInvariant(system, {
        name: "BarrierProperty",
        reads,
        holds: (before, _, after) =>
          !left(before.gate, after.gate) || Object.values(before.gate).every((pc) => pc === 1),
      }),
    ],
    witnesses: [witnessAction(system, { name: "all leave", action: "b1" })],
  };
}

/** A reusable barrier of `n` processes out of semaphores, after Barriers.tla. */
export function barriers(n: number, refining = false): Problem {
  const processes = Array.from({ length: n }, (_, at) => at + 1);
  const pcOf = (process: number) => `pc${process}` as const;
  const commands = processes.flatMap((self) =>
    stepsOf(n).map(([shared, when, change], label): Command<Memory> => {
      const pc = pcOf(self);
      return {
        action: `a${label}`,
        by: { self },
        over: [pc, ...shared],
        when: (now) => now[pc] === label && when(now),
        effect: (now) => {
          now[pc] = change(now);
        },
      };
    }),
  );
  const start: Memory = {
    ...{ lock: 1, gate1: 0, gate2: 0, rdv: 0 },
    ...Object.fromEntries(processes.map((process) => [pcOf(process), 0])),
  };
  const system = compose("barriers", { memory: sharedVariables("memory", [start], commands) });
  const reads = ["memory"] as const;
  const labels = (now: Memory) => processes.map((process) => now[pcOf(process)] as number);
  const within = (from: number, to: number) => (label: number) => from <= label && label <= to;
  const inLock = (label: number) => within(2, 5)(label) || within(8, 11)(label);
  const implementsBarrier = refines(system, {
    name: "BSpec",
    specification: barrierSystem(n),
    reads,
    mapping: ({ memory }) => {
      const arrived = (label: number) => within(1, 10)(label) || (label > 10 && memory.gate2 === 0);
      const pcs = labels(memory).map((label, at) => [`b${at + 1}`, arrived(label) ? 1 : 0]);
      return { gate: Object.fromEntries(pcs) as Gate };
    },
  });
  return {
    system,
    properties: [
      invariant(system, {
        name: "LockInv",
        reads,
        holds: ({ memory }) => {
          const holders = labels(memory).filter(inLock).length;
          return holders <= 1 && (holders === 0 || memory.lock === 0);
        },
      }),
      invariant(system, {
        name: "Inv",
        reads,
        holds: ({ memory }) => {
          const all = labels(memory);
          const { gate1, gate2, rdv } = memory;
          return (
            rdv === all.filter(within(3, 8)).length &&
            (gate1 === 0 || gate2 === 0) &&
            !(all.some(within(0, 4)) && all.some(within(7, 10))) &&
            !(all.some(within(0, 4)) && gate1 > 0) &&
            !(all.some(within(7, 10)) && gate2 > 0)
          );
        },
      }),
      invariant(system, {
        name: "FlushInv",
        reads,
        holds: ({ memory: { gate1, gate2, ...memory } }) => {
          const first = labels(memory as Memory).filter(within(0, 6)).length;
          return (gate1 === 0 || gate1 === first) && (gate2 === 0 || gate2 === n - first);
        },
      }),
      ...(refining ? [implementsBarrier] : []),
      noDeadlock(system, { name: "some process can go on", reads: [], finished: () => false }),
    ],
    witnesses: [
      witness(system, {
        name: "the second gate opens",
        reads,
        reached: ({ memory }) => memory.gate2 === n,
      }),
    ],
  };
}
