import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { explore } from "../../../checker/search/search.ts";
import { formatCounterexample } from "../../../checker/trace/text.ts";
import {
  automaton,
  claim,
  compose,
  fairlyIncludedIn,
  hide,
  type Internal,
  includedIn,
  notFair,
  type Output,
  type Problem,
  type Property,
  simulates,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import { edges, graph } from "../../fixtures/small/graphs.ts";

type PingPong = { ping: Output; pong: Output };

/** Says ping and pong in turn, for ever. */
const inTurn = automaton<boolean, PingPong>("in turn", {
  start: false,
  transitions: {
    ping: { kind: "output", when: { first: (pinged) => !pinged }, effect: () => true },
    pong: { kind: "output", when: { second: (pinged) => pinged }, effect: () => false },
  },
});

/** The same, but it may dither before each pong for as long as it likes, or fall silent. */
interface Speaker {
  readonly pinged: boolean;
  readonly dithers: boolean;
  readonly silent: boolean;
}
type SpeakerActions = PingPong & { dither: Internal; hush: Internal };
const speaker = (may: { dither?: boolean; hush?: boolean; spontaneously?: boolean }) =>
  automaton<Speaker, SpeakerActions>("speaker", {
    start: { pinged: false, dithers: false, silent: false },
    transitions: {
      ping: {
        kind: "output",
        when: { first: ({ pinged, silent }) => !pinged && !silent },
        effect: (s) => {
          s.pinged = true;
        },
      },
      pong: {
        kind: "output",
        ...(may.spontaneously ? { task: spontaneous("pong") } : {}),
        when: { second: ({ pinged, dithers, silent }) => pinged && !dithers && !silent },
        effect: (s) => {
          s.pinged = false;
        },
      },
      dither: {
        kind: "internal",
        when: { may: ({ pinged }) => pinged && may.dither === true },
        effect: (s) => {
          s.dithers = !s.dithers;
        },
      },
      hush: {
        kind: "internal",
        when: { may: ({ pinged }) => pinged && may.hush === true },
        effect: (s) => {
          s.silent = true;
        },
      },
    },
  });

const specification = compose("in turn", { inTurn });
const speaking = (may: Parameters<typeof speaker>[0]) =>
  compose("speaker", { speaker: speaker(may) });

const bySimulation = (system: ReturnType<typeof speaking>, fair?: Property[] | []) =>
  simulates(system, {
    name: "ping and pong in turn",
    specification,
    visible: ["ping", "pong"],
    reads: ["speaker.pinged"],
    mapping: ({ speaker: { pinged } }) => ({ inTurn: pinged }),
    answers: (_, action) => (action.name === "ping" || action.name === "pong" ? [action] : []),
    ...(fair === undefined ? {} : { fair: [] }),
  });
const byInclusion = (system: ReturnType<typeof speaking>) =>
  fairlyIncludedIn(system, {
    name: "ping and pong in turn",
    specification,
    visible: ["ping", "pong"],
  });

function found(system: Problem["system"], property: Property) {
  const { violations, liveness } = explore({ system, properties: [property], witnesses: [] });
  return { violation: violations[0] ?? null, liveness: liveness[0] };
}

function recordOf(system: Problem["system"], property: Property) {
  const one = {
    variant: "repaired",
    instance: "small",
    tier: "ci",
    expect: "violated",
    problem: () => ({ system, properties: [property], witnesses: [] }),
  } as const;
  return checkCase(claim({ id: "small", says: "fair", source: "ours", cases: [one] }), one);
}

describe.each([
  ["by a forward simulation", (system: ReturnType<typeof speaking>) => bySimulation(system, [])],
  ["against a deterministic specification", byInclusion],
] as const)("fair refinement %s", (_, ask) => {
  test("holds of a system that keeps its promises", () => {
    const system = speaking({});

    const { violation, liveness } = found(system, ask(system));

    expect(violation).toBeNull();
    expect(liveness).toMatchObject({
      arises: true,
      assumed: { weak: ["speaker/ping", "speaker/pong", "speaker/dither", "speaker/hush"] },
    });
  });

  test("is violated by a system that stops, although all its traces are right", () => {
    const system = speaking({ hush: true });
    const safety = includedIn(system, {
      name: "safely",
      specification,
      visible: ["ping", "pong"],
    });

    expect(found(system, safety).violation).toBeNull();
    expect(found(system, bySimulation(system)).violation).toBeNull();
    const { violation } = found(system, ask(system));
    expect(violation?.actions.map(({ name }) => name)).toEqual(["ping", "hush"]);
    expect(violation?.loop).toBe(2);
  });

  test("is violated by a system that may do something else for ever", () => {
    const system = speaking({ dither: true });

    const { violation } = found(system, ask(system));

    const names = violation?.actions.map(({ name }) => name);
    expect(names).toEqual(["ping", "dither", "dither"]);
    expect(violation?.loop).toBe(1);
  });

  test("is violated where what is owed is left to a spontaneous task", () => {
    const system = speaking({ spontaneously: true });

    expect(found(system, ask(system)).violation).toMatchObject({ loop: 1 });
  });

  test("is confirmed by the reference semantics, and names the starved task", () => {
    const system = speaking({ hush: true });

    const { verdict, counterexample, fairness } = recordOf(system, ask(system));

    expect(verdict).toBe("violated");
    expect(fairness?.[0]?.weak).toContain("speaker/pong");
    expect(counterexample && formatCounterexample(counterexample)).toContain(
      "For ever the specification owes a step of inTurn/pong, and no step is one.",
    );
  });

  test("refuses reductions: they may lose the only loop that starves", () => {
    const system = speaking({});
    const run = () =>
      explore({ system, properties: [ask(system)], witnesses: [], reductions: ["antichains"] });

    expect(run).toThrow(/antichains.*asks for fairness.*\[reduction-refused\]/);
  });
});

describe("fair refinement", () => {
  test("depends on what is fair of the system", () => {
    const system = speaking({});
    const unfair = fairlyIncludedIn(system, {
      name: "ping and pong in turn",
      specification,
      visible: ["ping", "pong"],
      fair: [notFair("pong")],
    });

    expect(found(system, unfair).violation).toMatchObject({ loop: 1 });
  });

  describe("of tasks that are always enabled", () => {
    type TickTock = { tick: Output; tock: Output };
    const clock = (tocks: boolean) =>
      automaton<{ readonly ticked: boolean; readonly tocked: boolean }, TickTock>("clock", {
        start: { ticked: false, tocked: false },
        transitions: {
          tick: {
            kind: "output",
            effect: (s) => {
              s.ticked = !s.ticked;
            },
          },
          tock: {
            kind: "output",
            when: { tocks: () => tocks },
            effect: (s) => {
              s.tocked = !s.tocked;
            },
          },
        },
      });
    const both = compose("both", { clock: clock(true) });
    const ask = (system: typeof both) =>
      fairlyIncludedIn(system, { name: "both", specification: both, visible: ["tick", "tock"] });

    test("holds where each is taken again and again", () => {
      expect(found(both, ask(both)).violation).toBeNull();
    });

    test("is violated where only one is", () => {
      const ticking = compose("ticking", { clock: clock(false) });

      const { violation } = found(ticking, ask(ticking));

      expect(violation?.actions.map(({ name }) => name)).toEqual(["tick", "tick"]);
      expect(violation?.loop).toBe(0);
    });
  });

  test("holds of every system in itself", () => {
    fc.assert(
      fc.property(edges, (one) => {
        const system = graph("system", one);
        const itself = simulates(system, {
          name: "itself",
          specification: system,
          visible: ["a", "b"] as never,
          reads: ["leaf"] as never,
          mapping: ((view: object) => view) as never,
          answers: (_, action) => [action],
          fair: [],
        });

        expect(found(system, itself).violation).toBeNull();
      }),
      { numRuns: 200, seed: 1989 },
    );
  });

  test("is refused where a trace leaves the specification several states", () => {
    const system = speaking({});
    const twoWays = automaton<number, PingPong & { turn: Internal }>("two ways", {
      start: () => [0, 2],
      transitions: {
        ping: { kind: "output", when: { even: (at) => at % 2 === 0 }, effect: (at) => at + 1 },
        pong: { kind: "output", when: { odd: (at) => at % 2 === 1 }, effect: (at) => at - 1 },
        turn: { kind: "internal", when: { never: () => false } },
      },
    });
    const undecided = fairlyIncludedIn(system, {
      name: "one of two ways",
      specification: compose("two ways", { twoWays }),
      visible: ["ping", "pong"],
    });

    expect(() => found(system, undecided)).toThrow(/2 states.*\[fair-inclusion-undecided\]/);
  });

  test("is decided by the simulation where hidden steps make it undecided by inclusion", () => {
    const system = speaking({ hush: true });
    const hidden = hide(specification, ["pong"]);
    const ask = (fair: "simulation" | "inclusion") =>
      fair === "inclusion"
        ? fairlyIncludedIn(system, { name: "pings", specification: hidden, visible: ["ping"] })
        : simulates(system, {
            name: "pings",
            specification: hidden,
            visible: ["ping"],
            reads: ["speaker.pinged"],
            mapping: ({ speaker: { pinged } }) => ({ inTurn: pinged }),
            answers: (_, action) =>
              action.name === "ping" || action.name === "pong" ? [action] : [],
            fair: [],
          });

    expect(() => found(system, ask("inclusion"))).toThrow("[fair-inclusion-undecided]");
    expect(found(system, ask("simulation")).violation).toMatchObject({ loop: 2 });
  });

  test("says nothing of the liveness half where the safety half is violated", () => {
    const system = compose("double", {
      speaker: automaton<number, PingPong>("double", {
        start: 0,
        transitions: {
          ping: { kind: "output", when: { few: (said) => said < 2 }, effect: (said) => said + 1 },
          pong: { kind: "output", when: { never: () => false } },
        },
      }),
    });
    const property = fairlyIncludedIn(system, {
      name: "ping and pong in turn",
      specification,
      visible: ["ping", "pong"],
    });

    const { violation, liveness } = found(system, property);

    expect(violation?.actions.map(({ name }) => name)).toEqual(["ping", "ping"]);
    expect(liveness).toBeNull();
  });
});
