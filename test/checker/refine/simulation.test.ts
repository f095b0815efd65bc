import { describe, expect, test } from "vitest";
import { checkCase } from "../../../checker/run.ts";
import { explore } from "../../../checker/search/search.ts";
import { formatCounterexample } from "../../../checker/trace/text.ts";
import {
  type Action,
  automaton,
  claim,
  compose,
  hide,
  type Input,
  type Internal,
  type Output,
  type Property,
  simulates,
} from "../../../spec/automaton/index.ts";

interface Cell {
  readonly asked: number;
  readonly given: number;
}
type ServerActions = { ask: Internal; work: Internal; give: Output<{ count: number }> };

/** Asks, works, and gives the number of what was done, up to `most` times. */
const server = (most: number, leaks = false) =>
  automaton<Cell & { readonly done: number }, ServerActions>("server", {
    start: { asked: 0, done: 0, given: 0 },
    transitions: {
      ask: {
        kind: "internal",
        when: { few: ({ asked }) => asked < most },
        effect: (s) => {
          s.asked++;
        },
      },
      work: {
        kind: "internal",
        when: { asked: ({ asked, done }) => done < asked },
        effect: (s) => {
          s.done++;
        },
      },
      give: {
        kind: "output",
        choose: ({ given }) => [{ count: given + 1 }],
        when: { done: ({ done, given, asked }) => given < (leaks ? asked : done) },
        effect: (s) => {
          s.given++;
        },
      },
    },
  });
const system = compose("server", { server: server(2) });

/** Counts what was done, by steps of its own, and gives it. */
const counter = automaton<
  { readonly done: number; readonly given: number },
  { finish: Internal; give: Output<{ count: number }> }
>("counter", {
  start: { done: 0, given: 0 },
  transitions: {
    finish: {
      kind: "internal",
      effect: (s) => {
        s.done++;
      },
    },
    give: {
      kind: "output",
      choose: ({ given }) => [{ count: given + 1 }],
      when: { done: ({ done, given }) => given < done },
      effect: (s) => {
        s.given++;
      },
    },
  },
});
const specification = compose("counting", { counter });

type View = { readonly server: Cell & { readonly done: number } };
const answers = (_: View, { name, payload }: Action): readonly Action[] =>
  name === "work"
    ? [{ name: "finish", payload: {} }]
    : name === "give"
      ? [{ name: "give", payload }]
      : [];
const simulation = (
  body: Partial<Parameters<typeof counts>[0]> = {},
  of: typeof system = system,
): Property => counts(body, of);

function counts(
  body: {
    readonly mapping?: (view: View) => { counter: { done: number; given: number } };
    readonly answers?: (before: View, action: Action, after: View) => readonly Action[];
    readonly visible?: readonly ["give"] | readonly [];
  },
  of: typeof system,
) {
  return simulates(of, {
    name: "counts what was done",
    specification,
    visible: ["give"],
    reads: ["server"],
    mapping: ({ server: { done, given } }) => ({ counter: { done, given } }),
    answers,
    ...body,
  });
}

function violation(property: Property, of: Parameters<typeof explore>[0]["system"] = system) {
  return explore({ system: of, properties: [property], witnesses: [] }).violations[0] ?? null;
}

const names = (found: ReturnType<typeof violation>) => found?.actions.map(({ name }) => name);

function textOf(property: Property, of: Parameters<typeof explore>[0]["system"] = system): string {
  const one = {
    variant: "repaired",
    instance: "small",
    tier: "ci",
    expect: "violated",
    problem: () => ({ system: of, properties: [property], witnesses: [] }),
  } as const;
  const body = claim({ id: "small", says: "it refines", source: "ours", cases: [one] });
  const { counterexample, error } = checkCase(body, one);
  if (counterexample === null) throw new Error(error?.message ?? "no counterexample");
  return formatCounterexample(counterexample);
}

describe("a forward simulation", () => {
  test("holds where each step is answered, hidden steps and stutters included", () => {
    expect(violation(simulation())).toBeNull();
  });

  test("breaks at an answer that is not enabled, and names the clause", () => {
    const leaky = compose("leaky", { server: server(1, true) });
    const property = simulation({}, leaky);

    expect(names(violation(property, leaky))).toEqual(["ask", "give"]);
    expect(textOf(property, leaky)).toMatch(
      /The simulation breaks here.*\nThe specification cannot do give\(count: 1\): not done\./,
    );
  });

  test("breaks where a mapping to more than happened needs the steps to get there", () => {
    const generous = simulation({
      mapping: ({ server: { asked, given } }) => ({ counter: { done: asked, given } }),
    });

    expect(names(violation(generous))).toEqual(["ask"]);
    expect(textOf(generous)).toMatch(/no action ends elsewhere.*\n {2}counter\.done: 0 → 1/);
  });

  test("breaks at a start state that stands for none", () => {
    const shifted = simulation({
      mapping: ({ server: { done, given } }) => ({ counter: { done: done + 1, given } }),
    });

    expect(violation(shifted)?.actions).toEqual([]);
    expect(textOf(shifted)).toMatch(/stands for no start state.*\n {2}counter: \{ done: 1/);
  });

  test("breaks at a hidden answer to a step that shows", () => {
    const silent = simulation({
      mapping: ({ server: { done } }) => ({ counter: { done, given: 0 } }),
      answers: (before, action) => (action.name === "give" ? [] : answers(before, action)),
    });

    expect(names(violation(silent))).toEqual(["ask", "work", "give"]);
    expect(textOf(silent)).toMatch(/The step shows give\(count: 1\); its answer is no action\./);
  });

  test("breaks at an answer that shows to a step that does not", () => {
    const loud = simulation({ visible: [] });

    expect(names(violation(loud))).toEqual(["ask", "work", "give"]);
    expect(textOf(loud)).toMatch(/The step shows nothing; its answer is give\(count: 1\)\./);
  });

  test("accepts a visible output of the specification that is hidden there", () => {
    const hidden = simulates(system, {
      name: "silently",
      specification: hide(specification, ["give"]),
      visible: [],
      reads: ["server"],
      mapping: ({ server: { done, given } }) => ({ counter: { done, given } }),
      answers,
    });

    expect(violation(hidden)).toBeNull();
  });
});

describe("a step that shows and changes nothing", () => {
  const beacon = compose("beacon", {
    beacon: automaton<number, { rise: Internal; flash: Output }>("beacon", {
      start: 0,
      transitions: {
        rise: { kind: "internal", when: { low: (at) => at < 2 }, effect: (at) => at + 1 },
        flash: { kind: "output", when: { high: (at) => at === 2 } },
      },
    }),
  });
  const dark = compose("dark", {
    lamp: automaton<boolean, { flash: Output }>("lamp", {
      start: false,
      transitions: { flash: { kind: "output", when: { on: (on) => on } } },
    }),
  });
  const lamp = (on: (at: number) => boolean) =>
    simulates(beacon, {
      name: "a lamp",
      specification: dark,
      visible: ["flash"],
      reads: ["beacon"],
      mapping: ({ beacon: at }) => ({ lamp: on(at) }),
      answers: (_, action) => (action.name === "flash" ? [action] : []),
    });

  test("needs an answer: the search of states alone would never ask for one", () => {
    const found = violation(
      lamp(() => false),
      beacon,
    );

    expect(names(found)).toEqual(["rise", "rise", "flash"]);
    expect(
      textOf(
        lamp(() => false),
        beacon,
      ),
    ).toContain("cannot do flash: not on");
  });

  test("needs it depth first, too", () => {
    const [found] = explore(
      { system: beacon, properties: [lamp(() => false)], witnesses: [] },
      { order: "depth-first" },
    ).violations;

    expect(names(found ?? null)).toEqual(["rise", "rise", "flash"]);
  });
});

describe("a step that only empties an outbox", () => {
  const mail = compose("mail", {
    sender: automaton<boolean, { write: Internal; post: Output<{ to: number }> }>("sender", {
      start: false,
      transitions: {
        write: {
          kind: "internal",
          when: { unwritten: (written) => !written },
          effect: (_state, _payload, send) => {
            send("post", { to: 1 });
            return true;
          },
        },
        post: { kind: "sent" },
      },
    }),
  });
  const never = compose("never", {
    box: automaton<null, { post: Output<{ to: number }> }>("box", {
      start: null,
      transitions: { post: { kind: "output", choose: () => [], when: { ever: () => false } } },
    }),
  });
  const property = simulates(mail, {
    name: "nothing is posted",
    specification: never,
    visible: ["post"],
    reads: ["sender"],
    mapping: () => ({ box: null }),
    answers: (_, action) => (action.name === "post" ? [action] : []),
  });

  test("is a step of a simulation, for it may show", () => {
    expect(names(violation(property, mail))).toEqual(["write", "post"]);
  });

  test("so sends at once are refused", () => {
    const run = () =>
      explore({
        system: mail,
        properties: [property],
        witnesses: [],
        reductions: ["sends-at-once"],
      });

    expect(run).toThrow(/looks at steps.*\[reduction-refused\]/);
  });

  test("and a specification with an outbox is refused: no mapping could name what waits", () => {
    const declare = () =>
      simulates(mail, {
        name: "itself",
        specification: mail,
        visible: ["post"],
        reads: ["sender"],
        mapping: ({ sender }) => ({ sender }),
        answers: (_, action) => [action],
      });

    expect(declare).toThrow(/sends post from an outbox.*\[simulation-malformed\]/);
  });
});

describe("a specification with open inputs and several processes", () => {
  const user = automaton<number, { ask: Output; reply: Input }>("user", {
    start: 0,
    transitions: {
      ask: { kind: "output", when: { few: (asked) => asked < 2 }, effect: (asked) => asked + 1 },
      reply: { kind: "input", effect: (asked) => asked },
    },
  });
  const replier = automaton<number, { ask: Input; reply: Output }>("replier", {
    start: 0,
    transitions: {
      ask: { kind: "input", effect: (owed) => owed + 1 },
      reply: { kind: "output", when: { owed: (owed) => owed > 0 }, effect: (owed) => owed - 1 },
    },
  });
  const both = compose("both", { user, repliers: [replier] });
  const alone = compose("alone", { repliers: [replier] }, { open: ["ask"] });

  test("takes the inputs at any time, and maps arrays of automata", () => {
    const property = simulates(both, {
      name: "a replier",
      specification: alone,
      visible: ["ask", "reply"],
      reads: ["repliers"],
      mapping: ({ repliers }) => ({ repliers }),
      answers: (_, action) => [action],
    });

    expect(violation(property, both)).toBeNull();
  });

  test("refuses a mapping that leaves a part out, or names one that is none", () => {
    const mapped = (mapping: () => object) =>
      simulates(both, {
        name: "a replier",
        specification: alone,
        visible: ["ask", "reply"],
        reads: ["repliers"],
        mapping: mapping as () => never,
        answers: (_, action) => [action],
      });

    expect(() =>
      violation(
        mapped(() => ({})),
        both,
      ),
    ).toThrow(/maps repliers\[0\] to .*\[simulation-malformed\]/);
    expect(() =>
      violation(
        mapped(() => ({ repliers: [0], more: 1 })),
        both,
      ),
    ).toThrow(/a part more.*\[simulation-malformed\]/);
  });

  test("refuses an answer that the specification does not know", () => {
    const unknown = simulates(both, {
      name: "a replier",
      specification: alone,
      visible: [],
      reads: ["repliers"],
      mapping: ({ repliers }) => ({ repliers }),
      answers: () => [{ name: "wave", payload: {} }],
    });

    expect(() => violation(unknown, both)).toThrow(/no action wave.*\[action-unknown\]/);
  });
});
