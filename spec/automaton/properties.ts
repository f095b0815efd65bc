import type { ActionNameOf, Composition, Parts, StatesOf } from "./compose.ts";
import { QuorateError } from "./errors.ts";
import type { Action } from "./execute.ts";
import type { LivenessProperty } from "./liveness.ts";

type FieldsOf<State> = State extends readonly (infer One)[]
  ? FieldsOf<One>
  : State extends Readonly<Record<string, unknown>>
    ? keyof State & string
    : State extends object
      ? keyof State & string
      : never;

/** What a property may read: a part, or one field of it as "part.field". */
export type Readable<P extends Parts> = {
  [Q in keyof P & string]: Q | `${Q}.${FieldsOf<StatesOf<P>[Q]>}`;
}[keyof P & string];

type PartIn<R extends string> = R extends `${infer Q}.${string}` ? Q : R;

type Narrowed<State, Fields> = State extends readonly (infer One)[]
  ? readonly Narrowed<One, Fields>[]
  : Pick<State, Fields & keyof State>;

/** The states that a property sees: what it declares to read, and nothing else. */
export type View<P extends Parts, R extends string> = {
  readonly [Q in PartIn<R> & keyof P]: Q extends R
    ? StatesOf<P>[Q]
    : Narrowed<StatesOf<P>[Q], R extends `${Q & string}.${infer F}` ? F : never>;
};

/** A condition that the checker decides, with its types erased. */
export type Property =
  | {
      readonly kind: "invariant";
      readonly name: string;
      readonly reads: readonly string[];
      readonly holds: (view: any) => boolean;
      /** turns false only as accumulating parts gain: see {@link invariant} */
      readonly accumulating: boolean;
    }
  | {
      readonly kind: "step";
      readonly name: string;
      readonly reads: readonly string[];
      readonly holds: (before: any, action: Action, after: any) => boolean;
    }
  | {
      readonly kind: "deadlock" | "quiescence";
      readonly name: string;
      readonly reads: readonly string[];
      readonly holds: (view: any) => boolean;
    }
  | {
      readonly kind: "inclusion";
      readonly name: string;
      readonly reads: readonly [];
      readonly specification: Composition;
      readonly visible: VisibleActions;
      /** whether a quiescent state must be matched by one of the specification */
      readonly quiescence: boolean;
      /** what is assumed of the system where the liveness half is asked for, too */
      readonly fair: LivenessProperty | null;
    }
  | {
      readonly kind: "simulation";
      readonly name: string;
      readonly reads: readonly string[];
      readonly specification: Composition;
      readonly visible: VisibleActions;
      readonly mapping: (view: any) => Readonly<Record<string, unknown>>;
      readonly answers: (before: any, action: Action, after: any) => readonly Action[];
      readonly fair: LivenessProperty | null;
    }
  | LivenessProperty;

/** By name of an action: what the specification's action is, or null where this one is hidden. */
export type VisibleActions = ReadonlyMap<string, (payload: any) => Action | null>;

/** Which actions of a composition show, and as what. */
export type Visible<P extends Parts> =
  | readonly ActionNameOf<P>[]
  | { readonly [K in ActionNameOf<P>]?: (payload: any) => Action | null };

/** Something that must be reached, or the verdict is `vacuous`. */
export type Witness =
  | {
      readonly kind: "state";
      readonly name: string;
      readonly reads: readonly string[];
      readonly reached: (view: any) => boolean;
    }
  | {
      readonly kind: "action";
      readonly name: string;
      readonly action: string;
      readonly where: (payload: any) => boolean;
    };

interface Reading<P extends Parts, R extends Readable<P>> {
  readonly name: string;
  /** the parts and fields that the condition reads; it is given no others */
  readonly reads: readonly R[];
}

/**
 * A condition on every reachable state.
 *
 * `accumulating: true` declares that the condition can only turn false as message soups and
 * knowledge gain, never as they lack: then it may be checked with sends at once although it reads
 * both a sender and what receives its outputs.
 */
export function invariant<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Reading<P, R> & {
    readonly holds: (view: View<P, R>) => boolean;
    readonly accumulating?: boolean;
  },
): Property {
  checkReads(system, body.name, body.reads);
  return { accumulating: false, ...body, kind: "invariant" };
}

/**
 * A condition on every step that leads to another state, whether or not it changes what the
 * condition reads: `before` the step, its action, and `after` it. An outbox is no part of a state:
 * a delivery that only empties one is no such step.
 */
export function stepInvariant<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Reading<P, R> & {
    readonly holds: (before: View<P, R>, action: Action, after: View<P, R>) => boolean;
  },
): Property {
  checkReads(system, body.name, body.reads);
  return { ...body, kind: "step" };
}

/** No state without a step to another state, but those in which `finished` holds. */
export function noDeadlock<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Reading<P, R> & { readonly finished: (view: View<P, R>) => boolean },
): Property {
  checkReads(system, body.name, body.reads);
  return { kind: "deadlock", name: body.name, reads: body.reads, holds: body.finished };
}

/**
 * No quiescent state with unfinished business: where only spontaneous tasks could still lead to
 * another state, `finished` holds.
 */
export function quiescentWhenFinished<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Reading<P, R> & { readonly finished: (view: View<P, R>) => boolean },
): Property {
  checkReads(system, body.name, body.reads);
  return { kind: "quiescence", name: body.name, reads: body.reads, holds: body.finished };
}

/**
 * Every finite trace of visible actions of the system is one of the specification.
 *
 * @param body.visible the actions of the system that show, by name; a function gives the action
 * of the specification that a visible action stands for, or null where this one does not show
 * @param body.quiescence whether ends count: where nothing but spontaneous tasks could show or
 * change anything, the specification may have come to such a state too. Without it a system that
 * does nothing is included in everything
 * @throws QuorateError `action-unknown`
 */
export function includedIn<P extends Parts>(
  system: Composition<P>,
  body: {
    readonly name: string;
    readonly specification: Composition<any>;
    readonly visible: Visible<P>;
    readonly quiescence?: boolean;
  },
): Extract<Property, { kind: "inclusion" }> {
  const { name, specification, quiescence = false } = body;
  const visible = visibleActions(system, name, body.visible);
  return { kind: "inclusion", name, reads: [], specification, visible, quiescence, fair: null };
}

/** @throws QuorateError `action-unknown` where the system has no such action */
export function visibleActions<P extends Parts>(
  system: Composition<P>,
  property: string,
  visible: Visible<P>,
): VisibleActions {
  const shown = new Map<string, (payload: any) => Action | null>(
    isNames(visible)
      ? visible.map((name) => [name, (payload) => ({ name, payload })])
      : (Object.entries(visible) as [string, (payload: unknown) => Action | null][]),
  );
  for (const action of shown.keys()) checkAction(system, property, action);
  return shown;
}

function isNames(visible: unknown): visible is readonly string[] {
  return Array.isArray(visible);
}

/** A state that must be reached: the premise of a claim, or its good end. */
export function witness<P extends Parts, const R extends Readable<P>>(
  system: Composition<P>,
  body: Reading<P, R> & { readonly reached: (view: View<P, R>) => boolean },
): Witness {
  checkReads(system, body.name, body.reads);
  return { ...body, kind: "state" };
}

/** An action that must happen and change something. */
export function witnessAction<P extends Parts>(
  system: Composition<P>,
  body: {
    readonly name: string;
    readonly action: ActionNameOf<P>;
    readonly where?: (payload: any) => boolean;
  },
): Witness {
  checkAction(system, body.name, body.action);
  return { where: () => true, ...body, kind: "action" };
}

function checkAction(system: Composition, property: string, action: string): void {
  if (!system.leaves.some((leaf) => Object.hasOwn(leaf.automaton.transitions, action))) {
    const what = `"${property}" names ${action}, which "${system.name}" does not have.`;
    throw new QuorateError("action-unknown", what);
  }
}

/** @throws QuorateError `part-unknown` where the system has no such part */
export function checkReads(system: Composition, property: string, reads: readonly string[]): void {
  for (const read of reads) {
    const part = read.split(".")[0] as string;
    if (!system.leaves.some((leaf) => leaf.part === part)) {
      const what = `"${property}" reads ${read}, which "${system.name}" does not have.`;
      throw new QuorateError("part-unknown", what);
    }
  }
}
