import {
  type AnyAutomaton,
  compose,
  type Index,
  withRestarts,
} from "../../../spec/automaton/index.ts";
import { RESTART } from "../../../spec/automaton/restarts.ts";
import { acting } from "../bft-bc/acting.ts";

/** Runs one automaton of a process, which may also crash and start again. */
export function restartable<State>(one: AnyAutomaton, process: Index) {
  const open = Object.entries(one.transitions).flatMap(([name, { kind }]) =>
    kind === "input" ? [name] : [],
  );
  const alone = compose("alone", { one }, { open: open as never });
  const { parts } = withRestarts(alone as never, { processes: [process], atMost: 1 });
  const leaf = acting<State>((parts as unknown as { one: AnyAutomaton }).one);
  return {
    take: leaf.take,
    takes: (name: string) => Object.hasOwn(one.transitions, name),
    restart: () => leaf.take(RESTART, { process }),
    get state() {
      return leaf.state;
    },
    get enabled() {
      return leaf.enabled;
    },
  };
}
