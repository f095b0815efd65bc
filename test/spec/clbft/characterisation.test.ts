import { describe, expect, test } from "vitest";
import { compose, index, indices } from "../../../spec/automaton/index.ts";
import {
  type CharacterisationInstance,
  characterisation,
  type Execution,
} from "../../../spec/clbft/characterisation.ts";
import type { Batch } from "../../../spec/clbft/interface.ts";
import type { Replica, Request } from "../../../spec/clbft/request.ts";
import type { Service } from "../../../spec/service/service.ts";
import { act, next } from "./running.ts";

const GROUP = indices("replica", 4) as readonly Replica[];
const [P, Q] = GROUP as [Replica, Replica];
const X: Request = { client: index("client", 0), t: 1, op: "x" };
const Y: Request = { client: index("client", 0), t: 2, op: "y" };
const stable = { n: 0, digest: "" };
const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, operation) => ({ state: state + operation, result: state + operation }),
};

const viewChange = (view: number, of: number, batch: Batch) => ({
  replica: Q,
  view,
  stable,
  prepared: [{ view: of, n: 1, batch }],
});
const newView = (batch: Batch) => ({ replica: Q, view: 1, reports: [], order: [{ n: 1, batch }] });

const component = (changes: Partial<CharacterisationInstance<string>> = {}) =>
  compose(
    "component",
    {
      component: characterisation<string>({
        replica: Q,
        primaryOf: (view) => GROUP[view % 4] as Replica,
        form: "repaired",
        execution: { of: "what it owes", service: journal },
        requests: [X, Y],
        numbers: [1, 2],
        viewChanges: [viewChange(1, 0, [X]), viewChange(2, 1, [X])],
        newViews: [newView([X]), newView([Y])],
        ...changes,
      }),
    },
    { open: ["REQUEST", "PRE-PREPARE", "VIEW-CHANGES", "NEW-VIEW", "ORDERED"] },
  );

const requested = (request: Request, replica = Q) => act("REQUEST", { replica, request });
const prePrepare = (...batch: Batch) => act("PRE-PREPARE", { replica: Q, view: 0, n: 1, batch });
const reply = ({ client, t }: Request, result: string) =>
  act("REPLY", { replica: Q, client, t, result });
const said = (name: string, actions: readonly string[]) =>
  actions.filter((one) => one.startsWith(`${name} `));

describe("CLBFT.SPEC.LEMMA-10: a component that keeps the characterisation", () => {
  test("as a backup forwards what it was asked for, once, and proposes nothing", () => {
    const asked = [requested(X)];

    expect(next(component(), asked)).toEqual([`FORWARD ${Q} ${JSON.stringify(X)}`]);
    const forwarded = [...asked, act("FORWARD", { replica: Q, request: X })];
    expect(next(component(), forwarded)).toEqual([]);
  });

  test("as a primary proposes it under any number, and forwards nothing", () => {
    const batch = JSON.stringify([X]);

    expect(next(component({ replica: P }), [requested(X, P)])).toEqual([
      `SEND-PRE-PREPARE ${P} 0 1 ${batch}`,
      `SEND-PRE-PREPARE ${P} 0 2 ${batch}`,
    ]);
  });

  test("replies to what was proposed to it, in any order, with results of its own execution", () => {
    const proposed = [prePrepare(X), prePrepare(Y)];

    expect(said("REPLY", next(component(), proposed))).toEqual([
      `REPLY ${Q} ${X.client} 1 x`,
      `REPLY ${Q} ${Y.client} 2 y`,
    ]);
    expect(said("REPLY", next(component(), [...proposed, reply(Y, "y")]))).toEqual([
      `REPLY ${Q} ${X.client} 1 yx`,
    ]);
  });

  test("as printed replies with anything, and again", () => {
    const execution: Execution<string> = { of: "anything", results: ["1", "2"] };
    const printed = component({ form: "printed", execution });
    const both = [`REPLY ${Q} ${X.client} 1 1`, `REPLY ${Q} ${X.client} 1 2`];

    expect(said("REPLY", next(printed, [prePrepare(X)]))).toEqual(both);
    const replied = [prePrepare(X), reply(X, "1")];
    expect(said("REPLY", next(printed, replied))).toEqual([]);
    expect(said("REPLY", next(printed, [...replied, prePrepare(X)]))).toEqual(both);
  });

  test("replies to what is ordered, in that order, whether it was proposed to it or not", () => {
    const ordering = component({ execution: { of: "what is ordered", service: journal } });
    const ordered = [Y, X].map((request) => act("ORDERED", { replica: Q, request }));

    expect(said("REPLY", next(ordering, [prePrepare(X)]))).toEqual([]);
    expect(said("REPLY", next(ordering, ordered))).toEqual([`REPLY ${Q} ${Y.client} 2 y`]);
    expect(said("REPLY", next(ordering, [...ordered, reply(Y, "y")]))).toEqual([
      `REPLY ${Q} ${X.client} 1 yx`,
    ]);
  });

  test("reports what has a ground by line 6, once for each view", () => {
    const first = `SEND-VIEW-CHANGE ${Q} 1 ${JSON.stringify(stable)}`;
    const changes = (...actions: Parameters<typeof next>[1]) =>
      said("SEND-VIEW-CHANGE", next(component(), actions));

    expect(changes()).toEqual([]);
    expect(changes(prePrepare(Y))).toEqual([]);
    expect(changes(prePrepare(X))).toEqual([expect.stringContaining(first)]);
    const left = [prePrepare(X), act("SEND-VIEW-CHANGE", viewChange(1, 0, [X]))];
    expect(changes(...left)).toEqual([]);
    const order = [{ n: 1, batch: [X] }];
    const entered = act("NEW-VIEW", { replica: Q, view: 1, reports: [], order });
    expect(changes(entered)).toEqual([expect.stringContaining(`SEND-VIEW-CHANGE ${Q} 2`)]);
  });

  test("prescribes what has a ground by line 7, as the primary of the view", () => {
    const report = { replica: P, stable, prepared: [{ view: 0, n: 1, batch: [X] }] };
    const shown = act("VIEW-CHANGES", { replica: Q, view: 1, reports: [report] });
    const left = act("SEND-VIEW-CHANGE", { ...viewChange(1, 0, []), prepared: [] });
    const views = (...actions: Parameters<typeof next>[1]) =>
      said("SEND-NEW-VIEW", next(component(), actions));

    expect(views(left)).toEqual([]);
    expect(views(shown)).toEqual([]);
    expect(views(left, shown)).toEqual([
      expect.stringContaining(JSON.stringify([{ n: 1, batch: [X] }])),
    ]);
  });
});
