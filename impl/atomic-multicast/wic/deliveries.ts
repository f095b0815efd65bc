import { setOf, type Task } from "../../../spec/automaton/index.ts";
import { coordinatorOf, type Estimate, type Replica, type Report } from "../messages.ts";
import {
  begunCell,
  type Cells,
  decideCell,
  echoCell,
  goPhase2Cell,
  initialCell,
  knowledge,
  lostCell,
  stageCell,
  suspicionCell,
  valueCell,
} from "./knowledge.ts";
import { lockstep } from "./lockstep.ts";
import { namedInstances, upTo, type WicWorld } from "./world.ts";

interface Scope {
  readonly reads: readonly string[];
  readonly choose: (s: Cells) => object[];
}

interface To {
  readonly replica: Replica;
  readonly k: number;
}
interface InRound {
  readonly k: number;
  readonly round: number;
}
interface OfEstimate extends InRound {
  readonly estimate: Estimate;
}

const hasDistinctSigners = (estimate: Estimate) =>
  setOf(...estimate.map(({ from }) => from)).length === estimate.length;

/** What may be handed over to correct processes, if the coalition signs whatever helps. */
export function deliveries(world: WicWorld, coalition: readonly Replica[], task: Task) {
  const { correct, group, rounds, rules } = world;
  const known = knowledge(world, coalition);
  /** A certificate may hold signatures of faulty processes, whoever shows it. */
  const shown = knowledge(world, world.faulty);
  const steps = lockstep(world);
  const loses = !rules.buffersEarly;
  const ks = namedInstances(world);
  const inRounds = ks.flatMap((k) => upTo(rounds).map((round): InRound => ({ k, round })));
  const ofEstimates = inRounds.flatMap((of) =>
    known.valid(of.k).map((estimate): OfEstimate => ({ ...of, estimate })),
  );

  const delivery = (scopes: readonly Scope[]) => ({
    kind: "output" as const,
    cite: "D.WIC.NETWORK",
    task,
    scopes,
  });
  const toEach = <P>(receivers: readonly Replica[], payload: P) =>
    receivers.map((replica) => ({ replica, ...payload }));
  const when = <P extends InRound>(
    of: P,
    reads: readonly string[],
    isSo: (s: Cells) => boolean,
    receivers = correct,
  ): Scope => {
    const payloads = toEach(receivers, of);
    return {
      reads: [...steps.reads(of.k), ...reads],
      choose: (s) => (steps.isIn(s, of.k, [of.round]) && isSo(s) ? payloads : []),
    };
  };
  const hasProposed = (s: Cells, k: number) => (replica: Replica) =>
    (s[valueCell(k, replica)] as readonly unknown[]).length > 0;

  /** A process that needs one value takes its own; estimates that are never used do not vary. */
  const mayCollect = (k: number, estimate: Estimate) => (replica: Replica) => {
    if (estimate.length === 1) return estimate[0]?.from === replica;
    const collectable = known.valid(k).filter(hasDistinctSigners);
    return world.estimateMatters(replica) || estimate === collectable[0];
  };

  return {
    VALUES: {
      ...delivery(
        ks.flatMap((k) =>
          known
            .valid(k)
            .filter(hasDistinctSigners)
            .map((estimate) => ({
              reads: [...steps.reads(k), ...correct.map((one) => valueCell(k, one))],
              choose: (s: Cells) => {
                if (!steps.isIn(s, k, [0, 1]) || !known.valuesKnown(s, k, estimate)) return [];
                const collectors = correct
                  .filter(hasProposed(s, k))
                  .filter(mayCollect(k, estimate));
                return toEach(collectors, { k, estimate });
              },
            })),
        ),
      ),
      ...((world.lockstep || loses) && {
        touches: ({ k, replica }: To) => [
          ...steps.reads(k),
          ...(loses ? [begunCell(k, replica)] : []),
        ],
        effect(s: Record<string, unknown>, { k, replica }: To) {
          if (world.lockstep) s[stageCell(k)] = 1;
          if (loses) s[begunCell(k, replica)] = true;
        },
      }),
    },
    INITIAL: delivery(
      inRounds.flatMap(({ k, round }) => {
        const isCorrect = correct.includes(coordinatorOf(round, group));
        if (!isCorrect && !known.coordinates(round)) return [];
        const reads = isCorrect ? [initialCell(k, round)] : known.proposalCells(k, round);
        const proposed = (s: Cells) =>
          isCorrect
            ? (s[initialCell(k, round)] as readonly Estimate[])
            : known.valid(k).filter((estimate) => known.mayPropose(s, k, round, estimate));
        const mayLose = loses && round === 1;
        const lost = mayLose ? correct.map((one) => lostCell(k, one)) : [];
        return {
          reads: [...steps.reads(k), ...reads, ...lost],
          choose(s: Cells) {
            if (!steps.isIn(s, k, [round])) return [];
            const receivers = correct.filter((one) => !mayLose || s[lostCell(k, one)] !== true);
            return proposed(s).flatMap((estimate) => toEach(receivers, { k, round, estimate }));
          },
        };
      }),
    ),
    "ECHO-QUORUM": delivery(
      ofEstimates.flatMap((of) => {
        const { k, round, estimate } = of;
        const receivers =
          rules.echoBroadcast === "decentralised"
            ? correct
            : correct.filter((replica) => replica === coordinatorOf(round, group));
        if (receivers.length === 0) return [];
        const isSo = (s: Cells) => known.isCertified(s, k, round, estimate);
        return when(of, [echoCell(k, round, estimate)], isSo, receivers);
      }),
    ),
    READY: delivery(
      ofEstimates.map((of) => {
        const { k, round, estimate } = of;
        return when(of, known.readyCells(k, round, estimate), (s) =>
          known.isReady(s, k, round, estimate),
        );
      }),
    ),
    "READY-QUORUM": delivery(
      ofEstimates.map((of) => {
        const { k, round, estimate } = of;
        return when(of, known.readyCells(k, round, estimate), (s) =>
          known.isReadyQuorum(s, k, round, estimate),
        );
      }),
    ),
    "SUSPICION-QUORUM": delivery(
      inRounds.map((of) => {
        const { k, round } = of;
        return when(of, [suspicionCell(k, round)], (s) => known.isSuspected(s, k, round));
      }),
    ),
    "GO-PHASE-2": delivery(
      inRounds.map((of) => {
        const { k, round } = of;
        const sent = correct.map((from) => goPhase2Cell(k, round, from));
        return when(of, [suspicionCell(k, round), ...sent], (s) => known.isGoPhase2(s, k, round));
      }),
    ),
    "GO-PHASE-2-QUORUM": {
      ...delivery(
        inRounds
          .filter(({ round }) => round < rounds)
          .map(({ k, round }) => ({
            reads: setOf(...steps.reads(k), ...known.outcomeCells(k, round)),
            choose(s: Cells) {
              if (!steps.isIn(s, k, [round, round + 1])) return [];
              const receivers = correct.filter(
                (replica) => !world.lockstep || hasReported(s, k, round, replica),
              );
              if (receivers.length === 0) return [];
              return known
                .outcomes(s, k, round, true)
                .flatMap((reports) => toEach(receivers, { k, round, reports }));
            },
          })),
      ),
      ...(world.lockstep && {
        touches: ({ k, round }: InRound) => steps.left(k, round),
        effect: (s: Record<string, unknown>, { k, round }: InRound) => steps.leave(s, k, round),
      }),
    },
    DECIDE: delivery(
      ofEstimates.map(({ k, round, estimate }) => ({
        reads: [
          ...correct.map((one) => valueCell(k, one)),
          ...known.readyCells(k, round, estimate),
          decideCell(k, round, estimate),
        ],
        choose: (s: Cells) =>
          shown.isReadyQuorum(s, k, round, estimate) &&
          (coalition.length > 0 || s[decideCell(k, round, estimate)] === true)
            ? toEach(correct.filter(hasProposed(s, k)), { k, round, estimate })
            : [],
      })),
    ),
  };
}

const hasReported = (s: Cells, k: number, round: number, of: Replica) =>
  (s[goPhase2Cell(k, round, of)] as readonly Report[]).length > 0;
