import {
  type Action,
  automaton,
  type Case,
  compose,
  type Input,
  includedIn,
  insert,
  type Output,
  type Property,
  spontaneous,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { characterisation } from "../../../spec/clbft/characterisation.ts";
import type { Form } from "../../../spec/clbft/obligations.ts";
import { nameText, type Replica, type Request, sameName } from "../../../spec/clbft/request.ts";
import { sequencerSystem } from "../../../spec/clbft/sequencer.ts";
import { singleServerSystem } from "../../../spec/clbft/single-server.ts";
import { outstanding, replies } from "./clients.ts";
import { pinnedOf } from "./pins.ts";
import { C, D, GROUP, journal, request } from "./sequencing.ts";

/** What distinguishes an instance of four replicas of which the primary of view 0 is faulty. */
export interface LemmaSize {
  readonly requests: readonly Request[];
  readonly form: Form;
  /** what a REPLY says: whatever it likes, what came of its own execution, or of one log for all */
  readonly executes: "anything" | "what it owes" | "one log";
  /** a log that holds what comes again, again (a mutant) */
  readonly once?: boolean;
}

type PrePrepare = { replica: Replica; view: number; n: number; batch: readonly Request[] };

interface PrimaryActions {
  INVOKE: Input<Request>;
  "PRE-PREPARE": Output<PrePrepare>;
}

interface PrimaryState {
  /** what clients asked for, a set */
  readonly known: readonly Request[];
  /** what each backup was sent already, a set of "replica name" */
  readonly sent: readonly string[];
}

/**
 * The faulty primary of view 0: it proposes what clients asked for, in any order, to whom it likes.
 */
function faultyPrimary(backups: readonly Replica[]) {
  const textOf = ({ replica, batch: [request] }: PrePrepare) =>
    `${replica} ${request === undefined ? "" : nameText(request)}`;
  return automaton<PrimaryState, PrimaryActions>("faulty primary", {
    start: { known: [], sent: [] },
    transitions: {
      INVOKE: { kind: "input", effect: ({ known }, request) => void insert(known, request) },
      "PRE-PREPARE": {
        kind: "output",
        task: spontaneous("faulty primary"),
        choose: ({ known }) =>
          backups.flatMap((replica) =>
            known.map((request) => ({ replica, view: 0, n: 1, batch: [request] })),
          ),
        when: { once: ({ sent }, one) => !sent.includes(textOf(one)) },
        effect: ({ sent }, one) => void insert(sent, textOf(one)),
      },
    },
  });
}

interface LogActions {
  "PRE-PREPARE": Input<PrePrepare>;
  ORDERED: Output<{ replica: Replica; request: Request }>;
}

interface LogState {
  /** what some correct replica was proposed, a set */
  readonly proposed: readonly Request[];
  readonly log: readonly Request[];
  readonly cursors: Readonly<Record<Replica, number>>;
}

/** What Lemma 10 lacks: one log of what was proposed, each (client, t) once, that all execute. */
function commonLog(correct: readonly Replica[], once: boolean) {
  return automaton<LogState, LogActions>("common log", {
    start: {
      proposed: [],
      log: [],
      cursors: Object.fromEntries(correct.map((replica) => [replica, 0])),
    },
    transitions: {
      "PRE-PREPARE": {
        kind: "input",
        effect: ({ proposed }, { batch }) => {
          for (const request of batch) insert(proposed, request);
        },
      },
      ORDERED: {
        kind: "output",
        choose: ({ proposed, log, cursors }) =>
          correct.flatMap((replica) => {
            const next = log[cursors[replica] ?? 0];
            return (next === undefined ? proposed : [next]).map((request) => ({
              replica,
              request,
            }));
          }),
        when: {
          next: ({ log, cursors }, { replica, request }) => {
            const next = log[cursors[replica] ?? 0];
            if (next !== undefined) return sameName(next, request);
            return !once || !log.some((other) => sameName(other, request));
          },
        },
        effect(s, { replica, request }) {
          const cursor = s.cursors[replica] ?? 0;
          if (s.log[cursor] === undefined) s.log.push({ ...request });
          s.cursors[replica] = cursor + 1;
        },
      },
    },
  });
}

/** Components that keep Lemma 10, and what carries messages to them. */
export function lemmaSystem({ requests, form, executes, once = true }: LemmaSize) {
  const [primary, ...correct] = GROUP;
  return compose(
    "replicas that keep Lemma 10",
    {
      requests: requests.map((one) => outstanding(one, [])),
      replies: requests.map((name) => replies(name, 2, 1, ["lie"])),
      primary: faultyPrimary(correct),
      replicas: correct.map((replica) =>
        characterisation({
          replica,
          primaryOf: () => primary as Replica,
          form,
          execution:
            executes === "anything"
              ? { of: "anything", results: ["x", "y", "lie"] }
              : { of: executes === "one log" ? "what is ordered" : executes, service: journal },
          requests,
          numbers: [1],
        }),
      ),
      log: executes === "one log" ? [commonLog(correct, once)] : [],
    },
    {
      open: ["NEW-VIEW", "VIEW-CHANGES", ...(executes === "one log" ? [] : (["ORDERED"] as const))],
    },
  );
}

export type LemmaSystem = ReturnType<typeof lemmaSystem>;

/**
 * What the replicas show is what the ideal sequencer would show: requests that reached the faulty
 * primary are sequenced, and correct replicas reply in the order of one log.
 */
export const looksLikeSequencer = (system: LemmaSystem) =>
  includedIn(system, {
    name: "one sequencer",
    specification: sequencerSystem({
      service: journal,
      correct: GROUP.slice(1),
      enough: 2,
      repeats: "at any time",
    }),
    visible: {
      INVOKE: (request: Request) => ({ name: "REQUEST", payload: { replica: GROUP[0], request } }),
      REPLY: (payload: Action["payload"]) => ({ name: "REPLY", payload }),
    },
  });

export const looksLikeSingleServer = (system: LemmaSystem, quiescence = false) =>
  includedIn(system, {
    name: "one server",
    specification: singleServerSystem({ service: journal, correct: [C, D], faulty: [] }),
    visible: ["INVOKE", "RETURN"],
    quiescence,
  });

const allAnswered = (system: LemmaSystem) =>
  witness(system, {
    name: "every request returned",
    reads: ["replies"],
    reached: ({ replies }) => replies.every(({ standing }) => standing === "answered"),
  });

const told = (system: LemmaSystem, result: string) =>
  witnessAction(system, {
    name: `a client is told "${result}"`,
    action: "RETURN",
    where: (reply) => reply.result === result,
  });

/** What the claims explore: each of two clients asks once. */
export const ONE_LOG: LemmaSize = {
  requests: [request(C, 1, "x"), request(D, 1, "y")],
  form: "repaired",
  executes: "one log",
};
const INSTANCE = "1 and 1 of two clients, the primary faulty";

/** The cases of a claim about one property. */
export const asking =
  (property: (system: LemmaSystem) => Property) =>
  (variant: string, size: LemmaSize, rest: Pick<Case, "expect"> & Partial<Case>): Case => ({
    variant,
    instance: INSTANCE,
    tier: "ci",
    problem: () => {
      const system = lemmaSystem(size);
      return {
        system,
        properties: [property(system)],
        witnesses: rest.expect === "holds" ? [allAnswered(system), told(system, "yx")] : [],
        excludes: [
          "clients ask the faulty primary alone, and no view changes: only line 4 obliges to anything",
          "the primary proposes each request to each backup once, under one number",
        ],
      };
    },
    ...(rest.expect === "holds" ? pinnedOf(INSTANCE) : {}),
    ...rest,
  });

/** Why the variants fail. */
export const BECAUSE = {
  noLog: "two replicas may execute in two orders: no line speaks of two replicas",
  noResult: "a REPLY is owed with some result, whatever it be",
  twice: "a log that has a request twice has it executed twice",
} as const;
