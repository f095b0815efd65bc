import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  type Action,
  applyAction,
  compose,
  type Global,
  type Index,
  index,
  indices,
  startStates,
  stepsFrom,
  symbolicDigest,
} from "../../../spec/automaton/index.ts";
import { type QuorumSoupOptions, quorumSoup } from "../../../spec/network/quorum-soup.ts";
import type { Vote } from "../../../spec/network/votes.ts";

const SIGNERS = indices("replica", 4);
const OWNER = index("owner", 0);
const OTHER = index("owner", 1);
const vote = (at: number, statement: string, slot = 0): Vote<string> => ({
  slot,
  statement,
  token: { by: index("replica", at), over: symbolicDigest([slot, statement]) },
});
const sent = (at: number, statement: string, slot = 0): Action => ({
  name: "SEND",
  payload: { from: index("replica", at), vote: vote(at, statement, slot) },
});
const VOTES = SIGNERS.flatMap((_, at) => ["A", "B"].map((statement) => vote(at, statement)));

/** What the soup may hand over after some actions: to whom, on what, of which signers. */
function offered(
  actions: readonly Action[],
  options: Partial<QuorumSoupOptions<string, Index, Index>> = {},
): string[] {
  const soup = quorumSoup<string, Index, Index>({
    receivers: [OWNER],
    votes: VOTES,
    quorum: 3,
    ...options,
  });
  const system = compose("soup", { soup }, { open: ["SEND", "AWAIT", "ADVANCE"] });
  const global = actions.reduce<Global>(
    (at, action) => applyAction(system, at, action),
    startStates(system)[0] as Global,
  );
  return stepsFrom(system, global).map(({ action: { payload } }) => {
    const votes = payload.votes as readonly Vote[];
    return `${payload.to} ${payload.topic} ${votes.map(({ token }) => token.by.slice(-1)).join("")}`;
  });
}

describe("the quorum soup", () => {
  test("hands over any quorum of sent votes, and none of votes that were not sent", () => {
    expect(offered([sent(0, "A"), sent(1, "A"), sent(2, "B")])).toEqual([]);
    expect(offered([sent(0, "A"), sent(1, "A"), sent(2, "A")])).toEqual(['owner#0 "A" 012']);
    const all = [0, 1, 2, 3].map((at) => sent(at, "A"));
    expect(offered(all)).toEqual(
      ["012", "013", "023", "123"].map((signers) => `owner#0 "A" ${signers}`),
    );
  });

  test("hands each topic over once to each receiver", () => {
    const votes = [0, 1, 2].map((at) => sent(at, "A"));
    const handover: Action = {
      name: "QUORUM",
      payload: {
        to: OWNER,
        slot: 0,
        topic: '"A"',
        votes: [0, 1, 2].map((at) => vote(at, "A")),
      },
    };

    expect(offered([...votes, handover])).toEqual([]);
    expect(offered([...votes, handover], { receivers: [OWNER, OTHER] })).toEqual([
      'owner#1 "A" 012',
    ]);
  });

  test("hands over awaited topics only, where it is told to, until the slot is done", () => {
    const votes = [0, 1, 2].map((at) => sent(at, "A"));
    const options = { handsOver: "when-awaited" } as const;
    const ask: Action = { name: "AWAIT", payload: { to: OWNER, slot: 0, topic: '"A"' } };
    const done: Action = { name: "ADVANCE", payload: { to: OWNER, slot: 1 } };

    expect(offered(votes, options)).toEqual([]);
    expect(offered([ask, ...votes], options)).toEqual(['owner#0 "A" 012']);
    expect(offered([ask, ...votes, done], options)).toEqual([]);
    expect(offered([done, ask, ...votes], options)).toEqual([]);
    expect(offered([...votes, done])).toEqual([]);
  });

  test("takes one vote of each signer where those on one topic differ", () => {
    const votes = [sent(0, "A"), sent(0, "B"), sent(1, "A")];

    expect(offered(votes, { quorum: 2, topicOf: () => "any" })).toEqual([
      "owner#0 any 01",
      "owner#0 any 01",
    ]);
  });

  test("counts forged votes from the start, or once what they must show was sent", () => {
    const forgers = [index("replica", 0)];
    const forgedFrom = ({ statement }: Vote<string>) => (statement === "B" ? [vote(3, "A")] : []);

    expect(offered([sent(1, "A")], { forgers, quorum: 2 })).toEqual(['owner#0 "A" 01']);
    const options = { forgers, forgedFrom, quorum: 2 };
    expect(offered([sent(1, "B")], options)).toEqual([]);
    expect(offered([sent(1, "B"), sent(3, "A")], options)).toEqual([
      'owner#0 "A" 03',
      'owner#0 "B" 01',
    ]);
  });

  test("is refused where no topic can have a quorum", () => {
    expect(() => offered([], { quorum: 5 })).toThrow(/\[automaton-malformed\]/);
  });

  test("refuses a vote that it was not told of", () => {
    expect(() => offered([sent(0, "C")])).toThrow(/\[cell-unknown\]/);
  });

  test("has the states that can be counted by hand", () => {
    const soup = quorumSoup<string, Index, Index>({
      receivers: [OWNER],
      votes: [0, 1, 2].map((at) => vote(at, "A")),
      quorum: 2,
      forgers: [index("replica", 0), index("replica", 1)],
    });
    const system = compose("soup", { soup }, { open: ["SEND", "AWAIT", "ADVANCE"] });

    // nobody sends for replica 2: the two forgers make the only quorum, before and after
    expect(explore({ system, properties: [], witnesses: [] }).states).toBe(2);
  });
});
