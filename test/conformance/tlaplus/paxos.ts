import {
  compose,
  has,
  indices,
  insert,
  invariant,
  type Problem,
  subsets,
  witness,
} from "../../../spec/automaton/index.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";
import {
  type Acceptor,
  chosenBy,
  type Sizes,
  type Value,
  type Vote,
  type Voters,
  votingSystem,
} from "./voting.ts";

interface AcceptorState {
  readonly maxBal: number;
  readonly maxVBal: number;
  readonly maxVal: Value | null;
}
interface Promise1b {
  readonly bal: number;
  readonly mbal: number;
  readonly mval: Value | null;
}
/**
 * The messages ever sent stand in cells by type, and by acceptor where one sends them, without
 * what the cell's name says already.
 */
type World = {
  readonly "1a": readonly number[];
  readonly "2a": readonly Vote[];
} & { readonly [acceptor: Acceptor]: AcceptorState } & {
  readonly [promises: `1b ${Acceptor}`]: readonly Promise1b[];
} & { readonly [accepts: `2b ${Acceptor}`]: readonly Vote[] };

function acceptorCommands(a: Acceptor, bal: number, values: readonly Value[]): Command<World>[] {
  const [promises, accepts] = [`1b ${a}`, `2b ${a}`] as const;
  return [
    {
      action: "Phase1b",
      by: { a, bal },
      over: [a, "1a", promises],
      touches: [a, promises],
      when: (now) => has(now["1a"], bal) && now[a]!.maxBal < bal,
      effect: (now) => {
        const self = now[a]!;
        self.maxBal = bal;
        insert(now[promises]!, { bal, mbal: self.maxVBal, mval: self.maxVal });
      },
    },
    ...values.map(
      (value): Command<World> => ({
        action: "Phase2b",
        by: { a, bal, value },
        over: [a, "2a", accepts],
        touches: [a, accepts],
        when: (now) => has(now["2a"], { ballot: bal, value }) && now[a]!.maxBal <= bal,
        effect: (now) => {
          now[a] = { maxBal: bal, maxVBal: bal, maxVal: value };
          insert(now[accepts]!, { ballot: bal, value });
        },
      }),
    ),
  ];
}

/** Phase2a(b, v) for each quorum: its promises allow the value. */
function phase2a(bal: number, value: Value, quorums: Acceptor[][]): Command<World>[] {
  return quorums.map((Q) => {
    const promises = Q.map((a) => `1b ${a}` as const);
    return {
      action: "Phase2a",
      by: { bal, value, Q },
      over: ["2a", ...promises],
      touches: ["2a"],
      when: (now) => {
        if (now["2a"].some(({ ballot }) => ballot === bal)) return false;
        const heard = promises.map((cell) => now[cell]!.find((promise) => promise.bal === bal));
        if (heard.includes(undefined)) return false;
        const last = Math.max(...heard.map((promise) => promise!.mbal));
        return heard.some(
          (promise) => last < 0 || (promise!.mbal === last && promise!.mval === value),
        );
      },
      effect: (now) => {
        insert(now["2a"], { ballot: bal, value });
      },
    };
  });
}

/** Paxos whose messages are never lost or consumed, after Paxos.tla; and that it implements voting. */
export function paxos(sizes: Sizes): Problem {
  const [acceptors, values] = [
    indices("acceptor", sizes.acceptors),
    indices("value", sizes.values),
  ];
  const ballots = Array.from({ length: sizes.ballots }, (_, bal) => bal);
  const quorums = subsets(acceptors, Math.floor(sizes.acceptors / 2) + 1);
  const commands = ballots.flatMap((bal): Command<World>[] => [
    {
      action: "Phase1a",
      by: { bal },
      over: ["1a"],
      effect: (now) => {
        insert(now["1a"], bal);
      },
    },
    ...values.flatMap((value) => phase2a(bal, value, quorums)),
    ...acceptors.flatMap((a) => acceptorCommands(a, bal, values)),
  ]);
  const start = Object.fromEntries<unknown>([
    ["1a", []],
    ["2a", []],
    ...acceptors.flatMap((a): [string, unknown][] => [
      [a, { maxBal: -1, maxVBal: -1, maxVal: null }],
      [`1b ${a}`, []],
      [`2b ${a}`, []],
    ]),
  ]) as World;
  const system = compose("paxos", { world: sharedVariables("world", [start], commands) });
  const reads = ["world"] as const;
  const voters = (now: World) =>
    Object.fromEntries(
      acceptors.map((a) => [a, { votes: [...now[`2b ${a}`]!], maxBal: now[a]!.maxBal }]),
    ) as Voters;
  return {
    system,
    properties: [
      invariant(system, {
        name: "Inv",
        reads,
        holds: ({ world }) =>
          acceptors.every((a) => {
            const { maxBal, maxVBal, maxVal } = world[a] as AcceptorState;
            const isLast =
              maxVal === null
                ? maxVBal === -1
                : has(world[`2b ${a}`]!, { ballot: maxVBal, value: maxVal });
            const promised = world[`1b ${a}`]!.every(({ bal }) => bal <= maxBal);
            return maxBal >= maxVBal && isLast && promised;
          }),
      }),
      refines(system, {
        name: "V!Spec",
        specification: votingSystem(sizes),
        reads,
        mapping: ({ world }) => ({ voters: voters(world) }),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a value is chosen",
        reads,
        reached: ({ world }) => chosenBy(voters(world), sizes).length === 1,
      }),
    ],
  };
}
