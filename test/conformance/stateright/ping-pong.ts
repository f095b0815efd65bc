import type { Problem } from "../../../spec/automaton/index.ts";
import {
  compose,
  eventually,
  index,
  indices,
  invariant,
  notFair,
  witness,
} from "../../../spec/automaton/index.ts";
import { type Actor, actorSystem, type Network, receives } from "./actors.ts";

interface Message {
  readonly type: "ping" | "pong";
  readonly value: number;
}
interface Counter {
  readonly count: number;
}

/** Answers the message with its own number, and counts; it does not count further than `max`. */
const counter = (at: 0 | 1, hears: Message["type"], max: number): Actor<Counter, Message> => ({
  node: index("counter", at),
  start: {
    state: { count: 0 },
    sends: at === 0 ? [{ to: index("counter", 1), msg: { type: "ping", value: 0 } }] : [],
  },
  receive({ count }, from, { type, value }) {
    if (type !== hears || value !== count || count === max) return null;
    const answer: Message =
      type === "pong" ? { type: "ping", value: value + 1 } : { type: "pong", value };
    return { state: { count: count + 1 }, sends: [{ to: from, msg: answer }] };
  },
});

const NODES = indices("counter", 2);

function pingPongSystem(max: number, network: Network, lossy: boolean) {
  const actors = [counter(0, "pong", max), counter(1, "ping", max)];
  return compose("ping-pong", { actors: actorSystem(actors, { network, lossy }) });
}

/**
 * Two actors that send a number to and fro, after src/actor/actor_test_util.rs of Stateright. There
 * the numbers have a boundary, and states beyond it are not visited: here such steps are not taken.
 * There the latest delivery is part of a state, too; it is a function of the two counters.
 */
export function pingPong(max: number, network: Network, lossy: boolean): Problem {
  const system = pingPongSystem(max, network, lossy);
  return {
    system,
    properties: [
      invariant(system, {
        name: "delta within 1",
        reads: ["actors"],
        holds: ({ actors: [one, other] }) =>
          Math.abs((one?.self.count ?? 0) - (other?.self.count ?? 0)) <= 1,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "can reach max",
        reads: ["actors"],
        reached: ({ actors: all }) => all.some(({ self }) => self.count === max),
      }),
    ],
  };
}

/**
 * The same, to reach a number in the end. There every run goes on while it can; here each actor is
 * owed what it can receive, unless `fair` is false.
 */
export function pingPongReaching(
  goal: number,
  max: number,
  network: Network,
  { lossy = false, fair = true } = {},
): Problem {
  const system = pingPongSystem(max, network, lossy);
  return {
    system,
    properties: [
      eventually(system, {
        name: `must reach ${goal}`,
        reads: ["actors"],
        holds: ({ actors }) => actors.some(({ self }) => self.count === goal),
        fairness: fair ? [] : NODES.map((node) => notFair(receives(node))),
      }),
    ],
    witnesses: [],
  };
}
