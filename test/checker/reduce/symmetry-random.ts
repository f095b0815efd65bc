import fc from "fast-check";
import {
  type AnyAutomaton,
  automaton,
  cells,
  compose,
  has,
  type Index,
  indices,
  insert,
  interchangeable,
  invariant,
  noDeadlock,
  observer,
  type Problem,
  remove,
  stepInvariant,
  witness,
} from "../../../spec/automaton/index.ts";

type Node = Index<"node">;

/** Where a random composition may treat one node unlike the others. */
const SPOTS = ["guard", "act", "tell", "hub", "hub guard", "board", "watch", "step"] as const;

const bit = fc.nat({ max: 1 });
const rank = fc.nat({ max: 2 });
const table = <T>(entries: fc.Arbitrary<T>, length: number) =>
  fc.array(entries, { minLength: length, maxLength: length });

/** Tables that drive a composition of like nodes, a hub, a board of cells and an observer. */
const plan = fc.record({
  count: fc.integer({ min: 2, max: 3 }),
  guard: table(fc.boolean(), 3),
  act: table(rank, 3),
  shouts: table(fc.boolean(), 3),
  tell: table(rank, 6),
  hub: table(fc.constantFrom("insert", "remove", "own", "free", "toggle", "nothing"), 6),
  hubGuard: table(fc.boolean(), 8),
  board: table(bit, 4),
  hasBoard: fc.boolean(),
  watches: fc.boolean(),
  most: fc.nat({ max: 3 }),
  bias: fc.option(fc.record({ spot: fc.constantFrom(...SPOTS), place: rank }), { freq: 2 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
type Hub = { owner: Node | null; set: Node[]; mode: number };

export interface RandomSymmetric extends Problem {
  readonly plan: Plan;
}

export const randomSymmetric: fc.Arbitrary<RandomSymmetric> = plan.map((one) => ({
  ...problemOf(one),
  [fc.toStringMethod]: () => JSON.stringify(one),
}));

function problemOf(plan: Plan): RandomSymmetric {
  const nodes = indices("node", plan.count);
  /** 1 where the plan singles this node out at this spot */
  const biased = (spot: (typeof SPOTS)[number], node: Node) =>
    plan.bias?.spot === spot && nodes[plan.bias.place] === node ? 1 : 0;
  const pick = <T>(from: readonly T[], at: number) => from[at % from.length] as T;

  const nodeOf = (own: Node) =>
    automaton("node", {
      start: 0,
      process: own,
      transitions: {
        act: {
          kind: "output",
          at: { node: own },
          when: { guard: (at: number) => pick(plan.guard, at + biased("guard", own)) },
          effect: (at: number, _: unknown, send: (name: string, payload: object) => void) => {
            if (pick(plan.shouts, at)) send("shout", { node: own });
            return pick(plan.act, at + biased("act", own));
          },
        },
        shout: { kind: "sent", at: { node: own } },
        tell: {
          kind: "input",
          at: { node: own },
          effect: (at: number, { value }: { value: number }) =>
            pick(plan.tell, at * 2 + value + biased("tell", own)),
        },
      },
    } as never) as AnyAutomaton;

  const change = (hub: Hub, node: Node, op: string) => {
    if (op === "insert") insert(hub.set, node);
    else if (op === "remove") remove(hub.set, node);
    else if (op === "own") hub.owner ??= node;
    else if (op === "free") hub.owner = null;
    else if (op === "toggle") hub.mode = 1 - hub.mode;
  };
  const heard =
    (offset: number) =>
    (hub: Hub, { node }: { node: Node }) =>
      change(hub, node, pick(plan.hub, offset + hub.mode + biased("hub", node)));
  const hub = automaton("hub", {
    start: { owner: null, set: [], mode: 0 },
    transitions: {
      act: { kind: "input", effect: heard(0) },
      shout: { kind: "input", effect: heard(2) },
      tell: {
        kind: "output",
        choose: () => nodes.flatMap((node) => [0, 1].map((value) => ({ node, value }))),
        when: {
          allowed: (state: Hub, { node, value }: { node: Node; value: number }) => {
            const known = Number(has(state.set, node)) * 2 + Number(state.owner === node) * 4;
            const at = known + (value ^ state.mode) + biased("hub guard", node);
            return pick(plan.hubGuard, at);
          },
        },
        effect: heard(4),
      },
    },
  } as never) as AnyAutomaton;

  const flag = (node: Node) => `flag ${node}`;
  const board = cells("board", {
    start: { ...Object.fromEntries(nodes.map((node) => [flag(node), 0])), mode: 0 },
    transitions: {
      act: {
        kind: "input",
        touches: ({ node }: { node: Node }) => [flag(node), "mode"],
        effect: (now: Record<string, number>, { node }: { node: Node }) => {
          const mode = now.mode as number;
          const at = mode * 2 + (now[flag(node)] as number) + biased("board", node);
          now[flag(node)] = pick(plan.board, at);
          now.mode = pick(plan.board, at + 1);
        },
      },
      lower: {
        kind: "internal",
        scopes: nodes.map((node) => ({ reads: [flag(node)], choose: () => [{ node }] })),
        when: {
          up: (now: Record<string, number>, { node }: { node: Node }) => now[flag(node)] === 1,
        },
        touches: ({ node }: { node: Node }) => [flag(node)],
        effect: (now: Record<string, number>, { node }: { node: Node }) => {
          now[flag(node)] = 0;
        },
      },
    },
  } as never) as AnyAutomaton;

  const watch = observer("watch", {
    start: null,
    on: {
      tell: {
        effect: (last: Node | null, { node }: { node: Node }) =>
          biased("watch", node) ? last : node,
      },
    },
  } as never) as AnyAutomaton;

  const system = compose("random symmetric", {
    nodes: nodes.map(nodeOf),
    hub,
    ...(plan.hasBoard ? { board } : {}),
    ...(plan.watches ? { watch } : {}),
  } as never);
  const reads = ["nodes", "hub"] as never;
  type View = { readonly nodes: readonly number[]; readonly hub: Hub };
  const crowd = ({ nodes: states, hub: { set } }: View) =>
    states.filter((state) => state === 2).length + set.length;
  return {
    plan,
    system,
    symmetries: [interchangeable(nodes)],
    properties: [
      invariant(system, {
        name: "the crowd is small",
        reads,
        holds: (view) => crowd(view as never) <= plan.most,
      }),
      invariant(system, {
        name: "an owner in the set is not at rest",
        reads,
        holds: (view) => {
          const { nodes: states, hub: own } = view as never as View;
          if (own.owner === null || !has(own.set, own.owner)) return true;
          return states[nodes.indexOf(own.owner)] !== 0;
        },
      }),
      stepInvariant(system, {
        name: "whom the hub tells owns nothing",
        reads,
        holds: (before, { name, payload }) => {
          const { owner } = (before as never as View).hub;
          const node = payload.node as Node;
          return name !== "tell" || owner !== node || biased("step", node) === 1;
        },
      }),
      noDeadlock(system, {
        name: "ends in a crowd",
        reads,
        finished: (view) => crowd(view as never) > plan.most,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all are in the set",
        reads,
        reached: (view) => (view as never as View).hub.set.length === plan.count,
      }),
    ],
  };
}
