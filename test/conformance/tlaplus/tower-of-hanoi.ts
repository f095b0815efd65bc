import {
  automaton,
  compose,
  type Index,
  type Internal,
  index,
  indices,
  invariant,
  type Problem,
  witnessAction,
} from "../../../spec/automaton/index.ts";

type Disk = Index<"disk">;
type Tower = Index<"tower">;
type Towers = Readonly<Record<Tower, readonly Disk[]>>;
type Moves = { Move: Internal<{ from: Tower; to: Tower }> };

/**
 * `disks` disks on `n` towers, after Hanoi.tla. A tower is the set of its disks, smallest first
 * (the original has a number with a bit for each disk): only the first can move, onto larger ones.
 */
export function towerOfHanoi(disks: number, n: number): Problem {
  const all = indices("disk", disks);
  const towers = indices("tower", n);
  const pairs = towers.flatMap((from) =>
    towers.filter((to) => to !== from).map((to) => ({ from, to })),
  );
  const first = (tower: readonly Disk[] | undefined) => {
    const at = tower?.[0];
    return at === undefined ? disks : all.indexOf(at);
  };
  const start = Object.fromEntries(towers.map((tower, at) => [tower, at === 0 ? all : []]));
  const puzzle = automaton<Towers, Moves>("towers", {
    start: start as Towers,
    transitions: {
      Move: {
        kind: "internal",
        choose: () => pairs,
        when: {
          CanMoveOff: (now, { from }) => first(now[from]) < disks,
          CanMoveTo: (now, { from, to }) => first(now[from]) < first(now[to]),
        },
        effect: (now, { from, to }) => {
          now[to]!.unshift(now[from]!.shift()!);
        },
      },
    },
  });
  const system = compose("tower-of-hanoi", { towers: puzzle });
  const last = index("tower", n - 1);
  return {
    system,
    properties: [
      invariant(system, {
        name: "NotSolved",
        reads: ["towers"],
        holds: (view) => view.towers[last]?.length !== disks,
      }),
    ],
    witnesses: [witnessAction(system, { name: "a disk moves", action: "Move" })],
  };
}
