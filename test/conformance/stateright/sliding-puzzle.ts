import type { Internal, Problem } from "../../../spec/automaton/index.ts";
import { cells, compose, invariant, mapOf } from "../../../spec/automaton/index.ts";

/** The squares of a board of three by three, row by row. */
type Square = `square ${number}`;
type Board = { readonly [square: Square]: number };
/** Where a tile slides to is empty. */
type Slide = { readonly direction: Direction; readonly from: Square; readonly to: Square };
type Direction = "down" | "up" | "right" | "left";

const SIDE = 3;
const POSITIONS = Array.from({ length: SIDE * SIDE }, (_, position) => position);
const squareAt = (position: number): Square => `square ${position}`;

const SLIDES: readonly Slide[] = POSITIONS.flatMap((position) => {
  const [x, y] = [position % SIDE, Math.floor(position / SIDE)];
  const to = squareAt(position);
  const slide = (direction: Direction, possible: boolean, from: number): Slide[] =>
    possible ? [{ direction, from: squareAt(from), to }] : [];
  return [
    ...slide("down", y > 0, position - SIDE),
    ...slide("up", y < SIDE - 1, position + SIDE),
    ...slide("right", x > 0, position - 1),
    ...slide("left", x < SIDE - 1, position + 1),
  ];
});

/**
 * The sliding puzzle of Stateright's introduction (src/lib.rs): its solution is the counterexample
 * to its having none.
 * @param tiles the board at the start, 0 where it is empty
 */
export function slidingPuzzle(tiles: readonly number[]): Problem {
  const board = cells<Board, { slide: Internal<Slide> }>("board", {
    start: mapOf(tiles.map((tile, position) => [squareAt(position), tile])),
    transitions: {
      slide: {
        kind: "internal",
        scopes: SLIDES.map((slide) => ({ reads: [slide.from, slide.to], choose: () => [slide] })),
        when: { empty: (now, { to }) => now[to] === 0 },
        touches: ({ from, to }) => [from, to],
        effect: (now, { from, to }) => {
          now[to] = now[from] as number;
          now[from] = 0;
        },
      },
    },
  });
  const system = compose("sliding-puzzle", { board });
  return {
    system,
    properties: [
      invariant(system, {
        name: "unsolved",
        reads: ["board"],
        holds: (view) => POSITIONS.some((position) => view.board[squareAt(position)] !== position),
      }),
    ],
    witnesses: [],
  };
}
