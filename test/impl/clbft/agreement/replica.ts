import { agreement } from "../../../../impl/clbft/agreement/automaton.ts";
import type { AgreementBounds, AgreementState } from "../../../../impl/clbft/agreement/state.ts";
import type { Batch, Prepared, Report, Request } from "../../../../impl/clbft/messages.ts";
import { type ClbftRules, REPAIRED } from "../../../../impl/clbft/rules.ts";
import { index, indices } from "../../../../spec/automaton/index.ts";
import { restartable } from "../restartable.ts";

const GROUP = indices("replica", 4);
const C = index("client", 0);
export const D = index("client", 1);
export const request = (t: number, op = `op${t}`, client = C): Request => ({ client, t, op });
export const batch = (...ts: number[]): Batch => ts.map((t) => request(t));
export const reportOf = (
  replica: number,
  stable: number,
  ...prepared: readonly (readonly [n: number, view: number, batch: Batch])[]
): Report => ({
  replica: index("replica", replica),
  stable: { n: stable, digest: stable === 0 ? "" : `state ${stable}` },
  prepared: prepared.map(([n, view, of]): Prepared => ({ n, view, batch: of })),
});

/** The agreement of one of four replicas, with everything that its mailbox may hand over. */
export function replica(
  position: number,
  rules: Partial<ClbftRules> = {},
  bounds: Partial<AgreementBounds> = {},
  announcesViews = false,
) {
  const self = index("replica", position);
  const at = { replica: self };
  const one = restartable<AgreementState>(
    agreement({
      self,
      group: GROUP,
      rules: { ...REPAIRED, ...rules },
      bounds: { window: 4, pipeline: 4, batchMax: 2, clientWindow: 4, ...bounds },
      announcesViews,
    }),
    self,
  );
  const offered = (name: string) =>
    one.enabled.filter((action) => action.name === name).map(({ payload }) => payload);
  const replica = {
    get state() {
      return one.state;
    },
    /** What it may do, by the name of the action. */
    offered,
    restart: one.restart,
    admit: (asked: Request) => one.take("ADMIT", { ...at, request: asked }),
    prePrepare: (view: number, n: number, of: Batch) =>
      one.take("PRE-PREPARE", { ...at, view, n, batch: of }),
    prepared: (view: number, n: number, of: Batch) =>
      one.take("PREPARED", { ...at, view, n, batch: of }),
    committed: (view: number, n: number, of: Batch) =>
      one.take("COMMITTED", { ...at, view, n, batch: of }),
    stable: (n: number) => one.take("STABLE", { ...at, n, digest: `state ${n}` }),
    checkpoint: (n: number) => one.take("SEND-CHECKPOINT", { ...at, n, digest: `state ${n}` }),
    install: (n: number) =>
      one.take("INSTALL", {
        ...at,
        n,
        digest: `state ${n}`,
        state: { service: "", clients: {} },
      }),
    recover: () => one.take("RECOVER", at),
    suspect: (view: number) => one.take("SUSPECT", { ...at, view }),
    complain: (view: number) => one.take("COMPLAIN", { ...at, view }),
    join: (view: number) => one.take("JOIN", { ...at, view }),
    viewChanges: (view: number, ...reports: readonly Report[]) =>
      one.take("VIEW-CHANGES", { ...at, view, reports }),
    newView: (view: number, reports: readonly Report[], order: readonly [number, Batch][]) =>
      one.take("NEW-VIEW", {
        ...at,
        view,
        reports,
        order: order.map(([n, of]) => ({ n, batch: of })),
      }),
    /** The primary assigns its next number. */
    propose() {
      const [next] = offered("SEND-PRE-PREPARE");
      if (next !== undefined) one.take("SEND-PRE-PREPARE", next);
      return next;
    },
    /** Executes all that it may; the numbers. */
    execute() {
      const done: number[] = [];
      for (let [next] = offered("EXECUTE"); next !== undefined; [next] = offered("EXECUTE")) {
        one.take("EXECUTE", next);
        done.push((next as unknown as { n: number }).n);
      }
      return done;
    },
    /** All three phases of one number. */
    agree(view: number, n: number, of: Batch) {
      replica.prePrepare(view, n, of);
      replica.prepared(view, n, of);
      replica.committed(view, n, of);
    },
  };
  return replica;
}

/** An action without the replica that says it. */
export const said = (name: string, position: number, payload: object) => ({
  name,
  payload: { replica: index("replica", position), ...payload },
});
