import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchNaively } from "../../../../checker/explore/naive.ts";
import { explore } from "../../../../checker/search/search.ts";
import {
  accepting,
  coalition,
  every,
  knows,
  type Stop,
  tokenSoup,
} from "../../../../impl/adversary/checked/index.ts";
import {
  applyAction,
  automaton,
  compose,
  type Global,
  type Index,
  type Input,
  indices,
  invariant,
  type Output,
  type Problem,
  startStates,
  stepsFrom,
  type Token,
  witness,
} from "../../../../spec/automaton/index.ts";
import { exploreAll, lengthsOf, naiveLengths } from "../../../checker/explore/comparing.ts";

type Signer = Index<"signer">;
const [FAULTY, ONE, TWO, THREE] = indices("signer", 4) as [Signer, Signer, Signer, Signer];

/** What somebody sends: signatures of these, its own among them or not. */
interface Sent {
  readonly by: Signer;
  readonly signatures: readonly Signer[];
}
/** What may be forged: a message that carries these signatures. */
interface Forged {
  readonly id: number;
  readonly signatures: readonly Signer[];
}

const token = (by: Signer) => ({ by, over: "the statement" }) as unknown as Token;
const tokensOf = ({ signatures }: { readonly signatures: readonly Signer[] }) =>
  signatures.map(token);

/** Sends once. */
const sender = (sent: Sent) =>
  automaton<"silent" | "spoke", { SEND: Output<Sent> }>("sender", {
    start: "silent",
    transitions: {
      SEND: {
        kind: "output",
        at: { by: sent.by },
        choose: () => [sent],
        when: { once: (state) => state === "silent" },
        effect: () => "spoke",
      },
    },
  });

/** Remembers which messages it took. */
const receiver = automaton<{ readonly taken: readonly number[] }, { FORGE: Input<Forged> }>(
  "receiver",
  {
    start: { taken: [] },
    transitions: {
      FORGE: {
        kind: "input",
        effect(state, { id }) {
          if (!state.taken.includes(id)) state.taken = [...state.taken, id].sort();
        },
      },
    },
  },
);

interface Options {
  readonly sends: readonly Sent[];
  readonly forges: readonly (readonly Signer[])[];
  readonly hears?: (sent: Sent) => boolean;
  readonly stop?: Stop<Forged>;
}

function systemOf({ sends, forges, hears, stop }: Options) {
  const universe = forges.map((signatures, id): Forged => ({ id, signatures }));
  const tokensOfSent = (sent: Sent) => tokensOf(sent);
  const options = { faulty: [FAULTY], universe, tokensOf, tokensOfSent };
  const { network } = coalition({ ...options, ...(hears && { hears }), ...(stop && { stop }) });
  return compose("forging", { senders: sends.map(sender), receiver, network });
}

/** Takes message 0 only after all of `by` have sent: violated where it is forged. */
function problemOf(options: Options, by: readonly Signer[]): Problem {
  const system = systemOf(options);
  return {
    system,
    properties: [
      invariant(system, {
        name: "nothing is forged",
        reads: ["receiver.taken"],
        holds: ({ receiver }) => !receiver.taken.includes(0),
      }),
      invariant(system, {
        name: "what is taken was signed",
        reads: ["receiver.taken", "senders"],
        holds: ({ receiver, senders }) =>
          !receiver.taken.includes(0) ||
          options.sends.every((sent, at) => !by.includes(sent.by) || senders[at] === "spoke"),
      }),
    ],
    witnesses: [],
  };
}

const own = (by: Signer): Sent => ({ by, signatures: [by] });
const SENDS = [own(ONE), own(TWO), own(THREE)];

function lengths(options: Options, by: readonly Signer[]) {
  const problem = problemOf(options, by);
  const found = lengthsOf(problem, explore(problem));
  const all = exploreAll(problem);
  const naive = searchNaively(problem.system, problem.properties);
  expect(found).toEqual(naiveLengths(naive));
  expect([all.states, all.depth]).toEqual([naive.states, naive.depth]);
  return found;
}

describe("a coalition", () => {
  test("signs with its own keys from the start", () => {
    expect(lengths({ sends: SENDS, forges: [[FAULTY]] }, [])).toEqual({ "nothing is forged": 1 });
  });

  test("waits for every correct signature in a message, and for no other", () => {
    const forges = [[FAULTY, ONE, TWO]];

    expect(lengths({ sends: SENDS, forges }, [ONE, TWO])).toEqual({ "nothing is forged": 3 });
    expect(lengths({ sends: SENDS, forges: [[FAULTY, ONE]] }, [ONE, TWO])).toEqual({
      "nothing is forged": 2,
      "what is taken was signed": 2,
    });
  });

  test("never forges a message with a signature that nobody made", () => {
    expect(lengths({ sends: [own(ONE)], forges: [[FAULTY, ONE, TWO]] }, [])).toEqual({});
  });

  test("learns a signature from inside another message", () => {
    const sends = [{ by: ONE, signatures: [ONE, TWO] }];

    expect(lengths({ sends, forges: [[ONE, TWO]] }, [ONE])).toEqual({ "nothing is forged": 2 });
  });

  test("does not learn from what it does not hear", () => {
    const hears = ({ by }: Sent) => by !== TWO;

    expect(lengths({ sends: SENDS, forges: [[ONE, TWO]], hears }, [])).toEqual({});
    expect(lengths({ sends: SENDS, forges: [[ONE, THREE]], hears }, [ONE, THREE])).toEqual({
      "nothing is forged": 3,
    });
  });

  test("needs no tokens that are in no message of its universe", () => {
    const system = systemOf({ sends: SENDS, forges: [[FAULTY, ONE]] });
    const cells = system.parts.network.start()[0];

    expect(cells).toEqual({ [knows(token(ONE))]: false });
  });

  const signers = fc.uniqueArray(fc.constantFrom(FAULTY, ONE, TWO, THREE), { maxLength: 4 });
  const correct = fc.uniqueArray(fc.constantFrom(ONE, TWO, THREE), { maxLength: 3 });

  test("forges exactly the messages all of whose signatures exist, in any universe", () => {
    fc.assert(
      fc.property(
        fc.array(signers, { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(fc.constantFrom(ONE, TWO, THREE), { minLength: 1, maxLength: 2 }),
        fc.array(correct, { minLength: 2, maxLength: 2 }),
        (forges, speakers, inside) => {
          const sends = speakers.map((by, at) => ({ by, signatures: inside[at] ?? [] }));
          const system = systemOf({ sends, forges });
          const made = (spoke: (at: number) => boolean) =>
            new Set([
              FAULTY,
              ...sends.flatMap(({ signatures }, at) => (spoke(at) ? signatures : [])),
            ]);
          const problem: Problem = {
            system,
            properties: [
              invariant(system, {
                name: "sound",
                reads: ["receiver.taken", "senders"],
                holds: ({ receiver, senders }) => {
                  const known = made((at) => senders[at] === "spoke");
                  return receiver.taken.every((id) => forges[id]?.every((one) => known.has(one)));
                },
              }),
            ],
            witnesses: forges.map((_, id) =>
              witness(system, {
                name: `${id}`,
                reads: ["receiver.taken"],
                reached: ({ receiver }) => receiver.taken.includes(id),
              }),
            ),
          };

          const { violations, reached, states, depth } = explore(problem);
          const naive = searchNaively(system, problem.properties);

          const known = made(() => true);
          expect([states, depth]).toEqual([naive.states, naive.depth]);
          expect(violations).toEqual([null]);
          expect(reached).toEqual(forges.map((all) => all.every((one) => known.has(one))));
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe("a coalition that loses a key", () => {
  const stopOf = (covers: readonly Signer[]): Stop<Forged> => ({
    process: FAULTY,
    covers: ({ signatures }) =>
      signatures.includes(FAULTY)
        ? signatures.filter((one) => covers.includes(one)).map(token)
        : [],
  });

  /** Whether message 0 can be forged after these, and only these. */
  function isForgedAfter(options: Options, ...order: readonly (Signer | "STOP")[]): boolean {
    const system = systemOf(options);
    const end = order.reduce((at, one) => {
      const sent = options.sends.find(({ by }) => by === one);
      const action =
        sent === undefined
          ? { name: "STOP", payload: { process: FAULTY } }
          : { name: "SEND", payload: { ...sent } };
      return applyAction(system, at, action);
    }, startStates(system)[0] as Global);
    return stepsFrom(system, end).some(
      ({ action }) => action.name === "FORGE" && action.payload.id === 0,
    );
  }

  const both = { sends: [own(ONE), own(TWO)], forges: [[FAULTY, ONE, TWO]] };

  test("sends later what it signed before", () => {
    const options = { ...both, stop: stopOf([ONE, TWO]) };

    expect(isForgedAfter(options, ONE, TWO, "STOP")).toBe(true);
    expect(isForgedAfter({ ...both, forges: [[FAULTY]], stop: stopOf([]) }, "STOP")).toBe(true);
  });

  test("signs nothing over what it learns after the stop", () => {
    const options = { ...both, stop: stopOf([ONE, TWO]) };

    expect(isForgedAfter(options, "STOP", ONE, TWO)).toBe(false);
    expect(isForgedAfter(options, ONE, "STOP", TWO)).toBe(false);
    expect(isForgedAfter(options, ONE, TWO)).toBe(true);
  });

  test("attaches later what its signature does not cover", () => {
    const options = { ...both, stop: stopOf([ONE]) };

    expect(isForgedAfter(options, ONE, "STOP", TWO)).toBe(true);
    expect(isForgedAfter(options, TWO, "STOP", ONE)).toBe(false);
  });

  test("goes on with the keys that it keeps", () => {
    const options = { ...both, forges: [[ONE, TWO]], stop: stopOf([ONE, TWO]) };

    expect(isForgedAfter(options, "STOP", ONE, TWO)).toBe(true);
  });

  test("explores as the naive search does", () => {
    expect(lengths({ ...both, stop: stopOf([ONE, TWO]) }, [ONE, TWO])).toEqual({
      "nothing is forged": 3,
    });
  });
});

describe("what a universe leaves out", () => {
  const universe = every({ to: [ONE, TWO], value: ["A", "B"], round: [1, 2, 3, 4, 5] });
  const options = { faulty: [FAULTY], universe, tokensOf: () => [] };

  test("is counted from it, with the reasons that are given", () => {
    const { excludes } = coalition({
      ...options,
      hears: () => true,
      because: { value: "two may disagree" },
      stop: { process: FAULTY, covers: () => [] },
    });

    expect(excludes).toEqual([
      "coalition: it holds the keys of signer#0; no other signature is forged, and no two contents have one digest",
      "coalition: no message is made up but 20 that its universe lists",
      'coalition: to is one of "signer#1", "signer#2"',
      'coalition: value is one of "A", "B": two may disagree',
      "coalition: round is one of 5 values",
      "coalition: it hears only some of what is sent",
      "coalition: of the faulty, only signer#0 is ever stopped",
    ]);
  });

  test("a reason for a field that no message has is refused", () => {
    const wrong = () => coalition({ ...options, because: { valeu: "two may disagree" } });

    expect(wrong).toThrow('field "valeu"');
  });

  test("an empty universe is refused, and a stop of a correct process", () => {
    const stop = { process: ONE, covers: () => [] };

    expect(() => coalition({ ...options, universe: [] })).toThrow("empty universe");
    expect(() => tokenSoup({ universe: [], tokensOf: () => [] })).toThrow("empty universe");
    expect(() => coalition({ ...options, stop })).toThrow("signer#1 is to stop and is not faulty");
  });
});

describe("a process that takes forged messages", () => {
  test("cannot tell them from others", () => {
    const taking = accepting(receiver, { DELIVER: "FORGE" });

    expect(taking.transitions.DELIVER).toBe(receiver.transitions.FORGE);
  });

  test("has the input that they are taken like, and not yet the new one", () => {
    expect(() => accepting(receiver, { FORGE: "FORGE" })).toThrow("cannot take FORGE");
    expect(() => accepting(receiver, { X: "SEND" as never })).toThrow("cannot take X");
  });
});

describe("a token soup", () => {
  test("delivers a message when all its tokens were sent, those of faulty signers too", () => {
    const universe: Forged[] = [{ id: 0, signatures: [FAULTY, ONE] }];
    const run = (sends: readonly Sent[]) => {
      const { network } = tokenSoup({
        universe,
        tokensOf,
        tokensOfSent: (sent: Sent) => tokensOf(sent),
        deliver: "FORGE",
      });
      const system = compose("soup", { senders: sends.map(sender), receiver, network });
      const nothing = invariant(system, {
        name: "nothing is delivered",
        reads: ["receiver.taken"],
        holds: ({ receiver }) => receiver.taken.length === 0,
      });
      const problem: Problem = { system, properties: [nothing], witnesses: [] };
      return lengthsOf(problem, explore(problem));
    };

    expect(run([own(ONE)])).toEqual({});
    expect(run([own(ONE), own(FAULTY)])).toEqual({ "nothing is delivered": 3 });
  });
});
