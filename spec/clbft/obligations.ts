import {
  type Automaton,
  type Input,
  insert,
  observer,
  type PayloadOf,
  setOf,
} from "../automaton/index.ts";
import type { BackEndActions, Batch, InnerActions, Placed, Prescribed } from "./interface.ts";
import { type Named, nameText, type Replica, type Request, requestText } from "./request.ts";

/** Something that meets an obligation, as a text that only this module makes. */
export type Mark = string;

/** What a replica owes by a line of Lemma 10. */
export interface Obligation {
  /** one of these meets it */
  readonly by: readonly Mark[];
  /** leaving this view excuses it; null: that does not */
  readonly view: number | null;
  /** executing another batch under this number excuses it; null: that does not */
  readonly n: number | null;
}

/** Lines 1 to 5 of Lemma 10. */
export type OwingLine = 1 | 2 | 3 | 4 | 5;
export type Form = "printed" | "repaired";

export interface ObligationsState {
  /** the view of the replica, as its messages tell */
  readonly view: number;
  /** false from its VIEW-CHANGE to the new view */
  readonly active: boolean;
  /** a set; at most one for each trigger of the instance */
  readonly owed: readonly Obligation[];
  /** what has met obligations of this line before they arose, a set; empty as printed */
  readonly marks: readonly Mark[];
}

type Payload<A extends keyof BackEndActions> = PayloadOf<BackEndActions, A>;

export type ObligationActions = {
  [A in keyof BackEndActions]: Input<Payload<A>>;
} & InnerActions & {
    EXECUTE: Input<{ readonly replica: Replica; readonly n: number; readonly batch: Batch }>;
    INSTALL: Input<{ readonly replica: Replica; readonly n: number; readonly digest: string }>;
  };

type Heard = keyof ObligationActions;
const HEARD: readonly Heard[] = [
  ...(["REQUEST", "PRE-PREPARE", "VIEW-CHANGES", "NEW-VIEW", "FORWARD"] as const),
  ...(["SEND-PRE-PREPARE", "SEND-VIEW-CHANGE", "SEND-NEW-VIEW", "REPLY"] as const),
  ...(["ADMIT", "EXECUTE", "INSTALL"] as const),
];

export interface ObligationsOf {
  readonly replica: Replica;
  readonly primaryOf: (view: number) => Replica;
  readonly line: OwingLine;
  readonly form: Form;
  /** what counts as being asked for a request: REQUEST without it */
  readonly asking?: "REQUEST" | "ADMIT";
  /** actions that the composition does not have, and that need not be heard */
  readonly lacks?: readonly Heard[];
}

/**
 * What one replica owes by line 1, 2, 3, 4 or 5 of Lemma 10 (paper W, appendix B): the line holds if
 * whenever something is owed it is not later. As a leads-to: premise `owed.length > 0`, conclusion
 * `owed.length === 0` or the bound of the instance is reached.
 *
 * *Printed*: the event that is promised comes after its cause, whatever happened before. A REQUEST
 * is forwarded by a backup (1), and proposed by a primary unless the NEW-VIEW of the next view comes
 * (2); each request of a pre-prepare that the replica sends (3) or gets in its view (4), and of a
 * NEW-VIEW (5), gets a REPLY.
 *
 * *Repaired* (W-E07): it comes, or came before. A request that was replied to needs nothing more,
 * and one that is in a pre-prepare of this view need not be forwarded. The replica may leave the
 * view: then the new view decides. Another batch may be executed under the number, by a certificate
 * that says so; and a state that is installed may include it (`INSTALL`), to which the replica
 * replies when it is asked again. What a replica ignores, in a view that it left or has not entered,
 * obliges it to nothing. Numbers outside of the watermarks are not looked at. So repaired, lines 3
 * to 5 promise no reply to a request that is sent once. One that is sent to f + 1 correct replicas
 * is replied to: {@link askedOf}.
 */
export function obligationsOf(of: ObligationsOf): Automaton<ObligationsState, ObligationActions> {
  const { replica, lacks = [] } = of;
  const listening = HEARD.filter((action) => !lacks.includes(action)).map((action) => [
    action,
    {
      at: { replica },
      effect: (s: ObligationsState, payload: never) => after(s, action, payload, of),
    },
  ]);
  return observer<ObligationsState, ObligationActions>("obligations", {
    start: { view: 0, active: true, owed: [], marks: [] },
    on: Object.fromEntries(listening),
  });
}

/** The state after an action of the replica. */
export function after<A extends Heard>(
  s: ObligationsState,
  action: A,
  payload: PayloadOf<ObligationActions, A>,
  { replica, primaryOf, line, form, asking = "REQUEST" }: ObligationsOf,
): ObligationsState {
  const event = { name: action, ...(payload as object) } as unknown as Event;
  const standing = standingAfter(s, event, primaryOf(s.view) === replica);
  const marks = marksOf(event, standing.view);
  const isOther = (action === "REQUEST" || action === "ADMIT") && action !== asking;
  const arising = isOther ? [] : arisingOf(line, form, s, event, primaryOf(s.view) === replica);
  const remembered = form === "printed" ? [] : setOf(...s.marks, ...marks.filter(REMEMBERED[line]));
  const owed = s.owed.filter(
    (one) => !isMet(one, marks) && !(form === "repaired" && isExcused(one, standing.view, event)),
  );
  for (const one of arising) if (!isMet(one, remembered)) insert(owed as Obligation[], one);
  return { ...standing, owed: setOf(...owed), marks: remembered };
}

/** Whether an action of a replica that is in a view meets an obligation. */
export const meets = <A extends Heard>(
  obligation: Obligation,
  action: A,
  payload: PayloadOf<ObligationActions, A>,
  view: number,
): boolean =>
  isMet(obligation, marksOf({ name: action, ...(payload as object) } as unknown as Event, view));

/** An action with its parameters; of those that carry no such field it is absent. */
type Event = {
  [A in Heard]: { readonly name: A } & PayloadOf<ObligationActions, A>;
}[Heard];

const isMet = ({ by }: Obligation, marks: readonly Mark[]) => by.some((one) => marks.includes(one));

function isExcused({ by, view, n }: Obligation, now: number, event: Event): boolean {
  if (view !== null && now > view) return true;
  if (event.name === "INSTALL") return n === null || n <= event.n;
  if (event.name !== "EXECUTE" || event.n !== n) return false;
  return !event.batch.some((request) => by.includes(replied(request)));
}

/** Where the replica stands after an action. */
function standingAfter(s: ObligationsState, event: Event, isPrimary: boolean) {
  const { view, active } = s;
  if (event.name === "SEND-VIEW-CHANGE" && event.view > view) {
    return { view: event.view, active: false };
  }
  if (event.name === "NEW-VIEW" && isNew(s, event.view)) return { view: event.view, active: true };
  if (event.name === "VIEW-CHANGES" && event.view === view && isPrimary) {
    return { view, active: true };
  }
  return { view, active };
}

const isNew = ({ view, active }: ObligationsState, to: number): boolean =>
  to > view || (to === view && !active);

/** What an action obliges the replica to. */
function arisingOf(
  line: OwingLine,
  form: Form,
  s: ObligationsState,
  event: Event,
  isPrimary: boolean,
): Obligation[] {
  const repaired = form === "repaired";
  const oblige = (by: readonly Mark[], view: number, n: number | null): Obligation =>
    repaired ? { by, view, n } : { by, view: null, n: null };
  const replyTo = (view: number, { n, batch }: Prescribed) =>
    batch.map((request) => oblige([replied(request)], view, n));
  const { view } = s;
  if (event.name === "REQUEST" || event.name === "ADMIT") {
    const { request } = event;
    const verb = line === 1 ? "forwarded" : "proposed";
    if (line > 2 || isPrimary === (line === 1)) return [];
    if (!repaired) return [oblige([done(verb, request), ...next(line, view)], view, null)];
    const already = line === 1 ? [doneIn("assigned", view, request)] : [];
    return [oblige([doneIn(verb, view, request), ...already, replied(request)], view, null)];
  }
  if (event.name === "SEND-PRE-PREPARE" && line === 3) return replyTo(event.view, event);
  if (event.name === "PRE-PREPARE" && line === 4) {
    const isTaken = event.view === view && (s.active || !repaired);
    return isTaken ? replyTo(view, event) : [];
  }
  if (event.name === "NEW-VIEW" && line === 5) {
    const isTaken = isNew(s, event.view) || !repaired;
    return isTaken ? event.order.flatMap((at) => replyTo(event.view, at)) : [];
  }
  return [];
}

/** Line 2 as printed is met by the NEW-VIEW of the next view. */
const next = (line: OwingLine, view: number): Mark[] => (line === 2 ? [entered(view + 1)] : []);

type Verb = "forwarded" | "assigned" | "proposed";
const done = (verb: Verb, request: Request): Mark => `${verb} ${requestText(request)}`;
const doneIn = (verb: Verb, view: number, request: Request): Mark =>
  `${verb} in view ${view}: ${requestText(request)}`;
const replied = (named: Named): Mark => `replied ${nameText(named)}`;
const entered = (view: number): Mark => `entered view ${view}`;

/** What an action meets, in a view of the replica. */
function marksOf(event: Event, now: number): Mark[] {
  const both = (verb: Verb, view: number, batch: Batch) =>
    batch.flatMap((request) => [done(verb, request), doneIn(verb, view, request)]);
  const proposed = ({ view, batch }: Omit<Placed, "n">) => [
    ...both("proposed", view, batch),
    ...both("assigned", view, batch),
  ];
  switch (event.name) {
    case "FORWARD":
      return both("forwarded", now, [event.request]);
    case "PRE-PREPARE":
      return both("assigned", event.view, event.batch);
    case "SEND-PRE-PREPARE":
      return proposed(event);
    case "SEND-NEW-VIEW":
      return event.order.flatMap(({ batch }) => proposed({ view: event.view, batch }));
    case "NEW-VIEW": {
      const { view, order } = event;
      return [entered(view), ...order.flatMap(({ batch }) => both("assigned", view, batch))];
    }
    case "REPLY":
      return [replied(event)];
    default:
      return [];
  }
}

/** Which marks may meet later obligations of a line. */
const REMEMBERED: Readonly<Record<OwingLine, (mark: Mark) => boolean>> = {
  1: (mark) => /^(forwarded in|assigned in|replied) /.test(mark),
  2: (mark) => /^(proposed in|replied) /.test(mark),
  3: (mark) => mark.startsWith("replied "),
  4: (mark) => mark.startsWith("replied "),
  5: (mark) => mark.startsWith("replied "),
};
