import {
  type CheckedBehaviour,
  doubleVote,
  equivocate,
  leftOut,
  mutate,
  mute,
  withhold,
} from "../../impl/adversary/checked/index.ts";
import {
  type Case,
  claim,
  invariant,
  type Problem,
  quiescentWhenFinished,
  type Witness,
  witness,
  witnessAction,
} from "../../spec/automaton/index.ts";
import {
  BROADCASTER,
  type BrachaSystem,
  type bracha,
  type Faults,
  type Handed,
  MESSAGES,
  PROCESSES,
  type Process,
  type ProcessState,
  REPAIRED,
  type Sent,
  type Thresholds,
  tokensOfSent,
  withCoalition,
  withFaults,
} from "./bracha.ts";

type System = BrachaSystem;
const [, , two, three] = PROCESSES as [Process, Process, Process, Process];

const agreement = (system: System) =>
  invariant(system, {
    name: "correct processes deliver one value",
    reads: ["correct.delivered"],
    holds: (view) => {
      const delivered = view.correct.flatMap((one) => one.delivered ?? []);
      return new Set(delivered).size < 2;
    },
  });

const totality = (system: System) =>
  quiescentWhenFinished(system, {
    name: "all correct processes deliver, or none",
    reads: ["correct.delivered"],
    finished: (view) => {
      const all = view.correct.map(({ delivered }) => delivered !== null);
      return new Set(all).size === 1;
    },
  });

const validity = (system: System) =>
  quiescentWhenFinished(system, {
    name: "what a correct process broadcasts is delivered",
    reads: ["correct.delivered"],
    finished: (view) => view.correct.every(({ delivered }) => delivered !== null),
  });

/** A message that some faulty processes signed changes a correct one. */
const isTaken = (system: System, kind: Sent["kind"], value: Sent["value"], by: Process): Witness =>
  witnessAction(system, {
    name: `a correct process takes ${kind} ${value} of ${by}`,
    action: "DELIVER",
    where: (handed: Handed) =>
      handed.kind === kind && handed.value === value && handed.senders.includes(by),
  });

const delivers = (system: System): Witness =>
  witness(system, {
    name: "a correct process delivers",
    reads: ["correct.delivered"],
    reached: (view) => view.correct.some(({ delivered }) => delivered !== null),
  });

function forging(faulty: readonly Process[], thresholds: Thresholds): Problem {
  const { system, excludes } = withCoalition(faulty, thresholds);
  const isFaulty = (sender: Process) => faulty.includes(sender);
  return {
    system,
    properties: [agreement(system), totality(system)],
    witnesses: [
      delivers(system),
      ...["ECHO", "READY"].map((kind) =>
        witnessAction(system, {
          name: `a correct process takes ${kind} of faulty and correct ones`,
          action: "FORGE",
          where: (handed: Handed) =>
            handed.kind === kind && new Set(handed.senders.map(isFaulty)).size === 2,
        }),
      ),
    ],
    reductions: ["sends-at-once"],
    excludes,
  };
}

type Automaton = ReturnType<typeof bracha>;
const other = ({ value }: Sent): Sent["value"] => (value === "A" ? "B" : "A");
const liar =
  (faulty: readonly Process[], only?: Sent["kind"]) =>
  (correct: Automaton): Automaton =>
    equivocate(correct, {
      send: "SEND",
      tokensOf: tokensOfSent,
      faulty,
      lies: (sent) =>
        only === undefined || sent.kind === only ? [{ ...sent, value: other(sent) }] : [],
    });
const changing =
  (faulty: readonly Process[]) =>
  (correct: Automaton): Automaton =>
    mutate(correct, { send: "SEND", tokensOf: tokensOfSent, faulty, universe: MESSAGES });

/** Safety against certain behaviours, all of which may say two values. */
function lying(faults: Faults, behaviours: readonly CheckedBehaviour[]): Problem {
  const { system, excludes } = withFaults(faults);
  return {
    system,
    properties: [agreement(system)],
    witnesses: Object.keys(faults).flatMap((by) => [
      isTaken(system, "ECHO", "A", by as Process),
      isTaken(system, "ECHO", "B", by as Process),
    ]),
    reductions: ["sends-at-once"],
    excludes: [...excludes, ...leftOut(...behaviours)],
  };
}

/** What is owed in spite of silent and selective processes. */
function silent(
  faults: Faults,
  properties: readonly ((system: System) => ReturnType<typeof totality>)[],
  behaviours: readonly CheckedBehaviour[],
): Problem {
  const { system, excludes } = withFaults(faults);
  return {
    system,
    properties: properties.map((property) => property(system)),
    witnesses: [
      delivers(system),
      witness(system, {
        name: "a faulty process has what to say",
        reads: ["faulty"],
        reached: ({ faulty }) => faulty.some(({ readied }: ProcessState) => readied !== null),
      }),
    ],
    reductions: ["sends-at-once"],
    excludes: [...excludes, ...leftOut(...behaviours)],
  };
}

const silentTo =
  (receiver: Process, kind: Sent["kind"]) =>
  (correct: Automaton): Automaton =>
    withhold(correct, {
      send: "SEND",
      keeps: (sent) => sent.to === receiver && sent.kind === kind,
    });

const ci = (one: Omit<Case, "tier">): Case => ({ tier: "ci", ...one });
const TWO = "two faulty processes of four: quorums need not share a correct one";

export default claim({
  id: "A-BRACHA",
  says: "Bracha's broadcast delivers one value, to all or to none, whatever f of 3f + 1 processes say or keep back.",
  source: "architecture, Faulty processes; docs/guides/adversary.md",
  cases: [
    ci({
      variant: "repaired",
      instance: "coalition of the broadcaster",
      expect: "holds",
      pinned: { states: 349, depth: 9 },
      problem: () => forging([BROADCASTER], REPAIRED),
    }),
    ci({
      variant: "tight",
      instance: "coalition of two",
      expect: "violated",
      because: TWO,
      problem: () => forging([BROADCASTER, three], REPAIRED),
    }),
    ci({
      variant: "mutant/echo-quorum-f+1",
      instance: "coalition of the broadcaster",
      expect: "violated",
      problem: () => forging([BROADCASTER], { ...REPAIRED, echoes: 2 }),
    }),
    ci({
      variant: "mutant/ready-after-f",
      instance: "coalition of the broadcaster",
      expect: "violated",
      because: "one READY may be a faulty process's",
      problem: () => forging([BROADCASTER], { ...REPAIRED, readies: 1 }),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster equivocates",
      expect: "holds",
      pinned: { states: 3643, depth: 13 },
      problem: () => lying({ [BROADCASTER]: liar([BROADCASTER]) }, ["equivocate"]),
    }),
    ci({
      variant: "tight",
      instance: "two equivocate",
      expect: "violated",
      because: TWO,
      problem: () =>
        lying({ [BROADCASTER]: liar([BROADCASTER]), [three]: liar([three]) }, ["equivocate"]),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster proposes two values and votes double",
      expect: "holds",
      pinned: { states: 5607, depth: 14 },
      problem: () =>
        lying({ [BROADCASTER]: (one) => liar([BROADCASTER], "INITIAL")(doubleVote(one)) }, [
          "equivocate",
          "doubleVote",
        ]),
    }),
    ci({
      variant: "tight",
      instance: "two vote double",
      expect: "violated",
      because: TWO,
      problem: () =>
        lying(
          {
            [BROADCASTER]: (one) => liar([BROADCASTER], "INITIAL")(doubleVote(one)),
            [three]: doubleVote,
          },
          ["equivocate", "doubleVote"],
        ),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster mutates what it sends",
      expect: "holds",
      pinned: { states: 4843, depth: 13 },
      problem: () => lying({ [BROADCASTER]: changing([BROADCASTER]) }, ["mutate"]),
    }),
    ci({
      variant: "tight",
      instance: "two mutate what they send",
      expect: "violated",
      because: TWO,
      problem: () =>
        lying({ [BROADCASTER]: changing([BROADCASTER]), [three]: changing([three]) }, ["mutate"]),
    }),
    ci({
      variant: "repaired",
      instance: "one is mute",
      expect: "holds",
      pinned: { states: 181, depth: 13 },
      problem: () => silent({ [three]: mute }, [totality, validity], ["mute"]),
    }),
    ci({
      variant: "tight",
      instance: "two are mute",
      expect: "violated",
      because: "two correct processes are no quorum of three",
      problem: () => silent({ [two]: mute, [three]: mute }, [totality, validity], ["mute"]),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster withholds its value from one",
      expect: "holds",
      pinned: { states: 133, depth: 12 },
      problem: () => silent({ [BROADCASTER]: silentTo(two, "INITIAL") }, [totality], ["withhold"]),
    }),
    ci({
      variant: "repaired",
      instance: "one withholds READY from one",
      expect: "holds",
      pinned: { states: 533, depth: 13 },
      problem: () =>
        silent({ [three]: silentTo(two, "READY") }, [totality, validity], ["withhold"]),
    }),
    ci({
      variant: "tight",
      instance: "two withhold READY from one",
      expect: "violated",
      because: "the two correct READY make others ready, and are too few to deliver",
      problem: () =>
        silent(
          { [BROADCASTER]: silentTo(two, "READY"), [three]: silentTo(two, "READY") },
          [totality],
          ["withhold"],
        ),
    }),
  ],
});
