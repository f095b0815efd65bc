import { type Clbft, clbft } from "../../impl/clbft/model/composition.ts";
import { type ClbftSize, clbftWorldOf } from "../../impl/clbft/model/instances.ts";
import type { ClbftWorld } from "../../impl/clbft/model/world.ts";
import type { ClbftRules } from "../../impl/clbft/rules.ts";
import {
  type Case,
  type Composition,
  type Problem,
  type Property,
  type Restarting,
  type Witness,
  withRestarts,
  witness,
} from "../../spec/automaton/index.ts";
import { pinnedOf } from "./pins.ts";

/** What a claim asks of an instance. */
export interface Question {
  readonly properties: (system: Clbft, world: ClbftWorld) => readonly Property[];
  readonly witnesses: (system: Clbft, world: ClbftWorld) => readonly Witness[];
}

/** A change of the system: a mutant that is not one of rules. */
export type Mutation = (system: Clbft) => Clbft;

/** The problem that a question poses on an instance under some rules. */
export function problemOf(
  size: ClbftSize,
  rules: ClbftRules,
  question: Question,
  mutation: Mutation = (system) => system,
): Problem {
  const world = clbftWorldOf(size, rules);
  const whole = mutation(clbft(world));
  const system = world.restarts.length === 0 ? whole : restarting(whole, world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: ["sends-at-once"],
    excludes: excludesOf(world),
  };
}

/** The same system, in which some replicas may crash and start again, as many times in all as they are. */
const restarting = (system: Clbft, { restarts }: ClbftWorld): Clbft =>
  withRestarts(system, {
    processes: restarts,
    atMost: restarts.length,
    cite: "CLBFT.RESTART",
  }) as unknown as Clbft;

/** It restarts, having prepared something before. */
export const restartsAfterPreparing = (system: Clbft, { restarts, correct }: ClbftWorld) =>
  witness(system as unknown as Composition<Restarting<Clbft["parts"]>>, {
    name: "a replica that has prepared a batch restarts",
    reads: ["faults.restarts", "agreement.log"],
    reached: ({ faults, agreement }) =>
      faults.restarts > 0 &&
      restarts.some((one) =>
        Object.values(agreement[correct.indexOf(one)]?.log ?? {}).some(
          ({ prepared }) => prepared !== null,
        ),
      ),
  });

function excludesOf(world: ClbftWorld): string[] {
  const { views, numbers, admission, restarts, checkpointEvery, requests, executes } = world;
  return [
    `nobody changes to view ${views}, or assigns number ${numbers + 1}`,
    `clients sign ${requests.length} ${requests.length === 1 ? "request" : "requests"}; a batch holds no two of one name`,
    admission === "from the start"
      ? "correct replicas have all requests from the start, and primaries order them in one way"
      : "who is never the primary has all requests from the start: one that is missing enables nothing",
    ...(checkpointEvery === null ? ["no checkpoints"] : []),
    ...(executes ? [] : ["nothing is executed, which would enable nothing (ClbftWorld.executes)"]),
    ...(restarts.length > 0
      ? [`restarts: ${restarts.length} at most; clients and the network do not restart`]
      : []),
    "of reports for a new view what startOf makes of them (rules.md, CLBFT.MODEL)",
    "direct reads and recovery",
    "messages that no correct replica would accept are not sent by faulty ones",
  ];
}

/** Names an instance by its size, in words. */
export function nameOf(size: ClbftSize): string {
  const { faulty, views, numbers, requests, checkpoints, restarts = [], faults = 1 } = size;
  const primaries = (positions: readonly number[]) =>
    positions.map((at) => (at < views ? `primary of view ${at}` : `backup ${at}`)).join(" and ");
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? "" : "s"}`;
  const total = requests === "twins" ? 0 : requests.reduce((sum, each) => sum + each, 0);
  return [
    faulty.length === 0
      ? `${3 * faults + 1} correct`
      : `${3 * faults + 1 - faulty.length} correct, faulty: ${primaries(faulty)}`,
    count(views, "view"),
    count(numbers, "number"),
    requests === "twins"
      ? "twin requests"
      : `${count(total, "request")}${requests.length > 1 ? ` of ${requests.length} clients` : ""}`,
    size.admission === "at any time" && "requests at any time",
    (size.batchMax ?? 1) > 1 && `batches of ${size.batchMax}`,
    checkpoints && `checkpoints every ${checkpoints.every}, window ${checkpoints.window}`,
    restarts.length > 0 && `restart: ${primaries(restarts)}`,
    size.executes === false && "not executed",
    size.collapses === false && "signers kept",
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

/** One case: a variant of the rules on an instance, and what is expected. */
export function caseOf(
  variant: string,
  rules: ClbftRules,
  size: ClbftSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
  mutation?: Mutation,
): Case {
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    problem: () => problemOf(size, rules, question, mutation),
    ...pinnedOf(variant, nameOf(size)),
    ...rest,
  };
}
