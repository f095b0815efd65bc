import {
  compose,
  has,
  insert,
  invariant,
  type Problem,
  subsets,
  witness,
} from "../../../spec/automaton/index.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Vote = "prepared" | "aborted";
type RmState = "working" | "prepared" | "committed" | "aborted";
interface Acceptor {
  readonly mbal: number;
  readonly bal: number;
  readonly val: Vote | "none";
}
interface Voted {
  readonly bal: number;
  readonly val: Vote;
}

/**
 * The messages ever sent stand in cells by type, instance and acceptor, without what the cell's
 * name says already.
 */
type World = { readonly commit: boolean; readonly abort: boolean } & {
  readonly [rm: `rm${number}`]: RmState;
} & { readonly [acceptor: `acceptor${number}.${number}`]: Acceptor } & {
  readonly [phase1a: `1a.${number}`]: readonly number[];
} & { readonly [phase1b: `1b.${number}.${number}`]: readonly Acceptor[] } & {
  readonly [phase2a: `2a.${number}`]: readonly Voted[];
} & { readonly [phase2b: `2b.${number}.${number}`]: readonly Voted[] };

const VOTES = ["prepared", "aborted"] as const;

function rmCommands(rm: number): Command<World>[] {
  const [state, votes, by] = [`rm${rm}` as const, `2a.${rm}` as const, { rm }];
  const chooses = (action: string, val: Vote): Command<World> => ({
    action,
    by,
    over: [state, votes],
    when: (now) => now[state] === "working",
    effect: (now) => {
      now[state] = val;
      insert(now[votes]!, { bal: 0, val });
    },
  });
  const learns = (action: string, message: "commit" | "abort", to: RmState): Command<World> => ({
    action,
    by,
    over: [state, message],
    touches: [state],
    when: (now) => now[message],
    effect: (now) => {
      now[state] = to;
    },
  });
  return [
    chooses("RMPrepare", "prepared"),
    chooses("RMChooseToAbort", "aborted"),
    learns("RMRcvCommitMsg", "commit", "committed"),
    learns("RMRcvAbortMsg", "abort", "aborted"),
  ];
}

function acceptorCommands(ac: number, ins: number, ballots: readonly number[]): Command<World>[] {
  const self = `acceptor${ins}.${ac}` as const;
  const [prepares, promises] = [`1a.${ins}`, `1b.${ins}.${ac}`] as const;
  const [votes, accepts] = [`2a.${ins}`, `2b.${ins}.${ac}`] as const;
  return ballots.flatMap((bal): Command<World>[] => [
    {
      action: "Phase1b",
      by: { ac, ins, bal },
      over: [self, prepares, promises],
      touches: [self, promises],
      when: (now) => has(now[prepares]!, bal) && now[self]!.mbal < bal,
      effect: (now) => {
        now[self]!.mbal = bal;
        insert(now[promises]!, { ...(now[self] as Acceptor) });
      },
    },
    ...VOTES.map(
      (val): Command<World> => ({
        action: "Phase2b",
        by: { ac, ins, bal, val },
        over: [self, votes, accepts],
        touches: [self, accepts],
        when: (now) => has(now[votes]!, { bal, val }) && now[self]!.mbal <= bal,
        effect: (now) => {
          now[self] = { mbal: bal, bal, val };
          insert(now[accepts]!, { bal, val });
        },
      }),
    ),
  ]);
}

/** What a leader does in the ballot `bal` of the instance `rm`. */
function leaderCommands(rm: number, bal: number, majorities: number[][]): Command<World>[] {
  const [prepares, votes] = [`1a.${rm}`, `2a.${rm}`] as const;
  const prepare: Command<World> = {
    action: "Phase1a",
    by: { bal, rm },
    over: [prepares],
    effect: (now) => {
      insert(now[prepares]!, bal);
    },
  };
  return [
    prepare,
    ...majorities.map((MS): Command<World> => {
      const promises = MS.map((ac) => `1b.${rm}.${ac}` as const);
      const heard = (now: World) =>
        promises.map((cell) => now[cell]!.find(({ mbal }) => mbal === bal));
      return {
        action: "Phase2a",
        by: { bal, rm, MS },
        over: [votes, ...promises],
        when: (now) =>
          !now[votes]!.some((sent) => sent.bal === bal) &&
          heard(now).every((promise) => promise !== undefined),
        effect: (now) => {
          const promised = heard(now as World) as Acceptor[];
          const last = promised.reduce((one, other) => (other.bal > one.bal ? other : one));
          insert(now[votes]!, { bal, val: last.val === "none" ? "aborted" : last.val });
        },
      };
    }),
  ];
}

/**
 * Paxos Commit of resource managers that each have an instance of Paxos, after PaxosCommit.tla,
 * with any majority of the acceptors and the ballots below `ballotCount`.
 */
export function paxosCommit(rmCount: number, acceptorCount: number, ballotCount: number): Problem {
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
  const [rms, acceptors, ballots] = [upTo(rmCount), upTo(acceptorCount), upTo(ballotCount)];
  const majorities = subsets(acceptors, Math.floor(acceptorCount / 2) + 1);
  const isDecided = (now: World, rm: number, val: Vote) =>
    ballots.some((bal) =>
      majorities.some((MS) => MS.every((ac) => has(now[`2b.${rm}.${ac}`]!, { bal, val }))),
    );
  const heard = (rm: number) => acceptors.map((ac) => `2b.${rm}.${ac}` as const);
  const decide: Command<World>[] = [
    {
      action: "Decide",
      by: { as: "commit" },
      over: ["commit", ...rms.flatMap(heard)],
      touches: ["commit"],
      when: (now) => rms.every((rm) => isDecided(now, rm, "prepared")),
      effect: (now) => {
        now.commit = true;
      },
    },
    ...rms.map(
      (rm): Command<World> => ({
        action: "Decide",
        by: { as: "abort", rm },
        over: ["abort", ...heard(rm)],
        touches: ["abort"],
        when: (now) => isDecided(now, rm, "aborted"),
        effect: (now) => {
          now.abort = true;
        },
      }),
    ),
  ];
  const commands = [
    ...rms.flatMap((rm) => [
      ...rmCommands(rm),
      ...ballots.slice(1).flatMap((bal) => leaderCommands(rm, bal, majorities)),
      ...acceptors.flatMap((ac) => acceptorCommands(ac, rm, ballots)),
    ]),
    ...decide,
  ];
  const start = Object.fromEntries<unknown>([
    ["commit", false],
    ["abort", false],
    ...rms.flatMap((rm): [string, unknown][] => [
      [`rm${rm}`, "working"],
      [`1a.${rm}`, []],
      [`2a.${rm}`, []],
      ...acceptors.flatMap((ac): [string, unknown][] => [
        [`acceptor${rm}.${ac}`, { mbal: 0, bal: -1, val: "none" }],
        [`1b.${rm}.${ac}`, []],
        [`2b.${rm}.${ac}`, []],
      ]),
    ]),
  ]) as World;
  const system = compose("paxos-commit", { world: sharedVariables("world", [start], commands) });
  const reads = ["world"] as const;
  const states = (now: World) => rms.map((rm) => now[`rm${rm}`] as RmState);
  return {
    system,
    properties: [
      invariant(system, {
        name: "no resource manager commits while another aborts",
        reads,
        holds: ({ world }) =>
          !(states(world).includes("committed") && states(world).includes("aborted")),
      }),
    ],
    witnesses: (["committed", "aborted"] as const).map((end) =>
      witness(system, {
        name: `all are ${end}`,
        reads,
        reached: ({ world }) => states(world).every((state) => state === end),
      }),
    ),
  };
}
