import { expect } from "vitest";
import type { LivenessFound } from "../../../checker/explore/exploration.ts";
import { explore, type SearchOptions, type Violation } from "../../../checker/search/search.ts";
import { counterexampleOf } from "../../../checker/trace/counterexample.ts";
import {
  automaton,
  type Composition,
  compose,
  type Internal,
  type Parts,
  type Property,
  type Task,
} from "../../../spec/automaton/index.ts";

type Edge = readonly [from: string, to: string];
type To = { readonly to: string };

/** Actions by name: the steps that each can take, and its task. An edge to itself changes nothing. */
export type Steps = Readonly<
  Record<string, readonly Edge[] | { task: Task; edges: readonly Edge[] }>
>;

/** An automaton whose states are words and whose steps are listed. */
export function machine(name: string, start: string | readonly string[], steps: Steps) {
  const transitions = Object.fromEntries(
    Object.entries(steps).map(([action, given]) => {
      const { edges, ...task } = "edges" in given ? given : { edges: given };
      return [
        action,
        {
          kind: "internal",
          ...task,
          choose: (state: string) =>
            edges.flatMap(([from, to]) => (from === state ? [{ to }] : [])),
          when: {
            listed: (state: string, { to }: To) =>
              edges.some((edge) => edge[0] === state && edge[1] === to),
          },
          effect: (_: string, { to }: To) => to,
        },
      ];
    }),
  );
  const starts = typeof start === "string" ? start : () => start;
  return automaton<string, Record<string, Internal<To>>>(name, {
    start: starts,
    transitions: transitions as never,
  });
}

/** A composition of one such automaton: the part `m`. */
export function lone(start: string | readonly string[], steps: Steps) {
  return compose("lone", { m: machine("machine", start, steps) });
}

/**
 * The verdict on one liveness property; for a violation the replayed run, as "a b | c" with its
 * loop after the bar; nothing after it where the run stays in its last state.
 */
export function decide<P extends Parts>(
  system: Composition<P>,
  property: Property,
  options: SearchOptions = {},
): string {
  const { liveness, violations, bound } = explore(
    { system, properties: [property], witnesses: [] },
    options,
  );
  const [violation] = violations;
  if (violation) return runText(system as unknown as Composition, property, violation);
  if (bound !== null) return "bounded";
  return (liveness[0] as LivenessFound).arises ? "holds" : "vacuous";
}

function runText(system: Composition, property: Property, violation: Violation): string {
  const named = { claim: "test", variant: "test", instance: "test" };
  const { actions, loop } = counterexampleOf(named, system, property, violation);
  expect(loop).toBeTypeOf("number");
  const text = actions.map(({ name, payload }) =>
    typeof payload.to === "string" ? `${name}>${payload.to}` : name,
  );
  return [...text.slice(0, loop), "|", ...text.slice(loop)].join(" ");
}
