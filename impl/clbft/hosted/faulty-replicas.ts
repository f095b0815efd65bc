import { type Index, positionOf } from "../../../spec/automaton/index.ts";
import type { Behaviour, Deviation } from "../../adversary/index.ts";
import type { Message, ProcessHost } from "../../network/process.ts";
import { GENESIS } from "../messages.ts";
import { digest, FaultyMemory } from "./faulty-memory.ts";
import type { ChunkMessage } from "./transfer/wire.ts";
import {
  asMessage,
  type CheckpointMessage,
  type CommitMessage,
  checkpointStatement,
  type NewViewMessage,
  newViewStatement,
  type PrePrepareMessage,
  type PrepareMessage,
  type ReplyMessage,
  type ShownOrdered,
  type ViewChangeMessage,
  viewChangeStatement,
  voteStatement,
} from "./wire.ts";

/*
 * Faulty replicas that know the protocol. They sign with their own key alone, and repeat what others signed.
 */

/** What a liar knows when it says something. */
interface Occasion {
  readonly self: Index;
  readonly to: Index;
  readonly host: ProcessHost;
  readonly memory: FaultyMemory;
}

/** What it says instead of a message: nothing, one or several. */
type Lie = (message: Message, occasion: Occasion) => readonly Message[];

type Lies = Readonly<Record<string, Lie>>;

/** Lies about messages of some types; the others are sent as they are. */
const about =
  <M>(types: readonly string[], lie: (message: M, occasion: Occasion) => readonly Message[]): Lie =>
  (message, occasion) =>
    types.includes(message.type) ? lie(message as unknown as M, occasion) : [message];

const isOdd = (process: Index) => positionOf(process) % 2 === 1;
const AS_PRIMARY = ["PRE-PREPARE", "NEW-VIEW"];
const VOTES = ["PRE-PREPARE", "PREPARE", "COMMIT"];

const LIES: Lies = {
  /** takes part in everything, but orders nothing and opens no view */
  "mute-primary": about(AS_PRIMARY, () => []),
  /** sends two halves of the replicas different batches of signed requests for one number, and votes for both */
  "equivocating-primary": about<PrePrepareMessage>(VOTES, (message, occasion) => {
    if (message.type === "PRE-PREPARE" && isOdd(occasion.to)) return otherBatch(message, occasion);
    return [asMessage(message)];
  }),
  /** leaves one replica out of what it orders and votes: f + 1 correct ones decide (arXiv 2107.11144) */
  "selective-primary": about<Message>(VOTES, (message, { self, to }) =>
    positionOf(to) === (positionOf(self) + 3) % 4 ? [] : [message],
  ),
  /** orders old requests again */
  "repeating-primary": about<PrePrepareMessage>(["PRE-PREPARE"], (message, occasion) => {
    const { oldest } = occasion.memory;
    return oldest === null
      ? [asMessage(message)]
      : [prePrepare(message, [...message.batch, oldest], occasion)];
  }),
  /** votes for each batch that it hears of, and for one that nobody has */
  "double-voter": about<PrepareMessage | CommitMessage>(
    ["PREPARE", "COMMIT"],
    (message, occasion) => [
      asMessage(message),
      ...["0".repeat(64), ...digestsOf(message, occasion)].map((named) =>
        vote(message, named, occasion),
      ),
    ],
  ),
  /** says that it has prepared nothing, and knows of no checkpoint */
  "stale-view-change": about<ViewChangeMessage>(["VIEW-CHANGE"], (message, { host }) => {
    const stable = { ...GENESIS, signatures: {} };
    const said = { ...message, stable, prepared: [] };
    return [asMessage({ ...said, signature: host.sign(viewChangeStatement(said)) })];
  }),
  /** says that its certificates are of a later view than they are */
  "false-view-change": about<ViewChangeMessage>(["VIEW-CHANGE"], (message, { host }) => {
    const prepared = message.prepared.map((one) => ({ ...one, view: one.view + 1 }));
    const said = { ...message, prepared };
    return [asMessage({ ...said, signature: host.sign(viewChangeStatement(said)) })];
  }),
  /** opens its views with another order than the reports prescribe */
  "false-new-view": about<NewViewMessage>(["NEW-VIEW"], (message, occasion) => {
    const { host } = occasion;
    const said = { ...message, order: otherOrder(message, occasion) };
    return [asMessage({ ...said, signature: host.sign(newViewStatement(said, digest)) })];
  }),
  /** sends other chunks of its state than it is asked for */
  "lying-state": about<ChunkMessage>(["CHUNK"], (message) => [
    { ...message, text: message.text.replace(/[0-9a-y]/, next) } as unknown as Message,
  ]),
  /** says that no state is there any more */
  "gone-state": about<ChunkMessage>(["CHUNK"], ({ digest: of }) => [
    { type: "GONE", of } as unknown as Message,
  ]),
  /** vouches for states that nobody has, of its own number and of one far ahead */
  "false-checkpoint": about<CheckpointMessage>(["CHECKPOINT"], (message, { host }) =>
    [message.n, message.n * 1_000].map((n) => {
      const said = { ...message, n, digest: digest({ n, state: "false" }) };
      return asMessage({ ...said, signature: host.sign(checkpointStatement(said)) });
    }),
  ),
  /** answers clients what is not so */
  "forged-replies": about<ReplyMessage>(["REPLY", "READ-REPLY"], (message) => [
    asMessage({ ...message, result: "forged", ...(message.digest ? { digest: null } : {}) }),
  ]),
  /** wants to be in views far ahead, another one with each status that it tells */
  "view-flooder": about<Message>(["STATUS", "PREPARE", "COMMIT"], (message, { host }) => {
    const view = 1_000 + host.random(1).reduce((sum, byte) => sum + byte, 0) * 1_000_003;
    const said = { view, stable: { ...GENESIS, signatures: {} }, prepared: [] };
    const signature = host.sign(viewChangeStatement(said));
    return [message, asMessage({ type: "VIEW-CHANGE", ...said, signature })];
  }),
  /** says the first thing of each type again, for ever */
  "old-messages": (message, { memory }) => {
    const old = memory.firstOf(message.type);
    return old === null ? [message] : [message, old];
  },
};

/** Faulty in what it hears: as if these requests of clients had never come. */
const withholdingPrimary: Behaviour = {
  name: "withholding-primary",
  begin: () => ({
    decode: (_from, message, next) => {
      const { type, client } = Object(message) as { readonly type?: string; client?: string };
      const isWithheld = type === "REQUEST" && client === "client#0";
      return isWithheld ? { refused: "withheld" } : next();
    },
  }),
};

/**
 * Orders as late as it dares.
 * @param delayMs a little less than what the others wait for a primary
 */
export const slowPrimary = (delayMs: number): Behaviour => ({
  name: "slow-primary",
  begin: () => ({
    send({ unit, to, message }, host) {
      if (!AS_PRIMARY.includes(message.type)) host.send(unit, to, message);
      else host.after(delayMs, () => host.send(unit, to, message));
    },
  }),
});

/** Of the simulated worlds' 100 ms. */
const SLOW_MS = 80;

/** Ways to be a faulty replica that know the protocol, by name. */
export function faultyReplicas(): Readonly<Record<string, () => Behaviour>> {
  const lies = Object.entries(LIES).map(([name, lie]) => [name, () => lying(name, lie)] as const);
  return {
    ...Object.fromEntries(lies),
    "withholding-primary": () => withholdingPrimary,
    "slow-primary": () => slowPrimary(SLOW_MS),
  };
}

function lying(name: string, lie: Lie): Behaviour {
  return {
    name,
    begin(again): Deviation {
      const memory = new FaultyMemory();
      const { self } = again();
      return {
        decode(_from, message, next) {
          const decoded = next();
          if (!("refused" in decoded)) memory.hear(message);
          return decoded;
        },
        send({ unit, to, message }, host) {
          memory.hear(message);
          memory.say(message);
          for (const said of lie(message, { self, to, host, memory })) host.send(unit, to, said);
        },
      };
    },
  };
}

function prePrepare(
  message: PrePrepareMessage,
  batch: PrePrepareMessage["batch"],
  { host }: Occasion,
): Message {
  const { view, n } = message;
  const signature = host.sign(voteStatement("PRE-PREPARE", view, n, digest(batch)));
  return asMessage({ ...message, batch, signature });
}

function otherBatch(message: PrePrepareMessage, occasion: Occasion): readonly Message[] {
  const batch = occasion.memory.otherThan(message);
  if (batch === null) return [asMessage(message)];
  const { view, n } = message;
  const { host } = occasion;
  const named = digest(batch);
  const signature = host.sign(voteStatement("COMMIT", view, n, named));
  return [
    prePrepare(message, batch, occasion),
    asMessage({ type: "COMMIT", view, n, digest: named, signature }),
  ];
}

function vote(message: PrepareMessage | CommitMessage, named: string, { host }: Occasion): Message {
  const { type, view, n } = message;
  const signature = host.sign(voteStatement(type, view, n, named));
  return asMessage({ ...message, digest: named, signature });
}

/** What others voted for under the same number. */
function digestsOf({ view, n, digest: own }: PrepareMessage | CommitMessage, { memory }: Occasion) {
  return memory.votesFor(view, n).filter((one) => one !== own);
}

/** One entry less, two exchanged, or one where there was none. */
function otherOrder({ view, order }: NewViewMessage, { host }: Occasion): ShownOrdered[] {
  const named = digest([]);
  const signed = (n: number, of: string) => ({
    n,
    digest: of,
    signature: host.sign(voteStatement("PRE-PREPARE", view, n, of)),
  });
  const [first, ...rest] = order;
  if (first === undefined) return [signed(1, named)];
  return [signed(first.n, named), ...rest];
}

const next = (one: string) => String.fromCharCode(one.charCodeAt(0) + 1);
