import { mutate } from "../../../checker/mutate/mutate.ts";
import {
  automaton,
  type Claim,
  type Clauses,
  claim,
  compose,
  durable,
  type Internal,
  index,
  invariant,
  type NoParameters,
  noDeadlock,
  type Problem,
  stepInvariant,
  threshold,
  withRestarts,
} from "../../../spec/automaton/index.ts";

type CaseBody = Partial<Claim["cases"][number]> & Pick<Claim["cases"][number], "problem">;

/** A claim whose cases hold, unless they say otherwise. */
export function claimOf(
  id: string,
  cases: readonly CaseBody[],
  survivors: Claim["survivors"] = [],
): Claim {
  const all = cases.map((one, at) => ({
    variant: "repaired",
    instance: `i${at + 1}`,
    tier: "ci" as const,
    expect: "holds" as const,
    ...one,
  }));
  return claim({ id, says: "A test.", source: "this test", survivors, cases: all });
}

/** What becomes of the mutants of all cases of some claims. */
export function mutateAll(claims: readonly Claim[], options: Parameters<typeof mutate>[1] = {}) {
  const report = mutate(
    claims.flatMap((one) => one.cases.map((each) => ({ claim: one, case: each }))),
    options,
  );
  const of = (mutant: string) => report.records.find((record) => record.mutant === mutant);
  return { report, of };
}

export interface Counter {
  readonly at: number;
}

/** A counter, the part `one`, with an action `up`. */
export const counter = (
  when: Clauses<Counter, NoParameters>,
  after: (at: number) => number = (at) => at + 1,
) =>
  compose("alone", {
    one: automaton<Counter, { up: Internal }>("one", {
      start: { at: 0 },
      transitions: {
        up: { kind: "internal", when, effect: ({ at }) => ({ at: after(at) }) },
      },
    }),
  });

/** A counter that must not come beyond `max`, and has one state more if it does. */
export function countingTo(max: number, more: Clauses<Counter, NoParameters> = {}): Problem {
  const system = counter({ below: ({ at }) => at < max, ...more }, (at) =>
    Math.min(at + 1, max + 1),
  );
  const holds = (s: { readonly one: Counter }) => s.one.at <= max;
  return {
    system,
    properties: [invariant(system, { name: "no further", reads: ["one"], holds })],
    witnesses: [],
  };
}

/** Counts to 3. `spare` is a clause that says nothing new. */
export const counting = (): Problem => countingTo(3, { spare: ({ at }) => at < 4 });

/** The same system, of which nothing is asked. */
export const blind = (): Problem => ({ ...counting(), properties: [] });

interface Votes {
  readonly votes: number;
  readonly decided: boolean;
}

/** Four voters of whom one is silent: a quorum of three decides. */
export function votingSystem() {
  const quorum = threshold("quorum", 3);
  return compose("voting", {
    one: automaton<Votes, { vote: Internal; decide: Internal }>("one", {
      start: { votes: 0, decided: false },
      transitions: {
        vote: {
          kind: "internal",
          when: { speaks: ({ votes }) => votes < 3 },
          effect: (s) => ({ ...s, votes: s.votes + 1 }),
        },
        decide: {
          kind: "internal",
          when: { enough: ({ votes }) => votes >= quorum },
          effect: (s) => ({ ...s, decided: true }),
        },
      },
    }),
  });
}

type Voting = ReturnType<typeof votingSystem>;

/** It decides with three votes at least. */
export const threeVoted = (system: Voting) =>
  invariant(system, {
    name: "three voted",
    reads: ["one"],
    holds: ({ one }) => !one.decided || one.votes >= 3,
  });

/** It decides with three votes at least, and decides. */
export function voting(): Problem {
  const system = votingSystem();
  const decides = noDeadlock(system, {
    name: "it decides",
    reads: ["one"],
    finished: ({ one }) => one.decided,
  });
  return { system, properties: [threeVoted(system), decides], witnesses: [] };
}

interface Signer {
  readonly signed: boolean;
  readonly drafted: boolean;
}

/** Signs once. Both fields of its state are durable. */
export function signer() {
  const process = index("signer", 0);
  return automaton<Signer, { sign: Internal }>("signer", {
    process,
    start: { signed: false, drafted: false },
    fields: { signed: durable("whether it signed"), drafted: durable("whether it drafted") },
    transitions: {
      sign: {
        kind: "internal",
        when: { first: ({ signed }) => !signed },
        effect: () => ({ signed: true, drafted: true }),
      },
    },
  });
}

/** Signs once in its life, though its process restarts. Nobody looks at whether it drafted. */
export function signing(): Problem {
  const processes = [index("signer", 0)];
  const system = withRestarts(compose("signing", { signer: signer() }), { processes, atMost: 1 });
  const remembers = stepInvariant(system, {
    name: "a signer does not forget",
    reads: ["signer.signed"],
    holds: (before, _, after) => !before.signer.signed || after.signer.signed,
  });
  return { system, properties: [remembers], witnesses: [] };
}
