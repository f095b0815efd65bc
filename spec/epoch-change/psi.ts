import {
  automaton,
  compose,
  entries,
  get,
  type Index,
  type Input,
  type Internal,
  insert,
  keys,
  type Output,
  put,
  spontaneous,
} from "../automaton/index.ts";

export type Process = Index;

/** The events of Ψ at one process; epoch 0 with its leader was started before the first of them. */
export interface EpochChangeActions {
  COMPLAIN: Input<{ process: Process; epoch: number; leader: Process }>;
  "START-EPOCH": Output<{ process: Process; epoch: number; leader: Process }>;
  /** an epoch comes to be, since more than f correct processes complained in theirs: owed */
  OPEN: Internal<{ epoch: number; leader: Process }>;
  /** it does since one correct process complained: nobody owes that */
  "OPEN-EARLY": Internal<{ epoch: number; leader: Process }>;
}

export interface EpochChangeState {
  /** by epoch: its leader; at most the instance's epochs */
  readonly leaders: Readonly<Record<string, Process>>;
  /** by correct process: the last epoch that it started */
  readonly last: Readonly<Record<Process, number>>;
  /** by epoch: the correct processes that complained about its leader, a set */
  readonly complained: Readonly<Record<string, readonly Process[]>>;
}

export interface EpochChangeInstance {
  readonly correct: readonly Process[];
  /** f */
  readonly faults: number;
  /** epochs 0 … epochs; bounds the instance */
  readonly epochs: number;
  /** who may lead an epoch; for epoch 0 exactly one */
  readonly leadersOf: (epoch: number) => readonly Process[];
}

/**
 * Byzantine epoch change Ψ (paper C, Definition 4). *Monotonicity*: a process starts epochs with
 * rising numbers, some may be left out. *Consistency*: one epoch has one leader. *Coup resistance*:
 * who starts an epoch has last started one in which a correct process complained. *Eventual
 * succession*: when more than f correct processes whose last epoch is e complain in it, every
 * correct process starts a later one; that is what OPEN and START-EPOCH owe. *Eventual leadership*
 * is a condition on those who complain: epochs end when nobody complains about a correct leader. It
 * is no clause here.
 *
 * An epoch comes to be after a complaint in the newest one, from which coup resistance follows. The
 * definition has no such order, and contradicts itself without: if one process starts epoch 1 and
 * the others leave it out and complain in epoch 2, that one must follow, and must not, since nobody
 * complained in epoch 1. For the same reason a process may complain in an epoch that it has not
 * started: it waited for the epoch too long.
 */
export function epochChange(instance: EpochChangeInstance) {
  const { correct, faults, epochs, leadersOf } = instance;
  const [first] = leadersOf(0);
  const newest = ({ leaders }: EpochChangeState) => Math.max(...keys(leaders).map(Number));
  const opening = (s: EpochChangeState) =>
    range(newest(s) + 1, epochs).flatMap((epoch) =>
      leadersOf(epoch).map((leader) => ({ epoch, leader })),
    );
  const open = (s: { leaders: Record<string, Process> }, of: { epoch: number; leader: Process }) =>
    put(s.leaders, `${of.epoch}`, of.leader);
  return automaton<EpochChangeState, EpochChangeActions>("epoch change", {
    start: {
      leaders: first === undefined ? {} : { 0: first },
      last: Object.fromEntries(correct.map((process) => [process, 0])),
      complained: {},
    },
    transitions: {
      COMPLAIN: {
        kind: "input",
        cite: "CLBFT.SPEC.EPOCHS",
        effect(s, { process, epoch, leader }) {
          if (!correct.includes(process) || (s.leaders[epoch] ?? leader) !== leader) return;
          s.complained[epoch] ??= [];
          insert(s.complained[epoch], process);
        },
      },
      OPEN: {
        kind: "internal",
        cite: "CLBFT.SPEC.EPOCHS",
        choose: opening,
        when: {
          later: (s, { epoch }) => epoch > newest(s),
          succession: (s) => isToBeSucceeded(s, newest(s), faults),
        },
        effect: (s, of) => open(s as never, of),
      },
      "OPEN-EARLY": {
        kind: "internal",
        cite: "CLBFT.SPEC.EPOCHS",
        task: spontaneous("what processes may do"),
        choose: opening,
        when: {
          later: (s, { epoch }) => epoch > newest(s),
          complained: (s) => complainers(s, newest(s)).length > 0,
        },
        effect: (s, of) => open(s as never, of),
      },
      "START-EPOCH": {
        kind: "output",
        cite: "CLBFT.SPEC.EPOCHS",
        choose: ({ leaders }) =>
          correct.flatMap((process) =>
            entries(leaders).map(([epoch, leader]) => ({ process, epoch: Number(epoch), leader })),
          ),
        when: {
          monotone: ({ last }, { process, epoch }) => epoch > (last[process] ?? 0),
          consistent: ({ leaders }, { epoch, leader }) => get(leaders, `${epoch}`) === leader,
        },
        effect(s, { process, epoch }) {
          s.last[process] = epoch;
        },
      },
    },
  });
}

type Complaints = Pick<EpochChangeState, "complained">;
const complainers = ({ complained }: Complaints, epoch: number): readonly Process[] =>
  get(complained, `${epoch}`) ?? [];

/**
 * The premise of eventual succession for an epoch: more than `faults` correct processes have started
 * it as their last one and complained in it. It is to lead to {@link isBeyond}.
 */
export function isToBeSucceeded(
  { last, complained }: Pick<EpochChangeState, "last" | "complained">,
  epoch: number,
  faults: number,
): boolean {
  const among = complainers({ complained }, epoch);
  return among.filter((process) => last[process] === epoch).length > faults;
}

/** Whether every correct process has started a later epoch. */
export const isBeyond = ({ last }: Pick<EpochChangeState, "last">, epoch: number): boolean =>
  Object.values(last).every((one) => one > epoch);

/**
 * Eventual leadership is that from some time on this holds: all are in one epoch, of a correct
 * leader.
 */
export function isLed(
  {
    last,
    leaders,
  }: Pick<EpochChangeState, "last"> & {
    readonly leaders: Readonly<Record<string, Process>>;
  },
  correct: readonly Process[],
): boolean {
  const [epoch, ...others] = new Set(Object.values(last));
  if (epoch === undefined || others.length > 0) return false;
  const leader = get(leaders, `${epoch}`);
  return leader !== undefined && correct.includes(leader);
}

/** Ψ alone, with its complaints left open. */
export function epochChangeSystem(instance: EpochChangeInstance) {
  return compose("epoch change", { psi: epochChange(instance) }, { open: ["COMPLAIN"] });
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
