import { expect, test } from "vitest";
import { type InfiniteRun, lassoFault } from "../../../checker/liveness/confirm.ts";
import {
  type Action,
  applyAction,
  eventually,
  type Global,
  type LivenessProperty,
  leadsTo,
  startStates,
  stronglyFair,
} from "../../../spec/automaton/index.ts";
import { lone } from "./machines.ts";

const system = lone("a", {
  round: [
    ["a", "b"],
    ["b", "a"],
  ],
  work: [["b", "done"]],
  rest: [["done", "end"]],
});

const reads = ["m"] as const;
const done = eventually(system, {
  name: "done",
  reads,
  holds: ({ m }) => m === "done",
}) as LivenessProperty;

/** The run of actions written as "round>b". */
function run(loop: number, ...names: readonly string[]): InfiniteRun {
  const actions = names.map((text): Action => {
    const [name, to] = text.split(">") as [string, string];
    return { name, payload: { to } };
  });
  const globals = [startStates(system)[0] as Global];
  for (const action of actions) {
    globals.push(applyAction(system, globals.at(-1) as Global, action));
  }
  return { actions, globals, loop };
}

test("a fair lasso that starves the property is confirmed", () => {
  expect(lassoFault(system, done, run(0, "round>b", "round>a"))).toBeNull();
});

test("a step that is none of the system is seen", () => {
  expect(lassoFault(system, done, run(0, "work>done"))).toBe("step 1 is none of the system");
});

test("a run that does not begin in a start state is seen", () => {
  const whole = run(0, "round>b", "round>a");
  const cut = { actions: whole.actions.slice(1), globals: whole.globals.slice(1), loop: 0 };
  expect(lassoFault(system, done, cut)).toBe("it does not begin in a start state");
});

test("a loop that does not close is seen", () => {
  expect(lassoFault(system, done, run(0, "round>b"))).toBe("its loop does not close");
});

test("a run that stays where something is owed a step is seen", () => {
  expect(lassoFault(system, done, run(1, "round>b"))).toBe(
    "m/round is owed a step in the loop, and has none",
  );
});

test("a loop that starves a strongly fair task is seen", () => {
  const property = { ...done, fairness: [stronglyFair("work")] };
  expect(lassoFault(system, property, run(0, "round>b", "round>a"))).toBe(
    "m/work is owed a step in the loop, and has none",
  );
});

test("a run that fulfils the property is seen", () => {
  const fulfils = run(3, "round>b", "work>done", "rest>end");
  expect(lassoFault(system, done, fulfils)).toBe("it fulfils the property");
  const answered = leadsTo(system, {
    name: "b leads to done",
    reads,
    premise: ({ m }) => m === "b",
    conclusion: ({ m }) => m === "done",
  }) as LivenessProperty;
  expect(lassoFault(system, answered, fulfils)).toBe("it has no premise without its conclusion");
  expect(lassoFault(system, answered, run(0, "round>b", "round>a"))).toBeNull();
});
