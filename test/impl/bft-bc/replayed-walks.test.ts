import { expect, test } from "vitest";
import { type InstanceSize, worldOf } from "../../../impl/bft-bc/instances.ts";
import { PRINTED, REPAIRED } from "../../../impl/bft-bc/rules.ts";
import { diceOf } from "../../../impl/host/simulation/dice.ts";
import type { Action } from "../../../spec/automaton/index.ts";
import { judge, twoValues } from "./replaying/judge.ts";
import { Lockstep } from "./replaying/lockstep.ts";

/** Both faulty clients, of which c may stop, against a writer and a reader. */
const EVERYBODY: InstanceSize = {
  faultyReplicas: 1,
  valuesOfC: 2,
  valuesOfB: 1,
  stops: true,
  writes: 4,
  reads: 4,
  maxForgedVal: 2,
};

const STEPS = 400;
/** Its chance where it is enabled: the stop comes when something is under way. */
const STOPS = 0.02;

/**
 * One random step: first what kind, since prepares of the coalition outnumber all else, and mostly one
 * that changes something.
 */
function choose(both: Lockstep, dice: ReturnType<typeof diceOf>): Action {
  const stops = dice.chance(STOPS);
  const enabled = both.enabled().filter(({ name }) => name !== "STOP" || stops);
  const name = dice.pick([...new Set(enabled.map((one) => one.name))]);
  const like = enabled.filter((one) => one.name === name);
  for (let tries = 0; tries < 4; tries += 1) {
    const action = dice.pick(like);
    if (!both.isIdle(action)) return action;
  }
  return dice.pick(like);
}

async function walk(rules: typeof REPAIRED, seed: number) {
  const world = worldOf(EVERYBODY, rules);
  const both = await Lockstep.start(world, { seed });
  const dice = diceOf(seed, "walk");
  const taken = new Set<string>();
  for (let step = 0; step < STEPS; step += 1) {
    const action = choose(both, dice);
    taken.add(action.name);
    await both.take(action);
  }
  await both.answerAll();
  expect(both.hosts.refused).toEqual([]);
  expect(both.hosts.cluster.failures).toEqual([]);
  return { world, hosts: both.hosts, taken };
}

const SEEDS = [1, 2, 3, 4, 5];
const TIMEOUT_MS = 120_000;

test("random walks of the repaired model: hosts agree at each step", {
  timeout: TIMEOUT_MS,
}, async () => {
  const kinds = new Set<string>();
  for (const seed of SEEDS) {
    const { world, hosts, taken } = await walk(REPAIRED, seed);
    for (const name of taken) kinds.add(name);

    expect(twoValues(world, hosts)).toBeNull();
    const found = judge(world, hosts, 1);
    expect(found).toMatchObject({ history: "linearizable", watcher: { verdict: "possible" } });
  }
  expect([...kinds].sort()).toEqual([]);
});

test("random walks of the printed model: hosts agree at each step", {
  timeout: TIMEOUT_MS,
}, async () => {
  for (const seed of SEEDS) await walk(PRINTED, seed);
});
