import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Model } from "../../../checker/explore/model.ts";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  cells,
  compose,
  type Input,
  type Internal,
  invariant,
  type Output,
  type Problem,
  type QuorateError,
} from "../../../spec/automaton/index.ts";
import { expectReplays } from "./comparing.ts";

type Bits = { readonly [cell: string]: boolean | number };
type Move = { readonly at: number };
/** A step of a node: where its count leads, what it needs, and which bits it makes what. */
interface Plan {
  readonly from: number;
  readonly to: number;
  readonly needs: readonly number[];
  readonly sets: readonly number[];
  readonly unsets: readonly number[];
}

const bit = (at: number) => `bit${at}`;
const node = (at: number) => `node${at}`;

/** Nodes that count, and bits that their steps need and write. */
function nodes(starts: readonly boolean[], plans: readonly (readonly Plan[])[]) {
  const planOf = ({ node: which, at }: Move & { node: number }) => plans[which]?.[at] as Plan;
  const leaf = cells<Bits, { step: Internal<Move & { node: number }> }>("nodes", {
    start: {
      ...Object.fromEntries(starts.map((value, at) => [bit(at), value])),
      ...Object.fromEntries(plans.map((_, at) => [node(at), 0])),
    },
    transitions: {
      step: {
        kind: "internal",
        scopes: plans.map((own, which) => ({
          reads: [node(which)],
          choose: (now) =>
            own.flatMap(({ from }, at) => (from === now[node(which)] ? [{ node: which, at }] : [])),
        })),
        when: { below: () => true },
        needs: (move) => planOf(move).needs.map(bit),
        touches: (move) => {
          const { sets, unsets } = planOf(move);
          return [node(move.node), ...new Set([...sets, ...unsets].map(bit))];
        },
        effect: (now, move) => {
          const { to, sets, unsets } = planOf(move);
          now[node(move.node)] = to;
          for (const at of unsets) now[bit(at)] = false;
          for (const at of sets) now[bit(at)] = true;
        },
      },
    },
  });
  return compose("nodes", { nodes: leaf });
}

const someBits = fc.array(fc.nat({ max: 3 }), { maxLength: 2 });
const plan: fc.Arbitrary<Plan> = fc.record({
  from: fc.nat({ max: 2 }),
  to: fc.nat({ max: 2 }),
  needs: someBits,
  sets: someBits,
  unsets: someBits,
});
const systems = fc
  .tuple(
    fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    fc.array(fc.array(plan, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
  )
  .map(([starts, plans]) => nodes(starts, plans));

/** A first node sets bit 0, of two false bits; a second waits for it, a third for bit 1. */
const chain = nodes(
  [false, false, true],
  [
    [{ from: 0, to: 1, needs: [], sets: [0], unsets: [] }],
    [{ from: 0, to: 1, needs: [0, 2], sets: [], unsets: [] }],
    [{ from: 0, to: 1, needs: [1], sets: [], unsets: [] }],
  ],
);
const chainProblem: Problem = {
  system: chain,
  properties: [
    invariant(chain, {
      name: "the second node waits",
      reads: ["nodes.node1"],
      holds: ({ nodes }) => nodes.node1 === 0,
    }),
  ],
  witnesses: [],
};

describe("the model, where actions need cells", () => {
  const model = new Model(chain, false, []);
  const [start] = model.startVectors();
  const idOf = (track: number) => (start as Int32Array)[track] as number;
  const trackOf = (cell: string) => model.trackOfCell(0, cell);
  const rowsOf = () =>
    model.families.map((family) => model.rowOf(family, Array.from(family.tracks, idOf)));

  test("gives false the id 0 and true the id 1 in each cell that starts with a boolean", () => {
    const ids = ["bit0", "bit1", "bit2"].map((cell) => model.values[trackOf(cell)]);

    expect(ids).toEqual([
      [false, true],
      [false, true],
      [false, true],
    ]);
    expect(["bit0", "bit1", "bit2"].map((cell) => idOf(trackOf(cell)))).toEqual([0, 0, 1]);
  });

  test("lists actions whatever the cells are that they need", () => {
    expect(rowsOf().map((row) => row.length)).toEqual([1, 1, 1]);
  });

  test("tells which tracks must be true, and whether they are", () => {
    const [free, waiting] = rowsOf().map((row) => row[0] as number) as [number, number];

    expect([...model.needsOf(free)]).toEqual([]);
    expect([...model.needsOf(waiting)]).toEqual([trackOf("bit0"), trackOf("bit2")]);
    expect(model.needsHold(free, idOf)).toBe(true);
    expect(model.needsHold(waiting, idOf)).toBe(false);
    expect(model.needsHold(waiting, () => 1)).toBe(true);
  });

  test("counts for coverage what needs were seen to be, once for each action", () => {
    const waiting = rowsOf()[1]?.[0] as number;
    const key = "nodes step needs";
    expect(model.coverage.toJSON().clauses[key]).toBeUndefined();

    model.sawNeeds(rowsOf()[0]?.[0] as number, true);
    model.sawNeeds(waiting, false);
    model.sawNeeds(waiting, false);
    model.sawNeeds(waiting, true);

    expect(model.coverage.toJSON().clauses[key]).toEqual({ yes: 1, no: 1 });
  });

  test("tells values that were met from those that a bit could have", () => {
    expect(model.metValues(trackOf("bit0"))).toEqual([false]);
    expect(model.metValues(trackOf("bit2"))).toEqual([true]);
  });
});

describe("the explorer, where actions need cells", () => {
  test("finds the states and transitions of the naive search", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(systems, (system) => {
        const naive = searchNaively(system);

        const found = explore({ system, properties: [], witnesses: [] });

        expect([found.states, found.depth, found.transitions]).toEqual([
          naive.states,
          naive.depth,
          naive.transitions,
        ]);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  test("finds a run that takes no action before what it needs is true", () => {
    const { violations } = explore(chainProblem);

    const [property] = chainProblem.properties;
    const [violation] = violations;
    if (!property || !violation) throw new Error("no violation");
    expect(violation.actions.map(({ payload }) => payload.node)).toEqual([0, 1]);
    expectReplays(chainProblem, property, violation);
  });

  test("records for coverage that needs were true and were false", () => {
    const { coverage } = explore({ ...chainProblem, properties: [] });

    expect(coverage.clauses["nodes step needs"]).toEqual({ yes: 1, no: 2 });
  });

  test("counts the values of a bit that were met", () => {
    const { leaves } = explore({ ...chainProblem, properties: [] });

    const counts = leaves.filter(({ name }) => name.includes("bit"));
    expect(counts.map(({ localStates }) => localStates)).toEqual([2, 1, 1]);
  });

  test("refuses sends at once where what is sent makes a needed cell false", () => {
    const problem = (makes: boolean): Problem => ({
      system: compose("desk", { sender, desk: desk(makes) }),
      properties: [],
      witnesses: [],
      reductions: ["sends-at-once"],
    });

    expect(explore(problem(true)).states).toBe(3);
    expect(() => explore(problem(false))).toThrow(
      expect.objectContaining({
        code: "reduction-refused",
        message: expect.stringContaining("sending note {} disables work {}"),
      } satisfies Partial<QuorateError>),
    );
  });
});

/** Sends one note. */
const sender = automaton<"idle" | "gone", { go: Internal; note: Output }>("sender", {
  start: "idle",
  transitions: {
    go: {
      kind: "internal",
      when: { idle: (state) => state === "idle" },
      effect: (_state, _payload, send) => {
        send("note", {});
        return "gone";
      },
    },
    note: { kind: "sent" },
  },
});

/** A desk that works while it is open; the note opens it, or closes it. */
const desk = (opens: boolean) =>
  cells<{ readonly open: boolean; readonly done: boolean }, { note: Input; work: Internal }>(
    "desk",
    {
      start: { open: !opens, done: false },
      transitions: {
        note: {
          kind: "input",
          touches: () => ["open"],
          effect: (now) => {
            now.open = opens;
          },
        },
        work: {
          kind: "internal",
          scopes: [{ reads: ["done"], choose: () => [{}] }],
          when: { undone: ({ done }) => !done },
          needs: () => ["open"],
          touches: () => ["done"],
          effect: (now) => {
            now.done = true;
          },
        },
      },
    },
  );
