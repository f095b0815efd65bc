import {
  compose,
  type Index,
  type Input,
  includedIn,
  index,
  indices,
  invariant,
  observer,
  type PartClause,
  type Problem,
  type Property,
  type Survivor,
  threshold,
  type Witness,
  withoutClause,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { askedOf } from "../../../spec/clbft/asked.ts";
import { type Named, nameText, type Request } from "../../../spec/clbft/request.ts";
import { type Repeats, sequencer } from "../../../spec/clbft/sequencer.ts";
import { singleServerSystem } from "../../../spec/clbft/single-server.ts";
import type { Service } from "../../../spec/service/service.ts";
import { outstanding, replies } from "./clients.ts";

type Replica = Index<"replica">;
type Client = Index<"client">;
export const GROUP: readonly Replica[] = indices("replica", 4);
export const [C, D] = indices("client", 2) as [Client, Client];
/** a faulty client */
const B: Client = index("client", 2);

/** Its state and each result is what was executed, in order: nothing tells orders apart better. */
export const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, operation) => ({ state: state + operation, result: state + operation }),
};

/** What distinguishes an instance of four replicas, f = 1. */
export interface SequencingSize {
  readonly requests: readonly Request[];
  readonly faultyClient?: readonly Request[];
  readonly repeats?: Repeats;
  readonly skips?: boolean;
  /** 1 without it, or one too many: faulty replicas reply whatever others reply, and "lie" */
  readonly liars?: number;
  /** they reply nothing instead */
  readonly mute?: boolean;
  /** how many equal replies a client takes; f + 1 without it */
  readonly needed?: number;
  /**
   * of how many correct replicas a request is sequenced that they were asked for; f + 1 without it
   */
  readonly askedMin?: number;
  /** to how many replicas clients send, correct ones first; all without it */
  readonly sentTo?: number;
  /** false: the sequencer appends what comes again */
  readonly once?: boolean;
  /** a clause of the sequencer that is dropped */
  readonly without?: Omit<PartClause, "part">;
}

export const request = (client: Client, t: number, op: string): Request => ({ client, t, op });

function partsOf(size: SequencingSize) {
  const { requests, faultyClient = [], repeats = "never", skips = false, once = true } = size;
  const { liars = 1, mute = false } = size;
  const needed = size.needed ?? threshold("replies", 2);
  const names = [...new Map(requests.map((one) => [nameText(one), one])).values()];
  return {
    requests: requests.map((one) => outstanding(one, GROUP.slice(0, size.sentTo))),
    replies: names.map((name) =>
      mute ? replies(name, needed, 0, []) : replies(name, needed, liars, ["lie"]),
    ),
    sequencer: sequencer({
      service: journal,
      correct: correctOf(size),
      enough: size.askedMin ?? threshold("asked", 2),
      faulty: faultyClient,
      repeats,
      skips,
      once,
    }),
  };
}

/** The correct replicas of an instance. */
export const correctOf = ({ liars = 1 }: SequencingSize): readonly Replica[] =>
  GROUP.slice(0, GROUP.length - liars);

/** Clients that count equal replies of the sequencer's replicas. */
export function sequencingSystem(size: SequencingSize) {
  const parts = { ...partsOf(size), firsts: firsts(correctOf(size)) };
  const system = compose("sequencer with clients", parts);
  return size.without === undefined
    ? system
    : withoutClause(system, { part: "sequencer", ...size.without });
}

/** The same with a history of who was asked for what, and replied. */
export function askingSystem(size: SequencingSize) {
  const parts = { ...partsOf(size), asked: askedOf(correctOf(size)) };
  const system = compose("sequencer with clients, asked", parts);
  return size.without === undefined
    ? system
    : withoutClause(system, { part: "sequencer", ...size.without });
}

export type SequencingSystem = ReturnType<typeof sequencingSystem>;

interface FirstActions {
  REPLY: Input<Named & { replica: Replica; result: string }>;
}

/** To what each correct replica replied, in the order of its first replies. */
export type Firsts = Readonly<Record<Replica, readonly string[]>>;

function firsts(correct: readonly Replica[]) {
  return observer<Firsts, FirstActions>("first replies", {
    start: Object.fromEntries(correct.map((replica) => [replica, []])),
    on: {
      REPLY: {
        effect(s, { replica, ...reply }) {
          const before = s[replica] as string[];
          if (!before.includes(nameText(reply))) before.push(nameText(reply));
        },
      },
    },
  });
}

/** What clients see is what one server that does not fail would show them, and answer. */
export const looksLikeSingleServer = (system: SequencingSystem, size: SequencingSize) =>
  includedIn(system, {
    name: "one server, which answers",
    specification: singleServerSystem({
      service: journal,
      correct: [C, D],
      faulty: size.faultyClient ?? [],
    }),
    visible: ["INVOKE", "RETURN"],
    quiescence: true,
  });

/** Correct replicas reply to new requests in one order, of which each has come to some point. */
export const repliesInOneOrder = (system: SequencingSystem) =>
  invariant(system, {
    name: "first replies come in one order",
    reads: ["firsts"],
    holds: ({ firsts }) => {
      const orders = Object.values(firsts);
      const longest = orders.reduce((a, b) => (b.length > a.length ? b : a), []);
      return orders.every((order) => order.every((name, at) => longest[at] === name));
    },
  });

export const allReturned = (system: SequencingSystem) =>
  witness(system, {
    name: "every request returned",
    reads: ["replies"],
    reached: ({ replies }) => replies.every(({ standing }) => standing === "answered"),
  });

export const returnsResult = (system: SequencingSystem, result: string) =>
  witnessAction(system, {
    name: `a client is told "${result}"`,
    action: "RETURN",
    where: (reply) => reply.result === result,
  });

/** Two concurrent requests of one client, and one of a faulty client. */
export const CONCURRENT: SequencingSize = {
  requests: [request(C, 1, "x"), request(C, 2, "y")],
  faultyClient: [request(B, 1, "z")],
};
export const TWO_CLIENTS: SequencingSize = {
  requests: [request(C, 1, "x"), request(D, 1, "y")],
};

/** Mutants of the sequencer and its clients that do nothing that a claim forbids. */
export const SURVIVORS: readonly Survivor[] = [
  {
    mutant: "without requests/INVOKE/first",
    because: "asking again under a number that was answered is without effect",
  },
  {
    mutant: "without replies/RETURN/asked",
    because: "replies are counted while a request is outstanding alone, and 0 are not enough",
  },
  {
    mutant: "without sequencer/SEQUENCE/enough",
    because: "what one replica was asked for may be sequenced; now it is owed, which is more",
  },
  { mutant: "threshold asked-1", because: "it is owed earlier, which is more" },
  {
    mutant: "threshold replies+1",
    because: "three of four replicas are correct and reply: 2f + 1 equal replies come, too",
  },
  {
    mutant: "without sequencer/SEQUENCE-EARLY/known",
    because: "choose offers what is known alone",
  },
  {
    mutant: "without sequencer/SEQUENCE-EARLY/once",
    variant: "repaired/replies again",
    because: "no faulty client: what is in the log is asked for no more",
  },
  ...["repaired/replies again", "mutant/out-of-order"].map((variant) => ({
    mutant: "threshold asked+1",
    variant,
    because: "clients ask all replicas until they are answered",
  })),
  {
    mutant: "without sequencer/SKIP/transfers",
    variant: "mutant/out-of-order",
    because: "there a replica replies to what it skipped, too",
  },
  {
    mutant: "without sequencer/SKIP/ahead",
    because: "who goes back replies again, as it did: clients count a replica once",
  },
];

/** The same instance explored for several claims, once. */
export const SHARED = { shares: "sequencer" } as const;

export const sequencingProblem = (
  size: SequencingSize,
  properties: (system: SequencingSystem) => readonly Property[],
  witnesses: (system: SequencingSystem) => readonly Witness[],
): Problem => {
  const system = sequencingSystem(size);
  return {
    system,
    properties: properties(system),
    witnesses: witnesses(system),
    excludes: [
      "clients send to each replica at any time until they have the reply; nothing is lost",
      size.mute === true
        ? "faulty replicas reply nothing"
        : `faulty replicas reply whatever correct ones reply, and "lie"`,
    ],
  };
};
