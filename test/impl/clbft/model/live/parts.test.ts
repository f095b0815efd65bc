import { expect, test } from "vitest";
import { clbftWorldOf } from "../../../../../impl/clbft/model/instances.ts";
import { voteCell } from "../../../../../impl/clbft/model/knowledge.ts";
import { ALL_SAID_AGAIN, relaying } from "../../../../../impl/clbft/model/live/relays.ts";
import { type Forwards, forwarding } from "../../../../../impl/clbft/model/live/requests.ts";
import { clocks } from "../../../../../impl/clbft/model/live/timers.ts";
import { REPAIRED } from "../../../../../impl/clbft/rules.ts";
import { type AnyAutomaton, urgent } from "../../../../../spec/automaton/index.ts";

const world = clbftWorldOf(
  { faulty: [0], views: 3, numbers: 1, requests: [1], owes: true },
  REPAIRED,
);
const [, one, two, three] = world.group;
const [request] = world.requests;
if (!one || !two || !three || !request) throw new RangeError("an instance without replicas");

const NOTHING = () => undefined;
const startOf = (automaton: AnyAutomaton) => ({ ...[...automaton.start()][0] });
const offered = (automaton: AnyAutomaton, action: string, state: object) =>
  (automaton.transitions[action]?.scopes ?? []).flatMap(({ choose }) => [...choose(state)]);
const take = (automaton: AnyAutomaton, action: string, state: object, payload: object) => {
  automaton.transitions[action]?.effect?.(state as never, payload as never, NOTHING as never);
};

test("the clock of a change to a view starts when 2f + 1 replicas change to it or later ones", () => {
  const running = clocks(world, { stableFrom: 2, enough: 3, task: urgent("time out") });
  const state = startOf(running);
  const suspected = () =>
    offered(running, "SUSPECT", state).filter(({ view }: { view: number }) => view === 1);

  take(running, "SEND-VIEW-CHANGE", state, { replica: one, view: 1 });
  const alone = suspected();
  take(running, "SEND-VIEW-CHANGE", state, { replica: two, view: 2 });

  expect(alone).toEqual([]);
  expect(suspected()).toContainEqual({ replica: one, view: 1 });
});

test("a decision that a correct replica was shown in a view that may lose votes is told to all", () => {
  const decision = { replica: one, view: 0, n: 1, batch: [request] };
  const told = (saidAgain: typeof ALL_SAID_AGAIN) => {
    const network = relaying(world, 2, saidAgain);
    const state = startOf(network);
    if (network.transitions["FORGED-COMMITTED"]?.effect) {
      take(network, "FORGED-COMMITTED", state, decision);
    }
    return offered(network, "COMMITTED", state);
  };

  expect(told(ALL_SAID_AGAIN)).toContainEqual({ ...decision, replica: three });
  expect(told({ ...ALL_SAID_AGAIN, decisions: false })).toEqual([]);
});

test("votes are owed in the stable view alone", () => {
  const network = relaying(world, 2);
  const owed = (view: number) => {
    const state = { ...startOf(network), [voteCell(view, 1, [request])]: "complete" };
    return offered(network, "PREPARED", state).length;
  };

  expect([0, 1, 2].map(owed)).toEqual([0, 0, 3]);
});

test.each<[Forwards, number, number]>([
  ["once", 1, 0],
  ["again", 1, 1],
  ["rejected", 0, 0],
])("what is forwarded %s comes %i times, and %i after a batch", (forwards, first, later) => {
  const network = forwarding(world.group, world.requests, forwards);
  const state = startOf(network);
  const [primary] = world.group;

  take(network, "FORWARD", state, { replica: one, request });
  const before = offered(network, "FORWARDED", state);
  for (const each of before) take(network, "FORWARDED", state, each);
  take(network, "EXECUTE", state, { replica: primary, n: 1, batch: [] });

  expect(before).toHaveLength(first);
  expect(offered(network, "FORWARDED", state)).toHaveLength(later);
});
