import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { bag, fifo, partition, severed, soup } from "../../../impl/network/index.ts";
import {
  type AnyAutomaton,
  applyAction,
  type Composition,
  compose,
  type Global,
  type Local,
  quiescentWhenFinished,
  stepsFrom,
} from "../../../spec/automaton/index.ts";
import { across, RECEIVER, reachable, SENDER, UNIVERSE, wordsOf } from "./couriers.ts";

const once = partition({ sides: [[SENDER]], timesMax: 1 });
const beside = (network: AnyAutomaton, cuts = once) => across({ network, partition: cuts.network });
const fifoLink = () => fifo({ universe: UNIVERSE, waitingMax: 2 }).links[0] as AnyAutomaton;

const isCut = (system: Composition, global: Global) => {
  const at = system.leaves.findIndex(({ name }) => name === "partition");
  return ((global[at] as Local).state as { cut: boolean }).cut;
};
const delivers = (system: Composition, global: Global) =>
  stepsFrom(system, global).some(({ action }) => action.name === "DELIVER");
const healed = (system: Composition, global: Global) =>
  applyAction(system, global, { name: "HEAL", payload: {} });

describe("a partition", () => {
  test("starts at most as often as it may, and heals", () => {
    const { network, excludes } = partition({ sides: [[SENDER], [RECEIVER]], timesMax: 2 });
    const system = compose("cuts", { network });

    // whole with 2, 1 or 0 left; apart with 1 or 0
    expect(reachable(system)).toHaveLength(5);
    expect(excludes.join("\n")).toMatch(/at most 2, one at a time, of node#0 or node#1/);
  });

  test.each([
    ["a fifo link", fifoLink()],
    ["a bag", bag({ universe: UNIVERSE, copiesMax: 1 }).network],
    ["a soup", soup({ universe: UNIVERSE }).network],
  ] as [string, AnyAutomaton][])(
    "delays what %s carries: no delivery while it lasts, and no new sequence",
    (_, network) => {
      const system = beside(severed(network));

      const states = reachable(system);
      const cut = states.filter((global) => isCut(system, global));

      expect(wordsOf(system)).toEqual(wordsOf(across({ network })));
      expect(cut.filter((global) => delivers(system, global))).toEqual([]);
      // there is something to deliver meanwhile: healing alone enables it
      expect(cut.some((global) => delivers(system, healed(system, global)))).toBe(true);
      expect(explore({ system, properties: [], witnesses: [] }).states).toBe(states.length);
    },
  );

  test("loses what is sent while it lasts, where it loses", () => {
    const delaying = beside(severed(fifoLink()));
    const losing = beside(severed(fifoLink(), { loses: true }));
    const cells = bag({ universe: UNIVERSE, copiesMax: 1 }).network;

    expect(wordsOf(delaying)).toEqual(["", "x", "xy"]);
    expect(wordsOf(losing)).toEqual(["", "x", "y", "xy"]);
    expect(wordsOf(beside(severed(cells, { loses: true })))).toEqual(["", "x", "y", "xy", "yx"]);
  });

  test("does not cut those on one side", () => {
    const together = partition({ sides: [[SENDER, RECEIVER]], timesMax: 1 });
    const system = beside(severed(fifoLink(), { loses: true }), together);

    expect(wordsOf(system)).toEqual(["", "x", "xy"]);
  });

  test("ends by itself, unless it may last", () => {
    const verdict = (mayLast: boolean) => {
      const cuts = partition({ sides: [[SENDER]], timesMax: 1, mayLast });
      const system = beside(severed(fifoLink()), cuts);
      const arrives = quiescentWhenFinished(system, {
        name: "what was sent arrives",
        reads: ["sender", "receiver"],
        finished: ({ sender, receiver }) =>
          (receiver as readonly string[]).length === (sender as number),
      });
      return explore({ system, properties: [arrives], witnesses: [] }).violations[0] === null;
    };

    expect(verdict(false)).toBe(true);
    expect(verdict(true)).toBe(false);
  });

  test("is refused without sides", () => {
    expect(() => partition({ sides: [], timesMax: 1 })).toThrow(/\[automaton-malformed\]/);
  });
});
