import { describe, expect, test } from "vitest";
import { SubsetMonitor } from "../../../checker/explore/subsets.ts";
import { type Action, index } from "../../../spec/automaton/index.ts";
import {
  atomicRegister,
  type RegisterInstance,
  type RegisterObject,
} from "../../../spec/register/register.ts";

const [C, D, E] = [1, 2, 3].map((at) => index("client", at)) as [Client, Client, Client];
const [X, Y] = [0, 1].map((at) => index("object", at)) as [RegisterObject, RegisterObject];
type Client = ReturnType<typeof index<"client">>;

const write = (client: Client, value: string) => act("INVOKE-WRITE", { client, value });
const wrote = (client: Client) => act("RETURN-WRITE", { client });
const read = (client: Client) => act("INVOKE-READ", { client });
const got = (client: Client, value: string) => act("RETURN-READ", { client, value });
const stop: Action = { name: "STOP", payload: { client: C } };
const reads = (client: Client, ...values: string[]) =>
  values.flatMap((value) => [read(client), got(client, value)]);

/** The same actions at the other object. */
const atY = (...actions: readonly Action[]): Action[] =>
  actions.map(({ name, payload }) => ({ name, payload: { ...payload, object: Y } }));

function act(name: string, payload: Record<string, unknown>): Action {
  return { name, payload: { ...payload, object: X } };
}

/** Whether the register with at most b lurking writes of the faulty client c has the history. */
function allows(b: number | null, ...history: readonly Action[]): boolean {
  return allowsWithin({ maxLurking: b }, history);
}

type Bounds = Pick<RegisterInstance, "maxLurking" | "maxOverwrites" | "counts">;

function allowsWithin(bounds: Bounds, history: readonly Action[]): boolean {
  const specification = atomicRegister({
    objects: [X, Y],
    correct: [D, E],
    faulty: { [C]: ["c1", "c2"] },
    initial: "v0",
    ...bounds,
  });
  const names = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ", "STOP"];
  const monitor = new SubsetMonitor({
    kind: "inclusion",
    name: "the register",
    reads: [],
    specification,
    visible: new Map(names.map((name) => [name, (payload) => ({ name, payload }) as Action])),
    quiescence: false,
    fair: null,
  });
  let states = monitor.start();
  for (const action of history) states = monitor.next(states, action);
  return states.length > 0;
}

describe("L.DEF1, operations of correct clients", () => {
  test("a read returns the last completed write, and before any the initial value", () => {
    expect(allows(0, ...reads(E, "v0"), write(D, "d1"), wrote(D), ...reads(E, "d1"))).toBe(true);
  });

  test("a stale read is none of the register's", () => {
    expect(allows(0, stop, write(D, "d1"), wrote(D), ...reads(E, "v0"))).toBe(false);
  });

  test("a read never returns what nobody wrote", () => {
    expect(allows(null, ...reads(E, "d9"))).toBe(false);
  });

  test.each(["v0", "d1"])("a pending write may or may not have taken effect: reads %s", (value) => {
    expect(allows(0, stop, write(D, "d1"), ...reads(E, value))).toBe(true);
  });

  test("a pending write that was seen stays", () => {
    expect(allows(0, stop, write(D, "d1"), ...reads(E, "d1", "v0"))).toBe(false);
  });

  test("a read under way may take effect before or after a write that completes meanwhile", () => {
    const during = [stop, read(E), write(D, "d1"), wrote(D)];

    expect(allows(0, ...during, got(E, "v0"))).toBe(true);
    expect(allows(0, ...during, got(E, "d1"))).toBe(true);
  });

  test("a response without an invocation is none of the register's", () => {
    expect(allows(null, wrote(D))).toBe(false);
    expect(allows(null, got(D, "v0"))).toBe(false);
    expect(allows(null, write(D, "d1"), got(D, "d1"))).toBe(false);
  });
});

describe("L.DEF1.BAD-WRITE, writes of a faulty client", () => {
  test("any number takes effect before its stop", () => {
    expect(allows(0, ...reads(E, "c1", "c2", "c1", "c2"))).toBe(true);
  });

  test("none takes effect after its stop with b = 0, but what it wrote before stays", () => {
    expect(allows(0, stop, ...reads(E, "c1"))).toBe(true);
    expect(allows(0, ...reads(E, "v0"), stop, ...reads(E, "v0", "c1"))).toBe(false);
  });

  test("one takes effect after its stop with b = 1, and is read any number of times", () => {
    expect(allows(1, stop, ...reads(E, "v0", "c1", "c1", "c1"))).toBe(true);
  });

  test("two do not with b = 1, and do with b = 2", () => {
    const history = [stop, ...reads(E, "v0", "c1", "c2")];

    expect(allows(1, ...history)).toBe(false);
    expect(allows(2, ...history)).toBe(true);
  });

  test("a lurking write that overwrites a correct one uses the bound up", () => {
    const history = [stop, write(D, "d1"), wrote(D), ...reads(E, "d1", "c1")];

    expect(allows(1, ...history)).toBe(true);
    expect(allows(1, ...history, write(D, "d2"), wrote(D), ...reads(E, "d2", "c1"))).toBe(false);
  });

  test("without a bound values may alternate for ever", () => {
    expect(allows(null, stop, ...reads(E, "c1", "c2", "c1", "v0"))).toBe(false);
    expect(allows(null, stop, ...reads(E, "c1", "c2", "c1", "c2"))).toBe(true);
  });
});

describe("the bound on lurking writes", () => {
  const oneAtEach = [
    ...reads(E, "v0"),
    ...atY(...reads(E, "v0")),
    stop,
    ...reads(E, "v0", "c1"),
    ...atY(...reads(E, "v0", "c1")),
  ];

  test("counts the writes to all objects together, as Definition 1 does", () => {
    expect(allowsWithin({ maxLurking: 1 }, oneAtEach)).toBe(false);
    expect(allowsWithin({ maxLurking: 2 }, oneAtEach)).toBe(true);
  });

  test("counts those to each object where it is asked to", () => {
    expect(allowsWithin({ maxLurking: 1, counts: "each-object" }, oneAtEach)).toBe(true);
    expect(allowsWithin({ maxLurking: 0, counts: "each-object" }, oneAtEach)).toBe(false);
  });
});

describe("L §7.1, BFT-linearizability+", () => {
  const wrote2 = (value: string) => [write(D, value), wrote(D), ...reads(E, value)];
  const plus = (k: number, history: readonly Action[]) =>
    allowsWithin({ maxLurking: null, maxOverwrites: k }, history);

  test("a lurking write may be seen before the k-th overwrite", () => {
    const before = [stop, ...wrote2("d1"), ...reads(E, "c1")];

    expect(plus(2, before)).toBe(true);
    expect(plus(1, before)).toBe(false);
  });

  test("none is seen after it, whatever the other bound leaves", () => {
    const after = [stop, ...wrote2("d1"), ...wrote2("d2"), ...reads(E, "c1")];

    expect(plus(2, after)).toBe(false);
    expect(plus(3, after)).toBe(true);
    expect(allowsWithin({ maxLurking: 1 }, after)).toBe(true);
  });

  test("writes before the stop, and to other objects, hide nothing", () => {
    const elsewhere = [...wrote2("d1"), stop, ...atY(...wrote2("d2")), ...reads(E, "c1")];

    expect(plus(1, elsewhere)).toBe(true);
  });

  test("both bounds hold at once", () => {
    const both = { maxLurking: 1, maxOverwrites: 2 };

    expect(allowsWithin(both, [stop, ...reads(E, "v0", "c1")])).toBe(true);
    expect(allowsWithin(both, [stop, ...reads(E, "v0", "c1", "c2")])).toBe(false);
    const hidden = [stop, ...wrote2("d1"), ...wrote2("d2"), ...reads(E, "c1")];
    expect(allowsWithin(both, hidden)).toBe(false);
  });
});
