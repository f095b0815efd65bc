import { type RecordEvent, type RecordHeader, readRecord } from "../../../checker/trace/record.ts";
import { B, C, INITIAL } from "../../../impl/bft-bc/instances.ts";
import {
  type Client,
  GENESIS,
  type RegisterObject,
  type Replica,
  successor,
  type Timestamp,
} from "../../../impl/bft-bc/messages.ts";
import { replica } from "../../../impl/bft-bc/replica-automaton.ts";
import { REPAIRED } from "../../../impl/bft-bc/rules.ts";
import {
  type Action,
  actionText,
  applyAction,
  automaton,
  type Composition,
  compose,
  durable,
  type Global,
  type Input,
  type Internal,
  index,
  named,
  type Output,
  startStates,
  stepsFrom,
  symbolicDigest,
  volatile,
} from "../../../spec/automaton/index.ts";
import { recordLine } from "../../../spec/automaton/record-line.ts";

const R = index("replica", 0) as Replica;
export const UNITS = [named("object", "x"), named("object", "y")] as RegisterObject[];
export const HEADER = { quorate: 1, protocol: "bft-bc", process: R } as unknown as RecordHeader;

export const replicaOf = (unit: string) =>
  replica(R, unit as RegisterObject, INITIAL, REPAIRED, symbolicDigest);

/** One replica's automaton for one object, with whatever input may come. */
export const replicaUnit = (unit: string): Composition =>
  compose(
    "unit",
    { replica: replicaOf(unit) },
    { open: ["READ-TS", "READ-TS-PREP", "PREPARE", "WRITE", "READ"] },
  ) as unknown as Composition;

/** One of the inputs of a replica, spelled by a number. */
export function replicaInput(unit: string, choice: number): Action {
  const client = [B, C][choice % 2] as Client;
  const at = { object: unit, replica: R, client };
  const digit = Math.floor(choice / 2);
  const predecessor: Timestamp = digit % 3 === 0 ? GENESIS : { val: digit % 3, id: client };
  const ts = successor(predecessor, client);
  const value = `${client}${Math.floor(digit / 3) % 2}`;
  const hash = symbolicDigest(value);
  switch (Math.floor(digit / 12) % 4) {
    case 0:
      return { name: "READ-TS", payload: { ...at, nonce: digit % 5 } };
    case 1: {
      const writeProof = digit % 2 === 0 ? null : { ts: predecessor, hash: null };
      const body = { ts, predecessor, hash, writeProof, completed: null };
      return { name: "PREPARE", payload: { ...at, ...body } };
    }
    case 2:
      return { name: "WRITE", payload: { ...at, value, proof: { ts, hash } } };
    default:
      return { name: "READ", payload: { ...at, nonce: digit % 5 } };
  }
}

export interface Entry {
  readonly unit: string;
  readonly action: Action;
}

/** Runs units by the reference semantics: a decision is an input, or one of the enabled steps. */
export function run(
  unitOf: (unit: string) => Composition,
  inputOf: (unit: string, choice: number) => Action,
  units: readonly string[],
  script: readonly number[],
): Entry[] {
  const states = new Map<string, Global>();
  return script.map((decision) => {
    const unit = units[decision % units.length] as string;
    const composition = unitOf(unit);
    const from = states.get(unit) ?? (startStates(composition)[0] as Global);
    const steps = stepsFrom(composition, from);
    const choice = Math.floor(decision / 4);
    const isInput = steps.length === 0 || decision % 3 === 0;
    const action = isInput
      ? inputOf(unit, choice)
      : (steps[choice % steps.length]?.action as Action);
    states.set(unit, applyAction(composition, from, action));
    return { unit, action };
  });
}

/** The first entry that the reference semantics does not allow: the oracle; null if it allows all. */
export function firstWrong(
  unitOf: (unit: string) => Composition,
  entries: readonly Entry[],
): number | null {
  const states = new Map<string, Global>();
  for (const [at, { unit, action }] of entries.entries()) {
    const composition = unitOf(unit);
    const from = states.get(unit) ?? (startStates(composition)[0] as Global);
    const text = actionText(action);
    const enabled = stepsFrom(composition, from).some((one) => actionText(one.action) === text);
    if (!enabled && !composition.open.has(action.name)) return at;
    states.set(unit, applyAction(composition, from, action));
  }
  return null;
}

export function textOf(entries: readonly Entry[], header: object = HEADER): string {
  const lines = entries.map(({ unit, action }, at) => recordLine(at * 1.5, unit, action));
  return [JSON.stringify(header), ...lines, ""].join("\n");
}

export const eventsOf = (entries: readonly Entry[]): readonly RecordEvent[] =>
  readRecord("run.ndjson", textOf(entries)).events;

interface BoxActions {
  PUT: Input<{ item: number }>;
  SORT: Internal;
  SHOW: Output<{ items: readonly number[]; shown: number }>;
  EMPTY: Output;
}

interface BoxState {
  readonly items: readonly number[];
  readonly sorted: number;
  readonly shown: number;
}

/** A box that must be sorted, one item a step, before it shows what is in it. */
export const box = automaton<BoxState, BoxActions>("box", {
  fields: {
    items: durable("what is in the box", "the puts"),
    sorted: durable("how many of the first items were sorted"),
    shown: volatile("how often it was shown"),
  },
  start: { items: [], sorted: 0, shown: 0 },
  transitions: {
    PUT: {
      kind: "input",
      effect(s, { item }, send) {
        s.items.push(item);
        if (s.items.length === 5) send("EMPTY", {});
      },
    },
    SORT: {
      kind: "internal",
      when: { unsorted: (s) => s.sorted < s.items.length },
      effect(s) {
        s.sorted += 1;
        const first = s.items.splice(0, s.sorted).sort((a, b) => a - b);
        s.items.unshift(...first);
      },
    },
    SHOW: {
      kind: "output",
      choose: ({ items, shown }) => [{ items, shown }],
      when: {
        allSorted: (s) => s.sorted === s.items.length,
        asOftenAsSaid: (s, { shown }) => shown === s.shown,
      },
      effect(s) {
        s.shown += 1;
      },
    },
    EMPTY: { kind: "sent" },
  },
});

export const boxUnit = (): Composition =>
  compose("unit", { box }, { open: ["PUT"] }) as unknown as Composition;
export const boxInput = (_unit: string, choice: number): Action => ({
  name: "PUT",
  payload: { item: choice % 7 },
});
