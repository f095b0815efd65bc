import {
  type Automaton,
  type Input,
  insert,
  observer,
  type PayloadOf,
} from "../automaton/index.ts";
import {
  type BackEndActions,
  type InnerActions,
  type Placed,
  type Prescribed,
  prescribedText,
} from "./interface.ts";
import { type Replica, type Request, requestText } from "./request.ts";

/**
 * Something that a back end was told, or said: "heard in view 0: 1 [{…}]". Only {@link factsOf}
 * makes facts; they are compared and never read.
 */
export type Fact = string;

/** Facts of each kind have one word in common, so that a history may be of some kinds alone. */
export type FactKind = "requested" | "heard" | "proposed" | "prescribed" | "reported" | "shown";

const requested = (request: Request): Fact => `requested ${requestText(request)}`;
const placed =
  (kind: FactKind) =>
  (view: number, at: Prescribed): Fact =>
    `${kind} in view ${view}: ${prescribedText(at)}`;
const [heard, proposed, prescribed] = [placed("heard"), placed("proposed"), placed("prescribed")];
/** a certificate of any earlier view was reported to this one */
const shown = placed("shown");
const reported = (to: number, { view, ...at }: Placed): Fact =>
  `reported to view ${to}, ${placed("reported")(view, at)}`;

type Told = BackEndActions & InnerActions;
type Heard =
  | ("REQUEST" | "ADMIT" | "PRE-PREPARE" | "SEND-PRE-PREPARE")
  | ("NEW-VIEW" | "VIEW-CHANGES");
type Payload<A extends keyof Told> = PayloadOf<Told, A>;
/** What makes facts. */
export type FactActions = { [A in Heard]: Input<Payload<A>> };
/** What a history listens to: to those of these that its line is about. */
export type HistoryActions = FactActions & {
  [A in GroundedLine["on"]]: Input<Payload<A>>;
};

const FACTS: { readonly [A in Heard]: (payload: Payload<A>) => [FactKind, Fact][] } = {
  REQUEST: ({ request }) => [["requested", requested(request)]],
  ADMIT: ({ request }) => [["requested", requested(request)]],
  "PRE-PREPARE": ({ view, n, batch }) => [["heard", heard(view, { n, batch })]],
  "SEND-PRE-PREPARE": ({ view, n, batch }) => [["proposed", proposed(view, { n, batch })]],
  "NEW-VIEW": ({ view, order }) =>
    order.map((at): [FactKind, Fact] => ["prescribed", prescribed(view, at)]),
  "VIEW-CHANGES": ({ view, reports }) =>
    reports
      .flatMap((report) => report.prepared)
      .flatMap((one): [FactKind, Fact][] => [
        ["reported", reported(view, one)],
        ["shown", shown(view, one)],
      ]),
};

/** The facts of some kinds that an action makes; most actions make none. */
export function factsOf<A extends keyof Told>(
  action: A,
  payload: Payload<A>,
  kinds: readonly FactKind[],
): Fact[] {
  const made = (FACTS as Partial<Record<A, (payload: Payload<A>) => [FactKind, Fact][]>>)[action];
  return (made?.(payload) ?? []).flatMap(([kind, fact]) => (kinds.includes(kind) ? [fact] : []));
}

/** Line 6 or 7 of Lemma 10: what a replica reports or prescribes, it was told before. */
export interface GroundedLine {
  /** the output that it restricts */
  readonly on: "SEND-VIEW-CHANGE" | "SEND-NEW-VIEW";
  /** what of a history it depends on */
  readonly kinds: readonly FactKind[];
  /** for each thing that is said the facts of which one must be in the history */
  readonly groundsOf: (said: never) => readonly (readonly Fact[])[];
}

/** Each request of a batch, or none for the null request. */
const each = <T>({ batch }: Prescribed, ground: (request: Request) => T): T[] => batch.map(ground);

/**
 * The safety half of Lemma 10 (paper W, appendix B), as printed and repaired.
 *
 * *Line 6, printed*: each request of a certificate of view v in a VIEW-CHANGE for v + 1 came as a
 * REQUEST, in this pre-prepare, or in the VIEW-CHANGE of another for v + 1. Repaired (W-E08): the
 * certificate, of whatever view, is of a pre-prepare that came or that the replica sent, or of what
 * a NEW-VIEW prescribed; where the replica is the primary of that view, of what was reported to it.
 * Another's VIEW-CHANGE for v + 1 puts nothing into the replica's own.
 *
 * *Line 7*: to the letter it speaks of elements of 𝒪 that have view v; they have v + 1, so it says
 * nothing. Printed is the reading with v + 1 in all its places. Repaired: a report in 𝒱 has the
 * batch under this number, in a certificate of an earlier view.
 */
export const GROUNDED = {
  6: {
    printed: {
      on: "SEND-VIEW-CHANGE",
      kinds: ["requested", "heard", "reported"],
      groundsOf: ({ view, prepared }: Payload<"SEND-VIEW-CHANGE">) =>
        prepared
          .filter((one) => one.view === view - 1)
          .flatMap((one) =>
            each(one, (request) => [requested(request), heard(one.view, one), reported(view, one)]),
          ),
    },
    repaired: {
      on: "SEND-VIEW-CHANGE",
      kinds: ["heard", "proposed", "prescribed", "shown"],
      groundsOf: ({ prepared }: Payload<"SEND-VIEW-CHANGE">) =>
        prepared.flatMap((one) =>
          each(one, () => [heard, proposed, prescribed, shown].map((fact) => fact(one.view, one))),
        ),
    },
  },
  7: {
    printed: {
      on: "SEND-NEW-VIEW",
      kinds: ["requested", "heard", "reported"],
      groundsOf: ({ view, order }: Payload<"SEND-NEW-VIEW">) =>
        order.flatMap((at) =>
          each(at, (request) => [
            requested(request),
            heard(view, at),
            reported(view, { view, ...at }),
          ]),
        ),
    },
    repaired: {
      on: "SEND-NEW-VIEW",
      kinds: ["shown"],
      groundsOf: ({ view, order }: Payload<"SEND-NEW-VIEW">) =>
        order.flatMap((at) => each(at, () => [shown(view, at)])),
    },
  },
} as const satisfies Readonly<
  Record<6 | 7, Readonly<Record<"printed" | "repaired", GroundedLine>>>
>;

/** Whether a replica proposed a batch by a pre-prepare; of a history that keeps such facts. */
export const isProposed = (facts: readonly Fact[], { view, ...at }: Placed): boolean =>
  facts.includes(proposed(view, at));

/** Whether what is said is grounded in a history of one replica. */
export const isGrounded = (line: GroundedLine, facts: readonly Fact[], said: unknown): boolean =>
  line.groundsOf(said as never).every((grounds) => grounds.some((fact) => facts.includes(fact)));

export interface HistoryState {
  /** a set; at most the inputs, and own proposals, of the instance */
  readonly facts: readonly Fact[];
  /** false once the replica has said something without ground: that it stays true is the line */
  readonly keeps: boolean;
}

const KINDS_OF: Readonly<Record<Heard, readonly FactKind[]>> = {
  REQUEST: ["requested"],
  ADMIT: ["requested"],
  "PRE-PREPARE": ["heard"],
  "SEND-PRE-PREPARE": ["proposed"],
  "NEW-VIEW": ["prescribed"],
  "VIEW-CHANGES": ["reported", "shown"],
};

/**
 * The history of one replica, as much of it as a line depends on, and whether it keeps the line: an
 * invariant over `keeps`. It listens to an output that effects send, so the reduction sends-at-once
 * is refused: see {@link factsAt}.
 */
export function historyOf(
  replica: Replica,
  line: GroundedLine,
): Automaton<HistoryState, HistoryActions> {
  const said = {
    at: { replica },
    effect(s: { facts: Fact[]; keeps: boolean }, payload: never) {
      if (!isGrounded(line, s.facts, payload)) s.keeps = false;
    },
  };
  return observer<HistoryState, HistoryActions>("history", {
    start: { facts: [], keeps: true },
    on: { ...hearing(replica, line.kinds), [line.on]: said } as never,
  });
}

/**
 * The facts of some kinds at one replica and nothing else, for an invariant that finds in the
 * replica's state what it says: the certificates of a replica between views are what it reports.
 */
export function factsAt(
  replica: Replica,
  kinds: readonly FactKind[],
): Automaton<Pick<HistoryState, "facts">, FactActions> {
  return observer<Pick<HistoryState, "facts">, FactActions>("facts", {
    start: { facts: [] },
    on: hearing(replica, kinds) as never,
  });
}

function hearing(replica: Replica, kinds: readonly FactKind[]) {
  const told = (Object.keys(KINDS_OF) as Heard[])
    .filter((action) => KINDS_OF[action].some((kind) => kinds.includes(kind)))
    .map((action) => {
      const effect = (s: { facts: Fact[] }, payload: never) => {
        for (const fact of factsOf(action, payload, kinds)) insert(s.facts, fact);
      };
      return [action, { at: { replica }, effect }];
    });
  return Object.fromEntries(told);
}
