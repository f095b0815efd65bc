import { describe, expect, test } from "vitest";
import { watchSpecification } from "../../../checker/history/watch.ts";
import { type Action, QuorateError } from "../../../spec/automaton/index.ts";
import { atomicRegister } from "../../../spec/register/register.ts";
import { CLIENTS, OBJECTS, VISIBLE } from "./random-histories.ts";

const [C, D] = CLIENTS;
const [X, Y] = OBJECTS;
const register = (correct = CLIENTS, objects = OBJECTS) =>
  atomicRegister({ objects, correct, faulty: {}, initial: "none", maxLurking: 0 });
const act = (name: string, client: unknown, more: object = {}): Action => ({
  name,
  payload: { client, object: X, ...more },
});

function seeing(...actions: readonly Action[]) {
  const watcher = watchSpecification(register(), { visible: VISIBLE });
  return actions.map((action) => watcher.see(action));
}

describe("a watcher", () => {
  test("says at once which action is impossible, and what was possible instead", () => {
    const verdicts = seeing(
      act("INVOKE-WRITE", C, { value: "a" }),
      act("RETURN-WRITE", C),
      act("INVOKE-READ", D),
      act("RETURN-READ", D, { value: "none" }),
      act("INVOKE-READ", C),
    );

    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      "possible",
      "possible",
      "possible",
      "impossible",
      "impossible",
    ]);
    expect(verdicts[3]).toMatchObject({
      at: 3,
      action: act("RETURN-READ", D, { value: "none" }),
      instead: [act("RETURN-READ", D, { value: "a" })],
      nearest: {
        action: act("RETURN-READ", D, { value: "a" }),
        differences: ["value: a → none"],
      },
    });
    expect(verdicts[4]).toBe(verdicts[3]);
  });

  test("takes a nearest action of the same name before one that differs less", () => {
    const [, , verdict] = seeing(
      act("INVOKE-WRITE", C, { value: "a" }),
      act("INVOKE-READ", D),
      act("RETURN-READ", D, { object: Y, value: "b" }),
    );

    expect(verdict).toMatchObject({ nearest: { action: { name: "RETURN-READ" } } });
  });

  test("counts the states that are possible", () => {
    const [one, two] = seeing(
      act("INVOKE-WRITE", C, { value: "a" }),
      act("INVOKE-WRITE", D, { value: "b" }),
    );

    expect([one, two]).toEqual([
      { verdict: "possible", states: 2 },
      { verdict: "possible", states: 5 },
    ]);
  });

  test("gives up, and says so, where too many states are possible", () => {
    const watcher = watchSpecification(register(), { visible: VISIBLE, maxStates: 4 });
    watcher.see(act("INVOKE-WRITE", C, { value: "a" }));

    const overflow = { verdict: "overflow", at: 1, maxStates: 4 };
    expect(watcher.see(act("INVOKE-WRITE", D, { value: "b" }))).toEqual(overflow);
    expect(watcher.see(act("RETURN-WRITE", D))).toEqual(overflow);
  });

  test("refuses an action that the specification does not have or that is not to be seen", () => {
    const naming = () => watchSpecification(register(), { visible: ["DANCE"] });
    const unseen = () =>
      watchSpecification(register(), { visible: ["STOP"] }).see(act("RETURN-WRITE", C));

    for (const refused of [naming, unseen]) {
      expect(refused).toThrow(QuorateError);
      expect(refused).toThrow("[action-unknown]");
    }
  });
});
