import {
  type Automaton,
  canonical,
  equal,
  type Index,
  type Input,
  type Internal,
  type Output,
  QuorateError,
} from "../../spec/automaton/index.ts";
import type { Packet } from "../../spec/network/votes.ts";

/** What a network model accepts and gives: a send of the users' and a delivery to them. */
export type NetworkActions<P, D, Send extends string, Deliver extends string> = {
  readonly [K in Send]: Input<P>;
} & { readonly [K in Deliver]: Output<D> };

/** The faults that a network makes by itself, named after its deliveries. */
export type FaultActions<P, Deliver extends string> = {
  readonly [K in `LOSE-${Deliver}` | `DUPLICATE-${Deliver}`]: Internal<P>;
};

/** A network as one automaton, and the runs of real networks that it leaves out. */
export interface NetworkModel<S, A> {
  readonly network: Automaton<S, A>;
  /** for `Problem.excludes`, so that the evidence prints it */
  readonly excludes: readonly string[];
}

/** The same of a network that has an automaton for each link. */
export interface LinkModel<S, A> {
  readonly links: readonly Automaton<S, A>[];
  readonly excludes: readonly string[];
}

/** The actions of a network: their names, where they are not SEND and DELIVER. */
export interface ActionNames<Send extends string, Deliver extends string> {
  /** SEND without it */
  readonly send?: Send;
  /** DELIVER without it */
  readonly deliver?: Deliver;
}

/** A packet of any message between any processes. */
export type AnyPacket = Packet<unknown, Index, Index>;

/** The different packets of a universe by their canonical text, which names their cells. */
export function byText<P>(network: string, universe: readonly P[]): ReadonlyMap<string, P> {
  if (universe.length === 0) {
    const what = `Network "${network}" has an empty universe: it could carry nothing.`;
    throw new QuorateError("automaton-malformed", what);
  }
  return new Map(universe.map((packet) => [canonical(packet), packet]));
}

/** Refuses what somebody sends although the model was not told of it: dropping it would hide runs. */
export function outsideUniverse(network: string, sent: unknown): never {
  const what = `Network "${network}" does not know of ${canonical(sent)}, which is sent.`;
  throw new QuorateError("message-unknown", what);
}

/** Refuses a send beyond a bound of the model: losing it would hide runs. */
export function overfull(network: string, sent: unknown, messagesMax: number): never {
  const what = `Network "${network}" holds ${messagesMax} messages, and ${canonical(sent)} is sent.`;
  throw new QuorateError("channel-full", what);
}

/** @throws QuorateError `automaton-malformed` where a bound is no whole number from `least` */
export function checkBound(network: string, bound: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const what = `Network "${network}": ${bound} is ${value}, which is no whole number from ${least}.`;
  throw new QuorateError("automaton-malformed", what);
}

/** The pairs of processes between which a universe has messages, in order of appearance. */
export function linksOf<P extends AnyPacket>(universe: readonly P[]) {
  const links: { readonly from: P["from"]; readonly to: P["to"]; readonly carries: P[] }[] = [];
  for (const packet of universe) {
    const { from, to } = packet;
    const known = links.find((link) => link.from === from && link.to === to);
    if (known === undefined) links.push({ from, to, carries: [packet] });
    else if (!known.carries.some((other) => equal(other, packet))) known.carries.push(packet);
  }
  return links;
}
