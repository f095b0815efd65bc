import { describe, expect, test } from "vitest";
import {
  applyAction,
  automaton,
  compose,
  durable,
  type Field,
  type Index,
  type Input,
  type Internal,
  index,
  type Local,
  type Output,
  observer,
  startStates,
  stepsFrom,
  volatile,
  volatileMutants,
  withoutRecovery,
  withRestarts,
  withVolatile,
} from "../../../spec/automaton/index.ts";

const self = index("node", 0);
const other = index("node", 1);
type Node = Index<"node">;

interface State {
  readonly kept: number;
  readonly lost: readonly string[];
}
type Actions = { work: Internal<{ node: Node }>; tell: Output<{ node: Node; what: string }> };

const node = (of: Node, says: string | null = null) =>
  automaton<State, Actions>("node", {
    process: of,
    fields: { kept: durable("how often it worked"), lost: volatile("a trace of it", "unbounded") },
    start: { kept: 0, lost: [] },
    ...(says !== null && {
      recover: {
        effect: ({ kept }, _, send) => send("tell", { node: of, what: `${says} ${kept}` }),
      },
    }),
    transitions: {
      work: {
        kind: "internal",
        at: { node: of },
        effect(state, _, send) {
          state.kept += 1;
          state.lost.push("worked");
          send("tell", { node: of, what: "work" });
        },
      },
      tell: { kind: "sent", at: { node: of } },
    },
  });

const work = { name: "work", payload: { node: self } };
const restart = { name: "RESTART", payload: { process: self } };

describe("a process that restarts", () => {
  const system = withRestarts(compose("nodes", { nodes: [node(self, "again"), node(other)] }), {
    processes: [self],
    atMost: 1,
  });
  const [start] = startStates(system);
  const worked = applyAction(system, start!, work);

  test("keeps durable fields, resets volatile ones, and loses what waited to be sent", () => {
    const quiet = withRestarts(compose("nodes", { nodes: [node(self)] }), {
      processes: [self],
      atMost: 1,
    });
    const before = applyAction(quiet, startStates(quiet)[0]!, work);

    const [after] = applyAction(quiet, before, restart);

    expect(before[0]?.outbox).toHaveLength(1);
    expect(after).toEqual({ state: { kept: 1, lost: [] }, outbox: [] });
  });

  test("then recovers, with what it kept, and may send", () => {
    const [after] = applyAction(system, worked, restart);

    expect(after?.outbox).toEqual([{ name: "tell", payload: { node: self, what: "again 1" } }]);
  });

  test("leaves other processes alone", () => {
    const both = applyAction(system, worked, { name: "work", payload: { node: other } });

    expect(applyAction(system, both, restart)[1]).toBe(both[1]);
  });

  test("does so only as often as the instance allows", () => {
    const restarts = (global: readonly Local[]) =>
      stepsFrom(system, global).filter(({ action }) => action.name === "RESTART").length;

    expect(restarts(worked)).toBe(1);
    expect(restarts(applyAction(system, worked, restart))).toBe(0);
  });

  test("is heard by an observer that left RESTART open before", () => {
    const heard = observer<number, { RESTART: Input<{ process: Index }> }>("heard", {
      start: 0,
      on: { RESTART: { effect: (count) => count + 1 } },
    });
    const composed = compose("heard", { node: node(self), heard }, { open: ["RESTART"] });

    const observed = withRestarts(composed, { processes: [self], atMost: 1 });

    expect([...observed.open]).toEqual([]);
    expect(applyAction(observed, startStates(observed)[0]!, restart)[1]?.state).toBe(1);
  });
});

describe("a restart is refused", () => {
  const refusal = (changes: object, processes: readonly Index[] = [self], atMost = 1) => {
    const one = { ...node(self), ...changes } as ReturnType<typeof node>;
    return () => withRestarts(compose("nodes", { one }), { processes, atMost });
  };
  const kept: Field = durable("how often it worked");

  test.each([
    ["where the fields are not declared", { fields: null }, /does not declare its fields/],
    ["where one field is not", { fields: { kept } }, /does not declare its field "lost"/],
    ["of several start states", { start: () => [{ kept: 0 }, { kept: 1 }] }, /has 2 start states/],
    ["of a state that is no record", { start: () => [7] }, /no record/],
    [
      "of an automaton with a RESTART of its own",
      { transitions: { RESTART: { kind: "internal" } } },
      /has an action RESTART of its own/,
    ],
  ])("%s", (_, changes, said) => {
    expect(refusal(changes)).toThrow(said);
    expect(refusal(changes)).toThrow(/\[restart-impossible\]/);
  });

  test("of a process that nothing belongs to", () => {
    expect(refusal({}, [other])).toThrow(/no automaton belongs to node#1.*\[restart-impossible\]/);
  });

  test("without a bound", () => {
    expect(refusal({}, [self], 0)).toThrow(/0 restarts are no number/);
  });

  test("twice", () => {
    const once = withRestarts(compose("nodes", { one: node(self) }), {
      processes: [self],
      atMost: 1,
    });

    expect(() => withRestarts(once, { processes: [self], atMost: 1 })).toThrow(/"faults" already/);
  });
});

describe("mutants", () => {
  test("lose one durable field each in a restart", () => {
    const mutants = volatileMutants(compose("nodes", { one: node(self) }));

    expect(mutants.map(({ part, field }) => `${part}.${field}`)).toEqual(["one.kept"]);
    const [mutant] = mutants;
    const system = withRestarts(mutant!.system, { processes: [self], atMost: 1 });
    const worked = applyAction(system, startStates(system)[0]!, work);
    expect(applyAction(system, worked, restart)[0]?.state).toEqual({ kept: 0, lost: [] });
  });

  test("of a volatile field are refused", () => {
    expect(() => withVolatile(node(self), "lost")).toThrow(/no durable field "lost"/);
  });

  test("without recovery send nothing when they restart", () => {
    const one = withoutRecovery(node(self, "again"));
    const system = withRestarts(compose("nodes", { one }), { processes: [self], atMost: 1 });

    expect(applyAction(system, startStates(system)[0]!, restart)[0]?.outbox).toEqual([]);
  });
});
