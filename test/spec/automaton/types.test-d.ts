import { describe, expectTypeOf, test } from "vitest";
import {
  automaton,
  cells,
  compose,
  hide,
  type Index,
  type Input,
  type Internal,
  index,
  invariant,
  type Output,
  rename,
  stepInvariant,
  witnessAction,
} from "../../../spec/automaton/index.ts";

type Client = Index<"client">;
interface LockActions {
  acquire: Input<{ client: Client }>;
  grant: Output<{ client: Client }>;
  clean: Internal;
}
interface LockState {
  readonly holder: Client | null;
  readonly waiting: readonly Client[];
}

const start: LockState = { holder: null, waiting: [] };
const acquire = {
  kind: "input",
  effect: (state: { waiting: Client[] }, { client }: { client: Client }) => {
    state.waiting.push(client);
  },
} as const;
const grant = {
  kind: "output",
  choose: ({ waiting }: LockState) => waiting.map((client) => ({ client })),
} as const;
const clean = { kind: "internal" } as const;
const lock = automaton<LockState, LockActions>("lock", {
  start,
  transitions: { acquire, grant, clean },
});

describe("an automaton", () => {
  test("has exactly the transitions of its signature", () => {
    automaton<LockState, LockActions>("unknown", {
      start,
      // @ts-expect-error release is no action of the signature
      transitions: { acquire, grant, clean, release: { kind: "internal" } },
    });
    automaton<LockState, LockActions>("missing", {
      start,
      // @ts-expect-error clean has no transition
      transitions: { acquire, grant },
    });
  });

  test("gives each action the kind of its signature", () => {
    automaton<LockState, LockActions>("kinds", {
      start,
      // @ts-expect-error acquire is an input
      transitions: { acquire: { kind: "output", choose: () => [] }, grant, clean },
    });
  });

  test("has no precondition on an input", () => {
    automaton<LockState, LockActions>("guarded", {
      start,
      transitions: {
        // @ts-expect-error an input is accepted in every state
        acquire: { ...acquire, when: { free: () => true } },
        grant,
        clean,
      },
    });
  });

  test("chooses payloads of the action", () => {
    automaton<LockState, LockActions>("payloads", {
      start,
      transitions: {
        acquire,
        // @ts-expect-error a number is no client
        grant: { kind: "output", choose: () => [{ client: 1 }] },
        clean,
      },
    });
    automaton<LockState, LockActions>("sorts", {
      start,
      transitions: {
        acquire,
        // @ts-expect-error a replica is no client
        grant: { kind: "output", choose: () => [{ client: index("replica", 1) }] },
        clean,
      },
    });
  });

  test("needs choose or at where an output has parameters", () => {
    automaton<LockState, LockActions>("unchosen", {
      start,
      // @ts-expect-error nothing says which clients
      transitions: { acquire, grant: { kind: "output" }, clean },
    });
  });

  test("gives effects the payload of the action", () => {
    automaton<LockState, LockActions>("effects", {
      start,
      transitions: {
        acquire: {
          kind: "input",
          effect: (state, payload) => {
            expectTypeOf(payload).toEqualTypeOf<{ client: Client }>();
            expectTypeOf(state.holder).toEqualTypeOf<Client | null>();
            // @ts-expect-error the payload has no server
            state.holder = payload.server;
          },
        },
        grant,
        clean,
      },
    });
  });

  test("sends its own outputs with their payloads, and nothing else", () => {
    automaton<LockState, LockActions>("sending", {
      start,
      transitions: {
        acquire: {
          kind: "input",
          effect: (_state, payload, send) => {
            send("grant", payload);
            // @ts-expect-error an internal action is not sent
            send("clean", {});
            // @ts-expect-error nor with a payload of another kind
            send("grant", { client: 3 });
          },
        },
        grant: { kind: "sent" },
        clean,
      },
    });
  });

  test("of cells reads cells of its record", () => {
    cells<{ a: number }, { go: Internal }>("cells", {
      start: { a: 0 },
      transitions: {
        go: {
          kind: "internal",
          // @ts-expect-error there is no cell b
          scopes: [{ reads: ["b"], choose: () => [{}] }],
        },
      },
    });
  });
});

describe("a composition", () => {
  test("has parts that agree on each payload", () => {
    const sloppy = automaton<number, { acquire: Output<{ client: number }> }>("sloppy", {
      start: 0,
      transitions: { acquire: { kind: "output", choose: () => [{ client: 1 }] } },
    });
    // @ts-expect-error acquire has a number here and a client there
    const system = () => compose("system", { lock, sloppy });
    expectTypeOf(system).toBeFunction();
  });

  test("hides, leaves open and witnesses its own actions only", () => {
    const system = compose("system", { lock }, { open: ["acquire"] });
    // @ts-expect-error there is no action release
    const open = () => compose("system", { lock }, { open: ["release"] });
    // @ts-expect-error there is no action release
    const hidden = () => hide(system, ["release"]);
    // @ts-expect-error there is no action release
    const reached = () => witnessAction(system, { name: "released", action: "release" });
    expectTypeOf([open, hidden, reached]).toBeArray();
  });

  test("renames actions in the types, too", () => {
    const renamed = rename(lock, { acquire: "request" });

    expectTypeOf<keyof NonNullable<typeof renamed.signature>>().toEqualTypeOf<
      "request" | "grant" | "clean"
    >();
  });
});

describe("a property", () => {
  const client = automaton<{ readonly busy: boolean }, { acquire: Output<{ client: Client }> }>(
    "client",
    {
      start: { busy: false },
      transitions: { acquire: { kind: "output", choose: () => [] } },
    },
  );
  const system = compose("system", { lock, client });

  test("sees the parts and fields that it reads", () => {
    invariant(system, {
      name: "reads",
      reads: ["lock.holder", "client"],
      holds: (view) => {
        expectTypeOf(view.lock).toEqualTypeOf<Pick<LockState, "holder">>();
        expectTypeOf(view.client).toEqualTypeOf<{ readonly busy: boolean }>();
        return true;
      },
    });
  });

  test("sees no part and no field that it does not declare", () => {
    invariant(system, {
      name: "undeclared part",
      reads: ["client"],
      // @ts-expect-error lock is not declared
      holds: ({ lock }) => lock.holder === null,
    });
    stepInvariant(system, {
      name: "undeclared field",
      reads: ["lock.holder"],
      // @ts-expect-error waiting is not declared
      holds: ({ lock }) => lock.waiting.length === 0,
    });
  });

  test("declares parts and fields of the composition only", () => {
    invariant(system, {
      name: "unknown",
      // @ts-expect-error there is no field owner
      reads: ["lock.owner"],
      holds: () => true,
    });
  });
});
