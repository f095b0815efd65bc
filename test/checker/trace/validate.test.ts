import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordEvent } from "../../../checker/trace/record.ts";
import { validate } from "../../../checker/trace/validate.ts";
import { formatValidation } from "../../../checker/trace/validation-text.ts";
import type { Action, Composition } from "../../../spec/automaton/index.ts";
import {
  box,
  boxInput,
  boxUnit,
  type Entry,
  eventsOf,
  firstWrong,
  replicaInput,
  replicaOf,
  replicaUnit,
  run,
  UNITS,
} from "./recording.ts";

const systems = {
  "bft-bc's replica": {
    unitOf: replicaUnit,
    inputOf: replicaInput,
    automataOf: (unit: string) => ({ replica: replicaOf(unit) }),
  },
  "the box": { unitOf: boxUnit, inputOf: boxInput, automataOf: () => ({ box }) },
};
const script = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 40 });
const RUNS = { numRuns: 300, seed: 7, endOnFailure: true };
/** Nothing is missing: every internal step must stand in the record. */
const COMPLETE = { maxInternal: 0 };

type Tampering = (entries: readonly Entry[], at: number, other: number) => Entry[];

const swap: Tampering = (entries, at) => {
  const next = (at + 1) % entries.length;
  return entries.map((one, here) => entries[here === at ? next : here === next ? at : here] ?? one);
};
const drop: Tampering = (entries, at) => entries.filter((_, here) => here !== at);
const repeat: Tampering = (entries, at, other) => entries.toSpliced(other, 0, entries[at] as Entry);
/** Changes one value anywhere in the parameters. */
const change: Tampering = (entries, at, other) =>
  entries.map((one, here) =>
    here === at
      ? { ...one, action: { ...one.action, payload: changed(one.action.payload, other) } }
      : one,
  );

function changed(payload: Action["payload"], choice: number): Action["payload"] {
  const copy = structuredClone(payload) as Record<string, unknown>;
  let [at, key]: [Record<string, unknown>, string] = [copy, ""];
  for (let depth = 0; ; depth += 1) {
    const keys = Object.keys(at);
    if (keys.length === 0) return copy;
    key = keys[(choice >> (2 * depth)) % keys.length] as string;
    const part = at[key];
    if (typeof part !== "object" || part === null || Object.keys(part).length === 0) break;
    at = part as Record<string, unknown>;
  }
  at[key] = typeof at[key] === "number" ? (at[key] as number) + 1 : "tampered";
  return copy;
}

describe.each(Object.entries(systems))("a run of %s", (_, { unitOf, inputOf, automataOf }) => {
  const runs = script.map((decisions) => run(unitOf, inputOf, UNITS, decisions));

  test("is accepted as it was recorded", () => {
    fc.assert(
      fc.property(runs, (entries) => {
        const units = new Set(entries.map(({ unit }) => unit)).size;

        expect(validate(automataOf, eventsOf(entries), COMPLETE)).toMatchObject({
          verdict: "accepted",
          actions: entries.length,
          units,
        });
      }),
      RUNS,
    );
  });

  test.each(Object.entries({ swap, drop, repeat, change }))(
    "that somebody tampered with (%s) is refused at the line at which it is none",
    (_name, tamper) => {
      let refused = 0;
      fc.assert(
        fc.property(runs, fc.nat(), fc.nat(), (entries, one, two) => {
          const tampered = tamper(entries, one % entries.length, two % entries.length);
          const wrong = firstWrongOrThrowing(unitOf, tampered);

          const verdict = validate(automataOf, eventsOf(tampered), COMPLETE);

          if (wrong === null) expect(verdict.verdict).toBe("accepted");
          else expect(verdict).toMatchObject({ verdict: "mismatch", line: wrong + 2 });
          if (wrong !== null) refused += 1;
        }),
        RUNS,
      );
      expect(refused).toBeGreaterThan(40);
    },
  );
});

/** The oracle: the first entry that nothing takes part in, that is not enabled, or that throws. */
function firstWrongOrThrowing(
  unitOf: (unit: string) => Composition,
  entries: readonly Entry[],
): number | null {
  for (const [at, { unit, action }] of entries.entries()) {
    try {
      if (!takesPart(unitOf(unit), action)) return at;
      if (firstWrong(unitOf, entries.slice(0, at + 1)) !== null) return at;
    } catch {
      return at;
    }
  }
  return null;
}

/** Whether some automaton has the action with these indices. */
function takesPart({ leaves }: Composition, { name, payload }: Action): boolean {
  return leaves.some(({ automaton }) => {
    const { at = {} } = automaton.transitions[name] ?? { at: { never: true } };
    return Object.entries(at).every(([key, value]) => payload[key] === value);
  });
}

const put = (item: number): Entry => ({
  unit: "box#0",
  action: { name: "PUT", payload: { item } },
});
const sort: Entry = { unit: "box#0", action: { name: "SORT", payload: {} } };
const show = (items: readonly number[], shown = 0): Entry => ({
  unit: "box#0",
  action: { name: "SHOW", payload: { items, shown } },
});
const restart: RecordEvent = { kind: "restart", line: 0 };
const automataOf = () => ({ box });

function verdictOf(
  entries: readonly (Entry | typeof restart)[],
  options: { maxInternal?: number; maxLost?: number; maxStates?: number } = {},
) {
  const events = entries.map((one, at) =>
    "kind" in one ? one : { ...(eventsOf([one])[0] as RecordEvent), line: at + 2 },
  );
  return validate(automataOf, events, options);
}

describe("internal steps that the record lacks", () => {
  test("are found, up to the limit between two actions", () => {
    const entries = [put(3), put(1), put(2), show([1, 2, 3])];

    expect(verdictOf(entries, { maxInternal: 3 }).verdict).toBe("accepted");
    expect(verdictOf([put(3), put(1), show([1, 3])], { maxInternal: 2 }).verdict).toBe("accepted");
    expect(verdictOf([put(3), put(1), show([1, 3])], { maxInternal: 0 })).toMatchObject({
      verdict: "mismatch",
      line: 4,
      internalSteps: 0,
    });
  });

  test("may belong before an input that came long before the action that tells", () => {
    // four sorts are needed, of which only one can come between the last two actions
    const sortedEarly = [put(3), put(1), put(2), put(0), show([0, 1, 2, 3])];

    expect(verdictOf(sortedEarly, { maxInternal: 1 }).verdict).toBe("accepted");
  });

  test("never make a wrong value right", () => {
    const wrong = verdictOf([put(3), put(1), show([1, 4])], { maxInternal: 3 });

    expect(wrong).toMatchObject({ verdict: "mismatch", line: 4 });
  });

  test("leave it undecided where they could mean too many states", () => {
    const entries = [put(3), put(1), show([9])];

    expect(verdictOf(entries, { maxStates: 1 })).toMatchObject({ verdict: "undecided" });
  });
});

describe("a restart", () => {
  test("resets volatile fields, keeps durable ones and loses the outbox", () => {
    const five = [1, 2, 3, 4, 5];
    const before = [...five.map(put), ...five.map(() => sort), show(five, 0), show(five, 1)];
    const empty: Entry = { unit: "box#0", action: { name: "EMPTY", payload: {} } };

    expect(verdictOf([...before, restart, show(five, 0)]).verdict).toBe("accepted");
    expect(verdictOf([...before, restart, show(five, 2)]).verdict).toBe("mismatch");
    expect(verdictOf([...before, restart, show([], 0)]).verdict).toBe("mismatch");
    expect(verdictOf([...before, empty]).verdict).toBe("accepted");
    expect(verdictOf([...before, restart, empty])).toMatchObject({ reason: "not-sent" });
  });

  test("may have lost the last actions, as many as is said", () => {
    const entries = [put(1), sort, put(2), restart, show([1])];

    expect(verdictOf(entries).verdict).toBe("mismatch");
    expect(verdictOf(entries, { maxLost: 1 }).verdict).toBe("accepted");
    expect(
      verdictOf([put(1), sort, put(2), put(3), restart, show([1])], { maxLost: 1 }),
    ).toMatchObject({ verdict: "mismatch" });
  });

  test("is counted, and so are outputs that wait at the end", () => {
    const entries = [...[1, 2, 3, 4].map(put), restart, put(5)];

    expect(formatValidation(verdictOf(entries))).toBe(
      "5 actions of 1 unit accepted (1 restart, 1 output not yet performed at the end)",
    );
  });
});

describe("a mismatch tells", () => {
  const told = (...entries: readonly Entry[]) =>
    formatValidation(verdictOf(entries, { maxInternal: 0 }));

  test("the clause that is false, the fields that it reads, and the nearest action", () => {
    expect(told(put(3), sort, show([3], 4))).toMatchInlineSnapshot(`
      "line 4, box#0: SHOW(items: [3], shown: 4) is not what the automata do
        box: clause "asOftenAsSaid" is false
          shown: 0
        the nearest that is enabled: SHOW(items: [3], shown: 0)
          shown: 0 → 4
        2 actions before it accepted"
    `);
  });

  test("that the automaton does not choose such parameters", () => {
    expect(told(put(3), sort, show([4]))).toMatchInlineSnapshot(`
      "line 4, box#0: SHOW(items: [4], shown: 0) is not what the automata do
        box: its clauses are true, but the automaton does not choose these parameters
        the nearest that is enabled: SHOW(items: [3], shown: 0)
          items[0]: 3 → 4
        2 actions before it accepted"
    `);
  });

  test("that nothing was sent, and that nothing is enabled", () => {
    const empty: Entry = { unit: "box#0", action: { name: "EMPTY", payload: {} } };
    expect(told(put(3), empty)).toMatchInlineSnapshot(`
      "line 3, box#0: EMPTY is not what the automata do
        box: it is not in the outbox: nothing sent it, or it was performed before
        the nearest that is enabled: SORT
        1 action before it accepted"
    `);
  });

  test("an action that no automaton has, and one with another index", () => {
    const dance: Entry = { unit: "box#0", action: { name: "DANCE", payload: {} } };
    expect(told(dance)).toMatchInlineSnapshot(`
      "line 2, box#0: DANCE is not what the automata do
        no automaton of this unit has DANCE with these indices
        the nearest that is enabled: SHOW(items: [], shown: 0)
        0 actions before it accepted"
    `);

    const [x, y] = UNITS as readonly string[] as [string, string];
    const foreign = eventsOf([{ unit: x, action: replicaInput(y, 0) }]);
    const verdict = validate((unit) => ({ replica: replicaOf(unit) }), foreign);
    expect(verdict).toMatchObject({ verdict: "mismatch", reason: "unknown", line: 2 });
  });

  test("an effect that cannot take the parameters, without throwing itself", () => {
    const { action } = { action: replicaInput("object#'x'", 24) };
    const { ts: _, ...rest } = action.payload;
    const events = eventsOf([{ unit: "object#'x'", action: { ...action, payload: rest } }]);

    const verdict = validate((unit) => ({ replica: replicaOf(unit) }), events);

    expect(verdict).toMatchObject({ verdict: "mismatch", reason: "threw", line: 2 });
    expect(formatValidation(verdict)).toContain("effect-threw");
  });
});
