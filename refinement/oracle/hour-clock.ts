import type { Internal } from "../../spec/automaton/index.ts";
import {
  automaton,
  compose,
  invariant,
  noDeadlock,
  witnessAction,
} from "../../spec/automaton/index.ts";

const HOURS = Array.from({ length: 12 }, (_, at) => at + 1);

/** A clock that may show any hour at first, after HourClock.tla of tlaplus/Examples. */
const clock = automaton<number, { tick: Internal }>("clock", {
  start: () => HOURS,
  transitions: { tick: { kind: "internal", effect: (hour) => (hour % 12) + 1 } },
});

/** The hour clock: every state is a start state. */
export function hourClock() {
  const system = compose("hour-clock", { clock });
  return {
    system,
    properties: [
      invariant(system, {
        name: "the clock shows an hour",
        reads: ["clock"],
        holds: ({ clock }) => HOURS.includes(clock),
      }),
      noDeadlock(system, { name: "the clock never stops", reads: [], finished: () => false }),
    ],
    witnesses: [witnessAction(system, { name: "the clock ticks", action: "tick" })],
  };
}
