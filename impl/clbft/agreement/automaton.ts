import {
  automaton,
  durable,
  type Effect,
  equal,
  keys,
  type Send,
  urgent,
  volatile,
} from "../../../spec/automaton/index.ts";
import { type Batch, GENESIS } from "../messages.ts";
import {
  advance,
  change,
  enlist,
  forgetVotes,
  isDecidable,
  isInWindow,
  type Live,
  preparedFor,
  prune,
  settle,
} from "./log.ts";
import { type Start, startOf } from "./new-view.ts";
import {
  type AgreementActions,
  type AgreementOptions,
  type AgreementState,
  awaitsPrimary,
  entryOf,
  isPrimary,
  nextNumber,
  unassigned,
} from "./state.ts";

type Sender = Send<AgreementActions>;

/** An effect on the state as we declare it: immer's type of a draft cannot express opaque values. */
const on = <P>(step: (s: Live, payload: P, send: Sender) => void) =>
  step as Effect<AgreementState, P, AgreementActions>;

/**
 * One replica of the agreement: OSDI 1999, sections 4.2 to 4.5. It holds its log and no inbox: messages that count
 * together are its mailbox's.
 */
export function agreement(options: AgreementOptions) {
  const { self, rules, bounds } = options;
  const at = { replica: self };
  const window = rules.watermarks ? bounds.window : Number.POSITIVE_INFINITY;
  const underWay = ({ length }: Batch) =>
    length < bounds.batchMax ? (bounds.partial ?? bounds.pipeline) : bounds.pipeline;
  /** Of an old view nothing is accepted. */
  const isCurrent = (s: AgreementState, view: number) =>
    s.active ? view === s.view : !rules.leavesView && view < s.view;

  function accept(s: Live, view: number, n: number, batch: Batch, send: Sender) {
    change(s, n, { accepted: { view, batch } });
    if (!isPrimary({ view }, options)) send("SEND-PREPARE", { ...at, view, n, batch });
    if (rules.commitsWhen === "accepted") send("SEND-COMMIT", { ...at, view, n, batch });
  }

  function changeView(s: Live, view: number, send: Sender) {
    const prepared = preparedFor(view, s, rules);
    s.view = view;
    s.active = false;
    send("SEND-VIEW-CHANGE", { ...at, view, stable: s.stable, prepared });
  }

  /** Takes over what a new view prescribes. */
  function enter(s: Live, view: number, start: Start, send: Sender) {
    s.view = view;
    s.active = true;
    advance(s, start.stable, window);
    for (const { n, batch } of start.order) {
      if (n > s.stable.n) accept(s, view, n, batch, send);
    }
    if (options.announcesViews) send("START-VIEW", { ...at, view });
    if (isPrimary({ view }, options)) return;
    for (const request of s.waiting) send("FORWARD", { ...at, request });
  }

  return automaton<AgreementState, AgreementActions>("agreement", {
    process: self,
    fields: {
      view: durable("the view that it is in, or changes to"),
      active: durable("false from its VIEW-CHANGE for the view until the new view"),
      stable: durable("its last stable checkpoint, h"),
      log: durable(
        "what it knows of each sequence number above h, and decisions that a restart executes again",
        "2 L + K entries",
        { by: "entry" },
      ),
      base: durable("the number of its own last checkpoint: what a restart begins with"),
      recovering: durable("whether its service waits for a state that others vouch for"),
      executed: volatile("the number up to which everything is executed"),
      waiting: volatile(
        "the requests that it waits for, in the order of arrival",
        "the clients' windows",
      ),
    },
    start: {
      view: 0,
      active: true,
      stable: GENESIS,
      log: {},
      base: 0,
      recovering: false,
      executed: 0,
      waiting: [],
    },
    recover: {
      cite: "CLBFT.RESTART",
      effect: on((s) => {
        s.executed = s.base;
        if (!rules.remembersVotes) forgetVotes(s);
        if (!rules.entersByNewView) s.active = true;
      }),
    },
    transitions: {
      ADMIT: {
        kind: "input",
        at,
        cite: "CLBFT.REQUEST",
        effect: on((s, { request }, send) => {
          if (!enlist(s, request, bounds.clientWindow)) return;
          if (s.active && !isPrimary(s, options)) send("FORWARD", { ...at, request });
        }),
      },
      FORWARD: { kind: "sent", at, cite: "CLBFT.REQUEST" },
      "SEND-PRE-PREPARE": {
        kind: "output",
        at,
        cite: "CLBFT.PRE-PREPARE",
        task: urgent("agree"),
        choose: (s) => {
          if (!s.active || !isPrimary(s, options)) return [];
          const n = nextNumber(s, rules);
          if (n > s.executed + bounds.pipeline) return [];
          return [{ ...at, view: s.view, n, batch: unassigned(s).slice(0, bounds.batchMax) }];
        },
        when: {
          primary: (s, { view }) => s.active && view === s.view && isPrimary(s, options),
          next: (s, { n }) => n === nextNumber(s, rules),
          window: (s, { n }) => isInWindow(s, n, window),
          pipeline: (s, { n, batch }) => n <= s.executed + underWay(batch),
          requests: (s, { batch }) =>
            batch.length > 0 && equal(batch, unassigned(s).slice(0, bounds.batchMax)),
        },
        effect: on((s, { view, n, batch }, send) => accept(s, view, n, batch, send)),
      },
      "PRE-PREPARE": {
        kind: "input",
        at,
        cite: "CLBFT.PREPARE",
        effect: on((s, { view, n, batch }, send) => {
          if (!isCurrent(s, view) || isPrimary(s, options) || !isInWindow(s, n, window)) return;
          if (entryOf(s, n).accepted?.view === view && rules.acceptsOnce) return;
          accept(s, view, n, batch, send);
        }),
      },
      "SEND-PREPARE": { kind: "sent", at, cite: "CLBFT.PREPARE" },
      PREPARED: {
        kind: "input",
        at,
        cite: "CLBFT.COMMIT",
        effect: on((s, { view, n, batch }, send) => {
          if (!isCurrent(s, view)) return;
          const { accepted, prepared } = entryOf(s, n);
          if (accepted?.view !== view || !equal(accepted.batch, batch)) return;
          if (prepared?.view === view) return;
          change(s, n, { prepared: { view, batch } });
          if (rules.commitsWhen === "prepared") send("SEND-COMMIT", { ...at, view, n, batch });
        }),
      },
      "SEND-COMMIT": { kind: "sent", at, cite: "CLBFT.COMMIT" },
      COMMITTED: {
        kind: "input",
        at,
        cite: "CLBFT.DECIDE",
        effect: on((s, { view, n, batch }) => {
          if (!isCurrent(s, view) && !rules.decidesInAnyView) return;
          if (!isDecidable(s, n, window) || entryOf(s, n).decided !== null) return;
          change(s, n, { decided: batch });
        }),
      },
      EXECUTE: {
        kind: "output",
        at,
        cite: "CLBFT.EXECUTE",
        task: urgent("agree"),
        choose: (s) =>
          (rules.executesInOrder ? [`${s.executed + 1}`] : keys(s.log)).flatMap((n) => {
            const { decided } = entryOf(s, Number(n));
            return decided === null ? [] : [{ ...at, n: Number(n), batch: decided }];
          }),
        when: {
          next: (s, { n }) => n === s.executed + 1 || (n > s.executed && !rules.executesInOrder),
          decided: (s, { n, batch }) => equal(entryOf(s, n).decided, batch),
        },
        effect: on((s, { n, batch }) => {
          s.executed = n;
          settle(s, batch, bounds.clientWindow);
        }),
      },
      "SEND-CHECKPOINT": {
        kind: "input",
        at,
        cite: "CLBFT.CHECKPOINT",
        effect: on((s, { n }) => {
          if (n <= s.base || n > s.executed) return;
          s.base = n;
          prune(s, window);
        }),
      },
      STABLE: {
        kind: "input",
        at,
        cite: "CLBFT.STABLE",
        effect: on((s, checkpoint) => advance(s, checkpoint, window)),
      },
      INSTALL: {
        kind: "input",
        at,
        cite: "CLBFT.INSTALL",
        effect: on((s, checkpoint) => {
          if (checkpoint.n <= s.executed && !s.recovering) return;
          s.recovering = false;
          s.base = checkpoint.n;
          s.executed = checkpoint.n;
          advance(s, checkpoint, window);
          prune(s, window);
          // Some of them may be executed in that state. Whoever still waits for one sends it again.
          s.waiting = [];
        }),
      },
      RECOVER: {
        kind: "input",
        at,
        cite: "CLBFT.RECOVER",
        effect: on((s, _, send) => {
          s.recovering = true;
          if (s.active && isPrimary(s, options)) changeView(s, s.view + 1, send);
        }),
      },
      SUSPECT: {
        kind: "input",
        at,
        cite: "CLBFT.SUSPECT",
        effect: on((s, { view }, send) => {
          if (view === s.view && awaitsPrimary(s)) changeView(s, view + 1, send);
        }),
      },
      COMPLAIN: {
        kind: "input",
        at,
        cite: "CLBFT.SUSPECT",
        effect: on((s, { view }, send) => {
          if (view === s.view && s.active) changeView(s, view + 1, send);
        }),
      },
      JOIN: {
        kind: "input",
        at,
        cite: "CLBFT.JOIN",
        effect: on((s, { view }, send) => {
          if (view > s.view) changeView(s, view, send);
        }),
      },
      "SEND-VIEW-CHANGE": { kind: "sent", at, cite: "CLBFT.VIEW-CHANGE" },
      "VIEW-CHANGES": {
        kind: "input",
        at,
        cite: "CLBFT.NEW-VIEW",
        effect: on((s, { view, reports }, send) => {
          if (view !== s.view || s.active || !isPrimary(s, options)) return;
          const start = startOf(reports, rules);
          send("SEND-NEW-VIEW", { ...at, view, reports, order: start.order });
          enter(s, view, start, send);
        }),
      },
      "SEND-NEW-VIEW": { kind: "sent", at, cite: "CLBFT.NEW-VIEW" },
      "START-VIEW": { kind: "sent", at, cite: "CLBFT.ENTER" },
      "NEW-VIEW": {
        kind: "input",
        at,
        cite: "CLBFT.ENTER",
        effect: on((s, { view, reports, order }, send) => {
          const isNew = view > s.view || (view === s.view && !s.active);
          if (!isNew || isPrimary({ view }, options)) return;
          const start = startOf(reports, rules);
          if (!rules.followsCheckpoint && start.stable.n > s.stable.n) return;
          if (rules.derivesOrder && !equal(start.order, order)) return;
          enter(s, view, { ...start, order }, send);
        }),
      },
    },
  });
}
