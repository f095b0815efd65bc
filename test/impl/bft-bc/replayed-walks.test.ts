import { expect, test } from "vitest";
import { type InstanceSize, worldOf } from "../../../impl/bft-bc/instances.ts";
import {
  MUTANTS,
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  REPAIRED,
  type Rules,
} from "../../../impl/bft-bc/rules.ts";
import { type Stream, stream } from "../../../impl/host/simulated/random.ts";
import type { Action } from "../../../spec/automaton/index.ts";
import { judge, twoValues } from "./replaying/judge.ts";
import { Lockstep } from "./replaying/lockstep.ts";

/** Both faulty clients, of which c may stop, against a writer and a reader. */
const EVERYBODY = {
  faultyReplicas: 1,
  valuesOfC: 2,
  valuesOfB: 1,
  stops: true,
  writes: 4,
  reads: 4,
  maxForgedVal: 2,
} satisfies InstanceSize;

const STEPS = 300;
/** Its chance in percent where it is enabled: the stop comes when something is under way. */
const STOPS = 2;

/**
 * One random step: first what kind, since prepares of the coalition outnumber all else, and mostly one
 * that changes something.
 */
function choose(both: Lockstep, dice: Stream): Action {
  const stops = dice.percent(STOPS);
  const enabled = both.enabled().filter(({ name }) => name !== "STOP" || stops);
  const name = dice.pick([...new Set(enabled.map((one) => one.name))]);
  const like = enabled.filter((one) => one.name === name);
  for (let tries = 0; tries < 4; tries += 1) {
    const action = dice.pick(like);
    if (!both.isIdle(action)) return action;
  }
  return dice.pick(like);
}

async function walk(rules: Rules, seed: number, hostRules = rules) {
  const world = worldOf(EVERYBODY, rules);
  const both = await Lockstep.start(world, { seed, hostRules });
  const dice = stream(seed, "walk");
  const taken = new Set<string>();
  for (let step = 0; step < STEPS; step += 1) {
    const action = choose(both, dice);
    taken.add(action.name);
    await both.take(action);
  }
  await both.answerAll();
  // The model may hand a quorum to a client that has left the phase: there it is not awaited any more.
  expect(both.hosts.refused.filter((one) => !one.endsWith(": not awaited"))).toEqual([]);
  expect(both.hosts.cluster.failures).toEqual([]);
  return { world, both, taken };
}

const TIMEOUT_MS = 120_000;

test(
  "hosts agree with the repaired model at each step of random walks",
  async () => {
    const taken = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      const walked = await walk(REPAIRED, seed);
      const { world, both } = walked;
      for (const name of walked.taken) taken.add(name);

      expect(twoValues(world, both.hosts)).toBeNull();
      const found = judge(world, both.hosts, 1);
      expect(found).toMatchObject({ history: "linearizable", watcher: { verdict: "possible" } });
      if (seed === 4) expect([...taken].sort()).toEqual(both.actionNames);
    }
  },
  TIMEOUT_MS,
);

test.each([
  ["printed", PRINTED],
  ["printed but for L-E02", PRINTED_E01],
  ["printed but for L-E01", PRINTED_E02],
] as const)(
  "hosts agree with the model at each step of a random walk: %s",
  async (_, rules) => {
    const { both } = await walk(rules, 1);

    const asked = both.hosts.users.history.filter(({ operation }) => operation.op !== "stop");
    expect(asked).toHaveLength(EVERYBODY.reads + EVERYBODY.writes);
    expect(asked.every(({ returned }) => returned !== null)).toBe(true);
  },
  TIMEOUT_MS,
);

// The wire format has no room for the other two: it always signs the object and asks for 2f + 1.
const RUNNABLE = Object.entries(MUTANTS).filter(
  ([, { objectInSignature, prepareQuorum }]) => objectInSignature && prepareQuorum === null,
);

test.each(RUNNABLE)(
  "a random walk tells hosts of mutant %s from the repaired model",
  async (_, rules) => {
    await expect(walk(REPAIRED, 0, rules)).rejects.toThrow(/^(After|On hosts,) step/);
  },
  TIMEOUT_MS,
);
