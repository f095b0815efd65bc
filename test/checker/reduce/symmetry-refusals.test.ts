import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  type Composition,
  cells,
  compose,
  type Internal,
  includedIn,
  index,
  indices,
  interchangeable,
  invariant,
  type Output,
  type Problem,
  quiescentWhenFinished,
  spontaneous,
  stepInvariant,
  urgent,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { eventually } from "../../../spec/automaton/liveness.ts";
import { letters, N0, N1 } from "../../fixtures/small/restarts.ts";
import {
  board,
  greetings,
  log,
  memory,
  NODES,
  type Node,
  soup,
  symmetric,
  watcherOf,
  workers,
  workersProblem,
} from "./symmetry-models.ts";

const refusal = (what: string | RegExp) =>
  expect.objectContaining({
    code: "reduction-refused",
    message: expect.stringMatching(what),
  });

/** Whichever node a representative keeps, one of the three models loses its violation by it. */
const each = NODES.map((one) => [one] as const);

const violations = (problem: Problem) => explore(problem).violations.filter((one) => one !== null);

describe.each(each)("where only %s", (favourite) => {
  const only = (one: Node) => one === favourite;

  const asymmetric: readonly (readonly [string, Problem])[] = [
    ["breaks", workersProblem({ struck: (one) => (only(one) ? "broken" : "worked") })],
    ["is offered by choose", workersProblem({ chosen: only })],
    ["is allowed by a clause", workersProblem({ allowed: only })],
    ["works", workersProblem({ works: only })],
    ["is noticed by another leaf", workersProblem({ noticed: only })],
    ["starts idle", workersProblem({ start: (one) => (only(one) ? "idle" : "worked") })],
  ];

  test.each(asymmetric)("%s, symmetry is refused", (_, problem) => {
    expect(() => explore(symmetric(problem))).toThrow(refusal("node#"));
  });

  test.each(asymmetric.slice(0, 5))("%s, there is a violation to lose", (_, problem) => {
    expect(violations(problem)).toHaveLength(1);
  });

  test("is singled out by an invariant, symmetry is refused", () => {
    const system = workers();
    const at = NODES.indexOf(favourite);
    const problem: Problem = {
      system,
      properties: [
        invariant(system, {
          name: "it does not break",
          reads: ["nodes"],
          holds: ({ nodes }) => nodes[at] !== "broken",
        }),
      ],
      witnesses: [],
    };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("it does not break"));
  });

  test("is singled out by a witness, symmetry is refused", () => {
    const system = workers();
    const at = NODES.indexOf(favourite);
    const reached = ({ nodes }: { readonly nodes: readonly string[] }) =>
      nodes[at] === "broken" && nodes.filter((one) => one === "idle").length === 2;
    const witnesses = [witness(system, { name: "it alone breaks", reads: ["nodes"], reached })];
    const problem: Problem = { system, properties: [], witnesses };

    expect(explore(problem).reached).toEqual([true]);
    // Where the witness is reached by a representative it is reached.
    const outcome = outcomeOf(() => explore(symmetric(problem)).reached);

    expect([[true], "reduction-refused"]).toContainEqual(outcome);
  });

  test("is singled out by a witness that is an action, symmetry is refused", () => {
    const system = workers();
    const where = ({ node }: { node: Node }) => only(node);
    const witnesses = [witnessAction(system, { name: "it works", action: "work", where })];

    expect(() => explore(symmetric({ system, properties: [], witnesses }))).toThrow(
      refusal("it works"),
    );
  });

  test("is singled out by a step's payload, symmetry is refused", () => {
    const system = workers();
    const problem: Problem = {
      system,
      properties: [
        stepInvariant(system, {
          name: "it is not hit first",
          reads: ["nodes"],
          holds: ({ nodes }, { name, payload }) =>
            name !== "hit" || nodes.includes("broken") || !only(payload.node as Node),
        }),
      ],
      witnesses: [],
    };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("it is not hit first"));
  });

  test("has a task that waits, symmetry is refused", () => {
    const task = (one: Node) => (only(one) ? spontaneous("work") : urgent("work"));
    const system = workers({ task });
    const finished = ({ nodes }: { readonly nodes: readonly string[] }) => !nodes.includes("idle");
    const problem: Problem = {
      system,
      properties: [quiescentWhenFinished(system, { name: "all work", reads: ["nodes"], finished })],
      witnesses: [],
    };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("no leaf"));
  });

  test("is watched, by an observer that does not say so, symmetry is refused", () => {
    const system = workers({ more: { watcher: watcherOf(favourite) } });
    const problem: Problem = {
      system,
      properties: [
        invariant(system as never, {
          name: "nobody is watched",
          reads: ["watcher"] as never,
          holds: (view) => !(view as never as { watcher: boolean }).watcher,
        }),
      ],
      witnesses: [],
    };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("watcher"));
  });

  test("may work first by the specification, symmetry is refused", () => {
    const system = workers();
    const specification = compose("spec", {
      one: automaton<boolean, { work: Output<{ node: Node }> }>("one", {
        start: false,
        transitions: {
          work: {
            kind: "output",
            choose: () => NODES.map((node) => ({ node })),
            when: { first: (begun, { node }) => begun || only(node) },
            effect: () => true,
          },
        },
      }),
    });
    const property = includedIn(system, { name: "in order", specification, visible: ["work"] });
    const problem: Problem = { system, properties: [property], witnesses: [] };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("specification of"));
  });
});

describe.each(each)("where %s alone is singled out out of sight", (favourite) => {
  const only = (one: Node) => one === favourite;

  test("by a step of several cells, symmetry is refused", () => {
    const problem = board(only);

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("does to board"));
  });

  test("by a hidden step of the specification before the first action, symmetry is refused", () => {
    const system = workers();
    type Rule = { pick: Internal<{ node: Node }>; work: Output<{ node: Node }> };
    const specification = compose("spec", {
      one: automaton<Node | null | "any", Rule>("one", {
        start: null,
        transitions: {
          pick: {
            kind: "internal",
            choose: () => NODES.filter(only).map((node) => ({ node })),
            when: { none: (picked) => picked === null },
            effect: (_, { node }) => node,
          },
          work: {
            kind: "output",
            choose: (picked) =>
              NODES.filter((node) => picked === node || picked === "any").map((node) => ({ node })),
            effect: () => "any",
          },
        },
      }),
    });
    const property = includedIn(system, { name: "picked", specification, visible: ["work"] });
    const problem: Problem = { system, properties: [property], witnesses: [] };

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("a start state becomes none"));
  });
});

describe.each(each)("in a soup where %s", (favourite) => {
  const only = (one: Node) => one === favourite;

  test("needs nothing, symmetry is refused", () => {
    const problem = soup({ needs: (node) => (only(node) ? [] : [node]) });

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("concern different leaves or cells"));
  });

  test("goes unnoted, symmetry is refused", () => {
    const problem = soup({ noted: (node) => !only(node) });

    expect(() => explore(symmetric(problem))).toThrow(refusal("concern different leaves or cells"));
  });

  test("is looked at by no scope, symmetry is refused", () => {
    const problem = soup({ seen: (node) => !only(node) });

    expect(() => explore(symmetric(problem))).toThrow(refusal("no scope of soup"));
  });

  test("is like the others, symmetry is accepted and loses nothing", () => {
    const problem = soup({});

    expect(explore(symmetric(problem)).violations[0]?.actions).toHaveLength(6);
    expect(violations(problem)[0]?.actions).toHaveLength(6);
  });
});

describe("among four nodes", () => {
  const nodes = indices("node", 4);
  const pairs = nodes.flatMap((one, at) =>
    nodes.slice(at + 1).map((other) => [one, other] as const),
  );
  const has = (worked: readonly Node[], ...all: readonly Node[]) =>
    all.every((node) => worked.includes(node));

  test.each(pairs)("a guard that knows %s and %s is found however far it is", (one, other) => {
    // Both have worked and a third cannot, but where a certain pair has.
    const may = (node: Node, worked: readonly Node[]) =>
      !worked.includes(node) && (worked.length < 2 || has(worked, one, other));
    const problem = memory(nodes, may, (worked) => worked.length > 2);

    expect(violations(problem)).toHaveLength(1);
    expect(() => explore(symmetric(problem))).toThrow(refusal("memory enables work"));
  });

  test("neighbours are not interchangeable, though all can be rotated", () => {
    const beside = (node: Node, worked: readonly Node[]) => {
      const [left, right] = [1, 3].map((by) => nodes[(nodes.indexOf(node) + by) % 4] as Node);
      return worked.includes(left as Node) || worked.includes(right as Node);
    };
    const may = (node: Node, worked: readonly Node[]) =>
      worked.length === 0 || (worked.length === 1 && beside(node, worked));
    const problem = memory(nodes, may, (worked) => worked.length > 2);

    expect(() => explore(symmetric(problem))).toThrow(refusal("memory enables work"));
  });
});

describe("together with sends at once", () => {
  test("greetings on cells of their own are the same in any order", () => {
    const problem = greetings(false);

    expect(explore(problem).states).toBe(2);
    expect(explore({ ...problem, reductions: ["symmetry"] }).states).toBe(5);
  });

  test("an order of names in which the last one stays is refused", () => {
    expect(() => explore(greetings(true))).toThrow(refusal("an order of names"));
  });
});

const outcomeOf = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe("a sequence that is sorted as far as one looks", () => {
  const kings = (options: { readonly sequences?: readonly string[] }): Problem => {
    const system = workers({ more: { log } });
    return {
      system,
      symmetries: [interchangeable(NODES, options)],
      properties: [
        invariant(system as never, {
          name: "the king came first",
          reads: ["log"] as never,
          holds: (view) => {
            const { order, king } = (view as never as { log: { order: Node[]; king: Node } }).log;
            return king === null || king !== order[0] || order.length < 3;
          },
        }),
      ],
      witnesses: [],
    };
  };

  test("is refused where it is taken for a set, and the message names its path", () => {
    expect(() => explore(symmetric(kings({})))).toThrow(refusal(/log\.order|does to log/));
  });

  test("keeps its order where it is declared", () => {
    const problem = kings({ sequences: ["log.order"] });

    const found = explore(symmetric(problem));

    expect(violations(problem)).toHaveLength(1);
    expect(found.violations[0]?.actions).toHaveLength(4);
  });
});

describe("symmetry is refused", () => {
  test("where nothing is declared interchangeable", () => {
    const problem = workersProblem();

    expect(() => explore({ ...problem, reductions: ["symmetry"] })).toThrow(
      refusal("nothing is declared"),
    );
  });

  test("where two symmetries move one index", () => {
    const symmetries = [interchangeable(NODES), interchangeable(NODES.slice(1))];

    expect(() => explore(symmetric({ ...workersProblem(), symmetries }))).toThrow(
      refusal("two symmetries move node#1"),
    );
  });

  test("for liveness: a cycle of orbits is no cycle of states", () => {
    const { system } = workersProblem();
    const property = eventually(workers(), {
      name: "some node works",
      reads: ["nodes"],
      holds: ({ nodes }) => nodes.includes("worked"),
    });

    expect(() => explore(symmetric({ system, properties: [property], witnesses: [] }))).toThrow(
      refusal("liveness|cycles"),
    );
  });

  test("together with a reduction that chooses among steps", () => {
    const problem = symmetric(workersProblem());

    expect(() => explore({ ...problem, reductions: ["symmetry", "partial-order"] })).toThrow(
      refusal("not combined"),
    );
  });

  test("where an index that is declared has no leaf", () => {
    const symmetries = [interchangeable(indices("node", 4))];

    expect(() => explore(symmetric({ ...workersProblem(), symmetries }))).toThrow(
      refusal("no leaf"),
    );
  });

  test("where some processes may restart and others not", () => {
    const system = letters({ recovers: true }) as unknown as Composition;
    const symmetries = [interchangeable([N0, N1])];
    const problem: Problem = { system, properties: [], witnesses: [], symmetries };

    expect(() => explore(symmetric(problem))).toThrow(refusal("no leaf"));
  });

  test("where leaves that are alike do not say whose they are", () => {
    const watchers = NODES.map(watcherOf);
    const system = workers({ more: { watchers } });

    expect(() => explore(symmetric({ system, properties: [], witnesses: [] }))).toThrow(
      refusal("watchers"),
    );
  });

  test("where cells do not come for each index", () => {
    const [first, second] = NODES as [Node, Node];
    type Cells = { [cell: string]: boolean };
    const soup = cells<Cells, Record<never, never>>("soup", {
      start: { [`ready ${first}`]: false, [`ready ${second}`]: false },
      transitions: {},
    });
    const system = workers({ more: { soup } });

    expect(() => explore(symmetric({ system, properties: [], witnesses: [] }))).toThrow(
      refusal("soup|cell"),
    );
  });
});

describe("interchangeable", () => {
  const malformed = expect.objectContaining({ code: "claim-malformed" });

  test("refuses nothing, two of one, other sorts, and columns of other lengths", () => {
    expect(() => interchangeable([])).toThrow(malformed);
    expect(() => interchangeable([index("a", 0), index("a", 0)])).toThrow(malformed);
    expect(() => interchangeable([index("a", 0), index("b", 0)])).toThrow(malformed);
    expect(() => interchangeable(indices("a", 2), { with: [indices("b", 3)] })).toThrow(malformed);
    expect(() => interchangeable(["a" as never])).toThrow(malformed);
  });
});
