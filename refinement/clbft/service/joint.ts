import { type ClbftSize, clbftWorldOf } from "../../../impl/clbft/model/instances.ts";
import {
  type JointSystem,
  jointModel,
  type OwingJointSystem,
  owingJointModel,
} from "../../../impl/clbft/model/service/joint.ts";
import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import { type ClbftWorld, hasAllRequests } from "../../../impl/clbft/model/world.ts";
import { type ClbftRules, REPAIRED } from "../../../impl/clbft/rules.ts";
import type { Problem, Property, Reduction, Witness } from "../../../spec/automaton/index.ts";
import { type ServiceSize, worldOf } from "./instances.ts";

/** What distinguishes an instance of the whole stack; what agreement is to do for what clients ask. */
export interface JointSize {
  readonly service: Omit<ServiceSize, "faulty" | "repeats" | "nulls" | "transfers">;
  readonly agreement: Pick<ClbftSize, "faulty" | "views" | "numbers" | "checkpoints" | "batchMax">;
}

/** The two worlds of an instance, which agree on who is faulty and on what is asked for. */
function jointWorlds(
  { service, agreement }: JointSize,
  rules: ClbftRules = REPAIRED,
): { readonly agreed: ClbftWorld; readonly world: ServiceWorld } {
  const one = clbftWorldOf({ ...agreement, requests: [1] }, rules);
  const { service: served, ...world } = worldOf(service, rules);
  const { correct, faulty } = one;
  const checkpointEvery = agreement.checkpoints?.every ?? null;
  return {
    agreed: { ...one, requests: world.requests, service: served, admission: "at any time" },
    world: {
      ...world,
      service: served,
      correct,
      asked: correct,
      faultyReplicas: faulty,
      liars: faulty.length,
      checkpointEvery,
    },
  };
}

const WHO = ["nobody", "the primary of view 0", "the primary of view 1", "a backup"] as const;

export function jointName({ service, agreement }: JointSize): string {
  const { operations, directReads, mute, overwrites } = service;
  const { faulty, views, numbers } = agreement;
  const asked = operations.filter((one) => one !== "").map((one) => one.length);
  const [first] = faulty;
  const who = first === undefined ? 0 : first >= views ? 3 : first + 1;
  const has = (isSo: unknown, what: string) => (isSo ? [what] : []);
  return [
    `${WHO[who]} faulty${mute === true ? " and mute to clients" : ""}`,
    `${asked.join(" and ")} of ${asked.length} client${asked.length === 1 ? "" : "s"}`,
    `${views} view${views === 1 ? "" : "s"}`,
    `${numbers} number${numbers === 1 ? "" : "s"}`,
    ...has(overwrites, "a cell"),
    ...has(directReads, "direct reads"),
  ].join(", ");
}

interface JointQuestion<System> {
  readonly properties: (system: System, world: ServiceWorld) => readonly Property[];
  readonly witnesses: (system: System, world: ServiceWorld) => readonly Witness[];
  readonly rules?: ClbftRules;
  readonly reductions?: readonly Reduction[];
}

const excludesOf = ({ agreement: { views, numbers } }: JointSize, world: ServiceWorld) => [
  `nobody changes to view ${views}, or assigns number ${numbers + 1}`,
  "who is never the primary has all requests from the start: one that is missing enables nothing",
  world.lies === null
    ? "faulty replicas answer nothing"
    : `faulty replicas answer whatever correct ones answer, and "${world.lies.join('", "')}"`,
  "of reports for a new view what startOf makes of them (rules.md, CLBFT.MODEL)",
];

export function jointProblem(size: JointSize, question: JointQuestion<JointSystem>): Problem {
  const { agreed, world } = jointWorlds(size, question.rules);
  // Who is never the primary has all requests from the start.
  const asked = world.correct.filter((replica) => !hasAllRequests(agreed, replica));
  const system = jointModel(agreed, { ...world, asked });
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.reductions ?? ["sends-at-once"],
    excludes: [...excludesOf(size, world), "clients ask nobody else: W-CL-SERVER has that"],
  };
}

export function owingProblem(size: JointSize, question: JointQuestion<OwingJointSystem>): Problem {
  const { agreed, world } = jointWorlds(size, question.rules);
  const system = owingJointModel(agreed, world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: question.reductions ?? ["sends-at-once"],
    excludes: [
      ...excludesOf(size, world),
      "where the last view begins its primary is correct and timely",
      "FORWARD: each replica is asked by the client itself, again and again",
    ],
  };
}
