import { describe, expect, test } from "vitest";
import { type Action, type Composition, compose, indices } from "../../../spec/automaton/index.ts";
import type { Batch } from "../../../spec/clbft/interface.ts";
import {
  type Form,
  type ObligationsState,
  type OwingLine,
  obligationsOf,
} from "../../../spec/clbft/obligations.ts";
import type { Replica, Request } from "../../../spec/clbft/request.ts";
import { act, stateAfter } from "./running.ts";

const GROUP = indices("replica", 4) as readonly Replica[];
const [P, Q] = GROUP as [Replica, Replica];
const C = indices("client", 1)[0] as Request["client"];
const X: Request = { client: C, t: 1, op: "x" };
const Y: Request = { client: C, t: 2, op: "y" };

const of = (replica: Replica) => ({
  request: (request: Request) => act("REQUEST", { replica, request }),
  forward: (request: Request) => act("FORWARD", { replica, request }),
  propose: (view: number, n: number, ...batch: Batch) =>
    act("SEND-PRE-PREPARE", { replica, view, n, batch }),
  prePrepare: (view: number, n: number, ...batch: Batch) =>
    act("PRE-PREPARE", { replica, view, n, batch }),
  newView: (view: number, n: number, ...batch: Batch) =>
    act("NEW-VIEW", { replica, view, reports: [], order: [{ n, batch }] }),
  leave: (to: number) =>
    act("SEND-VIEW-CHANGE", { replica, view: to, stable: { n: 0, digest: "" }, prepared: [] }),
  viewChanges: (view: number) => act("VIEW-CHANGES", { replica, view, reports: [] }),
  prescribe: (view: number, n: number, ...batch: Batch) =>
    act("SEND-NEW-VIEW", { replica, view, reports: [], order: [{ n, batch }] }),
  reply: ({ client, t }: Request) => act("REPLY", { replica, client, t, result: "r" }),
  execute: (n: number, ...batch: Batch) => act("EXECUTE", { replica, n, batch }),
  install: (n: number) => act("INSTALL", { replica, n, digest: "d" }),
});
const [primary, backup] = [of(P), of(Q)];

/** How much a replica owes by a line after some actions. */
function owes(line: OwingLine, form: Form, replica: Replica, ...actions: readonly Action[]) {
  const primaryOf = (view: number) => GROUP[view % 4] as Replica;
  const obligations = obligationsOf({ replica, primaryOf, line, form });
  const open = Object.keys(obligations.transitions) as never[];
  const system = compose("obligations", { obligations }, { open });
  return stateAfter<ObligationsState>(system as unknown as Composition, actions).owed.length;
}

describe("Lemma 10 (1): a backup forwards a request", () => {
  test("in both forms, and a primary does not", () => {
    for (const form of ["printed", "repaired"] as const) {
      expect(owes(1, form, Q, backup.request(X))).toBe(1);
      expect(owes(1, form, Q, backup.request(X), backup.forward(Y))).toBe(1);
      expect(owes(1, form, Q, backup.request(X), backup.forward(X))).toBe(0);
      expect(owes(1, form, P, primary.request(X))).toBe(0);
    }
  });

  test("W-E07: as printed also one that it has replied to, or that the primary has proposed", () => {
    for (const before of [backup.reply(X), backup.prePrepare(0, 1, X)]) {
      expect(owes(1, "printed", Q, before, backup.request(X))).toBe(1);
      expect(owes(1, "repaired", Q, before, backup.request(X))).toBe(0);
    }
    expect(owes(1, "repaired", Q, backup.prePrepare(0, 1, Y), backup.request(X))).toBe(1);
  });

  test("repaired, not to a primary that it left", () => {
    expect(owes(1, "printed", Q, backup.request(X), backup.leave(2))).toBe(1);
    expect(owes(1, "repaired", Q, backup.request(X), backup.leave(2))).toBe(0);
    expect(owes(1, "repaired", Q, backup.leave(2), backup.request(X))).toBe(1);
  });
});

test("what counts as being asked is a REQUEST, or what of it reaches agreement", () => {
  const admit = act("ADMIT", { replica: Q, request: X });
  const primaryOf = () => P;
  const owed = (asking: "REQUEST" | "ADMIT", one: Action) => {
    const obligations = obligationsOf({ replica: Q, primaryOf, line: 1, form: "printed", asking });
    const open = Object.keys(obligations.transitions) as never[];
    const system = compose("obligations", { obligations }, { open }) as unknown as Composition;
    return stateAfter<ObligationsState>(system, [one]).owed.length;
  };

  expect(owed("REQUEST", admit)).toBe(0);
  expect(owed("ADMIT", admit)).toBe(1);
  expect(owed("ADMIT", backup.request(X))).toBe(0);
});

describe("Lemma 10 (2): a primary proposes a request", () => {
  test("in both forms, and a backup does not", () => {
    for (const form of ["printed", "repaired"] as const) {
      expect(owes(2, form, P, primary.request(X))).toBe(1);
      expect(owes(2, form, P, primary.request(X), primary.propose(0, 1, Y))).toBe(1);
      expect(owes(2, form, P, primary.request(X), primary.propose(0, 1, Y, X))).toBe(0);
      expect(owes(2, form, Q, backup.request(X))).toBe(0);
    }
  });

  test("W-E07: as printed also one that it has proposed or executed already", () => {
    for (const before of [primary.propose(0, 1, X), primary.reply(X)]) {
      expect(owes(2, "printed", P, before, primary.request(X))).toBe(1);
      expect(owes(2, "repaired", P, before, primary.request(X))).toBe(0);
    }
  });

  test("as printed the NEW-VIEW of the next view excuses it; repaired, leaving the view does", () => {
    const asked = primary.request(X);

    expect(owes(2, "printed", P, asked, primary.newView(1, 1, Y))).toBe(0);
    expect(owes(2, "printed", P, asked, primary.newView(2, 1, Y))).toBe(1);
    expect(owes(2, "printed", P, asked, primary.leave(1))).toBe(1);
    expect(owes(2, "repaired", P, asked, primary.newView(2, 1, Y))).toBe(0);
    expect(owes(2, "repaired", P, asked, primary.leave(1))).toBe(0);
  });

  test("a new primary that waits for VIEW-CHANGEs owes it, and a new view that has it is a proposal", () => {
    const waiting = [backup.leave(1), backup.request(X)];

    expect(owes(2, "repaired", Q, ...waiting)).toBe(1);
    const entered = [...waiting, backup.viewChanges(1)];
    expect(owes(2, "repaired", Q, ...entered, backup.prescribe(1, 1, X))).toBe(0);
    expect(owes(2, "repaired", Q, ...entered, backup.prescribe(1, 1, Y))).toBe(1);
  });
});

describe.each([
  [3, P, primary.propose(0, 1, X, Y), primary, 1],
  [4, Q, backup.prePrepare(0, 1, X, Y), backup, 1],
  [5, Q, backup.newView(2, 1, X, Y), backup, 3],
] as const)(
  "Lemma 10 (%d): a replica replies to each request",
  (line, replica, cause, its, left) => {
    test("in both forms", () => {
      for (const form of ["printed", "repaired"] as const) {
        expect(owes(line, form, replica, cause)).toBe(2);
        expect(owes(line, form, replica, cause, its.reply(X))).toBe(1);
        expect(owes(line, form, replica, cause, its.reply(X), its.reply(Y))).toBe(0);
      }
    });

    test("W-E07: as printed again, if it has replied before", () => {
      expect(owes(line, "printed", replica, its.reply(X), cause)).toBe(2);
      expect(owes(line, "repaired", replica, its.reply(X), cause)).toBe(1);
    });

    test("W-E07: as printed although it left the view, or another batch has the number", () => {
      const excuses = [its.leave(left), its.execute(1, { ...Y, t: 3 }), its.install(1)];
      for (const excuse of excuses) {
        expect(owes(line, "printed", replica, cause, excuse)).toBe(2);
        expect(owes(line, "repaired", replica, cause, excuse)).toBe(0);
      }
    });

    test("an execution of this batch, of another number or an older state excuses nothing", () => {
      expect(owes(line, "repaired", replica, cause, its.execute(1, X, Y))).toBe(2);
      expect(owes(line, "repaired", replica, cause, its.execute(1, X))).toBe(1);
      expect(owes(line, "repaired", replica, cause, its.execute(2))).toBe(2);
      expect(owes(line, "repaired", replica, cause, its.install(0))).toBe(2);
    });
  },
);

describe("what a replica ignores", () => {
  test("obliges it to nothing: a pre-prepare of a view that it is not in", () => {
    expect(owes(4, "repaired", Q, backup.prePrepare(1, 1, X))).toBe(0);
    expect(owes(4, "repaired", Q, backup.leave(2), backup.prePrepare(0, 1, X))).toBe(0);
    expect(owes(4, "repaired", Q, backup.leave(2), backup.prePrepare(2, 1, X))).toBe(0);
    expect(owes(4, "printed", Q, backup.leave(2), backup.prePrepare(2, 1, X))).toBe(1);
    const entered = [backup.leave(2), backup.newView(2, 1)];
    expect(owes(4, "repaired", Q, ...entered, backup.prePrepare(2, 2, X))).toBe(1);
  });

  test("obliges it to nothing: a NEW-VIEW of an older view, or of the one that it is in", () => {
    expect(owes(5, "repaired", Q, backup.newView(2, 1, X), backup.newView(2, 2, Y))).toBe(1);
    expect(owes(5, "repaired", Q, backup.leave(3), backup.newView(2, 1, X))).toBe(0);
    expect(owes(5, "printed", Q, backup.leave(3), backup.newView(2, 1, X))).toBe(1);
  });
});
