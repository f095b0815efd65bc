import {
  cells,
  detach,
  type Index,
  type Input,
  type Internal,
  insert,
  type Output,
  spontaneous,
  urgent,
} from "../../../../spec/automaton/index.ts";
import { type Request as Asked, requestText } from "../../../../spec/clbft/request.ts";
import type { Batch, Checkpoint, Replica, Request, ServiceState } from "../../messages.ts";
import { type Certificate, signersIn, type Vouched } from "../knowledge.ts";
import { stateUnder } from "../service.ts";
import { upTo } from "../world.ts";
import { checkpointsOf, LIE, longestLog, lyingCheckpoint, type OrderingWorld } from "./world.ts";

interface At {
  readonly replica: Replica;
}

/** The interface of agreement towards execution, with the network that carries checkpoints. */
export interface OrderingActions {
  /** a correct client's request is under way: whoever is faulty may order it */
  "SEND-REQUEST": Input<Asked>;
  ADMIT: Input<At & { readonly request: Request }>;
  "SEND-CHECKPOINT": Input<At & Checkpoint>;
  RESTART: Input<{ readonly process: Index }>;
  /** what enough correct replicas wait for gets a place in the log, which is owed */
  ORDER: Internal<{ readonly batch: Batch }>;
  /** anything known gets a place, be it the second one: nobody owes it */
  "ORDER-EARLY": Internal<{ readonly batch: Batch }>;
  EXECUTE: Output<At & { readonly n: number; readonly batch: Batch }>;
  STABLE: Output<At & Checkpoint>;
  INSTALL: Output<At & Checkpoint & { readonly state: ServiceState }>;
}

/** The log as far as it matters: `taken` of its batches are known to some correct replica. */
export interface Decided {
  readonly batches: readonly Batch[];
  readonly taken: number;
}

type Cells = Readonly<Record<string, unknown>>;

const LOG = "log";
const executedCell = (replica: Replica) => `executed ${replica}`;
const baseCell = (replica: Replica) => `base ${replica}`;
const knownCell = (request: Asked) => `known ${requestText(request)}`;
const admittedCell = (request: Asked) => `admitted ${requestText(request)}`;
const vouchedCell = (n: number) => `checkpoint ${n}`;

/**
 * What agreement is to execution: one log that is final, of which each correct replica executes what is next,
 * or installs a state that a quorum vouches for. A request may stand in it twice, and before anybody admitted it; a
 * restart goes back to the replica's last checkpoint. Claim W-CL-ORDER-ENV says that the protocol is
 * included in this. The log grows only when somebody has executed all of it: what is decided ahead does not
 * show.
 */
export function ordering(world: OrderingWorld) {
  const { correct, liars, requests, known, enough, repeats, nulls, sizes, rules } = world;
  const places = upTo(longestLog(world));
  const checkpoints = checkpointsOf(world);
  const start: Record<string, unknown> = { [LOG]: { batches: [], taken: 0 } satisfies Decided };
  for (const replica of correct) start[executedCell(replica)] = start[baseCell(replica)] = 0;
  for (const request of requests) {
    const text = requestText(request);
    start[knownCell(request)] = known.some((one) => requestText(one) === text);
    start[admittedCell(request)] = [];
  }
  for (const n of checkpoints) start[vouchedCell(n)] = [];

  const decided = (s: Cells) => s[LOG] as Decided;
  const isFinished = (s: Cells) => decided(s).taken === decided(s).batches.length;
  const standsIn = ({ batches }: Decided, request: Request) =>
    batches.some((batch) => batch.some((one) => requestText(one) === requestText(request)));
  const isAdmitted = (s: Cells, request: Request) => s[admittedCell(request)] === "complete";
  const batches = batchesOf(world);
  const append = (s: Record<string, unknown>, batch: Batch) => {
    const { batches: before, taken } = decided(s);
    s[LOG] = detach({ batches: [...before, batch], taken });
  };
  const take = (s: Record<string, unknown>, n: number) => {
    const { batches: all, taken } = decided(s);
    s[LOG] = detach({ batches: all, taken: Math.min(all.length, Math.max(taken, n)) });
  };
  /** How many places go to null requests and to requests that stand before them. */
  const spare = (all: readonly Batch[]) => {
    const texts = all.flat().map(requestText);
    return {
      nulls: all.filter(({ length }) => length === 0).length,
      repeats: texts.length - new Set(texts).size,
    };
  };
  const vouched = (s: Cells, n: number): Checkpoint[] => {
    const signed = s[vouchedCell(n)] as Vouched;
    const lie = lyingCheckpoint(n);
    const all = [...signed, { digest: lie.digest, by: [] as Certificate }];
    return all
      .filter(({ by }) => signersIn(by) + liars >= sizes.checkpoints)
      .map(({ digest }) => ({ n, digest }));
  };
  const statesFor = ({ digest }: Checkpoint) =>
    rules.verifiesState ? [stateUnder(digest)] : [stateUnder(digest), LIE];
  const vouchers = (by: Certificate, replica: Replica): Certificate => {
    if (by === "complete") return by;
    const signers = [...by];
    insert(signers, replica);
    return signers.length + liars >= sizes.checkpoints ? "complete" : signers;
  };

  return cells<Cells, OrderingActions>("ordering", {
    start,
    transitions: {
      "SEND-REQUEST": {
        kind: "input",
        cite: "CLBFT.ORDERING",
        touches: (request) => [knownCell(request)],
        effect(s, request) {
          s[knownCell(request)] = true;
        },
      },
      ADMIT: {
        kind: "input",
        cite: "CLBFT.ORDERING",
        touches: ({ request }) => [admittedCell(request)],
        effect(s, { replica, request }) {
          const by = s[admittedCell(request)] as Certificate;
          if (by === "complete") return;
          const all = [...by];
          insert(all, replica);
          s[admittedCell(request)] = all.length >= enough ? "complete" : all;
        },
      },
      ORDER: {
        kind: "internal",
        cite: "CLBFT.ORDERING",
        scopes: batches
          .filter((batch) => batch.length > 0)
          .map((batch) => ({
            reads: [LOG, ...batch.map(admittedCell)],
            choose: () => [{ batch }],
          })),
        when: {
          finished: isFinished,
          admitted: (s, { batch }) => batch.every((one) => isAdmitted(s, one)),
          new: (s, { batch }) =>
            spare([batch]).repeats === 0 && !batch.some((one) => standsIn(decided(s), one)),
        },
        touches: () => [LOG],
        effect: (s, { batch }) => append(s, batch),
      },
      "ORDER-EARLY": {
        kind: "internal",
        cite: "CLBFT.ORDERING",
        task: spontaneous("what faulty replicas may do"),
        scopes: batches.map((batch) => ({
          reads: [LOG, ...batch.map(knownCell)],
          choose: () => [{ batch }],
        })),
        when: {
          finished: isFinished,
          known: (s, { batch }) => batch.every((one) => s[knownCell(one)] === true),
          budget: (s, { batch }) => {
            const spent = spare([...decided(s).batches, batch]);
            return spent.repeats <= repeats && spent.nulls <= nulls;
          },
        },
        touches: () => [LOG],
        effect: (s, { batch }) => append(s, batch),
      },
      EXECUTE: {
        kind: "output",
        cite: "CLBFT.ORDERING",
        task: urgent("agree"),
        scopes: correct.map((replica) => ({
          reads: [LOG, executedCell(replica)],
          choose: (s) => {
            const n = (s[executedCell(replica)] as number) + 1;
            const batch = decided(s).batches[n - 1];
            return batch === undefined ? [] : [{ replica, n, batch }];
          },
        })),
        touches: ({ replica }) => [LOG, executedCell(replica)],
        effect(s, { replica, n }) {
          s[executedCell(replica)] = n;
          take(s, n);
        },
      },
      "SEND-CHECKPOINT": {
        kind: "input",
        cite: "CLBFT.ORDERING",
        touches: ({ replica, n }) => [executedCell(replica), baseCell(replica), vouchedCell(n)],
        effect(s, { replica, n, digest }) {
          const base = s[baseCell(replica)] as number;
          if (n > base && n <= (s[executedCell(replica)] as number)) s[baseCell(replica)] = n;
          const before = s[vouchedCell(n)] as Vouched;
          const others = before.filter((one) => one.digest !== digest);
          const by = before.find((one) => one.digest === digest)?.by ?? [];
          s[vouchedCell(n)] = [...others, { digest, by: vouchers(by, replica) }].sort((a, b) =>
            a.digest < b.digest ? -1 : 1,
          );
        },
      },
      STABLE: {
        kind: "output",
        cite: "CLBFT.ORDERING",
        task: urgent("deliver"),
        scopes: checkpoints.map((n) => ({
          reads: [vouchedCell(n)],
          choose: (s) =>
            vouched(s, n).flatMap((one) => correct.map((replica) => ({ replica, ...one }))),
        })),
      },
      INSTALL: {
        kind: "output",
        cite: "CLBFT.ORDERING",
        task: spontaneous("state transfer"),
        scopes: (world.transfers ? checkpoints : []).flatMap((n) =>
          correct.map((replica) => ({
            reads: [vouchedCell(n)],
            choose: (s: Cells) =>
              vouched(s, n).flatMap((one) =>
                statesFor(one).map((state) => ({ replica, ...one, state })),
              ),
          })),
        ),
        touches: ({ replica }) => [LOG, executedCell(replica), baseCell(replica)],
        effect(s, { replica, n }) {
          if (n <= (s[executedCell(replica)] as number)) return;
          s[executedCell(replica)] = n;
          s[baseCell(replica)] = n;
          take(s, n);
        },
      },
      RESTART: {
        kind: "input",
        cite: "CLBFT.RESTART",
        touches: ({ process }) =>
          correct
            .filter((one) => one === process)
            .flatMap((one) => [executedCell(one), baseCell(one)]),
        effect(s, { process }) {
          for (const one of correct.filter((replica) => replica === process)) {
            s[executedCell(one)] = s[baseCell(one)];
          }
        },
      },
    },
  });

  /** Everything that may stand at a place of the log. */
  function batchesOf({ batchMax }: OrderingWorld): Batch[] {
    const all: Batch[] = nulls > 0 ? [[]] : [];
    let longest: Batch[] = [[]];
    for (const _ of upTo(Math.min(batchMax, places.length))) {
      longest = longest.flatMap((batch) => requests.map((one): Batch => [...batch, one]));
      all.push(...longest);
    }
    return all;
  }
}
