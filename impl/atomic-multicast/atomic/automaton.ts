import {
  automaton,
  detach,
  durable,
  entries,
  equal,
  get,
  type Input,
  insert,
  type Output,
  urgent,
  type Value,
  volatile,
} from "../../../spec/automaton/index.ts";
import type { Estimate, Replica } from "../messages.ts";
import { batchOf, isDeliverable, proposalOf, type Share } from "./batch.ts";
import {
  type Batch,
  type Client,
  type IsSigned,
  type Message,
  type Request,
  sameNumber,
} from "./message.ts";
import type { AtomicRules } from "./rules.ts";
import { taking, type Window } from "./window.ts";

/** The state that a replica takes over from others, instead of the instances that it missed. */
export interface Snapshot {
  readonly replica: Replica;
  /** the last instance that the snapshot contains */
  readonly k: number;
  readonly delivered: Readonly<Record<Client, Window>>;
  /** of the service, as the state machine keeps it */
  readonly service: Value;
  readonly replies: Readonly<Record<Client, { readonly seq: number; readonly result: string }>>;
}

export interface AtomicActions {
  "R-DELIVER": Input<{ replica: Replica; message: Message }>;
  DECIDED: Input<{ replica: Replica; k: number; estimate: Estimate }>;
  INSTALL: Input<Snapshot>;
  PROPOSE: Output<{ replica: Replica; k: number; value: Value }>;
  "A-DELIVER": Output<{ replica: Replica; k: number; message: Request }>;
  /** to reliable multicast: all numbers of a client up to `upTo` are delivered */
  FORGET: Output<{ replica: Replica; client: Client; upTo: number }>;
}

export interface AtomicState {
  readonly undelivered: Batch;
  readonly delivered: Readonly<Record<Client, Window>>;
  /** A_delivered as printed, where the rules read it */
  readonly contents: readonly Request[];
  readonly k: number;
  readonly deciding: boolean;
  readonly batch: readonly { readonly k: number; readonly message: Request }[];
}

export interface AtomicOptions {
  /** how many numbers of a client above the delivered ones are taken in: bounds all sets */
  readonly width: number;
  readonly isSigned: IsSigned;
  readonly rules: AtomicRules;
  /** bounds a proposal; null: everything undelivered is proposed */
  readonly share?: Share | null;
}

/**
 * Atomic multicast at one replica, Algorithm 2. Instances of weak interactive consistency decide
 * batches; each batch is delivered in canonical order before the next instance starts.
 */
export function atomicMulticast(self: Replica, options: AtomicOptions) {
  const { width, isSigned, rules, share = null } = options;
  const at = { replica: self };
  return automaton<AtomicState, AtomicActions>("atomic multicast", {
    process: self,
    fields: {
      // Volatile like the memory of reliable multicast: what a crash loses is received again.
      undelivered: volatile(
        "R_delivered − A_delivered, with the signatures that a proposal shows",
        "the clients of the configuration, `width` messages of each",
      ),
      delivered: durable(
        "A_delivered by number, with what is in `batch`",
        "the clients of the configuration, at most `width` numbers of each above the lowest",
      ),
      contents: durable("A_delivered by content; only where the rules read it", "none (printed)"),
      k: durable("the last instance that it took part in; 0 before the first"),
      deciding: durable("whether it waits for the decision of instance k"),
      batch: durable(
        "decided and not yet A-delivered, with its instance",
        "the clients of the configuration, `width` messages of each",
      ),
    },
    start: { undelivered: [], delivered: {}, contents: [], k: 0, deciding: false, batch: [] },
    recover: {
      cite: "D.AM.RECOVER",
      effect({ delivered }, _, send) {
        for (const [client, { upTo }] of entries(delivered)) {
          if (upTo > 0) send("FORGET", { ...at, client, upTo });
        }
      },
    },
    transitions: {
      "R-DELIVER": {
        kind: "input",
        at,
        cite: "D.AM.R-DELIVER",
        effect(s, { message }) {
          if (!isDeliverable(s, message, width, rules)) return;
          const waits = s.undelivered.some((one) => sameNumber(one as Message, message));
          if (waits && rules.remembers === "numbers") return;
          if (rules.order === "arrival") s.undelivered.push(detach(message) as never);
          else insert(s.undelivered, message as never);
        },
      },
      PROPOSE: {
        kind: "output",
        at,
        cite: "D.AM.PROPOSE",
        task: urgent("propose"),
        choose: ({ undelivered, k }) => [
          { ...at, k: k + 1, value: proposalOf(undelivered, k + 1, share) },
        ],
        when: {
          undelivered: ({ undelivered }) => undelivered.length > 0,
          idle: ({ deciding }) => !deciding,
          batchDelivered: ({ batch }) => batch.length === 0,
          ofNextInstance: ({ undelivered, k }, proposed) =>
            proposed.k === k + 1 && equal(proposed.value, proposalOf(undelivered, k + 1, share)),
        },
        effect(s) {
          s.k += 1;
          s.deciding = true;
        },
      },
      DECIDED: {
        kind: "input",
        at,
        cite: "D.AM.DECIDE",
        effect(s, { k, estimate }, send) {
          if (k !== (s.deciding ? s.k : s.k + 1)) return;
          s.k = k;
          s.deciding = false;
          const batch = batchOf(estimate, s as AtomicState, width, isSigned, rules);
          if (rules.order === "arrival") {
            const { undelivered } = s as AtomicState;
            batch.sort((a, b) => rank(undelivered, a) - rank(undelivered, b));
          }
          for (const message of batch) {
            s.batch.push({ k, message });
            const { client, seq } = message;
            if (rules.remembers === "numbers") {
              const before = get(s.delivered, client)?.upTo ?? 0;
              const after = taking(get(s.delivered, client) as Window | undefined, seq);
              s.delivered[client] = after as never;
              if (after.upTo > before) send("FORGET", { ...at, client, upTo: after.upTo });
            } else if (rules.remembers === "messages") insert(s.contents, message as never);
          }
          s.undelivered = s.undelivered.filter((one) =>
            rules.remembers === "nothing"
              ? !batch.some((other) => sameNumber(one as Message, other))
              : isDeliverable(s as AtomicState, one as Message, width, rules),
          );
        },
      },
      "A-DELIVER": {
        kind: "output",
        at,
        cite: "D.AM.DELIVER",
        task: urgent("deliver"),
        choose: ({ batch }) => batch.slice(0, 1).map((due) => ({ ...at, ...due })),
        when: {
          next: ({ batch }, { k, message }) => equal(batch[0] ?? null, { k, message }),
        },
        effect(s) {
          s.batch.shift();
        },
      },
      FORGET: { kind: "sent", at, cite: "D.AM.FORGET" },
      INSTALL: {
        kind: "input",
        at,
        cite: "D.AM.INSTALL",
        effect(s, { k, delivered }, send) {
          if (k < s.k || (k === s.k && !s.deciding)) return;
          s.k = k;
          s.deciding = false;
          s.batch = [];
          s.delivered = detach(delivered) as never;
          s.undelivered = s.undelivered.filter((one) =>
            isDeliverable(s as AtomicState, one as Message, width, rules),
          );
          for (const [client, { upTo }] of entries(delivered)) {
            if (upTo > 0) send("FORGET", { ...at, client, upTo });
          }
        },
      },
    },
  });
}

/** Where a message stands in the order of arrival; what did not arrive stands last. */
function rank(undelivered: Batch, message: Request): number {
  const at = undelivered.findIndex((one) => sameNumber(one, message));
  return at < 0 ? undelivered.length : at;
}
