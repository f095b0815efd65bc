import {
  automaton,
  type Input,
  insert,
  type PayloadOf,
  spontaneous,
  type Value,
} from "../automaton/index.ts";
import type { Service } from "../service/service.ts";
import { type Fact, type FactKind, factsOf, GROUNDED, isGrounded } from "./grounds.ts";
import type { BackEndActions } from "./interface.ts";
import {
  after,
  type Form,
  meets,
  type ObligationActions,
  type ObligationsState,
  type OwingLine,
} from "./obligations.ts";
import { type Replica, type Request, sameName } from "./request.ts";

export type CharacterisationActions = BackEndActions & {
  /** what this replica is to execute next; Lemma 10 has nothing of the kind */
  ORDERED: Input<{ readonly replica: Replica; readonly request: Request }>;
};

export interface CharacterisationState<S extends Value = Value> {
  /** what lines 6 and 7 look at, a set; at most the inputs and proposals of the instance */
  readonly facts: readonly Fact[];
  /** by line: what lines 1 to 5 oblige it to */
  readonly duties: Readonly<Record<string, ObligationsState>>;
  /** after what it executed; its start where results are any */
  readonly service: S;
  /** what it is to execute, in this order; at most what is ordered */
  readonly queue: readonly Request[];
}

/**
 * What a REPLY says, and when. Lemma 10 as printed has "for some r", when one is owed; a result of
 * the replica's own execution of what it owes, in any order, is a kinder reading; the last one goes
 * beyond.
 */
export type Execution<S extends Value> =
  | { readonly of: "anything"; readonly results: readonly string[] }
  | { readonly of: "what it owes" | "what is ordered"; readonly service: Service<S> };

export interface CharacterisationInstance<S extends Value = Value> {
  readonly replica: Replica;
  readonly primaryOf: (view: number) => Replica;
  readonly form: Form;
  readonly execution: Execution<S>;
  /** what bounds its outputs: requests and the numbers under which it proposes them */
  readonly requests: readonly Request[];
  readonly numbers: readonly number[];
  /** what it may say of a view change, as far as lines 6 and 7 let it */
  readonly viewChanges?: readonly PayloadOf<BackEndActions, "SEND-VIEW-CHANGE">[];
  readonly newViews?: readonly PayloadOf<BackEndActions, "SEND-NEW-VIEW">[];
}

const LINES: readonly OwingLine[] = [1, 2, 3, 4, 5];
const OWED_BY = {
  FORWARD: [1],
  "SEND-PRE-PREPARE": [2],
  REPLY: [3, 4, 5],
} as const satisfies Readonly<Partial<Record<keyof BackEndActions, readonly OwingLine[]>>>;
const EVERY_KIND: Readonly<Record<Form, readonly FactKind[]>> = {
  printed: ["requested", "heard", "reported"],
  repaired: ["heard", "proposed", "prescribed", "shown"],
};

/**
 * The Lemma 10 characterisation of one replica (paper W, appendix B) as an automaton over the
 * interface of SBE_i: whatever keeps the seven lines. Lines 6 and 7 are clauses. By lines 1 to 5
 * FORWARD, SEND-PRE-PREPARE and REPLY are owed; it says nothing of these that it does not owe, which
 * the lemma leaves open.
 *
 * It is weak: no line speaks of two replicas, nor of results, nor of order (claim W-SPEC-L10).
 */
export function characterisation<S extends Value>(instance: CharacterisationInstance<S>) {
  const { replica, primaryOf, form, execution, requests, numbers } = instance;
  const { viewChanges = [], newViews = [] } = instance;
  const at = { replica };
  const kinds = EVERY_KIND[form];
  const [line6, line7] = [GROUNDED[6][form], GROUNDED[7][form]];
  type State = CharacterisationState<S>;
  type Live = { facts: Fact[]; duties: Record<string, ObligationsState>; queue: Request[] };

  const owes = <A extends keyof typeof OWED_BY>(
    { duties }: State,
    action: A,
    payload: PayloadOf<BackEndActions, A>,
  ) =>
    OWED_BY[action].some((line) => {
      const { owed, view } = duties[line] as ObligationsState;
      return owed.some((one) => meets(one, action, payload as never, view));
    });
  const hear =
    <A extends keyof BackEndActions>(action: A) =>
    (s: unknown, payload: PayloadOf<BackEndActions, A>): void => {
      const live = s as Live;
      for (const line of LINES) {
        const of = { replica, primaryOf, line, form };
        live.duties[line] = after(
          live.duties[line] as ObligationsState,
          action,
          payload as unknown as PayloadOf<ObligationActions, A>,
          of,
        );
      }
      for (const fact of factsOf(action, payload, kinds)) insert(live.facts, fact);
    };
  const viewOf = ({ duties }: State) => duties[1]?.view ?? 0;
  const resultOf = ({ service }: State, request: Request): string[] =>
    execution.of === "anything"
      ? [...execution.results]
      : [execution.service.apply(service, request.op, request.client).result];
  /** What it may reply to now. */
  const due = (s: State): readonly Request[] =>
    execution.of === "what is ordered" ? s.queue.slice(0, 1) : requests;

  return automaton<State, CharacterisationActions>("characterisation", {
    process: replica,
    start: {
      facts: [],
      duties: Object.fromEntries(
        LINES.map((line) => [line, { view: 0, active: true, owed: [], marks: [] }]),
      ),
      service: (execution.of === "anything" ? null : execution.service.start) as S,
      queue: [],
    },
    transitions: {
      REQUEST: { kind: "input", at, cite: "CLBFT.SPEC.LEMMA-10", effect: hear("REQUEST") },
      "PRE-PREPARE": {
        kind: "input",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        effect: hear("PRE-PREPARE"),
      },
      "VIEW-CHANGES": {
        kind: "input",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        effect: hear("VIEW-CHANGES"),
      },
      "NEW-VIEW": { kind: "input", at, cite: "CLBFT.SPEC.LEMMA-10", effect: hear("NEW-VIEW") },
      ORDERED: {
        kind: "input",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        effect(s, { request }) {
          if (execution.of === "what is ordered") s.queue.push({ ...request });
        },
      },
      FORWARD: {
        kind: "output",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        choose: () => requests.map((request) => ({ ...at, request })),
        when: { owed: (s, forward) => owes(s, "FORWARD", forward) },
        effect: hear("FORWARD"),
      },
      "SEND-PRE-PREPARE": {
        kind: "output",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        choose: (s) =>
          requests.flatMap((request) =>
            numbers.map((n) => ({ ...at, view: viewOf(s), n, batch: [request] })),
          ),
        when: { owed: (s, proposal) => owes(s, "SEND-PRE-PREPARE", proposal) },
        effect: hear("SEND-PRE-PREPARE"),
      },
      "SEND-VIEW-CHANGE": {
        kind: "output",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        task: spontaneous("view changes"),
        choose: () => viewChanges,
        when: {
          later: (s, { view }) => view > viewOf(s),
          line6: ({ facts }, said) => isGrounded(line6, facts, said),
        },
        effect: hear("SEND-VIEW-CHANGE"),
      },
      "SEND-NEW-VIEW": {
        kind: "output",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        task: spontaneous("view changes"),
        choose: () => newViews,
        when: {
          primary: (s, { view }) => view === viewOf(s) && primaryOf(view) === replica,
          line7: ({ facts }, said) => isGrounded(line7, facts, said),
        },
        effect: hear("SEND-NEW-VIEW"),
      },
      REPLY: {
        kind: "output",
        at,
        cite: "CLBFT.SPEC.LEMMA-10",
        choose: (s) =>
          due(s).flatMap((request) =>
            resultOf(s, request).map((result) => {
              const { client, t } = request;
              return { ...at, client, t, result };
            }),
          ),
        when: {
          due: (s, reply) =>
            execution.of === "what is ordered"
              ? due(s).some((request) => sameName(request, reply))
              : owes(s, "REPLY", reply),
          result: (s, reply) =>
            due(s).some(
              (request) => sameName(request, reply) && resultOf(s, request).includes(reply.result),
            ),
        },
        effect(s, reply) {
          const state = s as unknown as State;
          const executed = due(state).find(
            (one) => sameName(one, reply) && resultOf(state, one).includes(reply.result),
          );
          if (executed !== undefined && execution.of !== "anything") {
            const { client, op } = executed;
            s.service = execution.service.apply(state.service, op, client).state as never;
          }
          if (execution.of === "what is ordered") s.queue.shift();
          hear("REPLY")(s, reply);
        },
      },
    },
  });
}
