import { describe, expect, test } from "vitest";
import {
  type CheckedBehaviour,
  crash,
  doubleVote,
  equivocate,
  every,
  halves,
  leftOut,
  mutate,
  mute,
  replay,
  twin,
  withhold,
} from "../../../../impl/adversary/checked/index.ts";
import {
  type AnyAutomaton,
  applyAction,
  automaton,
  cells,
  compose,
  type Global,
  type Input,
  type Internal,
  type Output,
  startStates,
  stepsFrom,
  withRestarts,
} from "../../../../spec/automaton/index.ts";
import {
  alone,
  endsAfter,
  hear,
  ONE,
  PEERS,
  SELF,
  THREE,
  TWO,
  tokensOf,
  type Vote,
  voter,
  type Word,
} from "./toy.ts";

const keys = { send: "SAY", tokensOf, faulty: [SELF] } as const;
const toAll = (word: Word) => [ONE, TWO, THREE].map((to) => `${word} to ${to}`);
const everyVote = every({ from: PEERS, to: PEERS, word: ["yes", "no"] }) as Vote[];
const other = (vote: Vote): Vote => ({ ...vote, word: vote.word === "yes" ? "no" : "yes" });

const twins = twin(voter, {
  send: "SAY",
  receiverOf: ({ to }) => to,
  senderOf: ({ from }) => from,
  splits: [{ first: [ONE], second: [TWO, THREE] }],
});
const behaviours = {
  mute: mute(voter),
  crash: crash(voter),
  withhold: withhold(voter, { send: "SAY", keeps: ({ to }) => to === TWO }),
  equivocate: equivocate(voter, { ...keys, lies: (vote) => [other(vote)] }),
  doubleVote: doubleVote(voter),
  mutate: mutate(voter, { ...keys, universe: everyVote }),
  twin: twins,
} satisfies Readonly<Record<CheckedBehaviour, AnyAutomaton>>;

describe("every behaviour", () => {
  test.each(Object.entries(behaviours))(
    "%s stands where the correct process stood",
    (_, faulty) => {
      for (const [action, { kind, at }] of Object.entries(voter.transitions)) {
        expect([action, faulty.transitions[action]?.kind]).toEqual([action, kind]);
        expect(faulty.transitions[action]?.at).toEqual(at);
      }
      expect(faulty.process).toBe(SELF);
      expect(() => alone(faulty)).not.toThrow();
    },
  );

  test("says what it leaves out", () => {
    const names = Object.keys(behaviours) as CheckedBehaviour[];

    const lines = leftOut(...names);

    expect(lines.map((line) => line.split(":")[0])).toEqual(names);
  });

  test("refuses what is no process, and an output that no effect sends", () => {
    const soup = cells<{ bit: boolean }, { GO: Internal }>("soup", {
      start: { bit: false },
      transitions: { GO: { kind: "internal", scopes: [] } },
    });
    const teller = automaton<number, { SAY: Output<Vote> }>("teller", {
      start: 0,
      transitions: { SAY: { kind: "output", choose: () => [] } },
    });

    expect(() => mute(soup)).toThrow("automaton-malformed");
    expect(() => doubleVote(soup)).toThrow("automaton-malformed");
    expect(() => crash(teller)).toThrow("does not say which process");
    expect(() => withhold(teller, { send: "SAY", keeps: () => true })).toThrow(
      'withhold: automaton "teller" has no sent output SAY.',
    );
  });
});

describe("silence", () => {
  test("a mute process takes messages and says nothing", () => {
    const [end] = endsAfter(mute(voter), hear(ONE, "yes"));

    expect([end?.state, end?.said]).toEqual([{ vote: "yes", heard: 1 }, []]);
  });

  test("a mute process has no output that it computes, either", () => {
    const clock = automaton<number, { TICK: Output }>("clock", {
      start: 0,
      transitions: { TICK: { kind: "output", effect: (count) => (count + 1) % 3 } },
    });
    const offered = (one: AnyAutomaton) => {
      const system = compose("clock", { one });
      return stepsFrom(system, startStates(system)[0] as Global).length;
    };

    expect([mute(clock), clock].map(offered)).toEqual([0, 1]);
  });

  test("a selective process tells others only", () => {
    const [end] = endsAfter(behaviours.withhold, hear(ONE, "yes"));

    expect(end?.said).toEqual([`yes to ${ONE}`, `yes to ${THREE}`]);
  });

  const CRASH = { name: "CRASH", payload: { process: SELF } };

  test("a crash loses what was not sent yet, in the middle of a broadcast, too", () => {
    const first = { name: "SAY", payload: { from: SELF, to: ONE, word: "yes" } };

    const [before] = endsAfter(crash(voter), hear(ONE, "yes"), first);
    const [end] = endsAfter(crash(voter), hear(ONE, "yes"), first, CRASH);

    expect([before?.said, end?.said]).toEqual([[`yes to ${TWO}`, `yes to ${THREE}`], []]);
  });

  test("after a crash a process does nothing for ever", () => {
    const ends = [[CRASH], [hear(ONE, "no"), CRASH], [CRASH, hear(ONE, "yes")]].map(
      (actions) => endsAfter(crash(voter), ...actions)[0]!,
    );

    for (const { system, end, state } of ends) {
      expect(stepsFrom(system, end)).toEqual([]);
      expect(state).toEqual({ down: true, of: { vote: null, heard: 0 } });
    }
  });

  test("a process that crashes for ever is none that restarts", () => {
    const restarting = () => withRestarts(alone(crash(voter)), { processes: [SELF], atMost: 1 });

    expect(restarting).toThrow("restart-impossible");
  });
});

describe("lies", () => {
  test("an equivocator says both, to everybody", () => {
    const [end] = endsAfter(behaviours.equivocate, hear(ONE, "yes"));

    expect(end?.said.sort()).toEqual([...toAll("yes"), ...toAll("no")].sort());
  });

  test("a lie that would need another's signature is not told", () => {
    const lies = (vote: Vote) => [{ ...other(vote), from: ONE }, other(vote)];
    const said = (faulty: readonly (typeof SELF)[]) =>
      endsAfter(equivocate(automatonThatSaysAll(), { ...keys, faulty, lies }), hear(ONE, "yes"))[0]
        ?.said;

    expect(said([SELF])).toHaveLength(2);
    expect(said([SELF, ONE])).toHaveLength(3);
  });

  test("a lie is told in its own name", () => {
    const lies = (vote: Vote) => [{ ...vote, from: ONE, word: "no" as const }];
    const conspiring = equivocate(voter, { ...keys, faulty: [SELF, ONE], lies });

    const [end] = endsAfter(conspiring, hear(ONE, "yes"));

    expect(end?.said).toEqual(toAll("yes"));
  });

  test("a signature that it has in hand it may repeat", () => {
    const signedTwice = (vote: Vote) => [...tokensOf(vote), ...tokensOf({ ...vote, from: TWO })];
    const lies = (vote: Vote) => [{ ...vote, to: THREE }];

    const [end] = endsAfter(
      equivocate(automatonThatSaysAll(), { ...keys, tokensOf: signedTwice, lies }),
      hear(ONE, "yes"),
    );

    expect(end?.said).toEqual([`yes to ${ONE}`, `yes to ${THREE}`]);
  });

  test("a mutation changes one field of what is sent, and no signature", () => {
    const [end] = endsAfter(
      mutate(automatonThatSaysAll(), { ...keys, universe: everyVote }),
      hear(ONE, "yes"),
    );

    expect(end?.said.sort()).toEqual([`no to ${ONE}`, ...PEERS.map((to) => `yes to ${to}`)].sort());
  });

  /** Says one thing to one peer, and does not name itself in the index of the action. */
  function automatonThatSaysAll() {
    return automaton<number, { HEAR: Input<Vote>; SAY: Output<Vote> }>("teller", {
      process: SELF,
      start: 0,
      transitions: {
        HEAR: {
          kind: "input",
          effect: (_state, { word }, send) => send("SAY", { from: SELF, to: ONE, word }),
        },
        SAY: { kind: "sent" },
      },
    });
  }
});

describe("copies", () => {
  test("a double voter answers whatever it is asked, and remembers its first vote", () => {
    const [end] = endsAfter(doubleVote(voter), hear(ONE, "yes"), hear(TWO, "no"));

    expect(end?.state).toEqual({ vote: "yes", heard: 2 });
    expect(end?.said.sort()).toEqual([...toAll("yes"), ...toAll("no")].sort());
  });

  test("a double voter needs one start state", () => {
    const many = automaton<number, { HEAR: Input<Vote> }>("many", {
      start: () => [0, 1],
      transitions: { HEAR: { kind: "input", effect: (state) => state } },
    });

    expect(() => doubleVote(many)).toThrow("has 2 start states");
  });

  test("twins know nothing of each other, and each talks to its own peers", () => {
    const [end] = endsAfter(twins, hear(ONE, "yes"), hear(TWO, "no"), hear(THREE, "yes"));

    expect(end?.state).toMatchObject({
      first: { vote: "yes", heard: 1 },
      second: { vote: "no", heard: 2 },
    });
    expect(end?.said).toEqual([`yes to ${ONE}`, `no to ${TWO}`, `no to ${THREE}`]);
  });

  test("each twin acts by itself", () => {
    const suggest = (name: string, word: Word) => ({ name, payload: { by: SELF, word } });
    const actions = [suggest("SUGGEST", "yes"), suggest("SECOND-SUGGEST", "no")];
    const system = alone(twins);
    const [start] = startStates(system);

    const offered = stepsFrom(system, start!).map(({ action }) => action);
    const [end] = endsAfter(twins, ...actions);

    expect(offered).toEqual(expect.arrayContaining(actions));
    expect(end?.said).toEqual([`yes to ${ONE}`, `no to ${TWO}`, `no to ${THREE}`]);
    expect(stepsFrom(system, end!.end).map(({ action }) => action.name)).toEqual(
      new Array(3).fill("SAY"),
    );
  });

  test("a peer may talk to both twins", () => {
    const splits = [{ first: [ONE, THREE], second: [TWO, THREE] }];
    const both = twin(voter, {
      send: "SAY",
      receiverOf: ({ to }) => to,
      senderOf: ({ from }) => from,
      splits,
    });

    const [end] = endsAfter(both, hear(ONE, "yes"), hear(THREE, "no"));

    expect(end?.state).toMatchObject({ first: { vote: "yes" }, second: { vote: "no" } });
    expect(end?.said).toContain(`yes to ${THREE}`);
    expect(end?.said).toContain(`no to ${THREE}`);
  });

  test("halves gives each peer to one of the two, in every way", () => {
    const all = halves([ONE, TWO]);

    expect(all).toHaveLength(4);
    expect(all).toContainEqual({ first: [ONE], second: [TWO] });
    expect(all).toContainEqual({ first: [], second: [ONE, TWO] });
  });

  test("twins of what computes an output are refused, and twins without a split", () => {
    const teller = automaton<number, { SAY: Output<Vote>; TELL: Output }>("teller", {
      start: 0,
      transitions: { SAY: { kind: "sent" }, TELL: { kind: "output" } },
    });
    const options = {
      send: "SAY",
      receiverOf: ({ to }: Vote) => to,
      senderOf: () => null,
    } as const;

    expect(() => twin(teller, { ...options, splits: halves([ONE]) })).toThrow("output TELL");
    expect(() => twin(voter, { ...options, splits: [] })).toThrow("which peers");
  });
});

describe("replay", () => {
  test("repeats only what was sent, as often as it likes, and under other names where it may", () => {
    const vote: Vote = { from: SELF, to: ONE, word: "yes" };
    const { network } = replay({
      universe: [vote],
      send: "SAY",
      as: (sent) => [sent, { ...sent, to: TWO }],
    });
    const system = compose("replay", { network }, { open: ["SAY"] });
    const [start] = startStates(system);
    const sent = applyAction(system, start!, { name: "SAY", payload: { ...vote } });

    const replayed = stepsFrom(system, sent).map(({ action: { payload } }) => payload.to);

    expect(stepsFrom(system, start!)).toEqual([]);
    expect(replayed).toEqual([ONE, TWO]);
  });

  test("knows every message that may be sent, or the check ends", () => {
    const { network } = replay({ universe: [{ word: "yes" }], send: "SAY" });
    const system = compose("replay", { network }, { open: ["SAY"] });
    const unknown = { name: "SAY", payload: { word: "no" } };

    expect(() => applyAction(system, startStates(system)[0]!, unknown)).toThrow("message-unknown");
  });
});
