import { urgent } from "../../../spec/automaton/index.ts";
import type { Command } from "./shared-variables.ts";

export type Decision = "undecided" | "commit" | "abort";
export type Sent = "notsent" | "commit" | "abort";
export interface Participant {
  readonly vote: "yes" | "no";
  readonly alive: boolean;
  readonly decision: Decision;
  readonly faulty: boolean;
  readonly voteSent: boolean;
  /** what it told each participant, itself too; empty in ACP_SB */
  readonly forward: readonly Sent[];
}
export interface Coordinator {
  readonly request: readonly boolean[];
  readonly vote: readonly ("waiting" | "yes" | "no")[];
  readonly broadcast: readonly Sent[];
  readonly decision: Decision;
  readonly alive: boolean;
  readonly faulty: boolean;
}
export type World = { readonly coordinator: Coordinator } & {
  readonly [participant: `p${number}`]: Participant;
};

const C = "coordinator";
export const cellOf = (i: number) => `p${i}` as const;

/** One fairness class for each participant. */
const PAR_PROG = urgent("parProg");

function coordinatorCommands(n: number): Command<World>[] {
  const task = urgent("coordProgB");
  const all = Array.from({ length: n }, (_, at) => at);
  const may = (now: World) => now.coordinator.alive && now.coordinator.decision === "undecided";
  const asked = (now: World) => now.coordinator.request.every((sent) => sent);
  const waits = (now: World, i: number) => now.coordinator.vote[i] === "waiting";
  const decide = (decision: "commit" | "abort", when: (now: World) => boolean): Command<World> => ({
    action: "makeDecision",
    by: { decision },
    over: [C],
    when: (now) =>
      may(now) && now.coordinator.vote.every((vote) => vote !== "waiting") && when(now),
    effect: (now) => {
      now.coordinator.decision = decision;
    },
    task,
  });
  const each = all.flatMap((i): Command<World>[] => {
    const by = { i };
    return [
      {
        action: "request",
        by,
        over: [C],
        when: (now) => now.coordinator.alive && !now.coordinator.request[i],
        effect: (now) => {
          now.coordinator.request[i] = true;
        },
        task,
      },
      {
        action: "getVote",
        by,
        over: [C, cellOf(i)],
        when: (now) => may(now) && asked(now) && waits(now, i) && now[cellOf(i)]!.voteSent,
        effect: (now) => {
          now.coordinator.vote[i] = now[cellOf(i)]!.vote;
        },
        task,
      },
      {
        action: "detectFault",
        by,
        over: [C, cellOf(i)],
        touches: [C],
        when: (now) => {
          const { alive, voteSent } = now[cellOf(i)] as Participant;
          return may(now) && asked(now) && waits(now, i) && !alive && !voteSent;
        },
        effect: (now) => {
          now.coordinator.decision = "abort";
        },
        task,
      },
      {
        action: "coordBroadcast",
        by,
        over: [C],
        when: ({ coordinator: { alive, decision, broadcast } }) =>
          alive && decision !== "undecided" && broadcast[i] === "notsent",
        effect: ({ coordinator }) => {
          if (coordinator.decision !== "undecided") coordinator.broadcast[i] = coordinator.decision;
        },
        task,
      },
    ];
  });
  return [
    ...each,
    decide("commit", (now) => now.coordinator.vote.every((vote) => vote === "yes")),
    decide("abort", (now) => now.coordinator.vote.includes("no")),
    {
      action: "coordDie",
      by: {},
      over: [C],
      when: (now) => now.coordinator.alive,
      effect: ({ coordinator }) => {
        coordinator.alive = false;
        coordinator.faulty = true;
      },
    },
  ];
}

/** A command of a participant that looks at itself and at the coordinator, or at more. */
function own(
  i: number,
  action: string,
  when: (self: Participant, now: World) => boolean,
  change: (now: World) => Partial<Participant>,
  more: { over?: (keyof World)[]; by?: Record<string, number>; unfair?: true } = {},
): Command<World> {
  const cell = cellOf(i);
  return {
    action,
    by: { i, ...more.by },
    over: more.over ?? [cell, C],
    when: (now) => now[cell]!.alive && when(now[cell] as Participant, now),
    effect: (now) => {
      now[cell] = { ...now[cell]!, ...(change(now as World) as (typeof now)[`p${number}`]) };
    },
    ...(more.unfair ? {} : { task: PAR_PROG }),
  };
}

export const undecided = ({ decision }: Participant) => decision === "undecided";

/** What participants do in all variants, but to decide on what the coordinator broadcasts. */
function participantCommands(i: number): Command<World>[] {
  return [
    own(
      i,
      "sendVote",
      (_, now) => now.coordinator.request[i] === true,
      () => ({ voteSent: true }),
    ),
    own(
      i,
      "abortOnVote",
      (self) => undecided(self) && self.voteSent && self.vote === "no",
      () => ({ decision: "abort" }),
    ),
    own(
      i,
      "abortOnTimeoutRequest",
      (self, now) =>
        undecided(self) && !now.coordinator.alive && now.coordinator.request[i] === false,
      () => ({ decision: "abort" }),
    ),
    own(
      i,
      "parDie",
      () => true,
      () => ({ alive: false, faulty: true }),
      { over: [cellOf(i)], unfair: true },
    ),
  ];
}

/** `decide(i)`: the participant takes over what the coordinator broadcasts. */
const decides = (i: number): Command<World> =>
  own(
    i,
    "decide",
    (self, now) => undecided(self) && now.coordinator.broadcast[i] !== "notsent",
    (now) => ({ decision: now.coordinator.broadcast[i] as Decision }),
  );

/** `abortOnTimeout(i)`: nobody who lives can have been told anything. */
function timesOut(i: number, n: number): Command<World> {
  const all = Array.from({ length: n }, (_, at) => at);
  const alive = (now: World, j: number) => now[cellOf(j)]!.alive;
  return own(
    i,
    "abortOnTimeout",
    (self, now) =>
      undecided(self) &&
      !now.coordinator.alive &&
      all.every((j) => !alive(now, j) || now.coordinator.broadcast[j] === "notsent") &&
      all.every(
        (j) =>
          alive(now, j) ||
          all.every((k) => !alive(now, k) || now[cellOf(j)]!.forward[k] === "notsent"),
      ),
    () => ({ decision: "abort" }),
    { over: [C, ...all.map(cellOf)] },
  );
}

/** How participants tell each other, in ACP_NB and in ACP_NB_WRONG. */
function forwarding(i: number, n: number, variant: Variant): Command<World>[] {
  const others = Array.from({ length: n }, (_, at) => at).filter((j) => j !== i);
  const told = (self: Participant, j: number, sent: Sent) =>
    self.forward.map((old, at) => (at === j ? sent : old));
  const selfOf = (now: World) => now[cellOf(i)] as Participant;
  if (variant === "NB_WRONG") {
    return others.flatMap((j) => [
      own(
        i,
        "forward",
        // The original compares the decision with "notsent", which it never is: so an undecided
        // participant forwards "undecided".
        (self) => self.forward[j] === "notsent",
        (now) => ({ forward: told(selfOf(now), j, selfOf(now).decision as Sent) }),
        { over: [cellOf(i)], by: { j } },
      ),
      own(
        i,
        "decideOnForward",
        (self, now) => undecided(self) && now[cellOf(j)]!.forward[i] !== "notsent",
        (now) => ({ decision: now[cellOf(j)]!.forward[i] as Decision }),
        { over: [cellOf(i), cellOf(j)], by: { j } },
      ),
    ]);
  }
  return [
    ...others.flatMap((j) => [
      own(
        i,
        "forward",
        ({ forward }) => forward[i] !== "notsent" && forward[j] === "notsent",
        (now) => ({ forward: told(selfOf(now), j, selfOf(now).forward[i] as Sent) }),
        { over: [cellOf(i)], by: { j } },
      ),
      own(
        i,
        "preDecideOnForward",
        ({ forward }, now) => forward[i] === "notsent" && now[cellOf(j)]!.forward[i] !== "notsent",
        (now) => ({ forward: told(selfOf(now), i, now[cellOf(j)]!.forward[i] as Sent) }),
        { over: [cellOf(i), cellOf(j)], by: { j } },
      ),
    ]),
    own(
      i,
      "preDecide",
      ({ forward }, now) => forward[i] === "notsent" && now.coordinator.broadcast[i] !== "notsent",
      (now) => ({ forward: told(selfOf(now), i, now.coordinator.broadcast[i] as Sent) }),
    ),
    own(
      i,
      "decideNB",
      ({ forward }) => forward.every((sent) => sent !== "notsent"),
      (now) => ({ decision: selfOf(now).forward[i] as Decision }),
      { over: [cellOf(i)] },
    ),
  ];
}

/**
 * Atomic commitment with simple broadcast, with that and the property that it lacks, without
 * blocking, and the latter's wrong variant.
 */
export type Variant = "SB" | "SB_BLOCKS" | "NB" | "NB_WRONG";

export const isSimple = (variant: Variant) => variant === "SB" || variant === "SB_BLOCKS";

/** All that can happen among `n` participants and their coordinator. */
export function commitmentCommands(n: number, variant: Variant): Command<World>[] {
  const all = Array.from({ length: n }, (_, at) => at);
  return [
    ...coordinatorCommands(n),
    ...all.flatMap((i) => [
      ...participantCommands(i),
      ...(variant === "NB" ? [] : [decides(i)]),
      ...(isSimple(variant) ? [] : [...forwarding(i, n, variant), timesOut(i, n)]),
    ]),
  ];
}
