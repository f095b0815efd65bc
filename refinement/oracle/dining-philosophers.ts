import type { Index, Internal } from "../../spec/automaton/index.ts";
import {
  cells,
  compose,
  index,
  indices,
  invariant,
  mapOf,
  noDeadlock,
  positionOf,
  witness,
} from "../../spec/automaton/index.ts";

type Philosopher = Index<"philosopher">;
type Fork = Index<"fork">;
type PhilosopherState = { readonly pc: "loop" | "eat" | "think"; readonly hungry: boolean };
/** A fork is handed over clean, and eating makes it dirty. */
type ForkState = { readonly holder: Philosopher; readonly clean: boolean };
type Table = {
  readonly [philosopher: Philosopher]: PhilosopherState;
  readonly [fork: Fork]: ForkState;
};

type Self = { readonly philosopher: Philosopher };
type TableActions = Record<"loop" | "eat" | "think", Internal<Self>>;

/** A philosopher, and the forks and neighbours to the left and to the right. */
interface Seat {
  readonly philosopher: Philosopher;
  readonly sides: readonly { readonly fork: Fork; readonly neighbour: Philosopher }[];
}

function seatsOf(n: number): Seat[] {
  const [philosophers, forks] = [indices("philosopher", n), indices("fork", n)];
  const around = <T>(all: readonly T[], at: number) => all[(at + n) % n] as T;
  return philosophers.map((philosopher, at) => ({
    philosopher,
    sides: [
      { fork: around(forks, at), neighbour: around(philosophers, at - 1) },
      { fork: around(forks, at + 1), neighbour: around(philosophers, at + 1) },
    ],
  }));
}

/** At first every fork lies with the philosopher of the lower number beside it. */
function laidTable(seats: readonly Seat[]): Table {
  return {
    ...mapOf(seats.map(({ philosopher }) => [philosopher, { pc: "loop", hungry: true }])),
    ...mapOf(
      indices("fork", seats.length).map((fork, at) => [
        fork,
        { holder: index("philosopher", at === 1 ? 0 : at), clean: false },
      ]),
    ),
  };
}

/**
 * One automaton of a cell for each philosopher and each fork: in one step a philosopher looks at
 * two forks, hands one over and goes on. The actions are the labels of the original.
 */
const table = (seats: readonly Seat[]) => {
  const sidesOf = (philosopher: Philosopher) => seats[positionOf(philosopher)]!.sides;
  const at = (pc: PhilosopherState["pc"]) => ({
    [pc]: (now: Table, { philosopher }: Self) => now[philosopher]!.pc === pc,
  });
  const scopes = seats.map(({ philosopher }) => ({
    reads: [philosopher],
    choose: () => [{ philosopher }],
  }));
  const within = ({ philosopher }: Self) => [
    philosopher,
    ...sidesOf(philosopher).map(({ fork }) => fork),
  ];
  return cells<Table, TableActions>("table", {
    start: laidTable(seats),
    transitions: {
      loop: {
        kind: "internal",
        scopes,
        when: at("loop"),
        touches: within,
        effect: (now, { philosopher }) => {
          const held = sidesOf(philosopher).filter(({ fork }) => now[fork]!.holder === philosopher);
          const dirty = held.find(({ fork }) => !now[fork]!.clean);
          const mayEat = held.length === 2 && dirty === undefined;
          const self = now[philosopher]!;
          self.pc = self.hungry ? (mayEat ? "eat" : "loop") : "think";
          if (dirty !== undefined) now[dirty.fork] = { holder: dirty.neighbour, clean: true };
        },
      },
      eat: {
        kind: "internal",
        scopes,
        when: at("eat"),
        touches: within,
        effect: (now, { philosopher }) => {
          now[philosopher] = { pc: "loop", hungry: false };
          for (const { fork } of sidesOf(philosopher)) now[fork]!.clean = false;
        },
      },
      think: {
        kind: "internal",
        scopes,
        when: at("think"),
        touches: ({ philosopher }) => [philosopher],
        effect: (now, { philosopher }) => {
          now[philosopher] = { pc: "loop", hungry: true };
        },
      },
    },
  });
};

/**
 * `n` dining philosophers, at least three, who hand forks to each other as Chandy and Misra have
 * it, after DiningPhilosophers.tla of tlaplus/Examples.
 */
export function diningPhilosophers(n: number) {
  const seats = seatsOf(n);
  const system = compose("dining-philosophers", { table: table(seats) });
  const reads = ["table"] as const;
  const eats = (now: Table, philosopher: Philosopher) => now[philosopher]!.pc === "eat";
  return {
    system,
    properties: [
      invariant(system, {
        name: "neighbours do not eat at the same time",
        reads,
        holds: ({ table }) =>
          seats.every(
            ({ philosopher, sides }) =>
              !eats(table, philosopher) || sides.every(({ neighbour }) => !eats(table, neighbour)),
          ),
      }),
      noDeadlock(system, { name: "some philosopher can go on", reads: [], finished: () => false }),
    ],
    witnesses: seats.map(({ philosopher }) =>
      witness(system, {
        name: `${philosopher} eats`,
        reads,
        reached: ({ table }) => eats(table, philosopher),
      }),
    ),
    excludes: ["that nobody starves (liveness)"],
  };
}
