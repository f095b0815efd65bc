import {
  automaton,
  compose,
  type Index,
  type Internal,
  indices,
  insert,
  interchangeable,
  invariant,
  type Problem,
  setOf,
  subsets,
  witness,
} from "../../../spec/automaton/index.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

export type Value = Index<"value">;
export type Acceptor = Index<"acceptor">;
export interface Vote {
  readonly ballot: number;
  readonly value: Value;
}
export interface Voter {
  readonly votes: readonly Vote[];
  readonly maxBal: number;
}
export type Voters = { readonly [acceptor: Acceptor]: Voter };

/** The constants of an instance; quorums are the majorities. */
export interface Sizes {
  readonly acceptors: number;
  readonly values: number;
  readonly ballots: number;
}

const majorities = (acceptors: readonly Acceptor[]) =>
  subsets(acceptors, Math.floor(acceptors.length / 2) + 1);

/** Consensus.tla: one value is chosen, once. */
export function consensus(valueCount: number) {
  const values = indices("value", valueCount);
  const chosen = automaton<readonly Value[], { Next: Internal<{ value: Value }> }>("chosen", {
    start: [],
    transitions: {
      Next: {
        kind: "internal",
        choose: () => values.map((value) => ({ value })),
        when: { nothingIsChosen: (chosen) => chosen.length === 0 },
        effect: (_, { value }) => [value],
      },
    },
  });
  const system = compose("consensus", { chosen });
  const reads = ["chosen"] as const;
  return {
    system,
    properties: [
      invariant(system, { name: "Inv", reads, holds: ({ chosen }) => chosen.length <= 1 }),
    ],
    witnesses: [
      witness(system, {
        name: "a value is chosen",
        reads,
        reached: ({ chosen }) => chosen.length === 1,
      }),
    ],
  };
}

const votedFor = ({ votes }: Voter, ballot: number, value: Value) =>
  votes.some((vote) => vote.ballot === ballot && vote.value === value);
const votedAt = ({ votes }: Voter, ballot: number) => votes.some((vote) => vote.ballot === ballot);

/** ShowsSafeAt(Q, b, v): no other value can have been, or be, chosen before the ballot. */
function showsSafeAt(quorum: readonly Voter[], ballot: number, value: Value): boolean {
  if (quorum.some(({ maxBal }) => maxBal < ballot)) return false;
  for (let c = ballot - 1; c >= 0; c--) {
    if (quorum.some((voter) => votedFor(voter, c, value))) return true;
    if (quorum.some((voter) => votedAt(voter, c))) return false;
  }
  return true;
}

/** The values that some quorum voted for in one ballot. */
export function chosenBy(voters: Voters, { acceptors, values, ballots }: Sizes): Value[] {
  const quorums = majorities(indices("acceptor", acceptors));
  return indices("value", values).filter((value) =>
    Array.from({ length: ballots }, (_, ballot) => ballot).some((ballot) =>
      quorums.some((quorum) => quorum.every((a) => votedFor(voters[a] as Voter, ballot, value))),
    ),
  );
}

/** Acceptors that look at each other's votes, after Voting.tla. */
export function votingSystem({ acceptors, values, ballots }: Sizes) {
  const [all, domain] = [indices("acceptor", acceptors), indices("value", values)];
  const quorums = majorities(all);
  const commands = all.flatMap((a) =>
    Array.from({ length: ballots }, (_, b) => b).flatMap((b): Command<Voters>[] => [
      {
        action: "IncreaseMaxBal",
        by: { a, b },
        over: [a],
        when: (now) => now[a]!.maxBal < b,
        effect: (now) => {
          now[a]!.maxBal = b;
        },
      },
      ...domain.map(
        (v): Command<Voters> => ({
          action: "VoteFor",
          by: { a, b, v },
          over: all,
          touches: [a],
          when: (now) =>
            now[a]!.maxBal <= b &&
            !votedAt(now[a] as Voter, b) &&
            all.every((c) => c === a || !votedAt(now[c] as Voter, b) || votedFor(now[c]!, b, v)) &&
            quorums.some((quorum) =>
              showsSafeAt(
                quorum.map((c) => now[c] as Voter),
                b,
                v,
              ),
            ),
          effect: (now) => {
            insert(now[a]!.votes, { ballot: b, value: v });
            now[a]!.maxBal = b;
          },
        }),
      ),
    ]),
  );
  const start = Object.fromEntries(all.map((a) => [a, { votes: [], maxBal: -1 }])) as Voters;
  return compose("voting", { voters: sharedVariables("voters", [start], commands) });
}

/** Voting, and that it implements consensus: without the reduction, which has to leave it out. */
export function voting(sizes: Sizes, symmetric = false): Problem {
  const system = votingSystem(sizes);
  const reads = ["voters"] as const;
  const implementsConsensus = refines(system, {
    name: "C!Spec",
    specification: consensus(sizes.values).system,
    reads,
    mapping: ({ voters }) => ({ chosen: chosenBy(voters, sizes) }),
  });
  return {
    system,
    properties: [
      invariant(system, {
        name: "OneValuePerBallot",
        reads,
        holds: ({ voters }) => {
          const votes = setOf(...Object.values(voters).flatMap((voter) => voter.votes));
          return votes.every(({ ballot }, at) => votes[at + 1]?.ballot !== ballot);
        },
      }),
      ...(symmetric ? [] : [implementsConsensus]),
    ],
    witnesses: [
      witness(system, {
        name: "a value is chosen",
        reads,
        reached: ({ voters }) => chosenBy(voters, sizes).length === 1,
      }),
    ],
    ...(symmetric ? { reductions: ["symmetry"] } : {}),
    symmetries: [
      interchangeable(indices("acceptor", sizes.acceptors)),
      interchangeable(indices("value", sizes.values)),
    ],
  };
}
