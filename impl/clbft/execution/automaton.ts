import {
  automaton,
  type DigestFunction,
  detach,
  drop,
  durable,
  type Effect,
  equal,
  get,
  type Input,
  keys,
  type Output,
  put,
  type Send,
  urgent,
  type Value,
  volatile,
} from "../../../spec/automaton/index.ts";
import { applyTo } from "../../../spec/service/apply-to.ts";
import type { Service } from "../../../spec/service/service.ts";
import type { Batch, Checkpoint, Client, Replica, Request, ServiceState } from "../messages.ts";
import type { ClbftRules } from "../rules.ts";
import { type Clients, isDone, remember, resultOf } from "./clients.ts";

interface At {
  readonly replica: Replica;
}
interface Asked extends At {
  readonly client: Client;
  readonly t: number;
}

export interface ExecutionActions {
  /** a valid request, from its client or forwarded */
  REQUEST: Input<At & { readonly request: Request }>;
  /** an operation that its client takes for one that changes nothing */
  READ: Input<Asked & { readonly op: string }>;
  EXECUTE: Input<At & { readonly n: number; readonly batch: Batch }>;
  STABLE: Input<At & Checkpoint>;
  /** a state whose digest 2f + 1 replicas vouch for, as `digest`; verified (CLBFT.VALID) */
  INSTALL: Input<At & Checkpoint & { readonly state: ServiceState }>;
  /** what this replica's service is may be wrong: it starts from a checkpoint of others */
  RECOVER: Input<At>;
  ADMIT: Output<At & { readonly request: Request }>;
  REPLY: Output<Asked & { readonly result: string }>;
  /**
   * What an operation gives in the state after batch n; null: it may change something there, and is to
   * be ordered
   */
  "READ-REPLY": Output<Asked & { readonly n: number; readonly result: string | null }>;
  "SEND-CHECKPOINT": Output<At & Checkpoint>;
}

/** A checkpoint with the state that it stands for. */
export interface Snapshot {
  readonly digest: string;
  readonly state: ServiceState;
}

export interface ExecutionState {
  readonly service: Value;
  readonly clients: Clients;
  readonly executed: number;
  readonly reached: number;
  readonly admitted: readonly Request[];
  readonly due: readonly number[];
  readonly recovering: boolean;
  /** by sequence number; the start has none */
  readonly snapshots: Readonly<Record<string, Snapshot>>;
}

export interface ExecutionOptions<S extends Value = Value> {
  readonly self: Replica;
  readonly service: Service<S>;
  readonly digest: DigestFunction;
  readonly rules: ClbftRules;
  /** K: every how many sequence numbers a checkpoint is made */
  readonly checkpointEvery: number;
  /** how far apart the timestamps that a client has under way may be */
  readonly clientWindow: number;
}

type Live = { -readonly [F in keyof ExecutionState]: ExecutionState[F] };
type Sender = Send<ExecutionActions>;
const on = <P>(step: (s: Live, payload: P, send: Sender) => void) =>
  step as Effect<ExecutionState, P, ExecutionActions>;

const numbersOf = ({ snapshots }: ExecutionState): number[] => keys(snapshots).map(Number);

/** Whether a request that comes now is to be agreed on. */
export function admits(s: ExecutionState, { client, t }: Request, clientWindow: number): boolean {
  return !s.recovering && !isDone(s.clients, client, t, clientWindow);
}

/**
 * The service at one replica: it executes batches in the order in which they come, each timestamp of a client once,
 * replies, and makes checkpoints. A restart goes on from its last checkpoint; what was executed after it comes again.
 */
export function execution<S extends Value>(options: ExecutionOptions<S>) {
  const { self, service, digest, rules, checkpointEvery, clientWindow } = options;
  const at = { replica: self };
  const start: ServiceState = { service: service.start, clients: {} };
  const isNext = (s: Live, n: number) =>
    n === s.executed + 1 || (n > s.executed && !rules.executesInOrder);

  function execute(s: Live, request: Request, send: Sender) {
    const { client, t, op } = request;
    if (rules.executesOnce && isDone(s.clients, client, t, clientWindow)) return;
    const result = applyTo(service, s, "service", op, client);
    remember(s.clients as Record<Client, never>, request, result, clientWindow);
    send("REPLY", { ...at, client, t, result });
  }

  return automaton<ExecutionState, ExecutionActions>("execution", {
    process: self,
    fields: {
      service: volatile("the state of the service", "what the service bounds"),
      clients: volatile("what was executed of each client's", "clients × `clientWindow` results"),
      executed: volatile("the number up to which everything is executed"),
      admitted: volatile("requests that agreement is not told of yet", "the clients' windows"),
      due: volatile("checkpoints of its own that nobody is told of yet", "L / K"),
      reached: durable(
        "the highest number that it ever executed: it answers no read before it is there",
      ),
      recovering: durable("whether the service waits for a state that others vouch for"),
      snapshots: durable(
        "its own checkpoints from the last one at or below a stable one on",
        "L / K checkpoints and one more",
        { by: "entry" },
      ),
    },
    start: {
      ...start,
      executed: 0,
      reached: 0,
      admitted: [],
      due: [],
      recovering: false,
      snapshots: {},
    },
    recover: {
      cite: "CLBFT.RESTART",
      effect: on((s) => {
        const last = Math.max(0, ...numbersOf(s));
        restore(s, get(s.snapshots, `${last}`)?.state ?? start);
        s.executed = last;
      }),
    },
    transitions: {
      REQUEST: {
        kind: "input",
        at,
        cite: "CLBFT.REQUEST",
        effect: on((s, { request }, send) => {
          if (s.recovering) return;
          const { client, t } = request;
          const result = resultOf(s.clients, client, t);
          if (result !== undefined) send("REPLY", { ...at, client, t, result });
          else if (admits(s, request, clientWindow)) admit(s, request);
        }),
      },
      ADMIT: {
        kind: "output",
        at,
        cite: "CLBFT.REQUEST",
        task: urgent("admit"),
        choose: ({ admitted }) => admitted.slice(0, 1).map((request) => ({ ...at, request })),
        when: { first: ({ admitted }, { request }) => equal(admitted[0], request) },
        effect: on((s) => {
          s.admitted = s.admitted.slice(1);
        }),
      },
      READ: {
        kind: "input",
        at,
        cite: "CLBFT.READ",
        effect: on((s, { client, t, op }, send) => {
          if (s.recovering || (s.executed < s.reached && rules.readsNeverGoBack)) return;
          const result = service.query?.(s.service as S, op, client) ?? null;
          send("READ-REPLY", { ...at, client, t, n: s.executed, result });
        }),
      },
      "READ-REPLY": { kind: "sent", at, cite: "CLBFT.READ" },
      EXECUTE: {
        kind: "input",
        at,
        cite: "CLBFT.EXECUTE",
        effect: on((s, { n, batch }, send) => {
          if (s.recovering) return;
          // After a restart what came before the last checkpoint may come once more.
          if (isNext(s, n)) {
            for (const request of batch) execute(s, request, send);
            s.executed = n;
            s.reached = Math.max(s.reached, n);
            s.admitted = s.admitted.filter((one) => admits(s, one, clientWindow));
            if (n % checkpointEvery === 0) keepSnapshot(s, n);
          }
          if (get(s.snapshots, `${n}`) !== undefined && !s.due.includes(n)) s.due = [...s.due, n];
        }),
      },
      REPLY: { kind: "sent", at, cite: "CLBFT.REPLY" },
      "SEND-CHECKPOINT": {
        kind: "output",
        at,
        cite: "CLBFT.CHECKPOINT",
        task: urgent("checkpoint"),
        choose: ({ due, snapshots }) =>
          due.slice(0, 1).map((n) => ({ ...at, n, digest: get(snapshots, `${n}`)?.digest ?? "" })),
        when: {
          due: ({ due }, { n }) => due[0] === n,
          own: ({ snapshots }, { n, digest: named }) => get(snapshots, `${n}`)?.digest === named,
        },
        effect: on((s) => {
          s.due = s.due.slice(1);
        }),
      },
      STABLE: {
        kind: "input",
        at,
        cite: "CLBFT.STABLE",
        effect: on((s, { n }) => {
          if (s.recovering) return;
          const last = Math.max(0, ...numbersOf(s).filter((one) => one <= n));
          keepOnly(s, (one) => one >= last);
        }),
      },
      RECOVER: {
        kind: "input",
        at,
        cite: "CLBFT.RECOVER",
        effect: on((s) => {
          s.recovering = true;
          s.admitted = [];
          s.due = [];
        }),
      },
      INSTALL: {
        kind: "input",
        at,
        cite: "CLBFT.INSTALL",
        effect: on((s, { n, digest: named, state }) => {
          if (n <= s.executed && !s.recovering) return;
          s.recovering = false;
          restore(s, state);
          s.executed = n;
          s.reached = Math.max(s.reached, n);
          s.admitted = [];
          keepOnly(s, (one) => one === n);
          if (n > 0) keep(s, n, { digest: named, state: detach(state) as never });
        }),
      },
    },
  });

  function admit(s: Live, request: Request) {
    const { client, t } = request;
    if (s.admitted.some((one) => one.client === client && one.t === t)) return;
    s.admitted = [...s.admitted, detach(request)];
  }

  function restore(s: Live, { service: value, clients }: ServiceState) {
    s.service = detach<unknown>(value) as never;
    s.clients = detach<unknown>(clients) as never;
  }

  function keepSnapshot(s: Live, n: number) {
    const state = detach<unknown>({ service: s.service, clients: s.clients }) as ServiceState;
    keep(s, n, { digest: digest({ n, state }), state });
  }

  function keep(s: Live, n: number, snapshot: Snapshot) {
    put(s.snapshots as Record<string, unknown>, `${n}`, snapshot);
  }

  function keepOnly(s: Live, isKept: (n: number) => boolean) {
    s.due = s.due.filter(isKept);
    for (const n of numbersOf(s)) {
      if (!isKept(n)) drop(s.snapshots as Record<string, unknown>, `${n}`);
    }
  }
}
