import {
  type Action,
  applyAction,
  type Composition,
  type Global,
  type Local,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

/** The state of a composition after some actions from its start, inputs that are open among them. */
function ran(system: Composition, actions: readonly Action[]): Global {
  const [start] = startStates(system);
  return actions.reduce<Global>((at, one) => applyAction(system, at, one), start as Global);
}

/** The state of the first leaf after some actions. */
export const stateAfter = <S>(system: Composition, actions: readonly Action[]): S =>
  (ran(system, actions)[0] as Local).state as S;

/** What may happen next, as "NAME value value", in order. */
export function next(system: Composition, actions: readonly Action[]): string[] {
  return stepsFrom(system, ran(system, actions))
    .map(({ action: { name, payload } }) => [name, ...Object.values(payload).map(plain)].join(" "))
    .sort();
}

const plain = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** An action by its name and parameters. */
export const act = (name: string, payload: Action["payload"]): Action => ({ name, payload });
