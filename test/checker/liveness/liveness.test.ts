import { describe, expect, test } from "vitest";
import {
  alwaysEventually,
  compose,
  eventually,
  eventuallyAlways,
  type Fairness,
  leadsTo,
  notFair,
  spontaneous,
  stronglyFair,
  urgent,
  weaklyFair,
} from "../../../spec/automaton/index.ts";
import { decide, lone, machine } from "./machines.ts";

type System = ReturnType<typeof lone>;

const reads = ["m"] as const;
const reaches = (system: System, state: string, fairness: readonly Fairness[] = []) =>
  eventually(system, { name: `comes to ${state}`, reads, holds: ({ m }) => m === state, fairness });
const from = (system: System, p: string, q: string, fairness: readonly Fairness[] = []) =>
  leadsTo(system, {
    name: `${p} leads to ${q}`,
    reads,
    premise: ({ m }) => m === p,
    conclusion: ({ m }) => m === q,
    fairness,
  });

describe("fairness of one task", () => {
  /** work is enabled only every other time */
  const blinking = lone("off", {
    blink: [
      ["off", "on"],
      ["on", "off"],
    ],
    work: [["on", "done"]],
  });

  test("weak fairness does not force a task that is disabled again and again", () => {
    expect(decide(blinking, reaches(blinking, "done"))).toBe("| blink>on blink>off");
  });

  test("strong fairness forces it", () => {
    expect(decide(blinking, reaches(blinking, "done", [stronglyFair("work")]))).toBe("holds");
  });

  test("strong fairness of another task does not", () => {
    const property = reaches(blinking, "done", [stronglyFair("blink")]);
    expect(decide(blinking, property)).toBe("| blink>on blink>off");
  });

  /** work is enabled all the time while blink goes round */
  const impatient = lone("off", {
    blink: [
      ["off", "on"],
      ["on", "off"],
    ],
    work: [
      ["off", "done"],
      ["on", "done"],
    ],
  });

  test("a cycle that is only unfair is no counterexample", () => {
    expect(decide(impatient, reaches(impatient, "done"))).toBe("holds");
  });

  test("without fairness of the task it is one; and so is doing nothing", () => {
    const blinks = reaches(impatient, "done", [notFair("work")]);
    expect(decide(impatient, blinks)).toBe("| blink>on blink>off");
    const idles = reaches(impatient, "done", [notFair("work"), notFair("blink")]);
    expect(decide(impatient, idles)).toBe("|");
  });

  test("the last of several assumptions about an action counts", () => {
    const property = reaches(impatient, "done", [notFair("work"), weaklyFair("m/work")]);
    expect(decide(impatient, property)).toBe("holds");
  });

  test("a spontaneous task is not owed a step, unless one says so", () => {
    const user = lone("idle", { ask: { task: spontaneous("user"), edges: [["idle", "done"]] } });
    expect(decide(user, reaches(user, "done"))).toBe("|");
    expect(decide(user, reaches(user, "done", [weaklyFair("user")]))).toBe("holds");
    expect(decide(user, reaches(user, "done", [weaklyFair("ask")]))).toBe("holds");
  });

  test("a task of two actions is satisfied by either of them; an action that is named is a task", () => {
    const task = urgent("both");
    const both = lone("a", {
      round: {
        task,
        edges: [
          ["a", "b"],
          ["b", "a"],
        ],
      },
      work: {
        task,
        edges: [
          ["a", "done"],
          ["b", "done"],
        ],
      },
    });
    expect(decide(both, reaches(both, "done"))).toBe("| round>b round>a");
    expect(decide(both, reaches(both, "done", [weaklyFair("work")]))).toBe("holds");
  });

  test("a task of one name in two automata is two tasks", () => {
    const task = urgent("run");
    const system = compose("two", {
      m: machine("worker", "idle", { work: { task, edges: [["idle", "done"]] } }),
      other: machine("spinner", "a", {
        spin: {
          task,
          edges: [
            ["a", "b"],
            ["b", "a"],
          ],
        },
      }),
    });
    const property = (fairness: readonly Fairness[]) =>
      eventually(system, { name: "done", reads, holds: ({ m }) => m === "done", fairness });
    expect(decide(system, property([]))).toBe("holds");
    expect(decide(system, property([notFair("m/run")]))).toBe("| spin>b spin>a");
    expect(decide(system, property([notFair("other/run")]))).toBe("holds");
  });
});

describe("fairness split by parameters", () => {
  const choosing = lone("a", {
    go: [
      ["a", "b"],
      ["b", "a"],
      ["a", "done"],
      ["b", "done"],
    ],
  });

  test("a task that takes one parameter for ever may starve another", () => {
    expect(decide(choosing, reaches(choosing, "done"))).toBe("| go>b go>a");
  });

  test("each value of a parameter is owed a step", () => {
    expect(decide(choosing, reaches(choosing, "done", [weaklyFair("go", { by: ["to"] })]))).toBe(
      "holds",
    );
  });

  test("fairness at some parameters is owed to these alone, whatever is assumed of others", () => {
    const at = (to: string) => [notFair("go"), weaklyFair("go", { at: { to } })];
    expect(decide(choosing, reaches(choosing, "done", at("done")))).toBe("holds");
    expect(decide(choosing, reaches(choosing, "done", at("elsewhere")))).toBe("|");
  });

  test("a parameter that the action does not have is refused", () => {
    const property = reaches(choosing, "done", [weaklyFair("go", { by: ["too"] })]);
    expect(() => decide(choosing, property)).toThrow("splits go by too");
  });

  test("a task that nobody controls is refused", () => {
    expect(() => reaches(choosing, "done", [stronglyFair("gone")])).toThrow("[fairness-unknown]");
    expect(() => reaches(choosing, "done", [stronglyFair("n/go")])).toThrow("[fairness-unknown]");
  });
});

describe("components", () => {
  test("a fair part of an unfair component is found: strong fairness is refined", () => {
    // Whoever passes "c" owes it `work`; but a and b alone go round without.
    const system = lone("a", {
      move: [
        ["a", "b"],
        ["b", "a"],
        ["b", "c"],
        ["c", "a"],
      ],
      work: [["c", "done"]],
    });
    const property = reaches(system, "done", [stronglyFair("work")]);
    expect(decide(system, property)).toBe("| move>b move>a");
  });

  test("refining is repeated: what one removal leaves may be unfair for another task", () => {
    const system = lone("a", {
      move: [
        ["a", "b"],
        ["b", "a"],
        ["b", "c"],
        ["c", "b"],
        ["c", "d"],
        ["d", "c"],
      ],
      one: [["a", "done"]],
      two: [
        ["b", "a"],
        ["d", "done"],
      ],
    });
    // Without `one` at a, `two` is enabled at b and d and taken nowhere.
    const strong = ["one", "two", "move"].map((task) => stronglyFair(task));
    expect(decide(system, reaches(system, "done", strong))).toBe("holds");
    expect(decide(system, reaches(system, "done", strong.slice(1)))).not.toBe("holds");
  });

  test("two tasks of one component are both taken in the loop", () => {
    const system = lone("hub", {
      left: [["hub", "l"]],
      right: [["hub", "r"]],
      back: [
        ["l", "hub"],
        ["r", "hub"],
      ],
      work: { task: spontaneous("work"), edges: [["hub", "done"]] },
    });
    const property = (...tasks: string[]) =>
      reaches(system, "done", [...tasks.map((task) => stronglyFair(task))]);
    expect(decide(system, property("left", "right"))).toBe("| left>l back>hub right>r back>hub");
    expect(decide(system, property("right"))).toBe("| right>r back>hub");
    expect(decide(system, property())).toBe("| left>l back>hub");
  });

  test("a loop closes over steps of the system, and is short (tla-rs issue 64)", () => {
    const system = lone("0", {
      next: [
        ["0", "1"],
        ["1", "2"],
        ["2", "0"],
        ["0", "0"],
      ],
    });
    const stays = (fairness: readonly Fairness[]) =>
      eventuallyAlways(system, { name: "not 0", reads, holds: ({ m }) => m !== "0", fairness });
    expect(decide(system, stays([]))).toBe("| next>1 next>2 next>0");
    expect(decide(system, stays([notFair("next")]))).toBe("|");
  });

  test("the loop need not pass the whole component", () => {
    const ring = Array.from({ length: 30 }, (_, at) => [`${at}`, `${(at + 1) % 30}`] as const);
    const system = lone("0", { next: [...ring, ["5", "4"]] });
    const never = eventually(system, { name: "never", reads, holds: () => false });
    expect(decide(system, never)).toBe("next>1 next>2 next>3 next>4 | next>5 next>4");
  });
});

describe("eventually", () => {
  const onceOnTwoWays = lone("start", {
    short: [["start", "join"]],
    long: [["start", "good"]],
    on: [["good", "join"]],
  });

  test("a state where two ways join is not excused because one of them was good (stateright PR 3)", () => {
    expect(decide(onceOnTwoWays, reaches(onceOnTwoWays, "good"))).toBe("short>join |");
  });

  test("a state that was first reached by the good way is not excused, either", () => {
    const system = lone("start", {
      good: [["start", "good"]],
      on: [["good", "join"]],
      slow: [["start", "slow"]],
      late: [["slow", "later"]],
      join: [["later", "join"]],
      round: [
        ["join", "end"],
        ["end", "join"],
      ],
    });
    expect(decide(system, reaches(system, "good"))).toBe(
      "slow>slow late>later join>join | round>end round>join",
    );
  });

  test("a cycle before the good state counts, though the state is reached (stateright PR 3)", () => {
    const system = lone("a", {
      step: [
        ["a", "b"],
        ["b", "a"],
        ["b", "good"],
      ],
    });
    expect(decide(system, reaches(system, "good"))).toBe("| step>b step>a");
  });

  test("a property that is true on only one branch is violated on the other", () => {
    const system = lone("start", {
      left: [["start", "good"]],
      right: [["start", "bad"]],
    });
    expect(decide(system, reaches(system, "good"))).toBe("right>bad |");
  });

  test("where it holds from the start nothing was asked: vacuous", () => {
    const system = lone("good", { away: [["good", "bad"]] });
    expect(decide(system, reaches(system, "good"))).toBe("vacuous");
  });

  test("one of several start states that is not good is enough", () => {
    const system = lone(["good", "bad"], { away: [["good", "bad"]] });
    expect(decide(system, reaches(system, "good"))).toBe("|");
    const way = lone(["good", "bad"], { back: [["bad", "good"]] });
    expect(decide(way, reaches(way, "good"))).toBe("holds");
  });

  test("a deadlock stays where it is for ever", () => {
    const system = lone("a", { step: [["a", "b"]] });
    const never = eventually(system, { name: "never", reads, holds: () => false });
    expect(decide(system, never)).toBe("step>b |");
  });
});

describe("leads to", () => {
  test("a premise that never held makes the claim vacuous, not true", () => {
    const system = lone("a", { step: [["a", "b"]] });
    expect(decide(system, from(system, "c", "d"))).toBe("vacuous");
  });

  test("a premise that is only ever true together with its conclusion asks nothing", () => {
    const system = lone("a", { step: [["a", "b"]] });
    expect(decide(system, from(system, "b", "b"))).toBe("vacuous");
  });

  test("an obligation that arises late, after one that was met, counts", () => {
    const system = lone("a", {
      step: [
        ["a", "p"],
        ["p", "q"],
        ["q", "r"],
        ["r", "p2"],
        ["p2", "end"],
      ],
    });
    const property = leadsTo(system, {
      name: "p leads to q",
      reads,
      premise: ({ m }) => m.startsWith("p"),
      conclusion: ({ m }) => m === "q",
    });
    expect(decide(system, property)).toBe("step>p step>q step>r step>p2 step>end |");
    expect(decide(system, from(system, "p", "q"))).toBe("holds");
  });

  test("a run that never comes to the premise owes nothing", () => {
    const system = lone("a", {
      round: [
        ["a", "b"],
        ["b", "a"],
      ],
      ask: [["a", "p"]],
      answer: [["p", "q"]],
    });
    expect(decide(system, from(system, "p", "q"))).toBe("holds");
  });

  test("a premise inside the loop that starves it is found", () => {
    const system = lone("a", {
      round: [
        ["a", "p"],
        ["p", "a"],
      ],
      answer: [["p", "q"]],
      again: [["q", "a"]],
    });
    expect(decide(system, from(system, "p", "q"))).toBe("round>p | round>a round>p");
    expect(decide(system, from(system, "p", "q", [stronglyFair("answer")]))).toBe("holds");
  });

  test("the stem may pass the conclusion, the rest may not", () => {
    const system = lone("q", {
      step: [
        ["q", "p"],
        ["p", "end"],
      ],
    });
    expect(decide(system, from(system, "p", "q"))).toBe("step>p step>end |");
  });
});

describe("always eventually, and eventually always", () => {
  const again = (system: System, state: string, fairness: readonly Fairness[] = []) =>
    alwaysEventually(system, {
      name: `${state} again`,
      reads,
      holds: ({ m }) => m === state,
      fairness,
    });
  const settles = (system: System, state: string, fairness: readonly Fairness[] = []) =>
    eventuallyAlways(system, {
      name: `${state} stays`,
      reads,
      holds: ({ m }) => m === state,
      fairness,
    });
  const ring = lone("a", {
    round: [
      ["a", "b"],
      ["b", "a"],
    ],
  });

  test("what comes again and again need not come to stay", () => {
    expect(decide(ring, again(ring, "a"))).toBe("holds");
    expect(decide(ring, settles(ring, "a"))).toBe("| round>b round>a");
  });

  test("what comes once need not come again", () => {
    const system = lone("a", {
      step: [
        ["a", "b"],
        ["b", "c"],
      ],
    });
    expect(decide(system, reaches(system, "b"))).toBe("holds");
    expect(decide(system, again(system, "b"))).toBe("step>b step>c |");
    expect(decide(system, settles(system, "c"))).toBe("holds");
  });

  test("a loop is only wrong if it passes a state where the condition is false", () => {
    const system = lone("x", {
      step: [["x", "a"]],
      stay: [
        ["a", "a2"],
        ["a2", "a"],
      ],
      leave: { task: spontaneous("leave"), edges: [["a", "x"]] },
    });
    const property = eventuallyAlways(system, {
      name: "a stays",
      reads,
      holds: ({ m }) => m.startsWith("a"),
    });
    // The run that leaves again and again is fair, too.
    expect(decide(system, property)).toBe("| step>a leave>x");
    const never = lone("x", {
      step: [["x", "a"]],
      stay: [
        ["a", "a2"],
        ["a2", "a"],
      ],
    });
    const same = eventuallyAlways(never, {
      name: "a stays",
      reads,
      holds: ({ m }) => m.startsWith("a"),
    });
    expect(decide(never, same)).toBe("holds");
  });

  test("a condition that is always true was not asked of anything", () => {
    const always = { name: "true", reads, holds: () => true };
    expect(decide(ring, alwaysEventually(ring, always))).toBe("vacuous");
    expect(decide(ring, eventuallyAlways(ring, always))).toBe("vacuous");
  });
});
