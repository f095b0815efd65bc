import { describe, expect, test } from "vitest";
import { type Index, indices } from "../../../spec/automaton/index.ts";
import type { Request } from "../../../spec/clbft/request.ts";
import { type SequencerInstance, sequencerSystem } from "../../../spec/clbft/sequencer.ts";
import { act, next } from "./running.ts";

const [P, Q, FAULTY] = indices("replica", 3) as [
  Index<"replica">,
  Index<"replica">,
  Index<"replica">,
];
const [C, B] = indices("client", 2) as [Index<"client">, Index<"client">];

const request = (client: Index<"client">, t: number, op: string): Request => ({ client, t, op });
const [X, Y, X2] = [request(C, 1, "x"), request(C, 2, "y"), request(C, 1, "z")];

const system = (changes: Partial<SequencerInstance<string>> = {}) =>
  sequencerSystem({
    service: {
      name: "journal",
      start: "",
      apply: (state, operation) => ({ state: state + operation, result: state + operation }),
    },
    correct: [P, Q],
    enough: 2,
    ...changes,
  });

const asked = (replica: Index<"replica">, one: Request) =>
  act("REQUEST", { replica, request: one });
const sequenced = (one: Request) => act("SEQUENCE", { request: one });
const reply = (replica: Index<"replica">, { client, t }: Request, result: string) =>
  act("REPLY", { replica, client, t, result });
const skip = (replica: Index<"replica">, to: number) => act("SKIP", { replica, to });

describe("CLBFT.SPEC.SEQUENCER: the ideal sequencer", () => {
  test("may sequence what one replica was asked for, and owes it when enough correct ones were", () => {
    const early = `SEQUENCE-EARLY ${JSON.stringify(X)}`;

    expect(next(system(), [])).toEqual([]);
    expect(next(system(), [asked(P, X)])).toEqual([early]);
    expect(next(system(), [asked(FAULTY, X), asked(P, X)])).toEqual([early]);
    expect(next(system(), [asked(P, X), asked(P, X)])).toEqual([early]);
    expect(next(system(), [asked(P, X), asked(Q, X)])).toEqual([
      `SEQUENCE ${JSON.stringify(X)}`,
      early,
    ]);
  });

  test("sequences each number of a client once, whatever the operation", () => {
    const twins = [asked(P, X), asked(P, X2)];

    expect(next(system(), twins)).toHaveLength(2);
    expect(next(system(), [...twins, sequenced(X)])).toEqual([
      `REPLY ${P} ${C} 1 x`,
      `REPLY ${Q} ${C} 1 x`,
    ]);
    expect(next(system(), [asked(P, X), sequenced(X), asked(Q, X2)])).not.toContain(
      `SEQUENCE-EARLY ${JSON.stringify(X2)}`,
    );
  });

  test("sequences what faulty clients ask for without being asked", () => {
    const one = request(B, 1, "b");

    expect(next(system({ faulty: [one] }), [])).toEqual([`SEQUENCE-EARLY ${JSON.stringify(one)}`]);
    expect(next(system({ faulty: [one] }), [sequenced(one)])).toEqual([
      `REPLY ${P} ${B} 1 b`,
      `REPLY ${Q} ${B} 1 b`,
    ]);
  });

  test("has each replica reply in the order of the log, at its own pace", () => {
    const log = [asked(P, X), asked(P, Y), sequenced(Y), sequenced(X)];

    expect(next(system(), log)).toEqual([`REPLY ${P} ${C} 2 y`, `REPLY ${Q} ${C} 2 y`]);
    expect(next(system(), [...log, reply(P, Y, "y")])).toEqual([
      `REPLY ${P} ${C} 1 yx`,
      `REPLY ${Q} ${C} 2 y`,
    ]);
  });

  test("replies again never, when asked, or at any time", () => {
    const done = [asked(P, X), sequenced(X), reply(P, X, "x"), reply(Q, X, "x")];
    const again = [...done, asked(P, X2)];

    expect(next(system(), again)).toEqual([]);
    expect(next(system({ repeats: "when asked" }), done)).toEqual([]);
    expect(next(system({ repeats: "when asked" }), again)).toEqual([`REPLY ${P} ${C} 1 x`]);
    expect(next(system({ repeats: "when asked" }), [...again, reply(P, X, "x")])).toEqual([]);
    expect(next(system({ repeats: "at any time" }), done)).toEqual([
      `REPLY ${P} ${C} 1 x`,
      `REPLY ${Q} ${C} 1 x`,
    ]);
  });

  test("lets a replica skip entries, and has it reply to them when it is asked", () => {
    const log = [asked(P, X), asked(P, Y), sequenced(X), sequenced(Y)];
    const skipping = system({ skips: true, repeats: "when asked" });

    expect(next(system(), log).filter((one) => one.startsWith("SKIP"))).toEqual([]);
    expect(next(skipping, [...log, skip(P, 1)])).toContain(`REPLY ${P} ${C} 2 xy`);
    expect(next(skipping, [...log, skip(P, 2)])).not.toContain(`REPLY ${P} ${C} 2 xy`);
    expect(next(skipping, [...log, skip(P, 2), asked(P, X)])).toContain(`REPLY ${P} ${C} 1 x`);
  });

  test("sequences again what comes again, as the mutant", () => {
    const again = [asked(P, X), sequenced(X), asked(P, X)];

    expect(next(system({ once: false }), again)).toContain(`SEQUENCE-EARLY ${JSON.stringify(X)}`);
    expect(next(system({ once: false }), [...again, sequenced(X), reply(P, X, "x")])).toContain(
      `REPLY ${P} ${C} 1 xx`,
    );
  });
});
