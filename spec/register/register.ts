import {
  automaton,
  compose,
  type Index,
  type Input,
  type Internal,
  type Output,
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
  /** by faulty client that stopped: how many more writes of its own may still take effect */
  readonly lurking: Readonly<Record<Client, number>>;
}

export interface RegisterInstance {
  readonly objects: readonly RegisterObject[];
  readonly correct: readonly Client[];
  /** the faulty clients, and what each may write */
  readonly faulty: Readonly<Record<Client, readonly string[]>>;
  readonly initial: string;
  /** b: the most writes of one faulty client that take effect after it stopped; null: no limit */
  readonly maxLurking: number | null;
}

/**
 * The atomic register of paper L, Definition 1, for verifiable histories: operations of correct
 * clients take effect at one point between invocation and response; writes of faulty clients are
 * internal steps, any number before the client stops and at most `maxLurking` after. Repaired where
 * the definition cannot be met (L-E06): pending operations may or may not have taken effect, and
 * the limit is for each faulty client from its own stop on.
 */
export function atomicRegister(instance: RegisterInstance) {
  const { objects, correct, faulty, initial, maxLurking } = instance;
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
      lurking: {},
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
          if (of.op === "write") s.values[of.object] = of.value;
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
          if (maxLurking !== null) s.lurking[client] = maxLurking;
        },
      },
      "BAD-WRITE": {
        kind: "internal",
        cite: "L.DEF1.BAD-WRITE",
        choose: () => badWrites,
        when: { withinTheBound: (s, { client }) => s.lurking[client] !== 0 },
        effect(s, { object, client, value }) {
          s.values[object] = value;
          const left = s.lurking[client];
          if (left !== undefined) s.lurking[client] = left - 1;
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
