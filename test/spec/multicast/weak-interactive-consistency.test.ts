import { expect, test } from "vitest";
import { indices } from "../../../spec/automaton/index.ts";
import {
  type Estimate,
  type Replica,
  type WeakInteractiveConsistencyState,
  weakInteractiveConsistency,
} from "../../../spec/multicast/weak-interactive-consistency.ts";
import { acting } from "../../impl/bft-bc/acting.ts";

const [p0, p1, p2, p3] = indices("replica", 4) as [Replica, Replica, Replica, Replica];

const started = () =>
  acting<WeakInteractiveConsistencyState>(
    weakInteractiveConsistency({
      correct: [p0, p1, p2],
      faulty: [p3],
      instances: 2,
      valuesOf: () => 2,
      forged: () => ["x", "y"],
    }),
  );
const offered = (one: ReturnType<typeof started>) =>
  one.enabled.map(({ payload }) => payload as { replica: Replica; k: number; estimate: Estimate });
const spelled = (estimate: Estimate) => estimate.map(({ value }) => value).join("");

test("a decision is any f + 1 values of distinct processes, those of correct ones as proposed", () => {
  const one = started();
  one.take("PROPOSE", { replica: p0, k: 1, value: "a" });
  one.take("PROPOSE", { replica: p1, k: 1, value: "b" });
  const estimates = new Set(offered(one).map(({ estimate }) => spelled(estimate)));
  expect([...estimates].sort()).toEqual(["ab", "ax", "ay", "bx", "by"]);
});

test("nothing is decided before there are f + 1 values, faulty ones included", () => {
  const one = started();
  expect(offered(one)).toEqual([]);
  one.take("PROPOSE", { replica: p0, k: 1, value: "a" });
  expect(offered(one).map(({ estimate }) => spelled(estimate))).toEqual(["ax", "ay"]);
});

test("all are told the same, each once, and only who proposed", () => {
  const one = started();
  one.take("PROPOSE", { replica: p0, k: 1, value: "a" });
  one.take("PROPOSE", { replica: p1, k: 1, value: "b" });
  const [first] = offered(one);
  if (first === undefined) throw new Error("nothing is offered");
  one.take("DECIDED", { ...first, replica: p0 });
  expect(offered(one)).toEqual([{ replica: p1, k: 1, estimate: first.estimate }]);
});

test("instances do not share values", () => {
  const one = started();
  one.take("PROPOSE", { replica: p0, k: 1, value: "a" });
  one.take("PROPOSE", { replica: p0, k: 2, value: "c" });
  const second = offered(one).filter(({ k }) => k === 2);
  expect(second.map(({ estimate }) => spelled(estimate))).toEqual(["cx", "cy"]);
});
