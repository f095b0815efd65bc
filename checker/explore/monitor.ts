import type { Action } from "../../spec/automaton/execute.ts";

/** A leaf that follows the search and is no part of the system: a specification's state set. */
export interface Monitor {
  readonly name: string;
  start(): unknown;
  /** the text that identifies a value */
  text(value: unknown): string;
  /** whether the action concerns it */
  hears(action: Action): boolean;
  next(value: unknown, action: Action): unknown;
  /** a value as plain data, the same for equal values in every worker; and the value of such data */
  plain(value: unknown): unknown;
  fromPlain(plain: unknown): unknown;
}
