import { original } from "immer";
import type { Automaton, Index, Input, Internal, Output } from "../../../spec/automaton/index.ts";
import { cells, compare, detach, equal } from "../../../spec/automaton/index.ts";

/*
 * Stateright's actor systems (src/actor/model.rs, src/actor/network.rs) as compositions: each actor
 * is an automaton of one cell for its state and one for each link to it. What an actor receives,
 * what it becomes and what it sends is one step, as in the original. The step is an output of the
 * receiving actor, whose payload tells what is sent; those it is sent to take it as an input. Timers,
 * crashes, random choices and messages to oneself are not needed here.
 */

export type Node = Index;

export interface Envelope<M> {
  readonly to: Node;
  readonly msg: M;
}

/** What an actor does about a message. */
export interface Reaction<S, M> {
  readonly state: S;
  readonly sends?: readonly Envelope<M>[];
}

export interface Actor<S, M> {
  readonly node: Node;
  readonly start: Reaction<S, M>;
  /** null where the original has no effect at all, on no state and no message */
  receive(state: S, from: Node, msg: M): Reaction<S, M> | null;
}

/**
 * `nonduplicating`: a multiset; what is delivered is taken out, and what would do nothing stays.
 * `ordered`: first in, first out on each link, and what does nothing is taken out, too.
 * `duplicating`: a set, from which delivery takes nothing out.
 */
export type Network = "nonduplicating" | "ordered" | "duplicating";

export interface Receipt<M> {
  readonly from: Node;
  readonly msg: M;
  readonly sends: readonly Envelope<M>[];
}
export interface Loss<M> {
  readonly from: Node;
  readonly msg: M;
}

/** An actor's state, and the messages on each link to it. */
export type Cells<S, M> = {
  readonly self: S;
  readonly [link: Link]: readonly M[];
};
export type Link = `from ${Node}`;

type Receives<M> = { [K in `${string}Receives`]: Input<Receipt<M>> | Output<Receipt<M>> };
type Loses<M> = { [K in `${string}Loses`]: Internal<Loss<M>> };
export type ActorActions<M> = Receives<M> & Loses<M>;

export interface SystemOptions {
  readonly network: Network;
  /** whether a message may be lost; no by default */
  readonly lossy?: boolean;
  /** whether anything is ever sent from one to the other; by default to all others */
  readonly linked?: (from: Node, to: Node) => boolean;
}

const labelOf = (node: Node) => node.replace("#", "");
export const receives = (node: Node): `${string}Receives` => `${labelOf(node)}Receives`;
const loses = (node: Node): `${string}Loses` => `${labelOf(node)}Loses`;
const linkFrom = (node: Node): Link => `from ${node}`;

/** The messages of all links to an actor. */
export function arriving<M>(nodeCells: Cells<unknown, M>): readonly M[] {
  return Object.entries(nodeCells).flatMap(([cell, value]) =>
    cell === "self" ? [] : (value as readonly M[]),
  );
}

function put<M>(network: Network, link: readonly M[], msg: M): readonly M[] {
  if (network === "ordered") return [...link, msg];
  if (network === "duplicating" && link.some((one) => equal(one, msg))) return link;
  return [...link, msg].sort(compare);
}

function taken<M>(link: readonly M[], msg: M): readonly M[] {
  const at = link.findIndex((one) => equal(one, msg));
  return link.filter((_, other) => other !== at);
}

function deliverable<M>(network: Network, link: readonly M[]): readonly M[] {
  if (network === "ordered") return link.slice(0, 1);
  return link.filter((msg, at) => at === 0 || !equal(msg, link[at - 1]));
}

/** What a cell holds before the effect, undrafted: reactions are functions of plain values. */
const selfIn = <S>(now: object) => original(Reflect.get(now, "self")) as S;
const linkIn = <M>(now: object, from: Node) =>
  original(Reflect.get(now, linkFrom(from))) as readonly M[];

/** The automata of an actor system, in the order of the actors. */
export function actorSystem<S, M>(
  actors: readonly Actor<S, M>[],
  options: SystemOptions,
): Automaton<Cells<S, M>, ActorActions<M>>[] {
  return actors.map((actor) => automatonOf(actor, actors, options));
}

function automatonOf<S, M>(
  actor: Actor<S, M>,
  actors: readonly Actor<S, M>[],
  { network, lossy = false, linked = (from, to) => from !== to }: SystemOptions,
): Automaton<Cells<S, M>, ActorActions<M>> {
  const { node, start } = actor;
  const sources = actors.map((one) => one.node).filter((from) => linked(from, node));
  const links = sources.map((from): [Node, Link] => [from, linkFrom(from)]);
  const startLinks = links.map(([from, link]): [Link, readonly M[]] => {
    const sender = actors.find((one) => one.node === from) as Actor<S, M>;
    const sent = (sender.start.sends ?? []).filter(({ to }) => to === node);
    return [link, sent.reduce<readonly M[]>((all, { msg }) => put(network, all, msg), [])];
  });

  const sentHere = (sends: readonly Envelope<M>[]) => sends.filter(({ to }) => to === node);
  const hear = (from: Node) => ({
    kind: "input" as const,
    touches: ({ sends }: Receipt<M>) => (sentHere(sends).length > 0 ? [linkFrom(from)] : []),
    effect: (now: object, { sends }: Receipt<M>) => {
      const sent = sentHere(sends);
      if (sent.length === 0) return;
      const link = sent.reduce(
        (all, { msg }) => put(network, all, detach(msg)),
        linkIn<M>(now, from),
      );
      Reflect.set(now, linkFrom(from), link);
    },
  });
  const receive = {
    kind: "output" as const,
    scopes: links.map(([from, link]) => ({
      reads: ["self", link],
      choose: (now: Cells<S, M>): Receipt<M>[] =>
        deliverable(network, now[link] as readonly M[]).flatMap((msg) => {
          const reaction = actor.receive(now.self, from, msg);
          if (reaction === null && network !== "ordered") return [];
          return [{ from, msg, sends: reaction?.sends ?? [] }];
        }),
    })),
    touches: ({ from }: Receipt<M>) => ["self", linkFrom(from)],
    effect: (now: object, { from, msg }: Receipt<M>) => {
      const reaction = actor.receive(selfIn<S>(now), from, msg);
      if (reaction !== null) Reflect.set(now, "self", detach(reaction.state));
      if (network === "duplicating") return;
      Reflect.set(now, linkFrom(from), taken(linkIn<M>(now, from), msg));
    },
  };
  const lose = {
    kind: "internal" as const,
    scopes: links.map(([from, link]) => ({
      reads: [link],
      choose: (now: Cells<S, M>): Loss<M>[] =>
        deliverable(network, now[link] as readonly M[]).map((msg) => ({ from, msg })),
    })),
    touches: ({ from }: Loss<M>) => [linkFrom(from)],
    effect: (now: object, { from, msg }: Loss<M>) => {
      Reflect.set(now, linkFrom(from), taken(linkIn<M>(now, from), msg));
    },
  };
  const transitions = Object.fromEntries([
    ...sources.map((from) => [receives(from), hear(from)]),
    [receives(node), receive],
    ...(lossy ? [[loses(node), lose]] : []),
  ]);
  return cells<Cells<S, M>, ActorActions<M>>(labelOf(node), {
    start: { self: start.state, ...Object.fromEntries(startLinks) } as Cells<S, M>,
    transitions,
  });
}
