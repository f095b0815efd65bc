import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { bag, fifo, soup } from "../../../impl/network/index.ts";
import {
  type AnyAutomaton,
  automaton,
  type Composition,
  compose,
  type Index,
  type Input,
  index,
  indices,
  invariant,
  type Output,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { across, post, reachable, UNIVERSE, wordsOf } from "./couriers.ts";

/** The states that the explorer counts, which must be those of the reference semantics. */
function statesOf(system: Composition): number {
  const { states } = explore({ system, properties: [], witnesses: [] });
  expect(states).toBe(reachable(system).length);
  return states;
}

const over = ({ network }: { readonly network: AnyAutomaton }) => across({ network });
const link = (options: Partial<Parameters<typeof fifo>[0]> = {}) => {
  const { links } = fifo({ universe: UNIVERSE, waitingMax: 2, ...options } as never);
  return across({ links });
};

describe("soup", () => {
  test("reorders, repeats and loses: what was sent comes in any sequence", () => {
    const system = over(soup({ universe: UNIVERSE }));

    // all words of at most three letters
    expect(wordsOf(system)).toHaveLength(1 + 2 + 4 + 8);
    // before x is sent 1, before y is sent the 4 words of x alone, then all
    expect(statesOf(system)).toBe(1 + 4 + 15);
  });

  test("delivers nothing before it was sent", () => {
    const system = across({ network: soup({ universe: UNIVERSE }).network }, ["x"]);

    expect(wordsOf(system)).toEqual(["", "x", "xx", "xxx"]);
  });

  test("delivers a broadcast to each receiver, under the names that it is given", () => {
    type Told = { readonly to: Index<"node">; readonly what: "go" };
    const nodes = indices("node", 3);
    const { network } = soup({
      universe: [{ what: "go" as const }],
      send: "SHOUT",
      deliver: "HEAR",
      deliveries: ({ what }) => nodes.map((to): Told => ({ to, what })),
    });
    const shouter = automaton<null, { SHOUT: Output<{ what: "go" }> }>("shouter", {
      start: null,
      transitions: { SHOUT: { kind: "output", choose: () => [{ what: "go" }] } },
    });
    const ears = nodes.map((to) =>
      automaton<boolean, { HEAR: Input<Told> }>("ear", {
        start: false,
        transitions: { HEAR: { kind: "input", at: { to }, effect: () => true } },
      }),
    );

    const system = compose("broadcast", { network, shouter, ears });

    expect(statesOf(system)).toBe(1 + 2 ** 3);
  });

  test("refuses a message outside its universe instead of losing it", () => {
    const { network } = soup({ universe: UNIVERSE });
    const system = across({ network: network }, ["x", "z"]);

    expect(() => explore({ system, properties: [], witnesses: [] })).toThrow(
      /Network "soup" does not know of .*"message":"z".*\[message-unknown\]/,
    );
  });
});

describe("fifo", () => {
  test("delivers in the order of sending, once each", () => {
    const system = link();

    expect(wordsOf(system)).toEqual(["", "x", "xy"]);
    // sent 0, 1 or 2, and received at most as many
    expect(statesOf(system)).toBe(6);
  });

  test("keeps its order as an invariant that the explorer decides", () => {
    const { links } = fifo({ universe: UNIVERSE, waitingMax: 2 });
    const system = across({ links });
    const inOrder = invariant(system, {
      name: "y comes after x",
      reads: ["receiver"],
      holds: ({ receiver }) => "xy".startsWith((receiver as string[]).join("")),
    });
    const overSoup = across({ network: soup({ universe: UNIVERSE }).network });

    expect(explore({ system, properties: [inOrder], witnesses: [] }).violations).toEqual([null]);
    const [reordered] = explore({
      system: overSoup,
      properties: [inOrder],
      witnesses: [],
    }).violations;
    expect(reordered).not.toBeNull();
  });

  test("loses at the head what a lossy link may lose anywhere", () => {
    const system = link({ loses: true });

    expect(wordsOf(system)).toEqual(["", "x", "y", "xy"]);
    // each sent letter waits, is lost or is received; y leaves after x only
    expect(statesOf(system)).toBe(1 + 3 + (1 + 2 + 4));
  });

  test("delivers a letter twice as often as its bound allows, and no later letter between", () => {
    const system = link({ duplicatesMax: 1, waitingMax: 3 });

    expect(wordsOf(system)).toEqual(["", "x", "xx", "xy", "xxy", "xyy"]);
    statesOf(system);
  });

  test("refuses to lose what is sent on a full link", () => {
    const system = link({ waitingMax: 1 });

    expect(() => explore({ system, properties: [], witnesses: [] })).toThrow(
      /Network "fifo node#0 node#1" holds 1 messages, and .*"message":"y".*\[channel-full\]/,
    );
  });

  test("refuses a message outside the alphabet of its link", () => {
    const { links } = fifo({ universe: UNIVERSE, waitingMax: 2 });
    const system = across({ links }, ["z"]);

    expect(() => explore({ system, properties: [], witnesses: [] })).toThrow(/\[message-unknown\]/);
  });

  test("has a link for each ordered pair of its universe, which keep no order between them", () => {
    const [a, b, c] = indices("node", 3) as [Index<"node">, Index<"node">, Index<"node">];
    const universe = [
      { from: a, to: b, message: 1 },
      { from: b, to: a, message: 1 },
      { from: a, to: c, message: 1 },
      { from: a, to: b, message: 2 },
    ];

    const { links } = fifo({ universe, waitingMax: 1 });

    expect(links.map(({ name }) => name)).toEqual([
      "fifo node#0 node#1",
      "fifo node#1 node#0",
      "fifo node#0 node#2",
    ]);
  });
});

describe("bag", () => {
  test("delivers each copy once, in any order", () => {
    const system = over(bag({ universe: UNIVERSE, copiesMax: 1 }));

    expect(wordsOf(system)).toEqual(["", "x", "y", "xy", "yx"]);
    // y unsent: x unsent, on its way or received; both sent: neither, one or both received, in 2 orders
    expect(statesOf(system)).toBe(3 + (1 + 2 + 2));
  });

  test("loses copies where it may", () => {
    const system = over(bag({ universe: UNIVERSE, copiesMax: 1, loses: true }));

    // x alone: unsent, on its way, lost, received; with y 3 × 3, and both received in 2 orders
    expect(statesOf(system)).toBe(4 + 9 + 1);
    const lost = witnessAction(system, { name: "a copy is lost", action: "LOSE-DELIVER" });
    expect(explore({ system, properties: [], witnesses: [lost] }).reached).toEqual([true]);
  });

  test("makes as many copies as it may", () => {
    const system = over(bag({ universe: UNIVERSE, copiesMax: 2, duplicatesMax: 1 }));

    const words = wordsOf(system);

    // all words of at most three letters but xxx and yyy
    expect(words).toHaveLength(13);
    expect(words).not.toContain("xxx");
    statesOf(system);
  });

  test("counts what is sent twice, and refuses more copies than its bound", () => {
    const ofTwo = (copiesMax: number) =>
      across({ network: bag({ universe: UNIVERSE, copiesMax }).network }, ["x", "x"]);

    expect(wordsOf(ofTwo(2))).toEqual(["", "x", "xx"]);
    expect(() => explore({ system: ofTwo(1), properties: [], witnesses: [] })).toThrow(
      /Network "bag" holds 1 messages.*\[channel-full\]/,
    );
  });

  test("refuses a message outside its universe", () => {
    const { network } = bag({ universe: UNIVERSE, copiesMax: 1 });
    const system = across({ network: network }, ["z"]);

    expect(() => explore({ system, properties: [], witnesses: [] })).toThrow(/\[message-unknown\]/);
  });
});

describe("each model", () => {
  test("says what it excludes, its faults and bounds among it", () => {
    expect(soup({ universe: UNIVERSE, name: "votes" }).excludes.join("\n")).toContain(
      "votes: it tells 2 messages apart",
    );
    const exact = fifo({ universe: UNIVERSE, waitingMax: 4 }).excludes.join("\n");
    expect(exact).toMatch(
      /do not reorder.*\n.*do not lose.*\n.*do not duplicate.*\n.*at most 4 messages/,
    );
    const faulty = bag({ universe: UNIVERSE, copiesMax: 3, loses: true, duplicatesMax: 2 });
    expect(faulty.excludes.join("\n")).toMatch(/bag: the network loses messages/);
    expect(faulty.excludes.join("\n")).toMatch(/at most 2 copies of a message\n.*at most 3 copies/);
  });

  test.each([
    ["an empty soup", () => soup({ universe: [] })],
    ["a bag of no copies", () => bag({ universe: UNIVERSE, copiesMax: 0 })],
    [
      "a fraction of a duplicate",
      () => fifo({ universe: UNIVERSE, waitingMax: 1, duplicatesMax: 0.5 }),
    ],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(/\[automaton-malformed\]/);
  });

  test("tells a message from another by its value alone", () => {
    const twice = [post("x"), { ...post("x") }];

    expect(soup({ universe: twice }).network.start()[0]).toEqual(
      soup({ universe: [post("x")] }).network.start()[0],
    );
    expect(index("node", 1)).toBe(twice[1]?.to);
  });
});
