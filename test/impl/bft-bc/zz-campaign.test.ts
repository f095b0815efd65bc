import { expect, test } from "vitest";
import { type InstanceSize, worldOf } from "../../../impl/bft-bc/instances.ts";
import {
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  REPAIRED,
  type Rules,
} from "../../../impl/bft-bc/rules.ts";
import { diceOf } from "../../../impl/host/simulation/dice.ts";
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

async function walk(rules: Rules, seed: number) {
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
  // The model may hand a quorum to a client that has left the phase: there it is not awaited any more.
  expect(both.hosts.refused.filter((one) => !one.endsWith(": not awaited"))).toEqual([]);
  expect(both.hosts.cluster.failures).toEqual([]);
  return { world, both, taken };
}


import { appendFileSync } from "node:fs";
test.each([["rep",REPAIRED],["pr",PRINTED],["e01",PRINTED_E01],["e02",PRINTED_E02]] as const)("campaign %s", async (name, rules) => {
  for (let seed = 100; seed < 125; seed += 1) {
    try { const { world, both } = await walk(rules, seed); 
      const j = judge(world, both.hosts, 1);
      appendFileSync("/tmp/campaign.log", `${name} ${seed} ok ${j.history} ${j.watcher.verdict} ${twoValues(world, both.hosts) !== null}\n`); }
    catch (e) { appendFileSync("/tmp/campaign.log", `${name} ${seed} ${String(e).slice(0, 1500)}\n`); }
  }
}, 1e6);
