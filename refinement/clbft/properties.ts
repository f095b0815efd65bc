import type { Clbft } from "../../impl/clbft/model/composition.ts";
import {
  type Cells,
  type Certificate,
  checkpointCell,
  commitCell,
  knowledge,
  type Reported,
  type Vouched,
  viewChangeCell,
  voteCell,
} from "../../impl/clbft/model/knowledge.ts";
import { below, type ClbftWorld, upTo } from "../../impl/clbft/model/world.ts";
import { entries, equal, has, invariant, symbolicDigest } from "../../spec/automaton/index.ts";

type Read = `medium.${string}`;
const medium = (cells: readonly string[]) => cells.map((cell): Read => `medium.${cell}`);

/** What each statement of a kind says: every view, number and batch of the instance. */
export function statements(world: ClbftWorld, from = 0) {
  const { batchesIn } = knowledge(world, []);
  return below(world.views)
    .filter((view) => view >= from)
    .flatMap((view) =>
      upTo(world.numbers).flatMap((n) => batchesIn(view).map((batch) => ({ view, n, batch }))),
    );
}

export const cellsOf = (world: ClbftWorld, cellOf: typeof voteCell, from = 0): Read[] =>
  medium(statements(world, from).map(({ view, n, batch }) => cellOf(view, n, batch)));

/** Safety of the agreement: what two correct replicas decide for one number is the same. */
export const agreement = (system: Clbft) =>
  invariant(system, {
    name: "no two correct replicas decide different batches for one number",
    reads: ["agreement.log"],
    holds: ({ agreement }) => {
      const decisions = agreement.flatMap(({ log }) =>
        entries(log).flatMap(([n, { decided }]) => (decided === null ? [] : [{ n, decided }])),
      );
      return decisions.every((one) =>
        decisions.every((other) => one.n !== other.n || equal(one.decided, other.decided)),
      );
    },
  });

const sequenceOf = ({ service }: { readonly service: unknown }) => service as readonly string[];

/** What correct replicas execute is one sequence, of which some have done less than others. */
export const order = (system: Clbft) =>
  invariant(system, {
    name: "what one correct replica executed begins with what another did",
    reads: ["execution.service"],
    holds: ({ execution }) =>
      execution.every((one) =>
        execution.every((other) =>
          sequenceOf(one).every(
            (operation, at) => (sequenceOf(other)[at] ?? operation) === operation,
          ),
        ),
      ),
  });

/** A request is executed once, and nothing is executed that no client signed. */
export const once = (system: Clbft, { requests }: ClbftWorld) => {
  const named = (operation: string) => requests.find(({ op }) => op === operation);
  return invariant(system, {
    name: "a correct replica executes each timestamp of a client once, and only requests",
    reads: ["execution.service"],
    holds: ({ execution }) =>
      execution.every((one) => {
        const names = sequenceOf(one).map((operation) => {
          const request = named(operation);
          return request === undefined ? null : `${request.client} ${request.t}`;
        });
        return !names.includes(null) && new Set(names).size === names.length;
      }),
  });
};

/** OSDI 1999, section 4.2: certificates of one view and number are for one batch. */
export const onePrepared = (system: Clbft, world: ClbftWorld) => {
  const { isPrepared } = knowledge(world, world.faulty);
  return invariant(system, {
    name: "no two batches are prepared for one number of a view",
    reads: cellsOf(world, voteCell),
    accumulating: true,
    holds: ({ medium }) => atMostOne(world, (view, n, batch) => isPrepared(medium, view, n, batch)),
  });
};

type Statement = ReturnType<typeof statements>[number];
type IsSo = (...of: [Statement["view"], Statement["n"], Statement["batch"]]) => boolean;

const atMostOne = (world: ClbftWorld, isSo: IsSo): boolean => {
  const found = statements(world).filter(({ view, n, batch }) => isSo(view, n, batch));
  return new Set(found.map(({ view, n }) => `${view} ${n}`)).size === found.length;
};

/** Of whatever views: a proof of a decision is good for ever. */
export const oneCommitted = (system: Clbft, world: ClbftWorld) => {
  const { isCommitted } = knowledge(world, world.faulty);
  return invariant(system, {
    name: "no two batches have proofs that they are decided for one number",
    reads: cellsOf(world, commitCell),
    accumulating: true,
    holds: ({ medium }) => {
      const proved = statements(world).filter(({ view, n, batch }) =>
        isCommitted(medium, view, n, batch),
      );
      return proved.every((one) =>
        proved.every((other) => one.n !== other.n || equal(one.batch, other.batch)),
      );
    },
  });
};

/** OSDI 1999, section 4.3: correct replicas vouch for one state at each number. */
export const oneDigest = (system: Clbft, world: ClbftWorld) => {
  const { checkpoints } = knowledge(world, []);
  return invariant(system, {
    name: "correct replicas sign one digest for each checkpoint",
    reads: medium(checkpoints.map(checkpointCell)),
    accumulating: true,
    holds: ({ medium }) =>
      checkpoints.every((n) => ((medium as Cells)[checkpointCell(n)] as Vouched).length < 2),
  });
};

/** Of any two replicas, what each of them takes for stable at one number is the same. */
export const oneStable = (system: Clbft) =>
  invariant(system, {
    name: "no two correct replicas take different digests of one checkpoint for stable",
    reads: ["agreement.stable"],
    holds: ({ agreement }) =>
      agreement.every(({ stable }) =>
        agreement.every((other) => other.stable.n !== stable.n || equal(other.stable, stable)),
      ),
  });

/** OSDI 1999, section 4.2: h < n <= H. Decisions may stand outside, for a replica that lags. */
export const withinWatermarks = (system: Clbft, { window }: ClbftWorld) =>
  invariant(system, {
    name: "a correct replica accepts and prepares nothing outside its watermarks",
    reads: ["agreement.log", "agreement.stable"],
    holds: ({ agreement }) =>
      agreement.every(({ log, stable }) =>
        entries(log).every(
          ([n, { accepted, prepared }]) =>
            (accepted === null && prepared === null) ||
            (Number(n) > stable.n && Number(n) <= stable.n + window),
        ),
      ),
  });

/** What a snapshot's digest stands for is the state beside it. */
export const stateOfDigest = (system: Clbft) =>
  invariant(system, {
    name: "a correct replica holds the states that its checkpoints' digests stand for",
    reads: ["execution.snapshots"],
    holds: ({ execution }) =>
      execution.every(({ snapshots }) =>
        entries(snapshots).every(
          ([n, { digest, state }]) => symbolicDigest({ n: Number(n), state }) === digest,
        ),
      ),
  });

const signersOf = (s: Cells, cell: string) => s[cell] as Exclude<Certificate, "complete">;

/**
 * What a replica signed binds it, whether it restarts or not: one batch in a prepare (or pre-prepare) and in a commit for each
 * number of a view, one VIEW-CHANGE for each view, which reports whatever it committed before.
 */
export const neverContradicts = (system: Clbft, world: ClbftWorld) => {
  const views = below(world.views).filter((view) => view > 0);
  const reports = views.flatMap((view) =>
    world.correct.map((from) => ({ view, from, cell: viewChangeCell(view, from) })),
  );
  return invariant(system, {
    name: "no correct replica contradicts what it signed",
    reads: [
      ...cellsOf(world, voteCell),
      ...cellsOf(world, commitCell),
      ...medium(reports.map(({ cell }) => cell)),
    ],
    accumulating: true,
    holds: ({ medium }) =>
      world.correct.every((self) => {
        const signs =
          (cellOf: typeof voteCell): IsSo =>
          (view, n, batch) =>
            has(signersOf(medium, cellOf(view, n, batch)), self);
        const isCommitted = signs(commitCell);
        if (!atMostOne(world, signs(voteCell)) || !atMostOne(world, isCommitted)) return false;
        const committed = statements(world).filter(({ view, n, batch }) =>
          isCommitted(view, n, batch),
        );
        return reports
          .filter(({ from }) => from === self)
          .every(({ view, cell }) => {
            const said = (medium as Cells)[cell] as Exclude<Reported, string>;
            return (
              said.length < 2 &&
              said.every(({ stable, prepared }) =>
                committed
                  .filter((one) => one.view < view && one.n > stable.n)
                  .every((one) =>
                    prepared.some((reported) => reported.n === one.n && reported.view >= one.view),
                  ),
              )
            );
          });
      }),
  });
};
