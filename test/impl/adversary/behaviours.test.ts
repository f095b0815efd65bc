import { describe, expect, test } from "vitest";
import {
  byzantine,
  crash,
  delay,
  doubleVote,
  duplicate,
  equivocate,
  mute,
  reorder,
  replay,
  stale,
  twin,
  withhold,
} from "../../../impl/adversary/index.ts";
import type { Message } from "../../../impl/network/process.ts";
import { canonical, indices } from "../../../spec/automaton/index.ts";
import { TinyNet } from "./harness.ts";
import { ASKER, asker, VOTERS, voteFor, voter } from "./toy.ts";
import {
  answersTo,
  ask,
  byAsker,
  FAULTY,
  look,
  withFaultyAsker,
  withFaultyVoter,
} from "./worlds.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const CLIENTS = indices("client", 4);

const typesOf = (sent: readonly { message: Message }[]) => sent.map(({ message }) => message.type);
const valuesOf = (sent: readonly { message: Message }[]) =>
  sent.map(({ message }) => message.value);
const numbered = (count: number) => Array.from({ length: count }, (_, nonce) => look(nonce));
const noncesOf = (sent: readonly { message: Message }[]) =>
  sent.map(({ message }) => message.nonce);

describe("silence", () => {
  test("a mute voter sends nothing, and three others are enough", () => {
    const { net, client } = withFaultyVoter(mute());
    net.input(ASKER, "s", "START", { value: "a" });
    net.settle();
    expect(net.sentBy(FAULTY)).toEqual([]);
    expect(client.answers).toEqual(["a"]);
  });

  test("a crashed voter answers as many messages as it was given, and no more", () => {
    expect(noncesOf(answersTo(crash({ deliveries: 2 }), byAsker(...numbered(4))).answers)).toEqual([
      0, 1,
    ]);
    expect(answersTo(crash({ deliveries: 0 }), byAsker(...numbered(4))).answers).toEqual([]);
  });

  test("a client that crashes after two sends stops half way through its broadcast", () => {
    const { net, client } = withFaultyAsker(crash({ sends: 2 }));
    net.input(ASKER, "s", "START", { value: "a" });
    net.connected(ASKER, VOTERS[3] as (typeof VOTERS)[number]);
    net.settle();
    expect(net.sentBy(ASKER).map(({ to }) => to)).toEqual(VOTERS.slice(0, 2));
    expect(client.answers).toEqual([]);
  });

  test("a crashed client does not answer its users, whatever it had asked", () => {
    const { net, client } = withFaultyAsker(crash({ deliveries: 2 }));
    net.input(ASKER, "s", "START", { value: "a" });
    net.settle();
    expect(net.sentBy(ASKER)).toHaveLength(4);
    expect([client.heard.length, client.answers]).toEqual([2, []]);
  });

  test("withholding is selective by peer and by type", () => {
    const some = withhold({ to: [CLIENTS[0] as string], types: ["SHOW"] });
    const requests = CLIENTS.slice(0, 2).flatMap((from) => [
      [from, ask("a")] as const,
      [from, look(1)] as const,
    ]);
    const { answers } = answersTo(some, requests);
    expect(answers.map(({ to, message }) => [to, message.type])).toEqual([
      [CLIENTS[0], "VOTE"],
      [CLIENTS[1], "VOTE"],
      [CLIENTS[1], "SHOW"],
    ]);
  });

  test("withholding from one half serves exactly the other half, always the same", () => {
    for (const seed of SEEDS) {
      const requests = [0, 1].flatMap((nonce) =>
        CLIENTS.map((from) => [from, look(nonce)] as const),
      );
      const { answers } = answersTo(withhold({ half: true }), requests, seed);
      const served = [0, 1].map((nonce) =>
        answers.filter(({ message }) => message.nonce === nonce).map(({ to }) => to),
      );
      expect(served[0]).toHaveLength(2);
      expect(served[1]).toEqual(served[0]);
    }
  });

  test("withholding a share drops some and not all", () => {
    const { answers } = answersTo(withhold({ share: 0.5 }), byAsker(...numbered(100)));
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.length).toBeLessThan(80);
  });
});

describe("timing", () => {
  test("a delayed message leaves once, between the least and the longest time", () => {
    const { answers } = answersTo(delay({ minMs: 10, maxMs: 20 }), byAsker(...numbered(50)));
    expect(noncesOf(answers).sort()).toEqual(
      numbered(50)
        .map(({ nonce }) => nonce)
        .sort(),
    );
    const times = answers.map(({ atMs }) => atMs);
    expect([Math.min(...times), Math.max(...times)]).toEqual([10, 20]);
  });

  test("a duplicated message leaves again, at once or later", () => {
    const atOnce = answersTo(duplicate({ copies: 2 }), byAsker(look(1), look(2))).answers;
    expect(noncesOf(atOnce)).toEqual([1, 1, 1, 2, 2, 2]);
    const later = answersTo(duplicate({ laterMs: 50 }), byAsker(...numbered(20))).answers;
    expect(later.slice(0, 20).every(({ atMs }) => atMs === 0)).toBe(true);
    expect(new Set(later.slice(20).map(({ atMs }) => atMs)).size).toBeGreaterThan(3);
    expect(later).toHaveLength(40);
  });

  test("votes that come twice count once", () => {
    const { net, client } = withFaultyVoter(duplicate({ copies: 5 }));
    net.inject(ASKER, FAULTY, ask("a"));
    net.settle();
    expect(client.heard).toHaveLength(6);
    expect(client.answers).toEqual([]);
  });

  test("reordered messages all leave, in another order, and none overtakes more than the window", () => {
    const window = 3;
    const { answers } = answersTo(reorder({ window }), byAsker(...numbered(40)));
    const nonces = noncesOf(answers) as number[];
    expect([...nonces].sort((a, b) => a - b)).toEqual(numbered(40).map(({ nonce }) => nonce));
    expect(nonces).not.toEqual([...nonces].sort((a, b) => a - b));
    for (const [at, nonce] of nonces.entries()) expect(nonce).toBeLessThanOrEqual(at + window);
  });
});

describe("replay", () => {
  test("an old message goes out beside the new one, unchanged, and also to other peers", () => {
    const [one, two] = CLIENTS as [(typeof CLIENTS)[number], (typeof CLIENTS)[number]];
    const requests = [[one, look(1)] as const, [two, look(2)] as const];
    const { answers } = answersTo(replay(), requests);
    expect(answers.map(({ to, message }) => [to, message.nonce])).toEqual([
      [one, 1],
      [two, 2],
      [two, 1],
    ]);
    const own = answersTo(replay({ others: false }), requests).answers;
    expect(own.map(({ to, message }) => [to, message.nonce])).toEqual([
      [one, 1],
      [two, 2],
    ]);
  });

  test("an old message goes out instead of the new one, from no farther back than it remembers", () => {
    const { answers } = answersTo(
      replay({ beside: false, remembers: 2 }),
      byAsker(...numbered(50)),
    );
    expect(answers).toHaveLength(50);
    for (const [at, nonce] of (noncesOf(answers) as number[]).entries()) {
      if (at === 0) expect(nonce).toBe(0);
      else expect([at - 1, at - 2]).toContain(nonce);
    }
  });
});

describe("equivocation", () => {
  test("a client that lies asks different voters for different values, and nobody gets three votes", () => {
    const lies = (message: Message, to: string) =>
      to === VOTERS[3] ? null : { ...message, value: to === VOTERS[0] ? "a" : "b" };
    const { net, client } = withFaultyAsker(equivocate({ lies }));
    net.input(ASKER, "s", "START", { value: "x" });
    net.settle();
    expect(valuesOf(net.sentBy(ASKER))).toEqual(["a", "b", "b"]);
    const votes = client.heard.map(([from, { value }]) => `${from} ${value}`);
    expect(votes).toEqual(["replica#0 a", "replica#1 b", "replica#2 b"]);
    expect(client.answers).toEqual([]);
  });

  test("without protocol knowledge one half gets the newest message and the other the one before", () => {
    for (const seed of SEEDS) {
      const { net } = withFaultyAsker(equivocate(), seed);
      net.input(ASKER, "s", "START", { value: "old" });
      net.input(ASKER, "s", "START", { value: "new" });
      const [first, second] = [net.sentBy(ASKER).slice(0, 4), net.sentBy(ASKER).slice(4)];
      expect(valuesOf(first)).toEqual(["old", "old", "old", "old"]);
      expect(valuesOf(second).sort()).toEqual(["new", "new", "old", "old"]);
    }
  });

  test("a stale voter shows one half what is, and the other half what was, to the right nonce", () => {
    for (const seed of SEEDS) {
      const requests = [...byAsker(ask("a")), ...CLIENTS.map((from) => [from, look(7)] as const)];
      const { net } = answersTo(stale({ lag: 100 }), requests, seed);
      const shown = net.sent.filter(({ message }) => message.type === "SHOW");
      expect(noncesOf(shown)).toEqual([7, 7, 7, 7]);
      expect(valuesOf(shown).filter((value) => value === null)).toHaveLength(2);
      expect(valuesOf(shown).filter((value) => value === "a")).toHaveLength(2);
    }
  });

  test("a stale voter's past follows after as many deliveries as it lags", () => {
    const { answers } = answersTo(
      stale({ lag: 3 }),
      [...byAsker(ask("a")), ...CLIENTS.map((from) => [from, look(1)] as const)].concat(
        CLIENTS.map((from) => [from, look(2)] as const),
      ),
    );
    const late = answers.filter(({ message }) => message.nonce === 2);
    expect(valuesOf(late)).toEqual(["a", "a", "a", "a"]);
  });

  test("a double voter votes for two values of one slot, and signs both", () => {
    const honest = answersTo(duplicate({ share: 0 }), byAsker(ask("a"), ask("b")));
    expect(valuesOf(honest.answers)).toEqual(["a"]);
    const { net, answers } = answersTo(doubleVote(), byAsker(ask("a"), ask("b"), look(1)));
    expect(valuesOf(answers)).toEqual(["a", "b", "a"]);
    expect([...net.signed]).toEqual(
      ["a", "b"].map((value) => `${FAULTY} ${canonical(voteFor("s", value))}`),
    );
  });

  test.each([
    [1, 1],
    [2, 2],
  ])("with %i double voters of four, %i values are agreed on for one slot", (faults, agreed) => {
    const net = new TinyNet(1);
    // Each client passes over one correct voter, so that the two correct ones vote differently.
    const clients = [2, 3].map((skipped, at) => {
      const client = asker(CLIENTS[at]);
      const lies = (message: Message, to: string) => (to === VOTERS[skipped] ? null : message);
      net.add(byzantine(client, equivocate({ lies })));
      return client;
    });
    for (const [at, self] of VOTERS.entries()) {
      net.add(at < faults ? byzantine(voter(self), doubleVote()) : voter(self));
    }
    for (const [at, value] of ["a", "b"].entries()) {
      net.input(CLIENTS[at] as typeof ASKER, "s", "START", { value });
      net.settle();
    }
    const answers = clients.flatMap((client) => client.answers);
    expect(answers).toEqual(["a", "b"].slice(0, agreed));
  });

  test("each peer of a twin talks to one of two copies, which vote for themselves", () => {
    for (const seed of SEEDS) {
      const requests = CLIENTS.flatMap((from) => [
        [from, ask(from === CLIENTS[0] || from === CLIENTS[2] ? "a" : "b")] as const,
        [from, look(1)] as const,
      ]);
      const { answers } = answersTo(twin(), requests, seed);
      const shown = answers.filter(({ message }) => message.type === "SHOW");
      // Peers are split in pairs: the first two never share a copy, so both get their vote.
      expect(valuesOf(shown).slice(0, 2)).toEqual(["a", "b"]);
      expect(shown).toHaveLength(4);
      expect(shown.map(({ to }) => to)).toEqual(CLIENTS);
    }
  });

  test("both copies of a twin that is not split answer everybody", () => {
    const { answers } = answersTo(twin({ split: false }), byAsker(ask("a"), look(1)));
    expect(typesOf(answers)).toEqual(["VOTE", "VOTE", "SHOW", "SHOW"]);
  });

  test("the second copy of a client hears its own half and tells its users nothing", () => {
    const { net, client } = withFaultyAsker(twin());
    net.input(ASKER, "s", "START", { value: "a" });
    net.settle();
    expect(net.sentBy(ASKER)).toHaveLength(2);
    expect(client.heard).toHaveLength(2);
    expect(client.answers).toEqual([]);
  });
});
