import type { Index, Internal } from "../../spec/automaton/index.ts";
import {
  cells,
  compose,
  has,
  index,
  indices,
  insert,
  invariant,
  mapOf,
  noDeadlock,
  positionOf,
  remove,
  stepInvariant,
  witness,
} from "../../spec/automaton/index.ts";

type Node = Index<"node">;
type Inbox = Index<"inbox">;
type Message = { readonly kind: "m" | "c"; readonly sender: Node };
type NodeState = {
  readonly pc: "n0" | "n1" | "n2" | "done";
  readonly parent: Node | null;
  readonly children: readonly Node[];
  /** how many messages it has received: at most one from each neighbour */
  readonly received: number;
};
type Network = {
  readonly [node: Node]: NodeState;
  readonly [inbox: Inbox]: readonly Message[];
};

type Self = { readonly node: Node };
interface NetworkActions {
  begin: Internal<Self>;
  receive: Internal<Self & { readonly message: Message }>;
  receivedAll: Internal<Self>;
  finish: Internal<Self>;
}

const inboxOf = (node: Node): Inbox => index("inbox", positionOf(node));
const sent = (kind: Message["kind"], sender: Node): Message => ({ kind, sender });

/**
 * The nodes of a complete graph and their inboxes, one cell each, in one automaton: a node takes
 * a message and puts others into its neighbours' inboxes in one step.
 */
const network = (nodes: readonly Node[], initiator: Node) => {
  const neighbours = (node: Node) => nodes.filter((other) => other !== node);
  const fresh: NodeState = { pc: "n0", parent: null, children: [], received: 0 };
  const at = (pc: NodeState["pc"]) => ({
    [pc]: (now: Network, { node }: Self) => now[node]!.pc === pc,
  });
  const scopes = nodes.map((node) => ({ reads: [node], choose: () => [{ node }] }));
  const reach = ({ node }: Self) => [node, ...nodes.map(inboxOf)];
  return cells<Network, NetworkActions>("network", {
    start: {
      ...mapOf(nodes.map((node) => [node, fresh])),
      ...mapOf(nodes.map((node) => [inboxOf(node), []])),
    },
    transitions: {
      begin: {
        kind: "internal",
        scopes,
        when: at("n0"),
        touches: reach,
        effect: (now, { node }) => {
          now[node]!.pc = "n1";
          if (node !== initiator) return;
          for (const other of neighbours(node)) insert(now[inboxOf(other)]!, sent("m", node));
        },
      },
      receive: {
        kind: "internal",
        scopes: nodes.map((node) => ({
          reads: [node, inboxOf(node)],
          choose: (now) => now[inboxOf(node)]!.map((message) => ({ node, message })),
        })),
        when: {
          ...at("n1"),
          moreToCome: (now, { node }) => now[node]!.received < neighbours(node).length,
        },
        touches: reach,
        effect: (now, { node, message }) => {
          const self = now[node]!;
          remove(now[inboxOf(node)]!, message);
          self.received += 1;
          if (message.kind === "c") insert(self.children, message.sender);
          if (node === initiator || self.received > 1) return;
          self.parent = message.sender;
          for (const other of neighbours(node)) {
            if (other !== message.sender) insert(now[inboxOf(other)]!, sent("m", node));
          }
        },
      },
      receivedAll: {
        kind: "internal",
        scopes,
        when: {
          ...at("n1"),
          allReceived: (now, { node }) => now[node]!.received === neighbours(node).length,
        },
        touches: ({ node }) => [node],
        effect: (now, { node }) => {
          now[node]!.pc = "n2";
        },
      },
      finish: {
        kind: "internal",
        scopes,
        when: at("n2"),
        touches: reach,
        effect: (now, { node }) => {
          const self = now[node]!;
          self.pc = "done";
          if (self.parent !== null) insert(now[inboxOf(self.parent)]!, sent("c", node));
        },
      },
    },
  });
};

/**
 * The echo algorithm builds a spanning tree of the complete graph of `n` nodes, after Echo.tla of
 * tlaplus/Examples. `receive` and `receivedAll` are the two branches of its label n1.
 */
export function echo(n: number) {
  const nodes = indices("node", n);
  const initiator = index("node", 0);
  const system = compose("echo", { network: network(nodes, initiator) });
  const reads = ["network"] as const;
  const done = (now: Network) => nodes.every((node) => now[node]!.pc === "done");
  const parentOf = (now: Network, node: Node) => now[node]!.parent;
  const reachesInitiator = (now: Network, from: Node) => {
    let at: Node | null = from;
    for (let steps = 0; steps < n && at !== null && at !== initiator; steps++) {
      at = parentOf(now, at);
    }
    return at === initiator;
  };
  return {
    system,
    properties: [
      invariant(system, {
        name: "the initiator has no parent",
        reads,
        holds: ({ network }) => parentOf(network, initiator) === null,
      }),
      invariant(system, {
        name: "a child names its parent, and a parent that is done knows its children",
        reads,
        holds: ({ network }) =>
          nodes.every((parent) =>
            nodes.every((child) => {
              const [known, named] = [
                has(network[parent]!.children, child),
                parentOf(network, child) === parent,
              ];
              return known ? named : !named || network[parent]!.pc !== "done";
            }),
          ),
      }),
      invariant(system, {
        name: "in the end the parents form a tree whose root is the initiator",
        reads,
        holds: ({ network }) =>
          !done(network) || nodes.every((node) => reachesInitiator(network, node)),
      }),
      stepInvariant(system, {
        name: "the first message of a node other than the initiator is no echo",
        reads,
        holds: ({ network: before }, { name, payload }) => {
          const { node, message } = payload as { node: Node; message: Message };
          const first = name === "receive" && node !== initiator && before[node]!.received === 0;
          return !first || message.kind === "m";
        },
      }),
      noDeadlock(system, {
        name: "the algorithm ends with every node done",
        reads,
        finished: ({ network }) => done(network),
      }),
    ],
    witnesses: [
      witness(system, { name: "all are done", reads, reached: ({ network }) => done(network) }),
      witness(system, {
        name: "the tree is a chain",
        reads,
        reached: ({ network }) =>
          done(network) && nodes.every((node) => network[node]!.children.length < 2),
      }),
    ],
  };
}
