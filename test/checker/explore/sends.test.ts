import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  compose,
  type Input,
  includedIn,
  invariant,
  type Output,
  observer,
  type Problem,
  type Property,
  stepInvariant,
  type Witness,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import {
  impatientReceiver,
  overwritingReceiver,
  plainReceiver,
  soupReceiver,
  stammeringSender,
} from "../../fixtures/small/systems.ts";

function problemOf(
  system: Problem["system"],
  properties: readonly Property[],
  witnesses: readonly Witness[] = [],
): Problem {
  return { system, properties, witnesses };
}

const reduced = (problem: Problem) => explore({ ...problem, reductions: ["sends-at-once"] });
const violated = ({ violations }: ReturnType<typeof explore>) =>
  violations.map((violation) => violation !== null);

describe("sends-at-once is refused", () => {
  test("where a plain leaf receives, which can tell the order", () => {
    const system = plainReceiver();
    const early = invariant(system, {
      name: "the first message is never last once both were sent",
      reads: ["sender", "receiver"],
      holds: ({ sender, receiver }) => sender !== "gone" || receiver !== "first",
    });
    const problem = problemOf(system, [early]);

    const attempt = () => reduced(problem);

    expect(violated(explore(problem))).toEqual([true]);
    expect(attempt).toThrow(
      /receiver receives give and is not made of cells.*\[reduction-refused\]/,
    );
  });

  test("where a property reads sender and receiver", () => {
    const system = soupReceiver();
    const atOnce = invariant(system, {
      name: "a sender that begun was heard",
      reads: ["sender", "receiver"],
      holds: ({ sender, receiver }) => sender === "idle" || receiver.first,
    });
    const problem = problemOf(system, [atOnce]);

    const attempt = () => reduced(problem);

    expect(violated(explore(problem))).toEqual([true]);
    expect(attempt).toThrow(/"a sender that begun was heard".*\[reduction-refused\]/);
  });

  test("where a property looks at steps of the receiver", () => {
    const system = soupReceiver();
    const onlyGoing = stepInvariant(system, {
      name: "the receiver changes only as the sender takes a step of its own",
      reads: ["receiver"],
      holds: (_before, action) => action.name !== "give",
    });
    const problem = problemOf(system, [onlyGoing]);

    const attempt = () => reduced(problem);

    expect(violated(explore(problem))).toEqual([true]);
    expect(attempt).toThrow(/looks at steps/);
  });

  test("where a sent output is visible in a specification", () => {
    const system = soupReceiver();
    const inOrder = automaton<0 | 1 | 2, { give: Output<{ what: "first" | "second" }> }>("order", {
      start: 0,
      transitions: {
        give: {
          kind: "output",
          choose: (given) =>
            given === 2 ? [] : [{ what: given === 0 ? ("first" as const) : ("second" as const) }],
          effect: (given) => (given === 0 ? 1 : 2),
        },
      },
    });
    const specification = compose("in order", { inOrder });
    const ordered = includedIn(system, { name: "in order", specification, visible: ["give"] });
    const problem = problemOf(system, [ordered]);

    const attempt = () => reduced(problem);

    expect(violated(explore(problem))).toEqual([true]);
    expect(attempt).toThrow(/"in order" shows give/);
  });

  test("where an observer listens to a sent output", () => {
    const { parts } = soupReceiver();
    const listener = observer<string, { give: Input<{ what: "first" | "second" }> }>("listener", {
      start: "",
      on: { give: { effect: (_, { what }) => what } },
    });
    const system = compose("observed", { ...parts, listener });

    const attempt = () => reduced(problemOf(system, []));

    expect(attempt).toThrow(/listener receives give and is not made of cells/);
  });

  test("where a cell keeps only what came last", () => {
    const system = overwritingReceiver();
    const ordered = invariant(system, {
      name: "the second message is last",
      reads: ["receiver"],
      holds: ({ receiver: { all, last } }) => all < 2 || last === "second",
    });
    const problem = problemOf(system, [ordered]);

    expect(violated(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });

  test("where cells act on the absence of a message", () => {
    const system = impatientReceiver();
    const never = invariant(system, {
      name: "nobody gives up on what was sent",
      reads: ["sender"],
      holds: ({ sender }) => sender !== "too late",
    });
    const problem = problemOf(system, [never]);

    expect(violated(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });

  test("where a witness reads sender and receiver", () => {
    const system = soupReceiver();
    const inFlight = witness(system, {
      name: "a message is on its way",
      reads: ["sender", "receiver"],
      reached: ({ sender, receiver }) => sender !== "idle" && !receiver.first,
    });
    const problem = problemOf(system, [], [inFlight]);

    expect(explore(problem).reached).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });

  test("where a property tells which of two messages came without the other", () => {
    const system = soupReceiver();
    const order = invariant(system, {
      name: "the second message arrives after the first",
      reads: ["receiver"],
      holds: ({ receiver: { first, second } }) => first || !second,
    });
    const problem = problemOf(system, [order]);

    expect(violated(explore(problem))).toEqual([true]);
    expect(() => reduced(problem)).toThrow(/\[reduction-refused\]/);
  });
});

describe("sends-at-once is accepted", () => {
  test("where a witness is a sent output, which counts as a step", () => {
    const system = soupReceiver();
    const given = witnessAction(system, { name: "given", action: "give" });

    const { reached } = reduced(problemOf(system, [], [given]));

    expect(reached).toEqual([true]);
  });

  test("where the receiver accumulates, with fewer states and the same verdicts", () => {
    const system = soupReceiver();
    const both = invariant(system, {
      name: "not both arrive",
      reads: ["receiver"],
      holds: ({ receiver: { first, second } }) => !(first && second),
      accumulating: true,
    });

    const without = explore(problemOf(system, [both]));
    const withIt = reduced(problemOf(system, [both]));

    expect(violated(without)).toEqual([true]);
    expect(violated(withIt)).toEqual([true]);
    expect(withIt.states).toBeLessThan(without.states);
  });

  test("with every sent output as a step of its own in the counterexample", () => {
    const system = soupReceiver();
    const never = invariant(system, {
      name: "the first message never arrives",
      reads: ["receiver"],
      holds: ({ receiver }) => !receiver.first,
      accumulating: true,
    });

    const [violation] = reduced(problemOf(system, [never])).violations;

    expect(violation?.actions.map(({ name }) => name)).toEqual(["begin", "give"]);
  });

  test("once where an effect sends the same output twice: an outbox is a set", () => {
    const system = stammeringSender();
    const never = invariant(system, {
      name: "the sender never begins",
      reads: ["sender"],
      holds: ({ sender }) => sender === "idle",
    });

    const [violation] = reduced(problemOf(system, [never])).violations;

    expect(violation?.actions.map(({ name }) => name)).toEqual(["begin", "give"]);
  });
});
