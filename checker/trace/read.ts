import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Counterexample } from "./counterexample.ts";

/**
 * Reads a counterexample from the text of a file: one of its own, or a record that holds one.
 * @throws QuorateError `counterexample-unreadable`
 */
export function readCounterexample(file: string, text: string): Counterexample {
  const refuse = (what: string, cause?: unknown): never => {
    throw new QuorateError("counterexample-unreadable", `${file}: ${what}.`, { cause });
  };
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    refuse("it is not JSON", cause);
  }
  const nested = Object(read).counterexample;
  const found: unknown = nested ?? read;
  return isCounterexample(found) ? found : refuse("it holds no counterexample");
}

function isCounterexample(value: unknown): value is Counterexample {
  if (typeof value !== "object" || value === null) return false;
  const { property, leaves, start, actions, states } = value as Partial<Counterexample>;
  return (
    typeof property === "string" &&
    [leaves, start, actions, states].every(Array.isArray) &&
    actions?.length === states?.length &&
    [start, ...(states ?? [])].every((global) => global?.length === leaves?.length)
  );
}
