import {
  has,
  type Index,
  index,
  indices,
  insert,
  positionOf,
  setOf,
  subsets,
} from "../../../spec/automaton/index.ts";
import type { Command } from "./shared-variables.ts";

type Value = Index<"value">;
type Replica = Index<"replica">;
/** The messages that a replica sent: a replica's second cell. */
type Outbox = Index<"outbox">;
interface ReplicaState {
  readonly maxBallot: number;
  readonly maxVBallot: number;
  readonly maxValue: Value | "none";
}
interface Promised {
  readonly ballot: number;
  readonly maxVBallot: number;
  readonly maxValue: Value | "none";
}
interface Accepted {
  readonly ballot: number;
  readonly value: Value;
}
export interface Sent {
  readonly p1b: readonly Promised[];
  readonly p2b: readonly Accepted[];
}
export type World = {
  readonly p1a: readonly number[];
  readonly p2a: readonly { readonly ballot: number; readonly value: Value | "any" }[];
  readonly decision: Value | "none";
  readonly cValue: Value | "none";
} & { readonly [replica: Replica]: ReplicaState } & { readonly [sent: Outbox]: Sent };

export interface Sizes {
  readonly replicas: number;
  readonly values: number;
  /** they are numbered from 0 */
  readonly ballots: number;
}

export const outboxOf = (a: Replica) => index("outbox", positionOf(a));

export function constantsOf({ replicas, values, ballots }: Sizes) {
  const all = indices("replica", replicas);
  return {
    all,
    values: indices("value", values),
    ballots: Array.from({ length: ballots }, (_, ballot) => ballot),
    quorums: subsets(all, Math.floor(replicas / 2) + 1),
  };
}
type Constants = ReturnType<typeof constantsOf>;

const accept = (a: Replica, ballot: number, value: Value): Command<World>["effect"] => {
  const out = outboxOf(a);
  return (now) => {
    now[a] = { maxBallot: ballot, maxVBallot: ballot, maxValue: value };
    insert(now[out]!.p2b, { ballot, value });
  };
};

/** PaxosAccepted, and ClassicAccepted: a replica accepts what it was asked to. */
function accepted({ all, values, ballots }: Constants): Command<World>[] {
  return all.flatMap((a) =>
    ballots.flatMap((ballot) =>
      values.map((value) => ({
        action: "Accepted",
        by: { a, ballot, value },
        over: ["p2a", a, outboxOf(a)],
        touches: [a, outboxOf(a)],
        when: (now: World) => has(now.p2a, { ballot, value }) && now[a]!.maxBallot <= ballot,
        effect: accept(a, ballot, value),
      })),
    ),
  );
}

/** What the replicas of a quorum accepted in a ballot; null where one of them did not. */
function acceptedBy(now: World, quorum: readonly Replica[], ballot: number): Value[] | null {
  const found = quorum.map((a) => now[outboxOf(a)]!.p2b.find((sent) => sent.ballot === ballot));
  return found.includes(undefined) ? null : found.map((sent) => (sent as Accepted).value);
}

/** PaxosDecide, ClassicDecide and FastDecide: in fast ballots all must have accepted one value. */
function decides(
  { quorums, values }: Constants,
  ballots: readonly number[],
  unanimously: boolean,
): Command<World>[] {
  return ballots.flatMap((ballot) =>
    quorums.flatMap((quorum) =>
      values.map((value) => ({
        action: unanimously ? "FastDecide" : "Decide",
        by: { ballot, quorum, value },
        over: ["decision", ...quorum.map(outboxOf)],
        touches: ["decision"],
        when: (now: World) => {
          const found = acceptedBy(now, quorum, ballot);
          if (found === null || !found.includes(value)) return false;
          return !unanimously || setOf(...found).length === 1;
        },
        effect: (now) => {
          now.decision = value;
        },
      })),
    ),
  );
}

/** The commands of Paxos.tla. */
export function paxosCommands(constants: Constants): Command<World>[] {
  const { all, values, ballots, quorums } = constants;
  const led = ballots.slice(1).flatMap((ballot): Command<World>[] => [
    {
      action: "Prepare",
      by: { ballot },
      over: ["p1a"],
      effect: (now) => {
        insert(now.p1a, ballot);
      },
    },
    ...all.map(
      (a): Command<World> => ({
        action: "Promise",
        by: { a, ballot },
        over: ["p1a", a, outboxOf(a)],
        touches: [a, outboxOf(a)],
        when: (now) => has(now.p1a, ballot) && now[a]!.maxBallot < ballot,
        effect: (now) => {
          const { maxVBallot, maxValue } = now[a]!;
          now[a]!.maxBallot = ballot;
          insert(now[outboxOf(a)]!.p1b, { ballot, maxVBallot, maxValue });
        },
      }),
    ),
    ...quorums.flatMap((quorum) =>
      values.map(
        (value): Command<World> => ({
          action: "Accept",
          by: { ballot, quorum, value },
          over: ["p2a", ...quorum.map(outboxOf)],
          touches: ["p2a"],
          when: (now) => {
            if (now.p2a.some((sent) => sent.ballot === ballot)) return false;
            const heard = quorum.map((a) =>
              now[outboxOf(a)]!.p1b.find((promised) => promised.ballot === ballot),
            );
            if (heard.includes(undefined)) return false;
            const last = (heard as Promised[]).reduce((one, other) =>
              other.maxVBallot > one.maxVBallot ? other : one,
            );
            return last.maxValue === "none" || last.maxValue === value;
          },
          effect: (now) => {
            insert(now.p2a, { ballot, value });
          },
        }),
      ),
    ),
  ]);
  return [...led, ...accepted(constants), ...decides(constants, ballots, false)];
}

/** ClassicAccept of FastPaxos.tla: a coordinator resolves a collision of a fast ballot. */
function resolves(constants: Constants, ballot: number, fast: number): Command<World>[] {
  const { quorums, values } = constants;
  return quorums.flatMap((quorum) =>
    values.map((value) => ({
      action: "ClassicAccept",
      by: { ballot, fast, quorum, value },
      over: ["p2a", "cValue", ...quorum.map(outboxOf)],
      touches: ["p2a", "cValue"],
      when: (now: World) => {
        if (now.cValue !== "none" && now.cValue !== value) return false;
        if (now.p2a.some((sent) => sent.ballot === ballot)) return false;
        const found = acceptedBy(now, quorum, fast);
        if (found === null || setOf(...found).length < 2) return false;
        const isMajority = (one: Value) =>
          found.filter((other) => other === one).length > Math.floor(quorum.length / 2);
        return values.some(isMajority) ? isMajority(value) : found.includes(value);
      },
      effect: (now) => {
        now.cValue = value;
        insert(now.p2a, { ballot, value });
      },
    })),
  );
}

/** The commands of FastPaxos.tla: fast ballots are the odd ones, and its quorums are the others'. */
export function fastPaxosCommands(constants: Constants): Command<World>[] {
  const { all, values, ballots } = constants;
  const [fast, classic] = [1, 0].map((odd) => ballots.filter((ballot) => ballot % 2 === odd));
  return [
    ...(fast as number[]).flatMap((ballot): Command<World>[] => [
      {
        action: "FastAny",
        by: { ballot },
        over: ["p2a"],
        effect: (now) => {
          insert(now.p2a, { ballot, value: "any" });
        },
      },
      ...all.flatMap((a) =>
        values.map(
          (value): Command<World> => ({
            action: "FastPropose",
            by: { a, ballot, value },
            over: ["p2a", a, outboxOf(a)],
            touches: [a, outboxOf(a)],
            when: (now) =>
              has(now.p2a, { ballot, value: "any" }) &&
              now[a]!.maxBallot <= ballot &&
              (now[a]!.maxValue === "none" || now[a]!.maxValue === value) &&
              !now[outboxOf(a)]!.p2b.some((sent) => sent.ballot === ballot),
            effect: accept(a, ballot, value),
          }),
        ),
      ),
      ...(classic as number[])
        .filter((later) => ballot < later)
        .flatMap((later) => resolves(constants, later, ballot)),
    ]),
    ...decides(constants, fast as number[], true),
    ...decides(constants, classic as number[], false),
    ...accepted(constants),
  ];
}
