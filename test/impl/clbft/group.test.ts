import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClbftRules } from "../../../impl/clbft/rules.ts";
import { index } from "../../../spec/automaton/index.ts";
import { group } from "./group.ts";

const CLIENTS = [index("client", 0), index("client", 1)];
const REQUESTS = [..."abcdefgh"].map((op, at) => ({
  client: CLIENTS[at % 2] as (typeof CLIENTS)[number],
  t: 1 + Math.floor(at / 2),
  op,
}));

type What = "step" | "request" | "settle" | "suspect" | "restart" | "recover";
interface Event {
  readonly what: What;
  readonly at: number;
  readonly choice: number;
}
const event = fc.record({
  what: fc.oneof(
    { weight: 60, arbitrary: fc.constant<What>("step") },
    { weight: 6, arbitrary: fc.constant<What>("request") },
    { weight: 1, arbitrary: fc.constant<What>("settle") },
    { weight: 1, arbitrary: fc.constant<What>("suspect") },
    { weight: 1, arbitrary: fc.constant<What>("restart") },
    { weight: 1, arbitrary: fc.constant<What>("recover") },
  ),
  at: fc.integer({ min: 0, max: 3 }),
  choice: fc.nat({ max: 9_999 }),
});
const schedule = fc.array(event, { minLength: 50, maxLength: 300 });

/** Runs a schedule among those who are not mute. */
function run(events: readonly Event[], mute: number | null, rules: Partial<ClbftRules> = {}) {
  const all = group(rules);
  const check = () => {
    const journals = all.journals();
    const longest = journals.reduce((a, b) => (b.length > a.length ? b : a));
    for (const one of journals) expect(longest.startsWith(one), `${journals}`).toBe(true);
    expect(new Set(longest).size, longest).toBe(longest.length);
  };
  for (const { what, at, choice } of events) {
    if (at === mute) continue;
    if (what === "step") all.step(at, choice);
    else if (what === "request") {
      all.request(at, REQUESTS[choice % REQUESTS.length] as (typeof REQUESTS)[number]);
    } else if (what === "settle") {
      all.settle([0, 1, 2, 3].filter((one) => one !== at && one !== mute));
    } else if (what === "restart") all.restart(at);
    else if (what === "recover") {
      all.restart(at);
      all.recover(at);
    } else all.suspect(at);
    check();
  }
  return { all, check };
}

describe("four replicas, whatever is handed over and whoever restarts or recovers", () => {
  test("agree on one order, and execute each request once", () => {
    const happened = new Set<string>();
    fc.assert(
      fc.property(schedule, (events) => {
        for (const name of run(events, null).all.happened()) happened.add(name);
      }),
      { numRuns: 40, seed: 20 },
    );
    // What the schedules come to: else the above says nothing.
    const expected = ["EXECUTE", "STABLE", "INSTALL", "JOIN", "VIEW-CHANGES", "NEW-VIEW"];
    expect(expected.filter((name) => !happened.has(name))).toEqual([]);
  });

  test("a replica that executes out of order is found", () => {
    const found = fc.check(
      fc.property(schedule, (events) => void run(events, null, { executesInOrder: false })),
      { numRuns: 200, seed: 22, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });

  test("execute everything once the network is timely, one of them mute", () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 3 }), (events, mute) => {
        const { all, check } = run(events, mute);
        const live = [0, 1, 2, 3].filter((at) => at !== mute);
        const isDone = () =>
          live.every((at) => all.journals()[at]?.length === REQUESTS.length && !all.recovering(at));
        for (let changes = 0; changes < 12 && !isDone(); changes += 1) {
          for (const at of live) for (const one of REQUESTS) all.request(at, one);
          all.settle(live);
          check();
          if (!isDone()) for (const at of live) all.expire(at);
        }
        expect(isDone(), `${all.journals()} in views ${all.views()}`).toBe(true);
      }),
      { numRuns: 25, seed: 21 },
    );
  });
});
