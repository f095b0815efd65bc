import fc from "fast-check";
import {
  type Action,
  automaton,
  drop,
  durable,
  entries,
  get,
  type Input,
  insert,
  keys,
  mapOf,
  put,
} from "../../../../spec/automaton/index.ts";
import { setOwn } from "../../../../spec/automaton/values.ts";

interface Ledger {
  readonly slots: Readonly<Record<string, { readonly votes: readonly string[] } | null>>;
  readonly notes: Readonly<Record<string, string>>;
}

interface LedgerActions {
  put: Input<{ at: string; vote: string }>;
  vote: Input<{ at: string; vote: string }>;
  clear: Input<{ at: string }>;
  drop: Input<{ at: string }>;
  move: Input<{ from: string; to: string }>;
  keep: Input<{ at: string }>;
  rotate: Input;
  reset: Input;
  replace: Input<{ at: string }>;
}

/** A recipe for everything that people do with a map that is kept by entry. */
export const ledger = automaton<Ledger, LedgerActions>("ledger", {
  fields: {
    slots: durable("votes by slot", "what the test adds", { by: "entry" }),
    notes: durable("the last vote by slot", "what the test adds", { by: "entry" }),
  },
  start: { slots: mapOf(), notes: mapOf() },
  transitions: {
    put: {
      kind: "input",
      effect(s, { at, vote }) {
        const slot = { votes: [vote] };
        setOwn(s.slots, at, slot);
        slot.votes.push("late");
        put(s.notes, at, vote);
      },
    },
    vote: {
      kind: "input",
      effect(s, { at, vote }) {
        const slot = get(s.slots, at);
        if (slot) insert(slot.votes, vote);
        if (Object.hasOwn(s.notes, at)) setOwn(s.notes, at, vote);
      },
    },
    clear: {
      kind: "input",
      effect(s, { at }) {
        if (Object.hasOwn(s.slots, at)) setOwn(s.slots, at, null);
      },
    },
    drop: {
      kind: "input",
      effect(s, { at }) {
        drop(s.slots, at);
        delete s.notes[at];
      },
    },
    move: {
      kind: "input",
      effect(s, { from, to }) {
        const slot = get(s.slots, from);
        if (slot === undefined || from === to) return;
        drop(s.slots, from);
        slot?.votes.push("moved");
        setOwn(s.slots, to, slot);
      },
    },
    keep: {
      kind: "input",
      effect(s, { at }) {
        const kept: Ledger["slots"] = mapOf(entries(s.slots).filter(([name]) => name <= at));
        s.slots = kept as typeof s.slots;
        const { notes } = s;
        s.notes = notes;
        setOwn(s.slots, "kept", { votes: [at] });
      },
    },
    rotate: {
      kind: "input",
      effect(s) {
        const names = keys(s.slots);
        const rotated: typeof s.slots = mapOf();
        for (const [at, name] of names.entries()) {
          const slot = get(s.slots, names[(at + 1) % names.length] as string) ?? null;
          slot?.votes.push("rotated");
          setOwn(rotated, name, slot);
        }
        s.slots = rotated;
        get(s.slots, names[0] ?? "")?.votes.push("first");
      },
    },
    reset: {
      kind: "input",
      effect(s) {
        for (const name of keys(s.slots)) drop(s.slots, name);
        s.notes = mapOf();
      },
    },
    replace: {
      kind: "input",
      effect: (s, { at }) => ({ ...(s as Ledger), slots: mapOf([[at, { votes: [] }]]) }),
    },
  },
});

const any = fc.oneof(
  fc.constantFrom("a", "b", "__proto__", "", "a/b", "a.b", "%2F", "§", "constructor"),
  fc.string({ unit: "grapheme", maxLength: 3 }),
);
const slot = fc.constantFrom("a", "b", "__proto__", "", "a/b", "slots", "/");
const payload = fc.record({ at: fc.oneof({ weight: 3, arbitrary: slot }, any), vote: any });
/** What the ledger may be asked, often about the same few slots. */
export const ledgerInput: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: payload.map((of) => ({ name: "put", payload: of })) },
  { weight: 3, arbitrary: payload.map((of) => ({ name: "vote", payload: of })) },
  ...["clear", "drop", "keep", "replace"].map((name) => ({
    weight: name === "drop" ? 2 : 1,
    arbitrary: slot.map((at) => ({ name, payload: { at } })),
  })),
  {
    weight: 2,
    arbitrary: fc.record({ from: slot, to: slot }).map((of) => ({ name: "move", payload: of })),
  },
  { weight: 2, arbitrary: fc.constant({ name: "rotate", payload: {} }) },
  { weight: 1, arbitrary: fc.constant({ name: "reset", payload: {} }) },
);
