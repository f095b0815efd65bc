import { crash, doubleVote, halves, mutate, twin } from "../../impl/adversary/checked/index.ts";
import {
  type Case,
  claim,
  type Index,
  invariant,
  type Problem,
  quiescentWhenFinished,
  type Witness,
  witness,
  witnessAction,
} from "../../spec/automaton/index.ts";
import {
  BROADCASTER,
  messagesOf,
  OTHERS,
  PROCESSES,
  type Process,
  type process,
  REPAIRED,
  type Rules,
  type Sent,
  type SignedEcho,
  tokensOf,
  withCoalition,
  withFaults,
  withReplay,
} from "./signed-echo.ts";

const [, , two, three] = PROCESSES as [Process, Process, Process, Process];

const agreement = (system: SignedEcho) =>
  invariant(system, {
    name: "correct processes deliver one value",
    reads: ["correct.delivered"],
    holds: ({ correct }) => new Set(correct.flatMap((one) => one.delivered ?? [])).size < 2,
  });

/** @param least so many correct processes signed what is delivered */
const certified = (system: SignedEcho, least: number) =>
  invariant(system, {
    name: "what is delivered a quorum has signed",
    reads: ["correct.delivered", "correct.echoed"],
    holds: ({ correct }) =>
      correct.every(
        ({ delivered }) =>
          delivered === null ||
          correct.filter(({ echoed }) => echoed === delivered).length >= least,
      ),
  });

const validity = (system: SignedEcho) =>
  quiescentWhenFinished(system, {
    name: "what a correct process proposes all correct ones deliver",
    reads: ["correct.delivered"],
    finished: ({ correct }) => correct.every(({ delivered }) => delivered !== null),
  });

/** A message that was not sent so changes a correct process. */
const takes = (system: SignedEcho, action: string, type: string, value: string): Witness =>
  witnessAction(system as never, {
    name: `a correct process takes ${type} ${value} by ${action}`,
    action: action as never,
    where: ({ message, to }: Sent) =>
      system.leaves.some(({ automaton, part }) => part === "correct" && automaton.process === to) &&
      message.type === type &&
      message.value === value,
  });

function forging(faulty: readonly Process[], rules: Rules): Problem {
  const { system, excludes } = withCoalition(faulty, rules);
  const kind = faulty.includes(BROADCASTER) ? "FINAL" : "ECHO";
  return {
    system,
    properties: [agreement(system), certified(system, REPAIRED.quorum - 1)],
    witnesses: [takes(system, "FORGE", kind, "A"), takes(system, "FORGE", kind, "B")],
    reductions: ["sends-at-once"],
    excludes,
  };
}

type Correct = ReturnType<typeof process>;

/** Two copies of the broadcaster: each other process talks to one, or the last one to both. */
const twins = (lastToBoth: boolean) => (correct: Correct) =>
  twin(correct, {
    send: "SEND",
    receiverOf: ({ to }) => to,
    senderOf: ({ from }) => from,
    splits: halves(lastToBoth ? OTHERS.slice(0, -1) : OTHERS).map(({ first, second }) => {
      const both: Index[] = lastToBoth ? [three] : [];
      return { first: [...first, ...both], second: [...second, ...both] };
    }),
  });

function twinned(faults: Parameters<typeof withFaults>[0], last: readonly "doubleVote"[]): Problem {
  const { system, excludes } = withFaults(faults, ["twin", ...last]);
  return {
    system,
    properties: [agreement(system)],
    witnesses: [
      ...["A", "B"].map((value) => takes(system, "DELIVER", "PROPOSE", value)),
      ...["A", "B"].map((value) => takes(system, "DELIVER", "FINAL", value)),
    ],
    reductions: ["sends-at-once"],
    excludes,
  };
}

const changing =
  (faulty: readonly Process[], rules: Rules) =>
  (correct: Correct): Correct =>
    mutate(correct, {
      send: "SEND",
      tokensOf: tokensOf(rules),
      faulty,
      universe: messagesOf(REPAIRED),
    });

/** The broadcaster changes a field of what it sends, as far as the signatures in it allow. */
function mutating(rules: Rules): Problem {
  const faulty = [BROADCASTER];
  const { system, excludes } = withFaults(
    { [BROADCASTER]: changing(faulty, rules) },
    ["mutate"],
    ["A"],
  );
  return {
    system,
    properties: [agreement(system)],
    witnesses: [takes(system, "DELIVER", "PROPOSE", "B"), takes(system, "DELIVER", "FINAL", "A")],
    reductions: ["sends-at-once"],
    excludes,
  };
}

/** What is owed although some stop half way. */
function crashing(faulty: readonly Process[]): Problem {
  const faults = Object.fromEntries(
    faulty.map((self) => [self, (correct: Correct) => crash(correct)]),
  );
  const { system, excludes } = withFaults(faults, ["crash"], ["A"]);
  return {
    system,
    properties: [validity(system)],
    witnesses: [
      witnessAction(system, { name: "a process crashes", action: "CRASH" as never }),
      witness(system, {
        name: "a correct process delivers",
        reads: ["correct.delivered"],
        reached: ({ correct }) => correct.some(({ delivered }) => delivered !== null),
      }),
    ],
    excludes,
  };
}

function repeating(rules: Rules): Problem {
  const { system, excludes } = withReplay(rules);
  return {
    system,
    properties: [certified(system, REPAIRED.quorum)],
    witnesses: [
      witness(system, {
        name: "all processes deliver",
        reads: ["correct.delivered"],
        reached: ({ correct }) => correct.every(({ delivered }) => delivered !== null),
      }),
      takes(system, "REPLAY", "ECHO", "A"),
    ],
    excludes,
  };
}

const ci = (one: Omit<Case, "tier">): Case => ({ tier: "ci", ...one });

export default claim({
  id: "A-SIGNED-ECHO",
  says: "Signed echo broadcast delivers one value, whatever f of 3f + 1 processes sign, keep, repeat or change.",
  source: "architecture, Faulty processes; docs/guides/adversary.md",
  cases: [
    ci({
      variant: "repaired",
      instance: "coalition of the broadcaster",
      expect: "holds",
      pinned: { states: 125, depth: 7 },
      problem: () => forging([BROADCASTER], REPAIRED),
    }),
    ci({
      variant: "repaired",
      instance: "coalition of a receiver",
      expect: "holds",
      pinned: { states: 105, depth: 8 },
      problem: () => forging([three], REPAIRED),
    }),
    ci({
      variant: "tight",
      instance: "coalition of two",
      expect: "violated",
      because: "two certificates need not share a correct signer",
      problem: () => forging([BROADCASTER, three], REPAIRED),
    }),
    ci({
      variant: "mutant/quorum-f+1",
      instance: "coalition of the broadcaster",
      expect: "violated",
      problem: () => forging([BROADCASTER], { ...REPAIRED, quorum: 2 }),
    }),
    ci({
      variant: "mutant/echo-does-not-sign-value",
      instance: "coalition of the broadcaster",
      expect: "violated",
      because: "the signatures for one value are a certificate for the other",
      problem: () => forging([BROADCASTER], { ...REPAIRED, signsValue: false }),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster is a twin",
      expect: "holds",
      pinned: { states: 2784, depth: 11 },
      problem: () => twinned({ [BROADCASTER]: twins(false) }, []),
    }),
    ci({
      variant: "tight",
      instance: "the broadcaster is a twin and another votes double",
      expect: "violated",
      because: "the double voter completes a quorum for each copy",
      problem: () =>
        twinned({ [BROADCASTER]: twins(true), [three]: doubleVote as never }, ["doubleVote"]),
    }),
    ci({
      variant: "repaired",
      instance: "the broadcaster mutates what it sends",
      expect: "holds",
      pinned: { states: 199, depth: 10 },
      problem: () => mutating(REPAIRED),
    }),
    ci({
      variant: "mutant/echo-does-not-sign-value",
      instance: "the broadcaster mutates what it sends",
      expect: "violated",
      problem: () => mutating({ ...REPAIRED, signsValue: false }),
    }),
    ci({
      variant: "repaired",
      instance: "a receiver crashes",
      expect: "holds",
      pinned: { states: 1246, depth: 19 },
      problem: () => crashing([three]),
    }),
    ci({
      variant: "tight",
      instance: "two receivers crash",
      expect: "violated",
      because: "two signatures are no quorum of three",
      problem: () => crashing([two, three]),
    }),
    ci({
      variant: "repaired",
      instance: "messages are replayed",
      expect: "holds",
      pinned: { states: 49801, depth: 20 },
      problem: () => repeating(REPAIRED),
    }),
    ci({
      variant: "mutant/counts-messages",
      instance: "messages are replayed",
      expect: "violated",
      because: "one signature that comes twice is counted twice: fabric#370",
      problem: () => repeating({ ...REPAIRED, countsSigners: false }),
    }),
  ],
});
