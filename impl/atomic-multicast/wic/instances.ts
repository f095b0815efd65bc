import { type Index, indices, positionOf, subsets } from "../../../spec/automaton/index.ts";
import { coordinatorOf, type Estimate, type Replica } from "../messages.ts";
import { type WicRules, wicSizes } from "../rules.ts";
import { upTo, type WicWorld } from "./world.ts";

/** What distinguishes an instance of f = 1, four processes. */
export interface WicSize {
  /** the faulty processes by position: position r coordinates round r, position 0 round 4 */
  readonly faulty: readonly number[];
  readonly rounds: number;
  readonly instances: number;
  /** which estimates may occur: some pairs of values, or all of them */
  readonly estimates: "two" | "all" | "one value first";
  readonly suspicion: WicWorld["suspicion"];
  readonly owes?: boolean;
  /** false without it; not with `owes`, nor where bodies do not carry the instance */
  readonly lockstep?: boolean;
  /** true without it */
  readonly tells?: boolean;
}

/** The values of faulty processes, which they may all propose. */
const FORGED_VALUES: readonly Index<"value">[] = indices("value", 2);

/** A bounded instance of f = 1 under the given rules. */
export function wicWorldOf(size: WicSize, rules: WicRules): WicWorld {
  const group = indices("replica", 4);
  const faulty = group.filter((_, at) => size.faulty.includes(at));
  const correct = group.filter((_, at) => !size.faulty.includes(at));
  const proposes = (replica: Replica, k: number) => `${"abcd"[group.indexOf(replica)]}${k}`;
  const world = {
    rules,
    sizes: wicSizes(1, rules),
    group,
    correct,
    faulty,
    instances: size.instances,
    rounds: size.rounds,
    proposes,
    suspicion: size.suspicion,
    owes: size.owes ?? false,
    lockstep: size.lockstep === true && rules.instanceInBodies && size.owes !== true,
    tells: size.tells ?? true,
    estimateMatters: (replica: Replica) =>
      rules.decides === "its own estimate" ||
      upTo(size.rounds).some((round) => coordinatorOf(round, group) === replica),
  };
  const byInstance = new Map(
    upTo(size.instances).map((k) => [k, estimatesFor(size.estimates, world, k)]),
  );
  return { ...world, estimates: (k) => byInstance.get(k) ?? [] };
}

type Unfinished = Omit<WicWorld, "estimates">;

/**
 * The estimates of an instance. `two`: two of them, which differ in the value of a faulty process;
 * or where there is none, or something is owed, in whose value they hold. The protocol only compares
 * estimates, and disagreement needs two. `all`: all pairs of values, faulty processes having two
 * values; pairs that a faulty process fills alone, and single values, which only mutants take.
 * `one value first`: in odd instances each process's own value alone, in even ones `two`.
 */
function estimatesFor(
  which: WicSize["estimates"],
  { group, correct, faulty, proposes, owes }: Unfinished,
  k: number,
): readonly Estimate[] {
  const own = (from: Replica) => ({ from, value: proposes(from, k) });
  const forged = (from: Replica) => FORGED_VALUES.map((value) => ({ from, value }));
  const valuesBy = (from: Replica) => (faulty.includes(from) ? forged(from) : [own(from)]);
  const single = group.flatMap((from) => valuesBy(from).map((one) => [one]));
  const [first, second, third] = correct as [Replica, Replica, Replica];
  const [liar] = faulty;
  if (which === "one value first" && k % 2 === 1) return single;
  switch (which) {
    case "one value first":
    case "two": {
      const others =
        liar === undefined
          ? [own(second), own(third)]
          : owes
            ? [own(second), ...forged(liar).slice(1)]
            : forged(liar);
      return others.map((other) => inOrder([own(first), other]));
    }
    case "all": {
      const pairs = subsets(group, 2).flatMap(([one, other]) =>
        valuesBy(one as Replica).flatMap((a) => valuesBy(other as Replica).map((b) => [a, b])),
      );
      return [...pairs, ...faulty.map(forged), ...single];
    }
  }
}

const inOrder = (estimate: Estimate): Estimate =>
  [...estimate].sort((a, b) => positionOf(a.from) - positionOf(b.from));
