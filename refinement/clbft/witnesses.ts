import type { Clbft } from "../../impl/clbft/model/composition.ts";
import { commitCell, knowledge } from "../../impl/clbft/model/knowledge.ts";
import type { ClbftWorld } from "../../impl/clbft/model/world.ts";
import { entries, equal, get, type Witness, witness } from "../../spec/automaton/index.ts";
import { cellsOf, statements } from "./properties.ts";

const executedBy = (state: { readonly service: unknown } | undefined): number =>
  state === undefined ? 0 : (state.service as readonly unknown[]).length;

/** What must be reached: one line for each thing that may go wrong. */
export type Goal = (system: Clbft, world: ClbftWorld) => Witness;

export const allExecute: Goal = (system, { numbers }) =>
  witness(system, {
    name: `every correct replica executes number ${numbers}`,
    reads: ["agreement.executed"],
    reached: ({ agreement }) => agreement.every(({ executed }) => executed === numbers),
  });

/** A request, not the null request. */
export const decidesInLastView: Goal = (system, world) => {
  const last = world.views - 1;
  const { isCommitted } = knowledge(world, world.faulty);
  return witness(system, {
    name: `a request is decided in view ${last}`,
    reads: cellsOf(world, commitCell, last),
    reached: ({ medium }) =>
      statements(world, last).some(
        ({ view, n, batch }) => batch.length > 0 && isCommitted(medium, view, n, batch),
      ),
  });
};

export const equivocates: Goal = (system) =>
  witness(system, {
    name: "two correct replicas accept different batches for one number of a view",
    reads: ["agreement.log"],
    reached: ({ agreement }) => {
      const accepted = agreement.flatMap(({ log }) =>
        entries(log).flatMap(([n, entry]) =>
          entry.accepted === null ? [] : [{ n, ...entry.accepted }],
        ),
      );
      return accepted.some((one) =>
        accepted.some(
          (other) => one.n === other.n && one.view === other.view && !equal(one.batch, other.batch),
        ),
      );
    },
  });

/** Something was prepared before a view change, and goes into the new view. */
export const carriesOver: Goal = (system) =>
  witness(system, {
    name: "a new view takes over what a correct replica prepared in an earlier one",
    reads: ["agreement.log"],
    reached: ({ agreement }) =>
      agreement.some(({ log }) =>
        entries(log).some(
          ([, { accepted, prepared }]) =>
            accepted !== null &&
            prepared !== null &&
            accepted.view > prepared.view &&
            accepted.batch.length > 0 &&
            equal(accepted.batch, prepared.batch),
        ),
      ),
  });

/**
 * Only the coalition can show the certificate: no correct replica has prepared the batch. It holds the last request, which a
 * correct primary that has all of them does not begin with.
 */
export const forgedReportCounts: Goal = (system, { requests }) =>
  witness(system, {
    name: "a new view takes over a batch that only a faulty replica reports as prepared",
    reads: ["agreement.log"],
    reached: ({ agreement }) =>
      agreement.some(
        ({ log }) =>
          get(log, "1")?.accepted?.view === 1 &&
          equal(get(log, "1")?.accepted?.batch, requests.slice(-1)),
      ) && agreement.every((other) => get(other.log, "1")?.prepared == null),
  });

export const fillsGap: Goal = (system) =>
  witness(system, {
    name: "a null request is decided before a request",
    reads: ["agreement.log"],
    reached: ({ agreement }) =>
      agreement.some(({ log }) => {
        const decided = entries(log).map(([, entry]) => entry.decided?.length ?? null);
        return decided.some((one, at) => one === 0 && decided.slice(at).some((later) => later));
      }),
  });

/** What it would assign next is above H, until more becomes stable. */
export const reachesWatermark: Goal = (system, { window }) =>
  witness(system, {
    name: "a correct replica has executed everything up to its high watermark",
    reads: ["agreement.executed", "agreement.stable"],
    reached: ({ agreement }) =>
      agreement.some(({ executed, stable }) => executed === stable.n + window),
  });

/** By no other step does a replica stop waiting for a request that is not executed. */
export const installs: Goal = (system, { requests }) =>
  witness(system, {
    name: "a correct replica takes over the state of others",
    reads: ["agreement.waiting", "agreement.executed", "execution.service"],
    reached: ({ agreement, execution }) =>
      agreement.some(
        ({ waiting, executed }, at) =>
          executed > 0 && waiting.length === 0 && executedBy(execution[at]) < requests.length,
      ),
  });

export const isStable: Goal = (system) =>
  witness(system, {
    name: "a correct replica has a stable checkpoint in a later view",
    reads: ["agreement.stable", "agreement.view"],
    reached: ({ agreement }) => agreement.some(({ stable, view }) => stable.n > 0 && view > 0),
  });
