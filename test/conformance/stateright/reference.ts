import { canonical } from "../../../spec/automaton/index.ts";
import type { Actor, Envelope, Network, Node } from "./actors.ts";
import { type Client, type ClientState, recorded, startHistory } from "./register.ts";

interface Sent<M> {
  readonly from: Node;
  readonly to: Node;
  readonly msg: M;
}
interface Global<S, M> {
  readonly states: Readonly<Record<Node, S>>;
  /** in the order of sending */
  readonly network: readonly Sent<M>[];
  readonly history: ReturnType<typeof startHistory>;
}

/**
 * Counts the states of a register by a search that knows no automata: whole states as text, and the
 * rules of Stateright's `ActorModel::next_state` one after the other.
 */
export function countStates<S, M>(
  actors: readonly Actor<S, M>[],
  clients: readonly Actor<ClientState, M>[],
  network: Exclude<Network, "duplicating">,
): number {
  const textOf = ({ states, network: sent, history }: Global<S, M>) =>
    canonical({ states, history, sent: network === "ordered" ? flowsOf(sent) : sorted(sent) });
  const start: Global<S, M> = {
    states: Object.fromEntries(actors.map(({ node, start: { state } }) => [node, state])),
    network: actors.flatMap(({ node, start: { sends = [] } }) => addressed(node, sends)),
    history: startHistory(clients),
  };
  const seen = new Set([textOf(start)]);
  const queue = [start];
  for (const global of queue) {
    for (const next of successors(global)) {
      const text = textOf(next);
      if (seen.has(text)) continue;
      seen.add(text);
      queue.push(next);
    }
  }
  return seen.size;

  function successors(global: Global<S, M>): Global<S, M>[] {
    const heads = new Set<string>();
    return global.network.flatMap((sent, at) => {
      const flow = `${sent.from} ${sent.to}`;
      if (network === "ordered" && heads.has(flow)) return [];
      heads.add(flow);
      const { from, to, msg } = sent;
      const actor = actors.find(({ node }) => node === to) as Actor<S, M>;
      const reaction = actor.receive(global.states[to] as S, from, msg);
      if (reaction === null && network !== "ordered") return [];
      const { state, sends = [] } = reaction ?? { state: global.states[to] as S };
      const hears = clients.find(({ node }) => node === to);
      const receipt = { from, msg, sends };
      const { history } = global;
      return [
        {
          states: { ...global.states, [to]: state },
          network: [...global.network.filter((_, other) => other !== at), ...addressed(to, sends)],
          history: hears ? recorded(history, hears.node as Client, receipt) : history,
        },
      ];
    });
  }
}

const addressed = <M>(from: Node, sends: readonly Envelope<M>[]): Sent<M>[] =>
  sends.map(({ to, msg }) => ({ from, to, msg }));

/** A multiset. */
const sorted = (sent: readonly Sent<unknown>[]) => sent.map((one) => canonical(one)).sort();

/** The messages from each to each, in their order. */
function flowsOf(sent: readonly Sent<unknown>[]): Readonly<Record<string, readonly unknown[]>> {
  const flows: Record<string, unknown[]> = {};
  for (const { from, to, msg } of sent) {
    const flow = `${from} ${to}`;
    flows[flow] = [...(flows[flow] ?? []), msg];
  }
  return flows;
}
