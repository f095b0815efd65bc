import {
  type AnyAutomaton,
  automaton,
  cells,
  compose,
  type Index,
  type Input,
  type Internal,
  indices,
  insert,
  interchangeable,
  invariant,
  type Output,
  observer,
  type Problem,
  spontaneous,
  type Task,
  urgent,
} from "../../../spec/automaton/index.ts";

export type Node = Index<"node">;
type NodeState = "idle" | "worked" | "broken";
interface NodeActions {
  work: Output<{ node: Node }>;
  hit: Input<{ node: Node }>;
}
interface SaboteurActions {
  work: Input<{ node: Node }>;
  hit: Output<{ node: Node }>;
}

export const NODES = indices("node", 3);
export const SYMMETRY = interchangeable(NODES);

/** Where one of the nodes may be singled out. */
interface Favour {
  /** a node starts in another state */
  readonly start?: (node: Node) => NodeState;
  /** whether a node works */
  readonly works?: (node: Node) => boolean;
  /** what hitting a node that worked makes of it */
  readonly struck?: (node: Node) => NodeState;
  /** whom the saboteur's `choose` offers */
  readonly chosen?: (node: Node) => boolean;
  /** whom a clause of the saboteur allows */
  readonly allowed?: (node: Node) => boolean;
  /** whether the saboteur notices that a node works; it strikes only then */
  readonly noticed?: (node: Node) => boolean;
  readonly task?: (node: Node) => Task;
  readonly more?: Readonly<Record<string, AnyAutomaton | readonly AnyAutomaton[]>>;
}

const node = (one: Node, { start, works, struck, task }: Favour) =>
  automaton<NodeState, NodeActions>("node", {
    start: start?.(one) ?? "idle",
    process: one,
    transitions: {
      work: {
        kind: "output",
        at: { node: one },
        task: task?.(one) ?? urgent("work"),
        when: {
          idle: (state) => state === "idle",
          works: () => works?.(one) ?? true,
        },
        effect: () => "worked",
      },
      hit: {
        kind: "input",
        at: { node: one },
        effect: (state) => (state === "worked" ? (struck?.(one) ?? "broken") : state),
      },
    },
  });

const saboteur = ({ chosen, allowed, noticed }: Favour) =>
  automaton<boolean, SaboteurActions>("saboteur", {
    start: false,
    transitions: {
      work: {
        kind: "input",
        effect: (notices, payload) => notices || (noticed?.(payload.node) ?? true),
      },
      hit: {
        kind: "output",
        task: spontaneous("hit"),
        choose: () => NODES.filter((one) => chosen?.(one) ?? true).map((one) => ({ node: one })),
        when: {
          notices: (notices) => notices,
          allowed: (_, payload) => allowed?.(payload.node) ?? true,
        },
      },
    },
  });

/**
 * Nodes work, and a saboteur breaks those that have. Where all are alike, a node can break; which
 * one of them works first is what a symmetric search forgets.
 */
export function workers(favour: Favour = {}) {
  return compose("workers", {
    nodes: NODES.map((one) => node(one, favour)),
    saboteur: saboteur(favour),
    ...(favour.more as object),
  });
}

/** "None breaks while the others are idle": violated by working once and being hit. */
export function workersProblem(favour: Favour = {}): Problem {
  const system = workers(favour);
  return {
    system,
    properties: [
      invariant(system, {
        name: "none breaks while the others are idle",
        reads: ["nodes"],
        holds: ({ nodes }) =>
          !nodes.includes("broken") || nodes.filter((one) => one === "idle").length < 2,
      }),
    ],
    witnesses: [],
  };
}

export const symmetric = (problem: Problem): Problem => ({
  ...problem,
  reductions: ["symmetry"],
  symmetries: problem.symmetries ?? [SYMMETRY],
});

interface LogActions {
  work: Input<{ node: Node }>;
  crown: Internal<{ node: Node }>;
}

/** Remembers in which order nodes worked, and crowns the one that was first. */
export const log = automaton<
  { readonly order: readonly Node[]; readonly king: Node | null },
  LogActions
>("log", {
  start: { order: [], king: null },
  transitions: {
    work: { kind: "input", effect: (state, payload) => void state.order.push(payload.node) },
    crown: {
      kind: "internal",
      choose: ({ order }) => order.slice(0, 1).map((first) => ({ node: first })),
      when: { two: ({ order, king }) => king === null && order.length === 2 },
      effect: (state, payload) => {
        state.king = payload.node;
      },
    },
  },
});

/** Watches whether one node works: the automaton does not say which. */
export const watcherOf = (one: Node) =>
  observer<boolean, { work: Input<{ node: Node }> }>("watcher", {
    start: false,
    on: { work: { effect: (seen, payload) => seen || payload.node === one } },
  });

/** What nodes have done, in one state: `may` tells who works when some have. */
export function memory(
  nodes: readonly Node[],
  may: (node: Node, worked: readonly Node[]) => boolean,
  wrong: (worked: readonly Node[]) => boolean,
): Problem {
  const one = automaton<readonly Node[], { work: Internal<{ node: Node }> }>("memory", {
    start: [],
    transitions: {
      work: {
        kind: "internal",
        choose: () => nodes.map((node) => ({ node })),
        when: { may: (worked, { node }) => may(node, worked) },
        effect: (worked, { node }) => void insert(worked, node),
      },
    },
  });
  const system = compose("memory", { memory: one });
  const property = invariant(system, {
    name: "nothing is wrong",
    reads: ["memory"],
    holds: ({ memory: worked }) => !wrong(worked),
  });
  return {
    system,
    properties: [property],
    witnesses: [],
    symmetries: [interchangeable(nodes)],
  };
}

/** A board with a cell for each node and one for all; `counts` tells whose work shows in the latter. */
export function board(counts: (node: Node) => boolean): Problem {
  type Cells = { readonly [cell: string]: number };
  const flag = (node: Node) => `flag ${node}`;
  const one = cells<Cells, { work: Internal<{ node: Node }> }>("board", {
    start: { ...Object.fromEntries(NODES.map((node) => [flag(node), 0])), all: 0 },
    transitions: {
      work: {
        kind: "internal",
        scopes: NODES.map((node) => ({ reads: [flag(node)], choose: () => [{ node }] })),
        when: { fresh: (now, { node }) => now[flag(node)] === 0 },
        touches: ({ node }) => [flag(node), "all"],
        effect: (now, { node }) => {
          const state = now as Record<string, number>;
          state[flag(node)] = 1;
          if (counts(node)) state.all = (state.all as number) + 1;
        },
      },
    },
  });
  const system = compose("board", { board: one });
  const property = invariant(system, {
    name: "nothing counts that is done alone",
    reads: ["board"],
    holds: ({ board: now }) =>
      now.all !== 1 || NODES.filter((node) => now[flag(node)] === 1).length > 1,
  });
  return { system, properties: [property], witnesses: [], symmetries: [SYMMETRY] };
}

interface Soup {
  /** cells that a node needs to go */
  readonly needs?: (node: Node) => readonly Node[];
  /** whether going is noted */
  readonly noted?: (node: Node) => boolean;
  /** whether a scope looks at the node */
  readonly seen?: (node: Node) => boolean;
}

/** Nodes get ready and go; each of the cells is a boolean. */
export function soup({ needs, noted, seen }: Soup): Problem {
  type Cells = { readonly [cell: string]: boolean };
  const [ready, gone] = [(node: Node) => `ready ${node}`, (node: Node) => `gone ${node}`];
  const scopes = NODES.map((node) => ({ reads: [gone(node)], choose: () => [{ node }] }));
  const one = cells<Cells, { prepare: Internal<{ node: Node }>; go: Internal<{ node: Node }> }>(
    "soup",
    {
      start: Object.fromEntries(
        NODES.flatMap((node) => [ready(node), gone(node)].map((cell) => [cell, false])),
      ),
      transitions: {
        prepare: {
          kind: "internal",
          scopes: NODES.map((node) => ({ reads: [ready(node)], choose: () => [{ node }] })),
          touches: ({ node }) => [ready(node)],
          effect: (now, { node }) => {
            (now as Record<string, boolean>)[ready(node)] = true;
          },
        },
        go: {
          kind: "internal",
          scopes: scopes.filter((_, at) => seen?.(NODES[at] as Node) ?? true),
          needs: ({ node }) => (needs?.(node) ?? [node]).map(ready),
          touches: ({ node }) => ((noted?.(node) ?? true) ? [gone(node)] : [ready(node)]),
          effect: (now, { node }) => {
            const state = now as Record<string, boolean>;
            if (noted?.(node) ?? true) state[gone(node)] = true;
          },
        },
      },
    },
  );
  const system = compose("soup", { soup: one });
  const property = invariant(system, {
    name: "who goes was ready, and not all go",
    reads: ["soup"],
    holds: ({ soup: now }) =>
      NODES.every((node) => !now[gone(node)] || now[ready(node)]) &&
      !NODES.every((node) => now[gone(node)]),
  });
  return { system, properties: [property], witnesses: [], symmetries: [SYMMETRY] };
}

/**
 * A caller greets all nodes in one step, and each greeting is put up in a cell of its own or, with
 * `last`, over the one before.
 */
export function greetings(last: boolean): Problem {
  type Greeting = { readonly node: Node };
  type Cells = { readonly [cell: string]: string };
  const caller = automaton<boolean, { call: Internal; greet: Output<Greeting> }>("caller", {
    start: false,
    transitions: {
      call: {
        kind: "internal",
        when: { silent: (called) => !called },
        effect: (_, __, send) => {
          for (const node of NODES) send("greet", { node });
          return true;
        },
      },
      greet: { kind: "sent" },
    },
  });
  const cellOf = ({ node }: Greeting) => (last ? "greeted" : `greeted ${node}`);
  const wall = cells<Cells, { greet: Input<Greeting> }>("wall", {
    start: Object.fromEntries(NODES.map((node) => [cellOf({ node }), "nobody"])),
    transitions: {
      greet: {
        kind: "input",
        touches: (greeting) => [cellOf(greeting)],
        effect: (now, greeting) => {
          (now as Record<string, string>)[cellOf(greeting)] = greeting.node;
        },
      },
    },
  });
  const system = compose("greetings", { caller, wall });
  return {
    system,
    properties: [],
    witnesses: [],
    symmetries: [SYMMETRY],
    reductions: ["sends-at-once", "symmetry"],
  };
}
