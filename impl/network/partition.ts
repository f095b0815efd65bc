import type { AnyTransition } from "../../spec/automaton/automaton.ts";
import {
  type Automaton,
  automaton,
  type Index,
  type Input,
  type Output,
  QuorateError,
  spontaneous,
  urgent,
} from "../../spec/automaton/index.ts";
import { type AnyPacket, checkBound, type NetworkModel } from "./model.ts";

/** The network falls apart into the processes of `side` and all others, and together again. */
export interface PartitionActions {
  CUT: Output<{ side: readonly Index[] }>;
  HEAL: Output;
}

/** How a network hears of it. */
export interface SeveredActions {
  CUT: Input<{ side: readonly Index[] }>;
  HEAL: Input;
}

export interface PartitionState {
  readonly cut: boolean;
  /** how many partitions may still start */
  readonly left: number;
}

export interface PartitionOptions {
  /** the ways to fall apart: the processes of one side each */
  readonly sides: readonly (readonly Index[])[];
  /** how many partitions there are at most, one after the other */
  readonly timesMax: number;
  /** whether a partition may last for ever; without it, it ends */
  readonly mayLast?: boolean;
}

/**
 * Partitions of the network, at most `timesMax` of them. It cuts the networks that
 * {@link severed} makes ready for it.
 * @throws QuorateError `automaton-malformed` for no sides or a bound that is none
 */
export function partition({
  sides,
  timesMax,
  mayLast = false,
}: PartitionOptions): NetworkModel<PartitionState, PartitionActions> {
  checkBound("partition", "timesMax", timesMax, 1);
  if (sides.length === 0) {
    throw new QuorateError("automaton-malformed", "A partition has no sides: it cuts nothing.");
  }
  const network = automaton<PartitionState, PartitionActions>("partition", {
    start: { cut: false, left: timesMax },
    transitions: {
      CUT: {
        kind: "output",
        task: spontaneous("partition"),
        choose: () => sides.map((side) => ({ side })),
        when: { whole: ({ cut }) => !cut, timesLeft: ({ left }) => left > 0 },
        effect(now) {
          now.cut = true;
          now.left -= 1;
        },
      },
      HEAL: {
        kind: "output",
        task: mayLast ? spontaneous("heal") : urgent("heal"),
        when: { apart: ({ cut }) => cut },
        effect(now) {
          now.cut = false;
        },
      },
    },
  });
  const spelled = sides.map((side) => side.join("+")).join(" or ");
  return {
    network,
    excludes: [
      `partition: at most ${timesMax}, one at a time, of ${spelled} from the others`,
      `partition: it ${mayLast ? "may last" : "does not last"} for ever`,
    ],
  };
}

/** The cell in which a network of cells keeps the side that is cut off. */
const CUT_OFF = "cut off";

/** A network that hears of partitions, and the side that is cut off from the others. */
export type Severed<S> = { readonly inner: S; readonly cutOff: readonly Index[] };

const separates = (cutOff: readonly Index[], { from, to }: AnyPacket) =>
  cutOff.includes(from) !== cutOff.includes(to);

/**
 * The same network, or link, in which partitions of {@link partition} stop every delivery between
 * the two sides until they heal. What is sent meanwhile waits, or is lost where it `loses`. Its
 * messages are packets: they say from whom and to whom.
 *
 * A soup delivers late or never as it is, so a partition adds no trace to it; it matters where
 * delivery is owed.
 */
export function severed<S, A>(
  network: Automaton<S, A>,
  options: { readonly loses?: boolean } = {},
): Automaton<unknown, A & SeveredActions> {
  const loses = options.loses ?? false;
  const isCells = network.form === "cells";
  const sever = isCells ? severedCells : severedLeaf;
  const transitions: Record<string, AnyTransition> = Object.fromEntries(
    Object.entries(network.transitions).map(([action, one]) => [action, sever(one, loses)]),
  );
  const cut = (side: readonly Index[]) => (now: Record<string, unknown>) => {
    now[isCells ? CUT_OFF : "cutOff"] = [...side];
  };
  transitions.CUT = {
    kind: "input",
    effect: (now, { side }) => cut(side)(now),
    ...(isCells && { touches: () => [CUT_OFF] }),
  };
  transitions.HEAL = {
    kind: "input",
    effect: (now) => cut([])(now),
    ...(isCells && { touches: () => [CUT_OFF] }),
  };
  const start = () =>
    network
      .start()
      .map((one) => (isCells ? { ...one, [CUT_OFF]: [] } : { inner: one, cutOff: [] }));
  return Object.freeze({ ...network, fields: null, transitions, start }) as never;
}

function severedLeaf(one: AnyTransition, loses: boolean): AnyTransition {
  const { choose, when, effect, kind } = one;
  return {
    ...one,
    ...(choose && { choose: (now, draw) => choose(now.inner, draw) }),
    ...(kind !== "input" && {
      when: {
        ...Object.fromEntries(
          Object.entries(when ?? {}).map(([clause, test]) => [
            clause,
            (now: Severed<unknown>, packet: AnyPacket) => test(now.inner, packet),
          ]),
        ),
        connected: (now: Severed<unknown>, packet: AnyPacket) => !separates(now.cutOff, packet),
      },
    }),
    ...(effect && {
      effect: (now, packet, send) => {
        if (kind === "input" && loses && separates(now.cutOff, packet)) return;
        const made = effect(now.inner, packet, send);
        if (made !== undefined) now.inner = made;
      },
    }),
  };
}

function severedCells(one: AnyTransition, loses: boolean): AnyTransition {
  const { scopes, when, touches, effect, kind } = one;
  type Now = Readonly<Record<string, never>>;
  return {
    ...one,
    ...(scopes && {
      scopes: scopes.map(({ reads, choose }) => ({ reads: [...reads, CUT_OFF], choose })),
      when: {
        ...when,
        connected: (now: Now, packet: AnyPacket) => !separates(now[CUT_OFF] as never, packet),
      },
    }),
    ...(kind === "input" &&
      loses && {
        touches: (packet) => [...(touches?.(packet) ?? []), CUT_OFF],
        effect: (now, packet, send) => {
          if (!separates(now[CUT_OFF], packet)) effect?.(now, packet, send);
        },
      }),
  };
}
