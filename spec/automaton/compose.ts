import type { AnyAutomaton, AnyTransition, Automaton, PayloadOf } from "./automaton.ts";
import { QuorateError } from "./errors.ts";
import { canonical } from "./values.ts";

/** The parts of a composition: automata, or arrays of like automata. */
export type Parts = Readonly<Record<string, AnyAutomaton | readonly AnyAutomaton[]>>;

type SignatureOf<Part> =
  Part extends Automaton<any, infer A>
    ? A
    : Part extends readonly Automaton<any, infer A>[]
      ? A
      : never;

type Distribute<A, K extends PropertyKey> = A extends unknown
  ? K extends keyof A
    ? PayloadOf<A, K>
    : never
  : never;

/** The union of the payloads that the parts give action K: one type if they agree. */
type PayloadsOf<P extends Parts, K extends PropertyKey> = {
  [Q in keyof P]: Distribute<SignatureOf<P[Q]>, K>;
}[keyof P];

type Clashes<P extends Parts, A> = A extends unknown
  ? {
      [K in keyof A]: [PayloadsOf<P, K>] extends [PayloadOf<A, K>] ? never : K;
    }[keyof A]
  : never;

/** Turns a part whose payloads disagree with another's into a type that names the action. */
export type Agreeing<P extends Parts> = {
  readonly [Q in keyof P]: [Clashes<P, SignatureOf<P[Q]>>] extends [never]
    ? P[Q]
    : {
        readonly "the payload of this action differs in another part": Clashes<
          P,
          SignatureOf<P[Q]>
        >;
      };
};

type StateOf<Part> = Part extends readonly Automaton<infer S, any>[]
  ? readonly S[]
  : Part extends Automaton<infer S, any>
    ? S
    : never;

/** The state of every part by its name. */
export type StatesOf<P extends Parts> = { readonly [Q in keyof P]: StateOf<P[Q]> };

/** The names of all actions of a composition. */
export type ActionNameOf<P extends Parts> = {
  [Q in keyof P]: SignatureOf<P[Q]> extends infer A ? (A extends unknown ? keyof A : never) : never;
}[keyof P] &
  string;

/** One automaton of a composition. */
export interface Leaf {
  /** "rms[2]" */
  readonly name: string;
  readonly part: string;
  /** its position, where the part is an array */
  readonly position: number | null;
  readonly automaton: AnyAutomaton;
}

/** A flat product of automata that share actions by name and index. */
export interface Composition<P extends Parts = Parts> {
  readonly name: string;
  readonly leaves: readonly Leaf[];
  /** outputs that do not show outside */
  readonly hidden: ReadonlySet<string>;
  /** inputs that no leaf controls, and that therefore never happen */
  readonly open: ReadonlySet<string>;
  readonly parts: P;
}

/**
 * Composes automata. Actions of one name are one action where their indices (`at`) agree: it has
 * one controller, and everyone else in whose signature it is takes the step too.
 *
 * @throws QuorateError `two-controllers`, `internal-shared`, `input-uncontrolled`
 */
export function compose<const P extends Parts>(
  name: string,
  parts: P & Agreeing<P>,
  options: { readonly open?: readonly ActionNameOf<P>[] } = {},
): Composition<P> {
  const leaves = Object.entries(parts as Parts).flatMap(([part, one]): Leaf[] =>
    isArray(one)
      ? one.map((automaton, position) => ({
          name: `${part}[${position}]`,
          part,
          position,
          automaton,
        }))
      : [{ name: part, part, position: null, automaton: one }],
  );
  const open = new Set<string>(options.open ?? []);
  for (const action of open) {
    if (leaves.some(({ automaton }) => Object.hasOwn(automaton.transitions, action))) continue;
    const what = `Composition "${name}" has no action ${action} to leave open.`;
    throw new QuorateError("action-unknown", what);
  }
  checkControllers(name, leaves, open);
  return Object.freeze({ name, leaves, hidden: new Set<string>(), open, parts: parts as P });
}

function isArray<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/**
 * The same composition with some outputs hidden: they become internal to the world.
 * @throws QuorateError `action-unknown`; `input-hidden` for an input that is left open
 */
export function hide<P extends Parts>(
  composition: Composition<P>,
  actions: readonly ActionNameOf<P>[],
): Composition<P> {
  const known = new Set(
    composition.leaves.flatMap((leaf) => Object.keys(leaf.automaton.transitions)),
  );
  for (const action of actions) {
    if (!known.has(action)) {
      const what = `Composition "${composition.name}" has no action ${action} to hide.`;
      throw new QuorateError("action-unknown", what);
    }
    if (composition.open.has(action)) {
      const what = `Composition "${composition.name}" leaves ${action} open, an input.`;
      throw new QuorateError("input-hidden", what);
    }
  }
  return Object.freeze({ ...composition, hidden: new Set([...composition.hidden, ...actions]) });
}

/** The same composition with automata that are changed, and perhaps more parts. */
export function mapAutomata<P extends Parts>(
  composition: Composition<P>,
  change: (one: AnyAutomaton, part: string) => AnyAutomaton,
  more: { readonly parts?: Parts; readonly closes?: readonly string[] } = {},
): Composition<P> {
  const parts = Object.entries(composition.parts as Parts).map(([part, one]) => [
    part,
    isArray(one) ? one.map((each) => change(each, part)) : change(one, part),
  ]);
  const open = [...composition.open].filter((action) => more.closes?.includes(action) !== true);
  const all = { ...Object.fromEntries(parts), ...more.parts };
  const changed = compose(composition.name, all, { open: open as never });
  return Object.freeze({ ...(changed as Composition<never>), hidden: composition.hidden });
}

/** The same automaton with some of its actions under other names. */
export function rename<S, A, const M extends { readonly [K in keyof A]?: string }>(
  automaton: Automaton<S, A>,
  names: M,
): Automaton<
  S,
  { [K in keyof A as K extends keyof M ? (M[K] extends string ? M[K] : K) : K]: A[K] }
> {
  const renamed: Record<string, string> = { ...names } as Record<string, string>;
  for (const action of Object.keys(renamed)) {
    if (!Object.hasOwn(automaton.transitions, action)) {
      const what = `Automaton "${automaton.name}" has no action ${action} to rename.`;
      throw new QuorateError("action-unknown", what);
    }
    if (automaton.transitions[action]?.kind === "sent") {
      const what = `Automaton "${automaton.name}" sends ${action}; a sent output keeps its name.`;
      throw new QuorateError("automaton-malformed", what);
    }
  }
  const transitions: Record<string, AnyTransition> = {};
  for (const [action, transition] of Object.entries(automaton.transitions)) {
    const named = (Object.hasOwn(renamed, action) ? renamed[action] : undefined) ?? action;
    if (Object.hasOwn(transitions, named)) {
      const what = `Automaton "${automaton.name}" would have two actions named ${named}.`;
      throw new QuorateError("automaton-malformed", what);
    }
    transitions[named] = transition;
  }
  return Object.freeze({ ...automaton, transitions }) as never;
}

function checkControllers(name: string, leaves: readonly Leaf[], open: ReadonlySet<string>): void {
  const controllers = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    for (const [action, { kind }] of Object.entries(leaf.automaton.transitions)) {
      if (kind === "input") continue;
      const others = controllers.get(action) ?? [];
      const rival = others.find((other) => compatible(leaf, other, action));
      if (rival !== undefined) {
        const what = `Composition "${name}": ${rival.name} and ${leaf.name} both control ${action}.`;
        throw new QuorateError("two-controllers", what);
      }
      controllers.set(action, [...others, leaf]);
    }
  }
  for (const leaf of leaves) {
    for (const [action, { kind }] of Object.entries(leaf.automaton.transitions)) {
      if (kind !== "input") continue;
      const owners = (controllers.get(action) ?? []).filter((other) =>
        compatible(leaf, other, action),
      );
      if (owners.length === 0 && !open.has(action)) {
        const what = `Composition "${name}": nothing outputs ${action}, an input of ${leaf.name}.`;
        throw new QuorateError("input-uncontrolled", what);
      }
      const owner = owners.find(
        (other) => other.automaton.transitions[action]?.kind === "internal",
      );
      if (owner !== undefined && leaf.automaton.form !== "observer") {
        const what = `Composition "${name}": ${leaf.name} shares ${action}, internal to ${owner.name}.`;
        throw new QuorateError("internal-shared", what);
      }
    }
  }
}

/** Whether two leaves can take part in one action of the name: whether no index separates them. */
function compatible(a: Leaf, b: Leaf, action: string): boolean {
  const [one, other] = [a, b].map((leaf) => leaf.automaton.transitions[action]?.at ?? {});
  return Object.entries(one ?? {}).every(
    ([key, value]) =>
      !Object.hasOwn(other ?? {}, key) || canonical(other?.[key]) === canonical(value),
  );
}
