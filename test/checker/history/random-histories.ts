import fc from "fast-check";
import type { RegisterHistory } from "../../../checker/history/register.ts";
import { type Action, index } from "../../../spec/automaton/index.ts";
import type { Client, RegisterObject } from "../../../spec/register/register.ts";

export const CLIENTS = [0, 1, 2].map((at) => index("client", at)) as Client[];
export const FAULTY = [7, 8].map((at) => index("client", at)) as Client[];
export const OBJECTS = [0, 1].map((at) => index("object", at)) as RegisterObject[];
export const INITIAL = "none";
/** What each faulty client may write; they have one value in common. */
export const BAD_VALUES: Readonly<Record<Client, readonly string[]>> = {
  [FAULTY[0] as Client]: ["bad", "x0"],
  [FAULTY[1] as Client]: ["bad", "x1"],
};
export const VISIBLE = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ", "STOP"];

export interface Plan {
  readonly objects: number;
  readonly faulty: number;
  readonly maxLurking: number;
  readonly maxOverwrites: number | null;
  readonly counts: "together" | "each-object";
  /** distinct: every write has a value of its own; otherwise there are two values */
  readonly distinct: boolean;
  /** decisions of the run, each taken modulo what there is to choose from */
  readonly script: readonly number[];
  readonly mutations: readonly (readonly [what: number, where: number, value: number])[];
}

/** Plans of runs of up to `steps` steps; mutated ones mostly are histories of no register. */
export function plans(steps: number, { faulty = 0 } = {}): fc.Arbitrary<Plan> {
  const decision = fc.nat(1000);
  return fc.record({
    objects: fc.integer({ min: 1, max: 2 }),
    faulty: faulty === 0 ? fc.constant(0) : fc.integer({ min: 1, max: faulty }),
    maxLurking: fc.integer({ min: 0, max: 2 }),
    maxOverwrites: fc.option(fc.integer({ min: 0, max: 2 })),
    counts: fc.constantFrom("together", "each-object"),
    distinct: fc.boolean(),
    script: fc.array(decision, { minLength: steps >> 1, maxLength: steps }),
    mutations: fc.array(fc.tuple(decision, decision, decision), { maxLength: 3 }),
  });
}

interface Pending {
  readonly object: RegisterObject;
  readonly value: string | null;
  result: string | null;
}

/** Runs atomic registers as the plan says, and records what shows; then mutates the record. */
export function actionsOf(plan: Plan): Action[] {
  const values = new Map<string, string>();
  const pending = new Map<Client, Pending>();
  const lurking = new Map<Client, number>();
  const actions: Action[] = [];
  let writes = 0;
  for (const decision of plan.script) {
    const choice = Math.floor(decision / 12);
    const object = OBJECTS[choice % plan.objects] as RegisterObject;
    const bad = FAULTY[choice % Math.max(plan.faulty, 1)] as Client;
    if (plan.faulty > 0 && decision % 12 === 10) {
      const left = lurking.get(bad);
      if (left === 0) continue;
      const [one, other] = BAD_VALUES[bad] as [string, string];
      values.set(object, choice % 3 === 0 ? one : other);
      if (left !== undefined) lurking.set(bad, left - 1);
      continue;
    }
    if (plan.faulty > 0 && decision % 12 === 11) {
      if (!lurking.has(bad)) {
        lurking.set(bad, plan.maxLurking);
        actions.push({ name: "STOP", payload: { client: bad } });
      }
      continue;
    }
    const client = CLIENTS[decision % CLIENTS.length] as Client;
    const current = pending.get(client);
    if (current === undefined) {
      const value = choice % 2 === 0 ? null : plan.distinct ? `v${writes++}` : `w${choice % 3}`;
      pending.set(client, { object, value, result: null });
      actions.push(
        value === null
          ? { name: "INVOKE-READ", payload: { client, object } }
          : { name: "INVOKE-WRITE", payload: { client, object, value } },
      );
    } else if (current.result === null) {
      if (current.value !== null) values.set(current.object, current.value);
      current.result = values.get(current.object) ?? INITIAL;
    } else {
      pending.delete(client);
      const returned = { client, object: current.object };
      actions.push(
        current.value === null
          ? { name: "RETURN-READ", payload: { ...returned, value: current.result } }
          : { name: "RETURN-WRITE", payload: returned },
      );
    }
  }
  for (const mutation of plan.mutations) mutate(actions, mutation);
  return actions;
}

/**
 * Short records about what faulty clients leave behind: reads mostly return the last value or a bad
 * one, so that many need bad writes after a stop. An operation may return after the next one.
 */
export const lurkingRecords: fc.Arbitrary<{ readonly plan: Plan; readonly actions: Action[] }> = fc
  .record({
    plan: plans(1, { faulty: 2 }),
    stopsFirst: fc.boolean(),
    steps: fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.nat(3), fc.nat(5), fc.nat(4)), {
      minLength: 5,
      maxLength: 9,
    }),
  })
  .map(({ plan, stopsFirst, steps }) => {
    const stops = FAULTY.map((_, who): Step => [0, who, 0, 0, 0]);
    return { plan, actions: recordOf(plan, [...(stopsFirst ? stops : []), ...steps]) };
  });

type Step = readonly [what: number, client: number, object: number, value: number, late: number];

function recordOf(plan: Plan, steps: readonly Step[]): Action[] {
  const actions: Action[] = [];
  const values = new Map<string, string>();
  const stopped = new Set<Client>();
  let late: Action | null = null;
  const returnLate = () => {
    if (late !== null) actions.push(late);
    late = null;
  };
  steps.forEach(([what, who, where, which, lateness], at) => {
    const object = OBJECTS[where === 0 ? plan.objects - 1 : 0] as RegisterObject;
    if (what < 2) {
      const bad = FAULTY[who % plan.faulty] as Client;
      if (stopped.size === stopped.add(bad).size) return;
      actions.push({ name: "STOP", payload: { client: bad } });
      return;
    }
    const client = CLIENTS[who] as Client;
    if (late?.payload.client === client) returnLate();
    const bad = FAULTY.slice(0, plan.faulty).flatMap((one) => BAD_VALUES[one] ?? []);
    const last = values.get(object) ?? INITIAL;
    const value = what < 4 ? `w${at}` : which < 1 ? last : (bad[which % bad.length] as string);
    values.set(object, value);
    const [invoke, back] =
      what < 4
        ? [{ name: "INVOKE-WRITE", payload: { client, object, value } }, "RETURN-WRITE"]
        : [{ name: "INVOKE-READ", payload: { client, object } }, "RETURN-READ"];
    actions.push(invoke);
    returnLate();
    const payload = what < 4 ? { client, object } : { client, object, value };
    late = { name: back, payload };
    if (lateness > 0) returnLate();
  });
  return actions;
}

/** Changes what a read returned, or the order of two neighbours of different clients. */
function mutate(actions: Action[], [what, where, value]: readonly [number, number, number]): void {
  if (what % 4 !== 0) {
    const reads = actions.flatMap(({ name }, at) => (name === "RETURN-READ" ? [at] : []));
    const at = reads[where % Math.max(reads.length, 1)];
    if (at === undefined) return;
    const known = actions.flatMap(({ payload }) => payload.value ?? []) as string[];
    const { name, payload } = actions[at] as Action;
    const changed = [INITIAL, ...known][value % (known.length + 1)];
    actions[at] = { name, payload: { ...payload, value: changed } };
    return;
  }
  const at = where % Math.max(actions.length - 1, 1);
  const [one, other] = [actions[at], actions[at + 1]];
  if (one === undefined || other === undefined) return;
  if (one.payload.client === other.payload.client) return;
  [actions[at], actions[at + 1]] = [other, one];
}

/** The operations of a record of actions, with positions as times. */
export function historyOf(actions: readonly Action[]): RegisterHistory {
  const history: RegisterHistory[number][] = [];
  const open = new Map<unknown, number>();
  for (const [at, { name, payload }] of actions.entries()) {
    const { client, object: key, value } = payload as Record<string, string>;
    const common = { client: client as string, invoked: at, returned: null };
    if (name === "STOP") {
      const operation = { op: "stop", client: client as string } as const;
      history.push({ ...common, returned: at, operation, result: null });
    } else if (name === "INVOKE-WRITE") {
      const operation = { op: "put", key: key as string, value: value as string } as const;
      open.set(client, history.push({ ...common, operation }) - 1);
    } else if (name === "INVOKE-READ") {
      const operation = { op: "get", key: key as string } as const;
      open.set(client, history.push({ ...common, operation }) - 1);
    } else {
      const of = open.get(client) as number;
      const asked = history[of] as RegisterHistory[number];
      history[of] = { ...asked, returned: at, result: value ?? null };
    }
  }
  return history;
}
