import {
  automaton,
  compose,
  type Index,
  type Input,
  type Internal,
  type Output,
  spontaneous,
} from "../automaton/index.ts";

export type Client = Index<"client">;
export type RegisterObject = Index<"object">;

/** What users and the register say to each other: the visible actions. */
export interface RegisterActions {
  "INVOKE-WRITE": Input<{ client: Client; object: RegisterObject; value: string }>;
  "INVOKE-READ": Input<{ client: Client; object: RegisterObject }>;
  "RETURN-WRITE": Output<{ client: Client; object: RegisterObject }>;
  "RETURN-READ": Output<{ client: Client; object: RegisterObject; value: string }>;
  STOP: Input<{ client: Client }>;
  LINEARIZE: Internal<{ client: Client }>;
  "BAD-WRITE": Internal<{ object: RegisterObject; client: Client; value: string }>;
}

export type PendingOperation =
  | { readonly op: "write"; readonly object: RegisterObject; readonly value: string }
  | { readonly op: "read"; readonly object: RegisterObject };

export interface RegisterState {
  /** by object; one entry for each object of the instance */
  readonly values: Readonly<Record<RegisterObject, string>>;
  /** by correct client; at most one operation each, with its result once it took effect */
  readonly pending: Readonly<
    Record<Client, { of: PendingOperation; result: string | null } | null>
  >;
  /** by faulty client that stopped, and object: what it may still do there */
  readonly stopped: Readonly<Record<Client, Readonly<Record<RegisterObject, Remaining>>>>;
}

/** How far writes of a stopped client are from none; null: no limit. At 0 none takes effect. */
export interface Remaining {
  /** how many more of them may take effect */
  readonly lurking: number | null;
  /** how many more writes of correct clients hide them for good */
  readonly overwrites: number | null;
}

export interface RegisterInstance {
  readonly objects: readonly RegisterObject[];
  readonly correct: readonly Client[];
  /** the faulty clients, and what each may write */
  readonly faulty: Readonly<Record<Client, readonly string[]>>;
  readonly initial: string;
  /** b: the most writes of one faulty client that take effect after it stopped; null: no limit */
  readonly maxLurking: number | null;
  /**
   * k: how many writes of correct clients to an object, after a faulty client stopped, hide that
   * client there for ever; null or absent: no number does
   */
  readonly maxOverwrites?: number | null;
  /** whether b counts a client's writes to all objects together, the default, or to each */
  readonly counts?: "together" | "each-object";
}

/**
 * The atomic register of paper L for verifiable histories: operations of correct clients take
 * effect at one point between invocation and response; writes of faulty clients are internal steps,
 * any number before the client stops. After its stop
 *
 * - at most `maxLurking` of them take effect: BFT-linearizability, Definition 1. It counts the
 *   operations of a client on all objects together; a protocol that runs for each object by itself
 *   leaves as many at each, so what it meets is `counts: "each-object"`.
 * - none takes effect after the `maxOverwrites`-th write to the same object: BFT-linearizability+,
 *   §7.1, where this takes the place of the other bound. Only writes of correct clients count, as the prose
 *   has it; the formula would count any write.
 *
 * Two values that a protocol stores under one timestamp are two writes here, in the order in which
 * the protocol has them: by their hashes in section 6.
 *
 * Repaired where Definition 1 cannot be met (L-E06): pending operations may or may not have taken
 * effect, and the limit is for each faulty client from its own stop on.
 */
export function atomicRegister(instance: RegisterInstance) {
  const { objects, correct, faulty, initial, maxLurking } = instance;
  const { maxOverwrites = null, counts = "together" } = instance;
  const badClients = Object.keys(faulty) as Client[];
  const badWrites = objects.flatMap((object) =>
    badClients.flatMap((client) =>
      (faulty[client] ?? []).map((value) => ({ object, client, value })),
    ),
  );
  const register = automaton<RegisterState, RegisterActions>("register", {
    start: {
      values: Object.fromEntries(objects.map((object) => [object, initial])),
      pending: Object.fromEntries(correct.map((client) => [client, null])),
      stopped: {},
    },
    transitions: {
      "INVOKE-WRITE": {
        kind: "input",
        cite: "L.DEF1.INVOKE",
        effect(s, { client, object, value }) {
          s.pending[client] = { of: { op: "write", object, value }, result: null };
        },
      },
      "INVOKE-READ": {
        kind: "input",
        cite: "L.DEF1.INVOKE",
        effect(s, { client, object }) {
          s.pending[client] = { of: { op: "read", object }, result: null };
        },
      },
      LINEARIZE: {
        kind: "internal",
        cite: "L.DEF1.TAKE-EFFECT",
        choose: () => correct.map((client) => ({ client })),
        when: {
          invoked: (s, { client }) => s.pending[client] !== null,
          notYet: (s, { client }) => s.pending[client]?.result === null,
        },
        effect(s, { client }) {
          const pending = s.pending[client];
          if (!pending) return;
          const { of } = pending;
          if (of.op === "write") {
            s.values[of.object] = of.value;
            for (const remaining of Object.values(s.stopped)) {
              const here = remaining[of.object];
              if (here) spend(here, "overwrites");
            }
          }
          pending.result = s.values[of.object] ?? initial;
        },
      },
      "RETURN-WRITE": {
        kind: "output",
        cite: "L.DEF1.RESPOND",
        choose: (s) =>
          correct.flatMap((client) => {
            const of = s.pending[client]?.of;
            return of?.op === "write" ? [{ client, object: of.object }] : [];
          }),
        when: { tookEffect: (s, { client }) => s.pending[client]?.result !== null },
        effect(s, { client }) {
          s.pending[client] = null;
        },
      },
      "RETURN-READ": {
        kind: "output",
        cite: "L.DEF1.RESPOND",
        choose: (s) =>
          correct.flatMap((client) => {
            const { of, result } = s.pending[client] ?? {};
            return of?.op === "read" ? [{ client, object: of.object, value: result ?? "" }] : [];
          }),
        when: { tookEffect: (s, { client }) => s.pending[client]?.result !== null },
        effect(s, { client }) {
          s.pending[client] = null;
        },
      },
      STOP: {
        kind: "input",
        cite: "L.DEF1.STOP",
        effect(s, { client }) {
          if (maxLurking === null && maxOverwrites === null) return;
          const remaining = () => settled({ lurking: maxLurking, overwrites: maxOverwrites });
          s.stopped[client] = Object.fromEntries(objects.map((object) => [object, remaining()]));
        },
      },
      "BAD-WRITE": {
        kind: "internal",
        cite: "L.DEF1.BAD-WRITE",
        task: spontaneous("bad writes"),
        choose: () => badWrites,
        when: {
          withinTheBound: (s, { client, object }) => s.stopped[client]?.[object]?.lurking !== 0,
          notHidden: (s, { client, object }) => s.stopped[client]?.[object]?.overwrites !== 0,
        },
        effect(s, { object, client, value }) {
          s.values[object] = value;
          for (const [at, remaining] of Object.entries(s.stopped[client] ?? {})) {
            if (counts === "together" || at === object) spend(remaining, "lurking");
          }
        },
      },
    },
  });
  return compose(
    "atomic register",
    { register },
    { open: ["INVOKE-WRITE", "INVOKE-READ", "STOP"] },
  );
}

/** Takes one of what remains. */
function spend(remaining: Mutable<Remaining>, what: keyof Remaining): void {
  const left = remaining[what];
  if (left !== null && left > 0) remaining[what] = left - 1;
  settled(remaining);
}

/** Where one limit is reached the other says nothing more: such states are one. */
function settled(remaining: Mutable<Remaining>): Mutable<Remaining> {
  const { lurking, overwrites } = remaining;
  if (lurking === null || overwrites === null || (lurking > 0 && overwrites > 0)) return remaining;
  remaining.lurking = 0;
  remaining.overwrites = 0;
  return remaining;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
