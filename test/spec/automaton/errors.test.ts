import { describe, expect, test } from "vitest";
import { explore, type SearchOptions } from "../../../checker/search/search.ts";
import {
  automaton,
  cells,
  choice,
  compose,
  type ErrorCode,
  errorCodes,
  hide,
  type Input,
  type Internal,
  invariant,
  noDeadlock,
  type Output,
  type Problem,
  QuorateError,
  rename,
  witness,
} from "../../../spec/automaton/index.ts";

/** The error that `run` throws. */
function errorOf(run: () => unknown): QuorateError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(QuorateError);
    return error as QuorateError;
  }
  throw new Error("nothing was thrown");
}

function expectError(run: () => unknown, code: ErrorCode, ...said: string[]): void {
  const error = errorOf(run);
  expect(error.code).toBe(code);
  expect(error.message).toContain(errorCodes[code]);
  for (const part of said) expect(error.message).toContain(part);
}

const exploring = (system: Problem["system"]) => () =>
  explore({ system, properties: [], witnesses: [] });

interface State {
  readonly list: readonly { n: number }[];
  readonly other: readonly { n: number }[];
  readonly map: Readonly<Record<string, number>>;
  readonly value: unknown;
}
const START: State = { list: [{ n: 1 }], other: [], map: { b: 1, a: 2 }, value: 0 };
type Go = { readonly item: { n: number } };

/** A draft of the state, as careless code sees it. */
interface Loose {
  list: { n: number }[];
  other: { n: number }[];
  map: Record<string, number>;
  value: unknown;
}

/** One internal action `go` with a payload, and an effect that is wrong. */
const withEffect = (effect: (state: Loose, payload: { item: { n: number } }) => unknown) =>
  compose("system", {
    leaf: automaton<State, { go: Internal<Go> }>("faulty", {
      start: START,
      transitions: {
        go: { kind: "internal", choose: () => [{ item: { n: 7 } }], effect: effect as never },
      },
    }),
  });

const withControl = (control: object) =>
  compose("system", {
    leaf: automaton<number, { go: Internal<{ n: number }> }>("faulty", {
      start: 0,
      transitions: { go: { kind: "internal", choose: () => [{ n: 1 }], ...control } as never },
    }),
  });

const NAMED = ['Automaton "faulty"', "action go"];

describe("an effect is refused", () => {
  test("that mutates its payload", () => {
    const system = withEffect((_, { item }) => {
      item.n = 2;
    });

    expectError(exploring(system), "effect-mutates", ...NAMED, "'n'");
  });

  test("that puts the payload into the state", () => {
    const system = withEffect((state, { item }) => {
      state.list.push(item);
    });

    expectError(exploring(system), "value-aliased", ...NAMED, "field list.1");
  });

  test("that makes one object reachable twice in the state", () => {
    const system = withEffect((state) => {
      state.other = state.list;
    });

    expectError(exploring(system), "value-aliased", ...NAMED, "field other");
  });

  test.each([
    ["Date.now", () => Date.now()],
    ["Math.random", () => Math.random()],
    ["Date", () => new Date().getDay()],
    ["performance.now", () => performance.now()],
    ["crypto.randomUUID", () => crypto.randomUUID()],
  ])("that uses %s, by name", (source, read) => {
    const system = withEffect((state) => {
      state.value = read();
    });

    expectError(exploring(system), "effect-impure", ...NAMED, `used ${source}`);
  });

  test("that counts its own runs", () => {
    let runs = 0;
    const system = withEffect((state) => {
      state.value = runs++;
    });

    expectError(exploring(system), "effect-not-deterministic", ...NAMED);
  });

  test("that depends on the order of keys", () => {
    const system = withEffect((state) => {
      state.value = Object.keys(state.map)[0];
    });

    expectError(exploring(system), "effect-depends-on-key-order", ...NAMED, "field value");
  });

  test("that throws", () => {
    const system = withEffect(() => {
      throw new RangeError("no such thing");
    });

    expectError(exploring(system), "effect-threw", ...NAMED, "no such thing");
  });

  test.each([
    ["a Map", () => new Map([[1, 2]]), "an instance of Map"],
    ["undefined", () => undefined, "undefined"],
    ["NaN", () => Number.NaN, "NaN"],
    ["a fraction", () => 0.5, "0.5"],
    ["a function", () => () => 1, "a function"],
    ["a bigint", () => 1n, "a bigint"],
    ["a Date", () => new Date(0), "an instance of Date"],
  ])("that stores %s", (_, make, described) => {
    const system = withEffect((state) => {
      state.value = { inner: [make()] };
    });

    expectError(exploring(system), "value-not-plain", ...NAMED, "field value.inner.0", described);
  });

  test("that sends an output which is not declared as sent", () => {
    const leaf = automaton<number, { go: Internal; out: Output }>("faulty", {
      start: 0,
      transitions: {
        go: { kind: "internal", effect: (_state, _payload, send) => send("out", {}) },
        out: { kind: "output", when: { never: () => false } },
      },
    });

    expectError(exploring(compose("system", { leaf })), "send-unknown", ...NAMED, "sends out");
  });
});

describe("what an effect may do", () => {
  test("a state that is no object becomes null where the effect returns null", () => {
    const leaf = automaton<number | null, { go: Internal }>("leaf", {
      start: 1,
      transitions: { go: { kind: "internal", effect: () => null } },
    });

    const { states } = exploring(compose("system", { leaf }))();

    expect(states).toBe(2);
  });

  test("a date that is given its time is a pure value", () => {
    const system = withEffect((state) => {
      state.value = new Date(5).getTime();
    });

    expect(exploring(system)().states).toBe(2);
  });

  test("outside model code the clock works as ever, during and after a search", () => {
    const before = Date.now();

    exploring(withEffect(() => undefined))();

    expect(Date.now()).toBeGreaterThanOrEqual(before);
    expect(new Date().getFullYear()).toBeGreaterThan(2000);
    expect(Math.random()).toBeLessThan(1);
  });
});

describe("a precondition is refused", () => {
  test("whose clause throws", () => {
    const when = {
      reachable: () => {
        throw new TypeError("undefined has no length");
      },
    };

    expectError(
      exploring(withControl({ when })),
      "clause-threw",
      ...NAMED,
      'clause "reachable"',
      "undefined has no length",
    );
  });

  test("whose clause is no boolean", () => {
    const when = { truthy: () => 1 };

    expectError(
      exploring(withControl({ when })),
      "clause-not-boolean",
      ...NAMED,
      'clause "truthy" gave 1',
    );
  });

  test("whose clause asks for the time", () => {
    const when = { late: () => Date.now() > 0 };

    expectError(exploring(withControl({ when })), "effect-impure", ...NAMED, "Date.now");
  });

  test("whose clause is no function", () => {
    expectError(() => withControl({ when: { odd: 1 } }), "automaton-malformed", ...NAMED, '"odd"');
  });
});

describe("choose is refused", () => {
  test("that throws", () => {
    const choose = () => {
      throw new Error("no parameters");
    };

    expectError(exploring(withControl({ choose })), "choose-threw", ...NAMED, "no parameters");
  });

  test("that draws dice", () => {
    const choose = () => [{ n: Math.floor(Math.random() * 2) }];

    expectError(exploring(withControl({ choose })), "effect-impure", ...NAMED, "Math.random");
  });

  test.each([[3], [null], ["text"], [[1]]])("that offers %j for a payload", (payload) => {
    const choose = () => [payload];

    expectError(
      exploring(withControl({ choose })),
      "choose-malformed",
      ...NAMED,
      JSON.stringify(payload),
    );
  });

  test("that offers a parameter which is no plain data", () => {
    const choose = () => [{ n: Number.NaN }];

    expectError(exploring(withControl({ choose })), "value-not-plain", ...NAMED, "NaN", "n");
  });

  test("that gives no iterable", () => {
    expectError(exploring(withControl({ choose: () => 5 })), "choose-threw", ...NAMED);
  });
});

describe("an automaton is refused", () => {
  test("without a start state", () => {
    const leaf = automaton<number, Record<never, never>>("empty", {
      start: () => [],
      transitions: {},
    });

    expectError(exploring(compose("system", { leaf })), "start-empty", 'Automaton "empty"');
  });

  test("whose start state is no plain data", () => {
    const leaf = automaton<{ x: unknown }, Record<never, never>>("faulty", {
      start: { x: new Set() },
      transitions: {},
    });

    expectError(
      exploring(compose("system", { leaf })),
      "value-not-plain",
      'Automaton "faulty"',
      "field x",
      "an instance of Set",
    );
  });

  test("with an input that has a precondition", () => {
    const define = () =>
      automaton("faulty", {
        start: 0,
        transitions: { go: { kind: "input", effect: () => 1, when: { never: () => false } } },
      } as never);

    expectError(define, "automaton-malformed", ...NAMED, "an input has no precondition");
  });

  test("with an input that has no effect", () => {
    const define = () =>
      automaton("faulty", { start: 0, transitions: { go: { kind: "input" } } } as never);

    expectError(define, "automaton-malformed", ...NAMED, "an input needs an effect");
  });

  test("with an action of no known kind", () => {
    const define = () =>
      automaton("faulty", { start: 0, transitions: { go: { kind: "outptu" } } } as never);

    expectError(define, "automaton-malformed", ...NAMED, "kind is none of");
  });
});

describe("cells are refused", () => {
  type Two = { readonly a: number; readonly b: number };
  const withCells = (go: object) =>
    compose("system", {
      leaf: cells<Two, { go: Internal }>("faulty", {
        start: { a: 0, b: 0 },
        transitions: {
          go: {
            kind: "internal",
            scopes: [{ reads: ["a"], choose: () => [{}] }],
            touches: () => ["a"],
            effect: (now: { a: number }) => {
              now.a = 1;
            },
            ...go,
          } as never,
        },
      }),
    });

  test("whose choose reads a cell outside its scope", () => {
    const choose = ({ b }: Two) => (b === 0 ? [{}] : []);
    const system = withCells({ scopes: [{ reads: ["a"], choose }] });

    expectError(exploring(system), "cell-undeclared", ...NAMED, 'cell "b"');
  });

  test("whose clause reads a cell outside its scope", () => {
    const system = withCells({ when: { other: ({ b }: Two) => b === 0 } });

    expectError(exploring(system), "cell-undeclared", ...NAMED, 'cell "b"');
  });

  test.each([
    ["reads", (now: { a: number; b: number }) => Object.assign(now, { a: now.b })],
    ["writes", (now: object) => Object.assign(now, { b: 1 })],
    ["drops", (now: object) => Reflect.deleteProperty(now, "b")],
  ])("whose effect %s a cell that it does not touch", (_, effect) => {
    const system = withCells({ effect });

    expectError(exploring(system), "cell-undeclared", ...NAMED, 'cell "b"');
  });

  test("whose scope reads a cell that does not exist", () => {
    const system = withCells({ scopes: [{ reads: ["c"], choose: () => [{}] }] });

    expectError(exploring(system), "cell-unknown", 'Automaton "faulty"', 'no cell "c"');
  });

  test("whose effect touches a cell that does not exist", () => {
    const system = withCells({ touches: () => ["c"] });

    expectError(exploring(system), "cell-unknown", 'Automaton "faulty"', 'no cell "c"');
  });

  test("with an output that has no scopes", () => {
    expectError(() => withCells({ scopes: undefined }), "automaton-malformed", ...NAMED, "scopes");
  });

  test("with an effect that does not say what it touches", () => {
    expectError(
      () => withCells({ touches: undefined }),
      "automaton-malformed",
      ...NAMED,
      "touches",
    );
  });
});

describe("a composition is refused", () => {
  const controller = automaton<number, { go: Output }>("controller", {
    start: 0,
    transitions: { go: { kind: "output" } },
  });
  const owner = automaton<number, { go: Internal }>("owner", {
    start: 0,
    transitions: { go: { kind: "internal" } },
  });
  const listener = automaton<number, { go: Input }>("listener", {
    start: 0,
    transitions: { go: { kind: "input", effect: () => 1 } },
  });

  test("with two controllers of an action", () => {
    expectError(
      () => compose("pair", { one: controller, two: controller }),
      "two-controllers",
      'Composition "pair"',
      "one and two both control go",
    );
  });

  test("where an internal action is shared", () => {
    expectError(
      () => compose("pair", { owner, listener }),
      "internal-shared",
      "listener shares go, internal to owner",
    );
  });

  test("with an input that nothing controls", () => {
    expectError(
      () => compose("alone", { listener }),
      "input-uncontrolled",
      "nothing outputs go, an input of listener",
    );
  });

  test("that leaves open what it does not have", () => {
    expectError(
      () => compose("alone", { controller }, { open: ["stop" as "go"] }),
      "action-unknown",
      "stop",
    );
  });

  test("that hides what it does not have", () => {
    const system = compose("alone", { controller });

    expectError(() => hide(system, ["stop" as "go"]), "action-unknown", '"alone"', "stop");
  });

  test("where an automaton is to rename what it does not have", () => {
    expectError(
      () => rename(controller, { stop: "halt" } as never),
      "action-unknown",
      '"controller"',
      "stop",
    );
  });

  test("where two actions of an automaton would have one name", () => {
    const two = automaton<number, { go: Internal; stop: Internal }>("two", {
      start: 0,
      transitions: { go: { kind: "internal" }, stop: { kind: "internal" } },
    });

    expectError(() => rename(two, { go: "stop" }), "automaton-malformed", '"two"', "stop");
  });
});

describe("a property is refused", () => {
  const system = withControl({ effect: (n: number) => Math.min(n + 1, 2) });

  test("that reads a part which the composition does not have", () => {
    const declare = () =>
      invariant(system, { name: "odd", reads: ["tree" as "leaf"], holds: () => true });

    expectError(declare, "part-unknown", '"odd" reads tree');
  });

  test("that reads a field which the part does not have", () => {
    const property = invariant(system, {
      name: "odd",
      reads: ["leaf.size" as "leaf"],
      holds: () => true,
    });

    expectError(
      () => explore({ system, properties: [property], witnesses: [] }),
      "part-unknown",
      '"leaf" has no field "size"',
    );
  });

  test("that throws", () => {
    const property = noDeadlock(system, {
      name: "throws",
      reads: ["leaf"],
      finished: () => {
        throw new Error("not total");
      },
    });

    expectError(
      () => explore({ system, properties: [property], witnesses: [] }),
      "property-threw",
      '"throws" threw: not total',
    );
  });

  test("as a witness that a start state already is", () => {
    const initial = witness(system, {
      name: "small",
      reads: ["leaf"],
      reached: ({ leaf }) => leaf < 2,
    });

    expectError(
      () => explore({ system, properties: [], witnesses: [initial] }),
      "witness-initial",
      'Witness "small"',
    );
  });
});

describe("a budget is refused", () => {
  const names = ["maxStates", "maxDepth", "maxSeconds", "maxMemoryMb"] as const;

  test.each(
    names.flatMap((name) =>
      [0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((value) => [name, value]),
    ),
  )("%s of %s", (name, value) => {
    const options: SearchOptions = { [name]: value };
    const system = withControl({});

    expectError(
      () => explore({ system, properties: [], witnesses: [] }, options),
      "budget-invalid",
      `${name} is ${value}`,
    );
  });
});

describe("a choice of the environment", () => {
  test("is tried with its whole domain", () => {
    const coin = choice("coin", [0, 1, 2]);
    const system = withControl({
      choose: (_: number, draw: (from: typeof coin) => readonly number[]) =>
        draw(coin).map((n) => ({ n })),
      effect: (_: number, { n }: { n: number }) => n,
    });

    expect(exploring(system)().states).toBe(3);
  });
});
