import type { ClbftSize } from "../../../impl/clbft/model/instances.ts";
import { clbftWorldOf } from "../../../impl/clbft/model/instances.ts";
import { type Owing, type OwingSize, owing } from "../../../impl/clbft/model/live/composition.ts";
import type { ClbftWorld } from "../../../impl/clbft/model/world.ts";
import type { ClbftRules } from "../../../impl/clbft/rules.ts";
import {
  type Case,
  type Problem,
  type Property,
  quiescentWhenFinished,
  type Witness,
  witness,
} from "../../../spec/automaton/index.ts";
import { LIVE, type Pins, pinnedOf } from "./pins.ts";

/** An instance, in which positions name replicas: position v is the primary of view v. */
export interface LiveSize extends ClbftSize {
  /** who holds requests from the start: all, without it */
  readonly held?: "by nobody" | "by all but the watched";
}

export const worldOf = (size: LiveSize, rules: ClbftRules): ClbftWorld =>
  clbftWorldOf({ ...size, owes: true }, rules);

/** Names an instance by its size, in words. */
export function nameOf(size: LiveSize): string {
  const { faulty, views, numbers, requests, checkpoints, held } = size;
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? "" : "s"}`;
  const total = requests === "twins" ? 2 : requests.reduce((sum, each) => sum + each, 0);
  const role = (at: number) => (at < views ? `primary of view ${at}` : `backup ${at}`);
  return [
    faulty.length === 0 ? "4 correct" : `3 correct, faulty: ${faulty.map(role).join(" and ")}`,
    count(views, "view"),
    count(numbers, "number"),
    requests === "twins"
      ? "two operations under one timestamp"
      : total === 0
        ? "nothing is asked"
        : count(total, "request"),
    checkpoints && `checkpoints every ${checkpoints.every}, window ${checkpoints.window}`,
    total > 0 && held === "by nobody" && "known to faulty clients alone",
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

export function excludesOf({ views, numbers, requests, checkpointEvery }: ClbftWorld): string[] {
  return [
    `in view ${views - 1}, whose primary is correct, nobody suspects and all is delivered; nobody changes to a later one`,
    "before it any vote may be lost, and clocks run out early or late; VIEW-CHANGEs and certificates that a correct replica holds are said again",
    `nobody assigns number ${numbers + 1}; ${requests.length} requests are ever signed`,
    ...(checkpointEvery === null ? ["no checkpoints"] : []),
    "restarts, direct reads and recovery",
  ];
}

/** One case: a variant of the rules on an instance, and what is expected. */
export function caseOf(
  variant: string,
  instance: string,
  problem: () => Problem,
  rest: Pick<Case, "expect"> & Partial<Case>,
  pins: Pins = LIVE,
): Case {
  return { variant, instance, tier: "ci", problem, ...pinnedOf(pins, variant, instance), ...rest };
}

const isExecuted = ({ requests }: ClbftWorld, { clients }: Served): boolean =>
  requests.every(({ client, t }) => clients[client]?.results[`${t}`] !== undefined);

type Served = ReturnType<Owing["parts"]["execution"][number]["start"]>[number];

/** What must be so where nothing is owed any more. */
export type Ending = "executed" | "entered";

const ENDINGS: Readonly<Record<Ending, (system: Owing, world: ClbftWorld) => Property>> = {
  executed: (system, world) =>
    quiescentWhenFinished(system, {
      name: "all requests are executed at all correct replicas",
      reads: ["execution.clients"],
      finished: ({ execution }) => execution.every((one) => isExecuted(world, one as Served)),
    }),
  entered: (system, { group }) => {
    const joining = (group.length - 1) / 3 + 1;
    return quiescentWhenFinished(system, {
      name: "a change of view that f + 1 correct replicas take part in comes to an end",
      reads: ["agreement.active"],
      finished: ({ agreement }) => agreement.filter(({ active }) => !active).length < joining,
    });
  },
};

/** Whatever every correct replica was asked for is executed at all of them, where nothing is owed any more. */
export function servedProblem(
  size: LiveSize,
  rules: ClbftRules,
  more: Omit<OwingSize, "world"> = {},
  witnesses: (system: Owing, world: ClbftWorld) => readonly Witness[] = () => [],
  asks: readonly Ending[] = ["executed", "entered"],
): Problem {
  const world = worldOf(size, rules);
  const system = owing({ world, ...more });
  return {
    system,
    reductions: ["sends-at-once"],
    properties: asks.map((ending) => ENDINGS[ending](system, world)),
    witnesses: witnesses(system, world),
    excludes: [...excludesOf(world), ...(more.saidAgain ? [notSaid(more.saidAgain)] : [])],
  };
}

const notSaid = (saidAgain: object) => `not said again: ${Object.keys(saidAgain).join(", ")}`;

/** Requests are executed in the last view by a replica that came to it with nothing. */
export const endsInLastView = (system: Owing, { views }: ClbftWorld) =>
  witness(system, {
    name: `a correct replica is in view ${views - 1} and active`,
    reads: ["agreement.view", "agreement.active"],
    reached: ({ agreement }) => agreement.some(({ view, active }) => view === views - 1 && active),
  });

/** A replica is alone in a later view while the others execute. */
export const isLeftBehind = (system: Owing) =>
  witness(system, {
    name: "a correct replica is in a later view than those that have executed",
    reads: ["agreement.view", "agreement.active", "agreement.executed"],
    reached: ({ agreement }) =>
      agreement.some(
        (one) =>
          !one.active &&
          one.executed === 0 &&
          agreement.every(
            (other) => other === one || (other.view < one.view && other.executed > 0),
          ),
      ),
  });

/** It has nothing to do before a checkpoint becomes stable. */
export const isFull = (system: Owing) =>
  witness(system, {
    name: "a correct replica waits for a stable checkpoint",
    reads: ["agreement.executed", "agreement.stable"],
    reached: ({ agreement }) => agreement.some(({ executed, stable }) => executed > stable.n),
  });
