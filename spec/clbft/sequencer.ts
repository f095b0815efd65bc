import {
  automaton,
  compose,
  type Input,
  type Internal,
  insert,
  type Output,
  remove,
  spontaneous,
  type Value,
  values,
} from "../automaton/index.ts";
import type { Service } from "../service/service.ts";
import { type Named, type Replica, type Request, requestText, sameName } from "./request.ts";

/** The interface of CLBFT towards clients, or towards the wrappers of paper W. */
export interface SequencerActions {
  /** a replica, correct or not, receives a request of a correct client; it may come again */
  REQUEST: Input<{ replica: Replica; request: Request }>;
  /** a request that enough correct replicas were asked for is appended to the log, which is owed */
  SEQUENCE: Internal<{ request: Request }>;
  /**
   * one that some replica was asked for, or that a faulty client made, is appended: nobody owes it
   */
  "SEQUENCE-EARLY": Internal<{ request: Request }>;
  /** a replica executes what is next in the log and replies, or it replies again */
  REPLY: Output<Named & { replica: Replica; result: string }>;
  /** a replica gets the state after some entries by state transfer, and does not reply to them */
  SKIP: Internal<{ replica: Replica; to: number }>;
}

interface Asked {
  readonly request: Request;
  /** the replicas that received it, a set */
  readonly by: readonly Replica[];
}

/** An entry of the log: executed by everybody at this place, with this result. */
export type Sequenced = Request & { readonly result: string };

export interface SequencerState<S extends Value = Value> {
  /** by text: the requests that are not in the log; at most those that clients make */
  readonly asked: Readonly<Record<string, Asked>>;
  /** append-only, each (client, t) at most once; at most as long as clients have names */
  readonly log: readonly Sequenced[];
  /** the service after the whole log */
  readonly service: S;
  /** by correct replica: how much of the log it executed */
  readonly cursors: Readonly<Record<Replica, number>>;
  /** by correct replica: the places in the log that it is to reply to again, a set */
  readonly again: Readonly<Record<Replica, readonly number[]>>;
}

/** Whether a replica replies again to what it executed (W-E12). */
export type Repeats = "never" | "when asked" | "at any time";

export interface SequencerInstance<S extends Value = Value> {
  readonly service: Service<S>;
  readonly correct: readonly Replica[];
  /** of how many correct replicas a request that they were asked for is owed a place: f + 1 */
  readonly enough: number;
  /** what faulty clients may ask for */
  readonly faulty?: readonly Request[];
  readonly repeats?: Repeats;
  /**
   * whether state transfer happens: a replica that skips entries replies to them when asked alone
   */
  readonly skips?: boolean;
  /** false: a request that comes again is sequenced again (a mutant, whose log has no bound) */
  readonly once?: boolean;
}

/**
 * The ideal sequencer: what 3f + 1 replicas that run CLBFT are together (paper W, section 2 and
 * appendix B). One append-only log, in which each (client, t) stands once; a cursor of each correct
 * replica, which executes the log in order and replies to each entry as it executes it ("replies in
 * execution order", W §7.2.2). Two operations under one (client, t): the first that is sequenced
 * counts, and who asks with the other is told its result.
 *
 * REQUEST may name a faulty replica, too: what a faulty primary knows, it may have sequenced. A
 * request that reached `enough` correct replicas is sequenced in the end: they time out together,
 * and the others join them. REPLY is one task: where replies repeat `at any time`, a liveness
 * property needs `weaklyFair("REPLY", { by: ["replica", "client", "t"] })`.
 */
export function sequencer<S extends Value>(instance: SequencerInstance<S>) {
  const { service, correct, enough, faulty = [], repeats = "never" } = instance;
  const { skips = false, once = true } = instance;
  type State = SequencerState<S>;
  const placeOf = ({ log }: State, named: Named) => log.findIndex((one) => sameName(one, named));
  const isFree = (s: State, { request }: { readonly request: Request }) =>
    !once || placeOf(s, request) < 0;
  const isAt = ({ log }: State, place: number, reply: Named & { readonly result: string }) => {
    const entry = log[place];
    return entry !== undefined && sameName(entry, reply) && entry.result === reply.result;
  };
  const askedBy = ({ asked }: State, request: Request) => asked[requestText(request)]?.by ?? [];
  const isCorrect = (replica: Replica) => correct.includes(replica);
  const askedFor = ({ asked }: State) => values(asked).map(({ request }) => ({ request }));

  const append = (s: SequencerDraft, request: Request) => {
    const { state, result } = service.apply(s.service as S, request.op, request.client);
    s.service = state;
    s.log.push({ ...request, result });
    for (const [text, other] of Object.entries(s.asked)) {
      if (sameName(other.request, request)) delete s.asked[text];
    }
  };

  return automaton<State, SequencerActions>("sequencer", {
    start: {
      asked: {},
      log: [],
      service: service.start,
      cursors: Object.fromEntries(correct.map((replica) => [replica, 0])),
      again: Object.fromEntries(correct.map((replica) => [replica, []])),
    },
    transitions: {
      REQUEST: {
        kind: "input",
        cite: "CLBFT.SPEC.SEQUENCER",
        effect(s, { replica, request }) {
          const place = placeOf(s as unknown as State, request);
          if (place < 0 || !once) {
            const text = requestText(request);
            s.asked[text] ??= { request: { ...request }, by: [] };
            insert(s.asked[text].by, replica);
          } else if (repeats === "when asked" && (s.cursors[replica] ?? 0) > place) {
            insert(s.again[replica] as number[], place);
          }
        },
      },
      SEQUENCE: {
        kind: "internal",
        cite: "CLBFT.SPEC.SEQUENCER",
        choose: askedFor,
        when: {
          // What is in the log is asked for no more, so that it is sequenced once.
          enough: (s, { request }) => askedBy(s, request).filter(isCorrect).length >= enough,
        },
        effect: (s, { request }) => append(s as unknown as SequencerDraft, request),
      },
      "SEQUENCE-EARLY": {
        kind: "internal",
        cite: "CLBFT.SPEC.SEQUENCER",
        task: spontaneous("what replicas may do"),
        choose: (s) => [...askedFor(s), ...faulty.map((request) => ({ request }))],
        when: {
          known: (s, { request }) =>
            askedBy(s, request).length > 0 ||
            faulty.some((one) => requestText(one) === requestText(request)),
          once: isFree,
        },
        effect: (s, { request }) => append(s as unknown as SequencerDraft, request),
      },
      REPLY: {
        kind: "output",
        cite: "CLBFT.SPEC.SEQUENCER",
        choose: ({ log }) =>
          correct.flatMap((replica) =>
            log.map(({ client, t, result }) => ({ replica, client, t, result })),
          ),
        when: {
          due: (s, reply) => {
            const cursor = s.cursors[reply.replica] ?? 0;
            const again = repeats === "at any time" ? s.log.slice(0, cursor).keys() : null;
            const places = [cursor, ...(again ?? s.again[reply.replica] ?? [])];
            return places.some((place) => isAt(s, place, reply));
          },
        },
        effect(s, reply) {
          const state = s as unknown as State;
          const cursor = s.cursors[reply.replica] ?? 0;
          if (isAt(state, cursor, reply)) s.cursors[reply.replica] = cursor + 1;
          else remove(s.again[reply.replica] as number[], placeOf(state, reply));
        },
      },
      SKIP: {
        kind: "internal",
        cite: "CLBFT.SPEC.SEQUENCER",
        task: spontaneous("what replicas may do"),
        choose: ({ log }) =>
          correct.flatMap((replica) => log.map((_, at) => ({ replica, to: at + 1 }))),
        when: {
          transfers: () => skips,
          ahead: ({ cursors }, { replica, to }) => to > (cursors[replica] ?? 0),
        },
        effect(s, { replica, to }) {
          s.cursors[replica] = to;
        },
      },
    },
  });
}

/** The draft, with the service's state erased: it may be of any type. */
interface SequencerDraft {
  asked: Record<string, Asked>;
  log: Sequenced[];
  service: Value;
}

/** The sequencer alone, with its requests left open: a specification for {@link includedIn}. */
export function sequencerSystem<S extends Value>(instance: SequencerInstance<S>) {
  return compose("sequencer", { sequencer: sequencer(instance) }, { open: ["REQUEST"] });
}
