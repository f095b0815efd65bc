import { describe, expect, test } from "vitest";
import { SubsetMonitor } from "../../../checker/explore/subsets.ts";
import { type Action, type Index, indices } from "../../../spec/automaton/index.ts";
import type { Request } from "../../../spec/clbft/request.ts";
import { singleServerSystem } from "../../../spec/clbft/single-server.ts";
import type { Service } from "../../../spec/service/service.ts";
import { act } from "./running.ts";

const [C, D, B] = indices("client", 3) as [Index<"client">, Index<"client">, Index<"client">];

const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, operation) => ({ state: state + operation, result: state + operation }),
};
const invoke = (client: Index<"client">, t: number, op: string) => act("INVOKE", { client, t, op });
const told = (client: Index<"client">, t: number, result: string) =>
  act("RETURN", { client, t, result });

function monitor(faulty: readonly Request[]) {
  return new SubsetMonitor({
    kind: "inclusion",
    name: "the server",
    reads: [],
    specification: singleServerSystem({ service: journal, correct: [C, D], faulty }),
    visible: new Map(["INVOKE", "RETURN"].map((name) => [name, (payload) => ({ name, payload })])),
    quiescence: true,
    fair: null,
  });
}

const after = (server: SubsetMonitor, history: readonly Action[]) =>
  history.reduce<readonly number[]>((states, one) => server.next(states, one), server.start());

/** Whether a single server may show the history. */
const allows = (...history: readonly Action[]) => after(monitor([]), history).length > 0;
const allowsBeside = (faulty: readonly Request[], ...history: readonly Action[]) =>
  after(monitor(faulty), history).length > 0;
/** Whether the history may be all that it ever shows. */
const mayEnd = (...history: readonly Action[]) => {
  const server = monitor([]);
  return server.mayBeQuiescent(after(server, history));
};

describe("CLBFT.SPEC.SERVER: the single server", () => {
  test("executes the concurrent requests of one client in any order", () => {
    const both = [invoke(C, 1, "x"), invoke(C, 2, "y")];

    expect(allows(...both, told(C, 1, "x"), told(C, 2, "xy"))).toBe(true);
    expect(allows(...both, told(C, 2, "y"), told(C, 1, "yx"))).toBe(true);
    expect(allows(...both, told(C, 2, "xy"), told(C, 1, "x"))).toBe(true);
    expect(allows(...both, told(C, 1, "x"), told(C, 2, "y"))).toBe(false);
  });

  test("executes a request after those that were answered before it was made", () => {
    const first = [invoke(C, 1, "x"), told(C, 1, "x")];

    expect(allows(...first, invoke(D, 1, "y"), told(D, 1, "xy"))).toBe(true);
    expect(allows(...first, invoke(D, 1, "y"), told(D, 1, "y"))).toBe(false);
  });

  test("answers what was asked for, once, and under the number under which it was asked for", () => {
    expect(allows(told(C, 1, ""))).toBe(false);
    expect(allows(invoke(C, 1, "x"), told(C, 2, "x"))).toBe(false);
    expect(allows(invoke(C, 1, "x"), told(D, 1, "x"))).toBe(false);
    expect(allows(invoke(C, 1, "x"), told(C, 1, "x"), told(C, 1, "x"))).toBe(false);
  });

  test("executes one of two operations under one number, either, and answers once", () => {
    const twins = [invoke(C, 1, "x"), invoke(C, 1, "y")];
    const reads = (result: string) => [invoke(D, 1, "?"), told(D, 1, result)];

    expect(allows(...twins, told(C, 1, "x"), ...reads("x?"))).toBe(true);
    expect(allows(...twins, told(C, 1, "y"), ...reads("y?"))).toBe(true);
    expect(allows(...twins, told(C, 1, "x"), ...reads("xy?"))).toBe(false);
    expect(allows(...twins, told(C, 1, "xy"))).toBe(false);
  });

  test("does nothing when it is asked under a number that it has answered", () => {
    const done = [invoke(C, 1, "x"), told(C, 1, "x")];

    expect(allows(...done, invoke(C, 1, "y"), told(C, 1, "xy"))).toBe(false);
    expect(mayEnd(...done, invoke(C, 1, "y"))).toBe(true);
  });

  test("answers in the end", () => {
    expect(mayEnd()).toBe(true);
    expect(mayEnd(invoke(C, 1, "x"))).toBe(false);
    expect(mayEnd(invoke(C, 1, "x"), told(C, 1, "x"))).toBe(true);
  });

  test("executes each number of a faulty client at most once, at any time or never", () => {
    const faulty: Request[] = [
      { client: B, t: 1, op: "a" },
      { client: B, t: 1, op: "b" },
      { client: B, t: 2, op: "c" },
    ];
    const reads = (result: string) => [invoke(C, 1, "?"), told(C, 1, result)];

    for (const result of ["?", "a?", "b?", "ac?", "cb?"]) {
      expect(allowsBeside(faulty, ...reads(result))).toBe(true);
    }
    for (const result of ["aa?", "ab?", "cc?"]) {
      expect(allowsBeside(faulty, ...reads(result))).toBe(false);
    }
  });

  test("ignores what clients ask for that are not among its correct ones", () => {
    expect(allows(invoke(B, 1, "x"), told(B, 1, "x"))).toBe(false);
    expect(mayEnd(invoke(B, 1, "x"))).toBe(true);
  });
});
