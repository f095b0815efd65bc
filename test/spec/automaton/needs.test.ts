import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import {
  applyAction,
  automaton,
  cells,
  compose,
  type ErrorCode,
  errorCodes,
  type Internal,
  offersOf,
  QuorateError,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

type Lamp = { readonly power: boolean; readonly bulb: boolean; readonly lit: number };
type LampActions = { connect: Internal; light: Internal<{ readonly via: "power" | "bulb" }> };

/** A lamp that is lit once where the named cell, and the bulb, are there. */
const lamp = (light: object = {}) =>
  cells<Lamp, LampActions>("lamp", {
    start: { power: false, bulb: true, lit: 0 },
    transitions: {
      connect: {
        kind: "internal",
        scopes: [{ reads: [], choose: () => [{}] }],
        touches: () => ["power"],
        effect: (now) => {
          now.power = true;
        },
      },
      light: {
        kind: "internal",
        scopes: [{ reads: ["lit"], choose: () => [{ via: "power" }, { via: "bulb" }] }],
        when: { dark: ({ lit }) => lit === 0 },
        needs: ({ via }) => [via, "bulb"],
        touches: () => ["lit"],
        effect: (now) => {
          now.lit = 1;
        },
        ...light,
      },
    },
  });

const lampSystem = (light: object = {}) => compose("lamp", { lamp: lamp(light) });
const [START] = startStates(lampSystem());

function clausesOf(via: string, system = lampSystem(), from = START) {
  const [leaf] = system.leaves;
  if (leaf === undefined || from?.[0] === undefined) throw new Error("no leaf");
  const offers = offersOf(leaf, from[0]).filter(({ action }) => action.payload.via === via);
  return offers.map(({ clauses }) => clauses);
}

describe("an action of cells that needs some of them", () => {
  test("is disabled by the clause `needs` while one of them is false", () => {
    expect(clausesOf("power")).toEqual([
      [
        ["dark", true],
        ["needs", false],
      ],
    ]);
  });

  test("is enabled once all of them are true", () => {
    const system = lampSystem();
    if (START === undefined) throw new Error("no start");
    const connected = applyAction(system, START, { name: "connect", payload: {} });

    expect(clausesOf("power", system, connected)).toEqual([
      [
        ["dark", true],
        ["needs", true],
      ],
    ]);
  });

  test("is offered whether or not its scope reads what it needs", () => {
    const reading = lampSystem({
      scopes: [{ reads: ["lit", "power"], choose: () => [{ via: "power" }, { via: "bulb" }] }],
    });

    expect(clausesOf("bulb", reading)).toEqual(clausesOf("bulb"));
  });

  test("is among the steps only where they hold", () => {
    if (START === undefined) throw new Error("no start");

    const vias = stepsFrom(lampSystem(), START).map(({ action }) => action.payload.via);

    expect(vias).toEqual([undefined, "bulb"]);
  });

  test("has no clause `needs` where it needs no cell", () => {
    expect(clausesOf("power", lampSystem({ needs: () => [] }))).toEqual([[["dark", true]]]);
  });

  test("is searched naively as if a clause asked for the same", () => {
    const asked = lampSystem({
      scopes: [
        { reads: ["lit", "power", "bulb"], choose: () => [{ via: "power" }, { via: "bulb" }] },
      ],
      needs: undefined,
      when: {
        dark: ({ lit }: Lamp) => lit === 0,
        all: (now: Lamp, { via }: { via: "power" | "bulb" }) => now[via] && now.bulb,
      },
    });
    const counted = [lampSystem(), asked].map((system) => {
      const { states, transitions } = searchNaively(system);
      return { states, transitions };
    });

    expect(counted[0]).toEqual(counted[1]);
    expect(counted[0]).toEqual({ states: 4, transitions: 5 });
  });
});

describe("needs are refused", () => {
  const refused = (run: () => unknown, code: ErrorCode, ...said: string[]) => {
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(QuorateError);
    const { code: given, message } = thrown as QuorateError;
    expect(given).toBe(code);
    for (const one of [...said, errorCodes[code]]) expect(message).toContain(one);
  };
  const stepping = (light: object) => () => {
    if (START === undefined) throw new Error("no start");
    return stepsFrom(lampSystem(light), START);
  };

  test("of a cell that does not exist", () => {
    const needs = () => ["fuse"];
    refused(stepping({ needs }), "cell-unknown", '"lamp", action light', 'no cell "fuse"');
  });

  test("of a cell whose start value is no boolean", () => {
    const needs = () => ["lit"];
    refused(stepping({ needs }), "automaton-malformed", "action light", 'cell "lit"', "no boolean");
  });

  test("that are no array", () => {
    refused(stepping({ needs: () => "power" }), "automaton-malformed", "no array");
  });

  test("that throw", () => {
    const needs = () => {
      throw new Error("oh");
    };
    refused(stepping({ needs }), "clause-threw", "action light: needs threw: oh");
  });

  test("that are no function", () => {
    refused(() => lamp({ needs: ["power"] }), "automaton-malformed", "needs is no function");
  });

  test("beside a clause of that name", () => {
    const when = { needs: () => true };
    refused(() => lamp({ when }), "automaton-malformed", '"needs" names two clauses');
  });

  test("of an input", () => {
    const connect = { kind: "input", effect: () => undefined, needs: () => [], touches: () => [] };
    const define = () =>
      cells("lamp", { start: { power: false }, transitions: { connect } } as never);

    refused(define, "automaton-malformed", "an input has no precondition");
  });

  test("of an automaton that is no record of cells", () => {
    const go = { kind: "internal", needs: () => [] };
    const define = () => automaton("leaf", { start: 0, transitions: { go } } as never);

    refused(define, "automaton-malformed", "only an automaton of cells has needs");
  });
});
