import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RunningUnit } from "../../../impl/host/execution/running-unit.ts";
import {
  type Handover,
  type MailboxOptions,
  type MailboxState,
  mailbox,
  type Vote,
} from "../../../impl/network/index.ts";
import {
  type Action,
  applyAction,
  compose,
  drawAll,
  type Global,
  type Index,
  index,
  indices,
  startStates,
  stepsFrom,
  symbolicDigest,
  values,
} from "../../../spec/automaton/index.ts";

type Replica = Index<"replica">;
type Owner = Index<"owner">;
const SIGNERS = indices("replica", 4);
const [R0, R1, R2, R3] = SIGNERS as [Replica, Replica, Replica, Replica];
const OWNER = index("owner", 0);

const inboxOf = (options: Partial<MailboxOptions<string, Replica, Owner>> = {}) =>
  mailbox<string, Replica, Owner>({
    to: OWNER,
    signers: SIGNERS,
    quorum: 3,
    slotsMax: 2,
    ...options,
  });

const vote = (by: Replica, statement: string, slot = 0): Vote<string, Replica> => ({
  slot,
  statement,
  token: { by, over: symbolicDigest([slot, statement]) },
});
const delivered = (message: Vote<string, Replica>, from: Index = message.token.by): Action => ({
  name: "DELIVER",
  payload: { from, to: OWNER, message },
});
const to = (name: "AWAIT" | "ADVANCE", rest: object): Action => ({
  name,
  payload: { to: OWNER, ...rest },
});

/** A mailbox after some inputs: its state, and what it would hand over. */
function given(inputs: readonly Action[], options = {}) {
  const system = compose(
    "inbox",
    { inbox: inboxOf(options) },
    { open: ["DELIVER", "AWAIT", "ADVANCE"] },
  );
  const global = inputs.reduce<Global>(
    (at, action) => applyAction(system, at, action),
    startStates(system)[0] as Global,
  );
  const offers = stepsFrom(system, global).map(({ action }) => action);
  return {
    state: global[0]?.state as MailboxState<string, Replica>,
    handovers: offers.map(({ payload }) => payload as unknown as Handover<string, Replica>),
  };
}

const signersOf = ({ votes }: Handover<string, Replica>) => votes.map(({ token }) => token.by);
const handOver = (handover: Handover<string, Replica>): Action => ({
  name: "QUORUM",
  payload: { ...handover },
});

describe("a mailbox", () => {
  test("hands over a quorum with its certificate, in the order of the signers", () => {
    const { handovers } = given([R3, R0, R2].map((by) => delivered(vote(by, "A"))));

    expect(handovers).toEqual([
      { to: OWNER, slot: 0, topic: '"A"', votes: [R0, R2, R3].map((by) => vote(by, "A")) },
    ]);
  });

  test("hands over nothing with a vote less, though each vote comes three times", () => {
    const twice = [R0, R1].map((by) => delivered(vote(by, "A")));

    expect(given([...twice, ...twice, ...twice]).handovers).toEqual([]);
  });

  test("counts a vote for its signer, whoever delivers it", () => {
    const relayed = [R0, R2, R3].map((from) => delivered(vote(R1, "A"), from));

    expect(given([...relayed, delivered(vote(R2, "A"))]).handovers).toEqual([]);
    expect(
      given([...relayed, ...[R2, R3].map((by) => delivered(vote(by, "A"), R0))]).handovers,
    ).toHaveLength(1);
  });

  test("does not add votes of different statements, slots or strangers", () => {
    const { handovers } = given([
      delivered(vote(R0, "A")),
      delivered(vote(R1, "A")),
      delivered(vote(R2, "B")),
      delivered(vote(R3, "A", 1)),
      delivered(vote(index("replica", 9), "A")),
    ]);

    expect(handovers).toEqual([]);
  });

  test("adds votes that differ where they are on one topic, one of each signer", () => {
    const { handovers } = given(
      [vote(R0, "1A"), vote(R0, "2B"), vote(R1, "0"), vote(R2, "2B")].map((one) => delivered(one)),
      { topicOf: () => "change" },
    );

    expect(handovers.map(({ votes }) => votes)).toEqual([
      [vote(R0, "1A"), vote(R1, "0"), vote(R2, "2B")],
    ]);
  });

  test("hands a topic over once: later votes, and the same again, change nothing", () => {
    const votes = SIGNERS.map((by) => delivered(vote(by, "A")));
    const [first] = given(votes).handovers;

    const { state, handovers } = given([...votes, handOver(first as never), ...votes]);

    expect(signersOf(first as never)).toEqual([R0, R1, R2]);
    expect(handovers).toEqual([]);
    expect(state.slots["0"]?.topics['"A"']).toEqual({ votes: {}, handed: true });
  });

  test("keeps both votes of a signer that signs twice, where others opened the topics", () => {
    const others = [delivered(vote(R1, "A")), delivered(vote(R2, "B"))];
    const both = [delivered(vote(R0, "A")), delivered(vote(R0, "B"))];

    const { handovers } = given([...others, ...both, delivered(vote(R3, "B"))]);

    expect(handovers.map(signersOf)).toEqual([[R0, R2, R3]]);
  });

  test("lets a signer open one topic of a slot, and join what it lost when it comes again", () => {
    const flood = ["A", "B", "C", "D"].map((one) => delivered(vote(R0, one)));
    const correct = [R1, R2].map((by) => delivered(vote(by, "D")));

    const flooded = given(flood);

    expect(Object.keys(flooded.state.slots["0"]?.topics ?? {})).toEqual(['"A"']);
    expect(given([...flood, ...correct]).handovers).toEqual([]);
    expect(given([...flood, ...correct, ...flood]).handovers.map(signersOf)).toEqual([
      [R0, R1, R2],
    ]);
  });

  test("opens a window of slots that moves up and never down", () => {
    const votes = (slot: number) => SIGNERS.map((by) => delivered(vote(by, "A", slot)));
    const far = [2, -1, Number.MAX_SAFE_INTEGER].map((slot) => delivered(vote(R0, "A", slot)));

    expect(given(far).state.slots).toEqual({});
    const moved = given([...votes(0), ...votes(1), to("ADVANCE", { slot: 1 })]);
    expect(Object.keys(moved.state.slots)).toEqual(["1"]);
    expect(moved.handovers.map(({ slot }) => slot)).toEqual([1]);
    const back = given([to("ADVANCE", { slot: 1 }), to("ADVANCE", { slot: 0 }), ...votes(0)]);
    expect(back.state).toEqual({ low: 1, slots: {}, awaited: {} });
    expect(given([to("ADVANCE", { slot: 1 }), ...votes(2)]).handovers).toHaveLength(1);
  });

  test("holds a quorum back until its topic is awaited, where it is told to", () => {
    const options = { handsOver: "when-awaited" };
    const votes = [R0, R1, R2].map((by) => delivered(vote(by, "A")));
    const ask = to("AWAIT", { slot: 0, topic: '"A"' });

    expect(given(votes, options).handovers).toEqual([]);
    expect(given([...votes, to("AWAIT", { slot: 1, topic: '"A"' })], options).handovers).toEqual(
      [],
    );
    expect(given([...votes, ask], options).handovers).toHaveLength(1);
    const [handover] = given([ask, ...votes], options).handovers;
    expect(given([ask, ...votes, handOver(handover as never)], options).state.awaited).toEqual({});
  });

  test("takes any topic for a name, __proto__ too", () => {
    const votes = [R0, R1, R2].map((by) => delivered(vote(by, "A")));

    expect(given(votes, { topicOf: () => "__proto__" }).handovers).toHaveLength(1);
  });

  test.each(["quorum", "slotsMax", "topicsMax"])("is refused with %s 0", (bound) => {
    expect(() => inboxOf({ [bound]: 0 })).toThrow(/\[automaton-malformed\]/);
  });
});

const anyVote = (statements: readonly string[]) =>
  fc
    .record({
      by: fc.constantFrom(...SIGNERS),
      statement: fc.constantFrom(...statements),
      slot: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ by, statement, slot }) => delivered(vote(by, statement, slot)));
const anyInput = (statements: readonly string[]) =>
  fc.oneof(
    { weight: 20, arbitrary: anyVote(statements) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 }).map((slot) => to("ADVANCE", { slot })) },
  );

/** Of any length up to the bound: of ten votes, which is the usual size, few are a quorum. */
const inputsOf = (statements: readonly string[]) =>
  fc.array(anyInput(statements), { maxLength: 80, size: "max" });

describe("whatever is delivered", () => {
  test("the mailbox stays within its bounds, and a signer leaves the others their room", () => {
    const topicsMax = 2;
    const run = inputsOf(["A", "B", "C", "D", "E"]);
    fc.assert(
      fc.property(run, (inputs) => {
        const { state } = given(inputs, { topicsMax });
        expect(Object.keys(state.slots).length).toBeLessThanOrEqual(2);
        for (const { topics, opened } of values(state.slots)) {
          expect(Object.keys(topics).length).toBe(values(opened).reduce((sum, n) => sum + n, 0));
          for (const by of SIGNERS) expect(opened[by] ?? 0).toBeLessThanOrEqual(topicsMax);
          for (const { votes } of values(topics)) {
            expect(Object.keys(votes).length).toBeLessThanOrEqual(3);
          }
        }
        // a signer that has not voted in an open slot still finds room there
        const voted = new Set(
          inputs.map(({ payload }) => (payload.message as Vote | undefined)?.token.by),
        );
        for (const by of SIGNERS.filter((one) => !voted.has(one))) {
          const next = given([...inputs, delivered(vote(by, "new", state.low))], { topicsMax });
          expect(next.state.slots[`${state.low}`]?.topics['"new"']?.votes[by]).toBeDefined();
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a host that runs it in place hands over what the reference does", () => {
    let handovers = 0;
    fc.assert(
      fc.property(inputsOf(["A", "B"]), (inputs) => {
        const units = (["immutable", "in place"] as const).map((execution) => {
          const unit = new RunningUnit({ inbox: inboxOf() }, {}, { execution, draw: drawAll });
          const performed: Action[] = [];
          for (const action of inputs) unit.input(action, (one) => performed.push(one));
          return { performed, state: unit.state("inbox") };
        });
        expect(units[1]).toEqual(units[0]);
        handovers += units[0]?.performed.length ?? 0;
      }),
      { numRuns: 100 },
    );
    // About one a run: 82 to 137 in 25 tries of this test.
    expect(handovers).toBeGreaterThan(20);
  });
});
