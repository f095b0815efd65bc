import { coordinatorOf, type Estimate } from "../../../impl/atomic-multicast/messages.ts";
import type { WicRules } from "../../../impl/atomic-multicast/rules.ts";
import { specificationOf, type Wic, wic } from "../../../impl/atomic-multicast/wic/composition.ts";
import { type WicSize, wicWorldOf } from "../../../impl/atomic-multicast/wic/instances.ts";
import {
  echoCell,
  knowledge,
  readyCell,
  signersIn,
} from "../../../impl/atomic-multicast/wic/knowledge.ts";
import type { Decision, WicState } from "../../../impl/atomic-multicast/wic/replica.ts";
import { isEstimate } from "../../../impl/atomic-multicast/wic/valid.ts";
import {
  estimatesOf,
  namedInstances,
  spell,
  upTo,
  type WicWorld,
} from "../../../impl/atomic-multicast/wic/world.ts";
import {
  type Case,
  eventually,
  includedIn,
  invariant,
  type Problem,
  type Property,
  quiescentWhenFinished,
  type Witness,
  witness,
} from "../../../spec/automaton/index.ts";
import { PINS } from "./pins.ts";

/** What a claim asks of an instance. */
export interface Question {
  readonly properties: (system: Wic, world: WicWorld) => readonly Property[];
  readonly witnesses: (system: Wic, world: WicWorld) => readonly Witness[];
}

/** The problem that a question poses on an instance under some rules. */
export function problemOf(size: WicSize, rules: WicRules, question: Question): Problem {
  const world = wicWorldOf(size, rules);
  const system = wic(world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    reductions: ["sends-at-once"],
    excludes: excludesOf(size, world),
  };
}

function excludesOf(size: WicSize, { correct, estimateMatters }: WicWorld): string[] {
  const fixed = correct.filter((one) => !estimateMatters(one));
  return [
    `nobody enters round ${size.rounds + 1}`,
    ...(size.estimates === "two"
      ? ["two estimates in each instance: the protocol only compares them"]
      : []),
    ...(size.suspicion === "at once"
      ? [
          "correct processes suspect every coordinator but themselves as soon as they may: a suspicion enables, and hinders nothing",
        ]
      : []),
    ...(size.owes
      ? [
          `nobody suspects the coordinator of round ${size.rounds}, the accuracy of the detector`,
          "a process that waits for the Ready of a faulty coordinator suspects it in the end, its completeness",
        ]
      : []),
    ...(size.suspicion === "never" ? ["nobody is suspected"] : []),
    ...(size.lockstep
      ? [
          "nothing of a round is handed over once somebody entered a later one (rules.md, D.WIC.LOCKSTEP)",
        ]
      : []),
    ...(fixed.length > 0
      ? [`${fixed.join(", ")} coordinate no round, and start with one estimate`]
      : []),
    ...(size.tells === false ? ["nobody proposes again, so decisions are not told"] : []),
    "messages that no correct process would accept are not sent by faulty ones",
  ];
}

/** Names an instance by its size, in words. */
export function nameOf(size: WicSize): string {
  const { faulty, rounds, instances, estimates, suspicion } = size;
  const coordinates = faulty.map((at) => (at === 0 ? 4 : at));
  return [
    faulty.length === 0
      ? "4 correct"
      : `${4 - faulty.length} correct, faulty: coordinator of ${coordinates.join(" and ")}`,
    `${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    instances > 1 && `${instances} instances`,
    estimates !== "two" && `estimates: ${estimates}`,
    suspicion === "detector" && "suspicions one by one",
    suspicion === "never" && "no suspicions",
    size.owes && "deliveries owed",
    instances === 1 && size.tells !== false && "decisions told",
    size.lockstep && "in lockstep",
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

/** One case: a variant of the rules on an instance, and what is expected. */
export function caseOf(
  variant: string,
  rules: WicRules,
  size: WicSize,
  question: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  const pinned = variant === "repaired" ? PINS[nameOf(size)] : undefined;
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    problem: () => problemOf(size, rules, question),
    ...(pinned && { pinned }),
    ...rest,
  };
}

// ---- what the properties speak of

const decisionsOf = (replicas: readonly { readonly decided: readonly Decision[] }[]) =>
  replicas.flatMap(({ decided }) => decided);

/** Theorem 7.9. */
export const agreement = (system: Wic) =>
  invariant(system, {
    name: "no two correct processes decide differently",
    reads: ["replicas.decided"],
    holds: ({ replicas }) => {
      const decisions = decisionsOf(replicas);
      return decisions.every((one) =>
        decisions.every(
          (other) => one.k !== other.k || spell(one.estimate) === spell(other.estimate),
        ),
      );
    },
  });

/** Theorem 7.13: with the value of a correct process in this instance, and no false one. */
export const validity = (
  system: Wic,
  { correct, proposes }: WicWorld,
  isAsked: (k: number) => boolean = () => true,
) =>
  invariant(system, {
    name: "a decision holds the value of a correct process, and what it holds of correct ones is theirs",
    reads: ["replicas.decided"],
    holds: ({ replicas }) =>
      decisionsOf(replicas).every(({ k, estimate }) => {
        const own = estimate.filter(({ from }) => correct.includes(from));
        if (!isAsked(k)) return true;
        return own.length > 0 && own.every(({ from, value }) => value === proposes(from, k));
      }),
  });

/** The cells of the medium for each estimate in each round, as what a property reads. */
const cellsRead = (
  world: WicWorld,
  ...cells: readonly ((k: number, round: number, estimate: Estimate) => string)[]
) =>
  namedInstances(world).flatMap((k) =>
    upTo(world.rounds).flatMap((round) =>
      estimatesOf(world, k)
        .filter((e) => isEstimate(e, k, world))
        .flatMap((e) => cells.map((cell) => `medium.${cell(k, round, e)}` as const)),
    ),
  );

/** Lemma 7.7. */
export const oneCertified = (system: Wic, world: WicWorld) => {
  const { isCertified, valid } = knowledge(world, world.faulty);
  return invariant(system, {
    name: "no two estimates are echo certified in one round",
    reads: cellsRead(world, echoCell),
    accumulating: true,
    holds: ({ medium }) =>
      namedInstances(world).every((k) =>
        upTo(world.rounds).every(
          (round) => valid(k).filter((e) => isCertified(medium, k, round, e)).length < 2,
        ),
      ),
  });
};

/** Lemma 7.8: f + 1 correct processes that delivered an estimate lock it. */
export const locked = (system: Wic, world: WicWorld) => {
  const { isCertified, valid } = knowledge(world, world.faulty);
  const lockingMin = (world.group.length - 1) / 3 + 1;
  return invariant(system, {
    name: "after f + 1 correct processes delivered an estimate, no other is certified",
    reads: cellsRead(world, echoCell, readyCell),
    accumulating: true,
    holds: ({ medium }) =>
      namedInstances(world).every((k) =>
        upTo(world.rounds).every((round) =>
          valid(k).every(
            (e) =>
              signersIn(medium, readyCell(k, round, e)) < lockingMin ||
              valid(k).every(
                (other) =>
                  other === e ||
                  upTo(world.rounds).every(
                    (later) => later < round || !isCertified(medium, k, later, other),
                  ),
              ),
          ),
        ),
      ),
  });
};

/** The visible traces are those of the specification. */
export const isWeakInteractiveConsistency = (system: Wic, world: WicWorld) =>
  includedIn(system, {
    name: "weak interactive consistency",
    specification: specificationOf(world),
    visible: ["PROPOSE", "DECIDED"],
  });

/**
 * Whether ◇M still owes a suspicion: a process waits for a Ready of a faulty coordinator, which is
 * mute, or is caught not to send what it should. A run does not end there.
 */
const waitsInVain =
  ({ faulty, group }: WicWorld) =>
  ({ running, round, phase, ready, suspected }: WicState) =>
    running &&
    round > 0 &&
    phase === 1 &&
    !ready &&
    !suspected &&
    faulty.includes(coordinatorOf(round, group));

/** Where nothing is owed any more, suspicions included, `isDone` holds. */
const endsWell = (
  system: Wic,
  world: WicWorld,
  name: string,
  isDone: (replicas: readonly WicState[]) => boolean,
) => {
  const owed = waitsInVain(world);
  return quiescentWhenFinished(system, {
    name,
    reads: ["replicas"],
    finished: ({ replicas }) => isDone(replicas) || replicas.some(owed),
  });
};

const hasDecided = ({ decided }: WicState) => decided.length > 0;

/** Theorem 7.12, for rounds of which the last has a correct coordinator that nobody suspects. */
export const termination = (system: Wic, world: WicWorld) =>
  endsWell(system, world, "every correct process decides", (replicas) =>
    replicas.every(({ decided }) => decided.length === world.instances),
  );

/** Theorem 7.12 where the only coordinator is trusted. */
export const allDecideInFairRuns = (system: Wic, { instances }: WicWorld) =>
  eventually(system, {
    name: "every correct process decides in every fair run",
    reads: ["replicas.decided"],
    holds: ({ replicas }) => replicas.every(({ decided }) => decided.length === instances),
  });

/** Lemma 7.10. */
export const allDecide = (system: Wic, world: WicWorld) =>
  endsWell(
    system,
    world,
    "if one correct process decides, all do",
    (replicas) => replicas.every(hasDecided) || !replicas.some(hasDecided),
  );

/** Lemma 7.11. */
export const allProceed = (system: Wic, world: WicWorld) =>
  endsWell(
    system,
    world,
    "if nobody decides, all proceed to the last round",
    (replicas) =>
      replicas.some(hasDecided) || replicas.every(({ round }) => round === world.rounds),
  );

// ---- what must be reached

/** Somebody decides in the last round; a decision counts as of the round that certified it. */
export const decidesInLastRound = (system: Wic, { rounds }: WicWorld) =>
  witness(system, {
    name: `a correct process decides in round ${rounds}`,
    reads: ["replicas.decided"],
    reached: ({ replicas }) => decisionsOf(replicas).some(({ round }) => round === rounds),
  });

export const decidesInTwoRounds = (system: Wic, { rounds }: WicWorld) =>
  witness(system, {
    name: "two correct processes decide in different rounds",
    reads: ["replicas.decided"],
    reached: ({ replicas }) =>
      rounds === 1 ||
      new Set(decisionsOf(replicas).map(({ k, round }) => `${k} ${round}`)).size > 1,
  });

export const decidesInLastInstance = (system: Wic, { instances }: WicWorld) =>
  witness(system, {
    name: `every correct process decides in instance ${instances}`,
    reads: ["replicas.decided"],
    reached: ({ replicas }) => replicas.every(({ decided }) => decided.at(-1)?.k === instances),
  });

/** With a faulty process: something that only it proposed is decided. */
export const decidesForged = (system: Wic, { faulty }: WicWorld) =>
  witness(system, {
    name: faulty.length > 0 ? "a value of a faulty process is decided" : "a value is decided",
    reads: ["replicas.decided"],
    reached: ({ replicas }) =>
      decisionsOf(replicas).some(({ estimate }) =>
        (estimate as Estimate).some(({ from }) => faulty.length === 0 || faulty.includes(from)),
      ),
  });

/** An estimate is certified in a round after another one was in an earlier round. */
export const certifiesAnother = (system: Wic, world: WicWorld) => {
  const { isCertified, valid } = knowledge(world, world.faulty);
  return witness(system, {
    name: "different estimates are certified in different rounds",
    reads: cellsRead(world, echoCell),
    reached: ({ medium }) =>
      namedInstances(world).some((k) =>
        valid(k).some((e) =>
          valid(k).some(
            (other) =>
              e !== other &&
              upTo(world.rounds).some((round) => isCertified(medium, k, round, e)) &&
              upTo(world.rounds).some((round) => isCertified(medium, k, round, other)),
          ),
        ),
      ),
  });
};
