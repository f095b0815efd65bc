import fc from "fast-check";
import { expect, test } from "vitest";
import { stateMachine } from "../../../../impl/atomic-multicast/machine/replica-automaton.ts";
import { client } from "../../../../impl/bft-bc/client-automaton.ts";
import { replica } from "../../../../impl/bft-bc/replica-automaton.ts";
import { MUTANTS, PRINTED, REPAIRED, type Rules } from "../../../../impl/bft-bc/rules.ts";
import { HostError } from "../../../../impl/host/errors.ts";
import { RunningUnit } from "../../../../impl/host/execution/running-unit.ts";
import { OPERATIONS, SERVICES } from "../../../../impl/services/built-in.ts";
import {
  automaton,
  detach,
  drawAll,
  durable,
  type Input,
  index,
  insert,
  mapOf,
  type Output,
  put,
  symbolicDigest,
  urgent,
  volatile,
} from "../../../../spec/automaton/index.ts";
import { applyTo } from "../../../../spec/service/apply-to.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { expectSameRuns } from "./same-runs.ts";

const X = index("object", 0);
const R = index("replica", 0);

const clients = fc.constantFrom(index("client", 1), index("client", 2));
const timestamps = fc.record({ val: fc.nat(3), id: fc.option(clients) });
const hashes = fc.constantFrom("a", "b").map((value) => symbolicDigest(value));
const nonces = fc.nat(3);
const rules = fc.constantFrom<Rules>(REPAIRED, PRINTED, ...Object.values(MUTANTS));

test("a replica in place goes through the states of the reference, on random requests", () => {
  const at = { object: X, replica: R };
  const written = fc.record({ ts: timestamps, hash: fc.option(hashes) });
  const request = fc.oneof(
    fc.record({ client: clients, nonce: nonces }).map((of) => ["READ-TS", of] as const),
    fc
      .record({ client: clients, nonce: nonces, hash: hashes, writeProof: fc.option(written) })
      .map((of) => ["READ-TS-PREP", of] as const),
    fc.record({ client: clients, nonce: nonces }).map((of) => ["READ", of] as const),
    fc
      .record({
        client: clients,
        ts: timestamps,
        predecessor: timestamps,
        hash: hashes,
        writeProof: fc.option(written),
        completed: fc.option(timestamps),
      })
      .map((of) => {
        const ts = { val: of.predecessor.val + 1, id: of.client };
        return ["PREPARE", of.ts.val > 2 ? of : { ...of, ts }] as const;
      }),
    fc
      .record({
        client: clients,
        value: fc.constantFrom("a", "b"),
        proof: fc.record({ ts: timestamps, hash: hashes }),
      })
      .map((of) => ["WRITE", of] as const),
  );
  let outputs = 0;
  fc.assert(
    fc.property(rules, fc.array(request, { minLength: 10, maxLength: 40 }), (under, requests) => {
      outputs += expectSameRuns(
        { replica: replica(R, X, "", under, symbolicDigest) },
        requests.map(([name, payload]) => ({ name, payload: { ...at, ...payload } })),
      );
    }),
    { numRuns: 200 },
  );
  expect(outputs).toBeGreaterThan(1000);
});

test("a client in place goes through the states of the reference, on random inputs", () => {
  const at = { client: index("client", 1), object: X };
  const input = fc.oneof(
    fc.constantFrom("a", "b").map((value) => ["INVOKE-WRITE", { value }] as const),
    fc.constant(["INVOKE-READ", {}] as const),
    fc
      .record({
        nonce: nonces,
        timestamps: fc.array(timestamps, { minLength: 1, maxLength: 2 }),
        proven: fc.boolean(),
        completed: fc.option(timestamps),
        prepared: fc.option(timestamps),
      })
      .map((of) => ["READ-TS-QUORUM", of] as const),
    fc
      .record({ nonce: nonces, ts: timestamps, hash: hashes })
      .map((of) => ["PREPARE-QUORUM", of] as const),
    fc
      .record({ nonce: nonces, ts: timestamps, hash: fc.option(hashes) })
      .map((of) => ["WRITE-QUORUM", of] as const),
    fc
      .record({
        nonce: nonces,
        replies: fc.array(fc.record({ ts: timestamps, value: fc.constantFrom("a", "b") }), {
          minLength: 1,
          maxLength: 3,
        }),
      })
      .map((of) => ["READ-QUORUM", of] as const),
  );
  let outputs = 0;
  fc.assert(
    fc.property(rules, fc.array(input, { minLength: 10, maxLength: 40 }), (under, inputs) => {
      outputs += expectSameRuns(
        { client: client(at.client, under, symbolicDigest) },
        inputs.map(([name, payload]) => ({ name, payload: { ...at, ...payload } })),
      );
    }),
    { numRuns: 200 },
  );
  expect(outputs).toBeGreaterThan(500);
});

interface Item {
  readonly name: string;
  readonly tags: readonly string[];
}

interface Shelf {
  readonly items: readonly Item[];
  readonly byName: Readonly<Record<string, Item>>;
  readonly latest: Item | null;
  readonly count: number;
}

interface ShelfActions {
  add: Input<{ item: Item }>;
  move: Input<{ from: number }>;
  drop: Input<{ name: string }>;
  turn: Input;
  replace: Input<{ count: number }>;
  overflow: Output<{ count: number }>;
}

/** A recipe for everything that people do with drafts. */
const shelf = automaton<Shelf, ShelfActions>("shelf", {
  fields: {
    items: durable("items", "what the test adds"),
    byName: durable("by name", "what the test adds"),
    latest: volatile("the item added last"),
    count: durable("how many were added"),
  },
  start: { items: [], byName: mapOf(), latest: null, count: 0 },
  transitions: {
    add: {
      kind: "input",
      effect(s, { item }) {
        const copy = { name: item.name, tags: ["new"] };
        s.items.push(copy);
        copy.tags.push(...item.tags);
        put(s.byName, item.name, item);
        s.latest = { ...item, tags: [...item.tags] };
        s.count += 1;
      },
    },
    move: {
      kind: "input",
      effect(s, { from }) {
        const [taken] = s.items.splice(from, 1);
        if (taken === undefined) return;
        taken.tags.reverse();
        s.items.unshift(taken);
        const last = s.items.at(-1);
        if (last !== undefined) insert(last.tags, "moved" as never);
        s.items = s.items.filter(({ tags }) => tags.length < 5);
      },
    },
    drop: {
      kind: "input",
      effect(s, { name }) {
        delete s.byName[name];
        if (s.latest?.name === name) s.latest = null;
      },
    },
    turn: {
      kind: "input",
      effect(s) {
        s.items.sort((a, b) => (a.name < b.name ? -1 : 1));
        s.items.length = Math.min(s.items.length, 3);
        if (s.latest !== null) s.byName = mapOf([[s.latest.name, { ...s.latest, tags: [] }]]);
      },
    },
    replace: {
      kind: "input",
      effect: (s, { count }) => ({ ...(s as Shelf), items: [], latest: null, count }),
    },
    overflow: {
      kind: "output",
      task: urgent("overflow"),
      choose: ({ count }) => [{ count }],
      when: { many: ({ count }) => count > 2 },
      effect(s) {
        s.count = 0;
      },
    },
  },
});

test("whatever a recipe may do with a draft it may do in place", () => {
  const names = fc.constantFrom("a", "b", "__proto__", "constructor");
  const input = fc.oneof(
    fc
      .record({ item: fc.record({ name: names, tags: fc.array(names, { maxLength: 2 }) }) })
      .map((payload) => ({ name: "add", payload })),
    fc.record({ from: fc.nat(3) }).map((payload) => ({ name: "move", payload })),
    fc.record({ name: names }).map((payload) => ({ name: "drop", payload })),
    fc.constant({ name: "turn", payload: {} }),
    fc.record({ count: fc.nat(4) }).map((payload) => ({ name: "replace", payload })),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
      expectSameRuns({ shelf }, inputs);
    }),
    { numRuns: 500 },
  );
});

/** Bids by client, as somebody may write it who knows nothing of hosts: a new state for each bid. */
const auction: Service<{ readonly bids: Readonly<Record<string, { readonly most: number }>> }> = {
  name: "auction",
  start: { bids: {} },
  apply(state, operation, client) {
    const most = Math.max(state.bids[client]?.most ?? 0, operation.length);
    const bids = { ...state.bids, [client]: { most } };
    return { state: operation === "read" ? state : { bids }, result: String(most) };
  },
};

test.each([...Object.values(SERVICES), auction as Service])(
  "a replicated $name in place goes through the states of the reference",
  (service) => {
    const known = fc.constantFrom("read", ...(OPERATIONS[service.name] ?? ["1", "22", "333"]));
    const delivered = fc.record({ client: clients, op: known }).map((message) => ({
      name: "A-DELIVER",
      payload: { message: { ...message, seq: 1 }, k: 1 },
    }));
    const installed = fc.array(delivered, { maxLength: 5 }).map((before) => {
      const holder = { service: detach(service.start) };
      for (const { payload } of before) {
        applyTo(service, holder, "service", payload.message.op, payload.message.client);
      }
      return { name: "INSTALL", payload: { ...holder, k: 2, replies: {}, delivered: {} } };
    });
    const input = fc.oneof({ weight: 9, arbitrary: delivered }, installed);
    let outputs = 0;
    fc.assert(
      fc.property(fc.array(input, { minLength: 10, maxLength: 40 }), (inputs) => {
        outputs += expectSameRuns(
          { machine: stateMachine(R, service) },
          inputs.map(({ name, payload }) => ({ name, payload: { replica: R, ...payload } })),
        );
      }),
    );
    expect(outputs).toBeGreaterThan(500);
  },
);

test.each(["immutable", "in place"] as const)("an effect that throws stops the unit: %s", (how) => {
  const broken = automaton<{ readonly n: number }, { go: Input }>("broken", {
    fields: { n: durable("n") },
    start: { n: 0 },
    transitions: {
      go: {
        kind: "input",
        effect(s) {
          s.n = 1;
          throw new Error("half a step");
        },
      },
    },
  });
  const running = new RunningUnit({ broken }, {}, { execution: how, draw: drawAll });

  const go = () => running.input({ name: "go", payload: {} }, () => undefined);

  expect(go).toThrow(HostError);
  expect(go).toThrow(/half a step.*\[replica-stopped\]/);
});
