import fc from "fast-check";
import { expect, test } from "vitest";
import { RunningUnit } from "../../../../impl/host/execution/running-unit.ts";
import { restore } from "../../../../impl/host/stored-fields.ts";
import { encodeValue } from "../../../../impl/host/wire/values.ts";
import {
  type Action,
  automaton,
  canonical,
  drawAll,
  durable,
  type Field,
  type Input,
} from "../../../../spec/automaton/index.ts";
import { ledger, ledgerInput } from "./ledger.ts";
import { expectSameRuns } from "./same-runs.ts";

test("a map that is kept by entry is stored as it is, whatever is done to it", () => {
  fc.assert(
    fc.property(fc.array(ledgerInput, { maxLength: 30 }), (inputs) => {
      expectSameRuns({ ledger }, inputs);
    }),
    { numRuns: 500 },
  );
});

test.each(["immutable", "in place"] as const)(
  "only entries that changed are reported: %s",
  (how) => {
    const running = new RunningUnit({ ledger }, {}, { execution: how, draw: drawAll });
    const does = (name: string, payload: Action["payload"]) => {
      running.input({ name, payload }, () => undefined);
      return running
        .takeChanges()
        .map(({ field, entry, value }) => [field, entry, canonical(value ?? null)]);
    };
    for (let at = 0; at < 100; at += 1) does("put", { at: `${at}`, vote: "v" });

    expect(does("vote", { at: "17", vote: "w" })).toEqual([
      ["slots", "17", '{"votes":["v","late","w"]}'],
      ["notes", "17", '"w"'],
    ]);
    expect(does("drop", { at: "3" })).toEqual([
      ["slots", "3", "null"],
      ["notes", "3", "null"],
    ]);
    expect(does("vote", { at: "3", vote: "w" })).toEqual([]);
  },
);

test.each(["immutable", "in place"] as const)("what is kept by entry is a map: %s", (how) => {
  const list = automaton<{ readonly list: readonly number[] }, { go: Input }>("list", {
    fields: { list: durable("a list", "none", { by: "entry" }) },
    start: { list: [] },
    transitions: { go: { kind: "input", effect: () => undefined } },
  });
  const start = () => new RunningUnit({ list }, {}, { execution: how, draw: drawAll });
  expect(start).toThrow(/list, kept by entry, starts as no empty map.*\[replica-stopped\]/);

  const full = { ...ledger, start: () => [{ slots: { a: null }, notes: {} }] };
  const begin = () => new RunningUnit({ full }, {}, { execution: how, draw: drawAll });
  expect(begin).toThrow(/slots, kept by entry, starts as no empty map/);

  const lost = automaton<{ readonly map: unknown }, { go: Input }>("lost", {
    fields: { map: durable("a map", "none", { by: "entry" }) },
    start: { map: {} },
    transitions: {
      go: {
        kind: "input",
        effect(s) {
          s.map = [1];
        },
      },
    },
  });
  const running = new RunningUnit({ lost }, {}, { execution: how, draw: drawAll });
  running.input({ name: "go", payload: {} }, () => undefined);
  expect(() => running.takeChanges()).toThrow(/map, kept by entry, is no map any more/);
});

test.each([
  ["whole", "by entry", "ledger.slots"],
  ["by entry", "whole", "ledger.notes/a"],
])("what another version stored %s is refused where it is kept %s", (_, kept, name) => {
  const { notes, ...rest } = ledger.fields as Readonly<Record<string, Field>>;
  const other = { ...ledger, fields: { ...rest, notes: { ...notes, by: undefined } } };
  const read = () => restore({}, { ledger: other as never }, name, encodeValue({}));
  expect(read).toThrow(new RegExp(`keeps ledger\\.(slots|notes) ${kept}.*store-corrupt`));
});
