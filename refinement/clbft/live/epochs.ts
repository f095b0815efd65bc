import type { Agreement } from "../../../impl/clbft/model/live/composition.ts";
import {
  type EpochChange,
  type EpochSize,
  type EpochState,
  epochChange,
} from "../../../impl/clbft/model/live/epochs.ts";
import type { ClbftWorld } from "../../../impl/clbft/model/world.ts";
import { type ClbftRules, REPAIRED } from "../../../impl/clbft/rules.ts";
import {
  type AnyAutomaton,
  type Case,
  invariant,
  leadsTo,
  type Problem,
  type Property,
  quiescentWhenFinished,
  type Verdict,
  type Witness,
  witness,
} from "../../../spec/automaton/index.ts";
import { EPOCHS } from "./pins.ts";
import { caseOf, excludesOf, type LiveSize, nameOf, worldOf } from "./problems.ts";

type Ask = (system: EpochChange, world: ClbftWorld) => Property;

const of = (agreement: readonly unknown[]) => agreement as readonly EpochState[];
const lastOf = ({ epochs }: EpochState) => epochs.at(-1) ?? { epoch: -1, leader: "" };
const faultsOf = ({ group }: ClbftWorld) => (group.length - 1) / 3;

const always =
  (name: string, holds: (replicas: readonly EpochState[]) => boolean): Ask =>
  (system) =>
    invariant(system, {
      name,
      reads: ["agreement"],
      holds: ({ agreement }) => holds(of(agreement)),
    });

const inTheEnd =
  (name: string, finished: (replicas: readonly EpochState[], world: ClbftWorld) => boolean): Ask =>
  (system, world) =>
    quiescentWhenFinished(system, {
      name,
      reads: ["agreement"],
      finished: ({ agreement }) => finished(of(agreement), world),
    });

export const monotonicity = always("epochs of a replica increase", (replicas) =>
  replicas.every(({ epochs }) =>
    epochs.every(({ epoch }, at) => at === 0 || epoch > (epochs[at - 1]?.epoch ?? epoch)),
  ),
);

export const consistency = always("an epoch has one leader", (replicas) => {
  const all = replicas.flatMap(({ epochs }) => epochs);
  return all.every((one) =>
    all.every((other) => one.epoch !== other.epoch || one.leader === other.leader),
  );
});

/** @param byStarters whether a complaint counts of those alone who started the epoch */
const coup = (name: string, byStarters: boolean): Ask =>
  always(name, (replicas) => {
    const complaints = replicas.flatMap((one) => one.complaints);
    const isComplainedOf = (epoch: number) =>
      complaints.some((one) => one.epoch === epoch && (one.started || !byStarters));
    return replicas.every(({ epochs }) =>
      epochs.every(({ epoch }, at) => at + 1 === epochs.length || isComplainedOf(epoch)),
    );
  });

export const coupResistance = coup(
  "an epoch ends because a correct replica complained of it",
  false,
);
export const strictCoupResistance = coup(
  "an epoch ends because a correct replica that started it complained of it",
  true,
);

export const succession = inTheEnd(
  "an epoch that f + 1 correct replicas started and complained of is followed by another everywhere",
  (replicas, world) => {
    const starters = (epoch: number) =>
      replicas.filter(({ complaints }) =>
        complaints.some((one) => one.epoch === epoch && one.started),
      ).length;
    return replicas.every((one) =>
      replicas
        .flatMap(({ complaints }) => complaints)
        .every(({ epoch }) => starters(epoch) <= faultsOf(world) || lastOf(one).epoch > epoch),
    );
  },
);

/** The same of f + 1 correct replicas as a question about infinite runs. */
export const successionInFairRuns: Ask = (system, world) =>
  leadsTo(system, {
    name: "epoch 0, of which f + 1 correct replicas complain, is followed by another everywhere",
    reads: ["agreement"],
    premise: ({ agreement }) =>
      of(agreement).filter(({ complaints }) => complaints.some(({ epoch }) => epoch === 0)).length >
      faultsOf(world),
    conclusion: ({ agreement }) => of(agreement).every((one) => lastOf(one).epoch > 0),
  });

const leads =
  (
    isFit: (
      leader: string,
      epoch: number,
      replicas: readonly EpochState[],
      world: ClbftWorld,
    ) => boolean,
  ) =>
  (replicas: readonly EpochState[], world: ClbftWorld) => {
    const [first] = replicas.map(lastOf);
    return (
      first !== undefined &&
      replicas.every((one) => lastOf(one).epoch === first.epoch) &&
      isFit(first.leader, first.epoch, replicas, world)
    );
  };

const isCorrect = (leader: string, { correct }: ClbftWorld) =>
  correct.some((one) => one === leader);

/** As printed: whoever is not complained of has to be correct. */
export const leadership = inTheEnd(
  "all are in one epoch, and its leader is correct",
  leads((leader, _, __, world) => isCorrect(leader, world)),
);

export const possibleLeadership = inTheEnd(
  "all are in one epoch, and its leader is correct or no f + 1 correct replicas complain of it",
  leads(
    (leader, epoch, replicas, world) =>
      isCorrect(leader, world) ||
      replicas.filter(({ complaints }) => complaints.some((one) => one.epoch === epoch)).length <=
        faultsOf(world),
  ),
);

// ---- mutants of the view change, after those of Ψ as an environment

type Effect = (s: Record<string, unknown>, payload: { view: number }, send: never) => unknown;

/** What happens before an action at every replica. */
const beforeEach =
  (action: string, happens: (s: Record<string, unknown>, payload: { view: number }) => void) =>
  (one: Agreement): Agreement => {
    const transition = (one as AnyAutomaton).transitions[action];
    const effect = transition?.effect as Effect | undefined;
    const changed: Effect = (s, payload, send) => {
      happens(s, payload);
      return effect?.(s, payload, send);
    };
    const transitions = { ...one.transitions, [action]: { ...transition, effect: changed } };
    return { ...one, transitions } as Agreement;
  };

const but = (changes: Partial<ClbftRules>): ClbftRules => ({ ...REPAIRED, ...changes });

interface Mutant {
  readonly rules?: ClbftRules;
  readonly more?: (world: ClbftWorld) => Omit<EpochSize, "world">;
}

const EPOCH_MUTANTS: Readonly<Record<string, Mutant>> = {
  "leader differs for one epoch": {
    more: ({ group, correct }) => ({
      groupOf: (self) =>
        self === correct.at(-1) ? [...group.slice(1), ...group.slice(0, 1)] : group,
    }),
  },
  "epoch repeated": {
    more: () => ({
      change: beforeEach("NEW-VIEW", (s, { view }) => {
        if (s.active === true && view < (s.view as number)) s.view = view - 1;
      }),
    }),
  },
  "leader change without complaint": { rules: but({ shifts: { viewChanges: -2 } }) },
  "f complaints suffice": { rules: but({ shifts: { joins: -1 } }) },
  "2f + 1 complaints needed": { rules: but({ shifts: { joins: 1 } }) },
};

/** As paper C has it, and not repaired. */
export const WHEN_ENTERED: Mutant = { more: () => ({ starts: "when entered" }) };

/** Nobody relays the NEW-VIEW of a faulty primary. */
export const NEW_VIEWS_ONCE: Mutant = { more: () => ({ saidAgain: { newViews: false } }) };

/** One property of Ψ on one instance. */
export function epochCase(
  variant: string,
  ask: Ask,
  size: LiveSize,
  expect: Verdict,
  rest: Partial<Case> = {},
  { rules = REPAIRED, more }: Mutant = {},
): Case {
  const problem = (): Problem => {
    const world = worldOf(size, rules);
    const system = epochChange({ world, ...more?.(world) });
    return {
      system,
      ...(ask !== successionInFairRuns && { reductions: ["sends-at-once"] }),
      properties: [ask(system, world)],
      witnesses: variant === "repaired" ? epochWitnesses(system, world) : [],
      excludes: [...excludesOf(world), "the layer above does not complain of the last view"],
    };
  };
  return caseOf(variant, `${nameOf(size)}, complaints`, problem, { expect, ...rest }, EPOCHS);
}

export const mutantOf = (name: string, ask: Ask, size: LiveSize, rest: Partial<Case> = {}): Case =>
  epochCase(`mutant/${name}`, ask, size, "violated", rest, EPOCH_MUTANTS[name]);

const epochWitnesses = (system: EpochChange, { views }: ClbftWorld): readonly Witness[] => [
  witness(system, {
    name: `a correct replica starts epoch ${views - 1}`,
    reads: ["agreement"],
    reached: ({ agreement }) => of(agreement).some((one) => lastOf(one).epoch === views - 1),
  }),
  witness(system, {
    name: "two correct replicas complain",
    reads: ["agreement"],
    reached: ({ agreement }) =>
      of(agreement).filter(({ complaints }) => complaints.length > 0).length > 1,
  }),
];
