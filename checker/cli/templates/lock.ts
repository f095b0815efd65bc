import type { Template } from "./template.ts";

const text = `import { automaton, claim, compose, indices, invariant, witness } from "quorate";
import type { Index, Input, Output } from "quorate";
type Client = Index<"client">;
type One = { client: Client };
const clients = indices("client", 2);

/** Grants the lock when nobody has it. */
type Server = { holder: Client | null };
const server = automaton<Server, { grant: Output<One>; release: Input<One> }>("server", {
  start: { holder: null },
  transitions: {
    grant: {
      kind: "output",
      choose: () => clients.map((client) => ({ client })),
      when: { free: ({ holder }) => holder === null },
      effect: (_, { client }) => ({ holder: client }),
    },
    release: { kind: "input", effect: (state, { client }) => ({ holder: null }) },
  },
});

/** Works, then releases; it may say so again, since the first message could have been lost. */
type Work = "idle" | "working" | "done";
const clientOf = (client: Client) =>
  automaton<Work, { grant: Input<One>; release: Output<One> }>("client", {
    start: "idle",
    transitions: {
      grant: { kind: "input", at: { client }, effect: () => "working" },
      release: { kind: "output", at: { client }, when: { got: (work) => work !== "idle" }, effect: () => "done" },
    },
  });
const system = compose("lock", { server, clients: clients.map(clientOf) });
const working = (s: { clients: readonly Work[] }) => s.clients.filter((c) => c === "working").length;
const properties = [invariant(system, { name: "one at most works", reads: ["clients"], holds: (s) => working(s) <= 1 })];
const witnesses = [witness(system, { name: "a client works", reads: ["clients"], reached: (s) => working(s) > 0 })];
const hint = \`A late release frees the lock of another client. In server, replace ({ holder: null })
    by ({ holder: state.holder === client ? null : state.holder })\`;
const instance = { variant: "first", instance: "two-clients", tier: "ci", expect: "holds", hint } as const;
const cases = [{ ...instance, problem: () => ({ system, properties, witnesses }) }];
export default claim({ id: "lock", says: "One client works at a time.", source: "quorate new lock", cases });
`;

/** A lock with the bug that most first locks have. */
export const lockTemplate: Template = {
  name: "lock",
  summary: "a lock protocol of 40 lines with a bug to find and repair",
  file: "lock.claim.ts",
  text,
  next: [
    "quorate check          finds two clients that hold the lock, and shows how",
    "edit lock.claim.ts     the hint says what to change",
    "quorate check          now says holds",
    "quorate step lock      walks through the protocol by hand",
  ],
};
