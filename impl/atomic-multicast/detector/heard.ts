import type { Statement } from "../messages.ts";

export type Kind = Statement["type"];

/**
 * The latest message of a process: its instance (the one that we are in, or the one before), its
 * round, and what else of that round came. A correct process sends each kind once in a round and
 * never goes back, over channels that keep the order; so this is all that has to be remembered.
 */
export interface Position {
  readonly instance: "last" | "this";
  readonly round: number;
  readonly kinds: readonly Kind[];
}

/** Nothing heard yet. */
export const UNHEARD: Position = { instance: "last", round: 0, kinds: [] };

/** A Decide ends its instance, whatever round it is of; a value comes before the first round. */
const rankOf = (kind: Kind, round: number): number =>
  kind === "DECIDE" ? Number.MAX_SAFE_INTEGER : kind === "VALUE" ? 0 : round;

/**
 * Where a process stands after a message, or null for one that came before, or that comes after a
 * later one: a repetition, which anybody can make.
 */
export function positionAfter(
  position: Position,
  message: { readonly instance: "last" | "this"; readonly round: number; readonly kind: Kind },
): Position | null {
  const { instance, kind } = message;
  const round = rankOf(kind, message.round);
  if (instance !== position.instance) {
    return instance === "this" ? { instance, round, kinds: [kind] } : null;
  }
  if (round > position.round) return { instance, round, kinds: [kind] };
  if (round < position.round || position.kinds.includes(kind)) return null;
  return { instance, round, kinds: [...position.kinds, kind].sort() };
}

/** The same position seen from the next instance. */
export function fromNext(position: Position): Position {
  return position.instance === "this" ? { ...position, instance: "last" } : UNHEARD;
}
