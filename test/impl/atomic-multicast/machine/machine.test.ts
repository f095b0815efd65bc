import { describe, expect, test } from "vitest";
import type { Request } from "../../../../impl/atomic-multicast/atomic/message.ts";
import {
  type ClientState,
  machineClient,
} from "../../../../impl/atomic-multicast/machine/client-automaton.ts";
import {
  type MachineState,
  stateMachine,
} from "../../../../impl/atomic-multicast/machine/replica-automaton.ts";
import { journal } from "../../../../refinement/atomic-multicast/machine/problems.ts";
import { index } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const R = index("replica", 0);
const [C, D] = [index("client", 0), index("client", 1)];

function replica() {
  const one = acting<MachineState<string>>(stateMachine(R, journal));
  return {
    execute: (k: number, message: Request) => one.take("A-DELIVER", { replica: R, k, message }),
    receive: (message: Request) =>
      one.take("RECEIVE", { replica: R, message: { ...message, signature: message.client } }),
    install: (k: number) =>
      one.take("INSTALL", { replica: R, k, delivered: {}, service: "abc", replies: {} }),
    get state() {
      return one.state;
    },
  };
}

const reply = (client: string, seq: number, result: string) => [
  { name: "REPLY", payload: { replica: R, client, seq, result } },
];

describe("the state machine at a replica", () => {
  test("D.SMR.EXECUTE: executes what is delivered in order, and replies to who asked", () => {
    const machine = replica();

    expect(machine.execute(1, { client: C, seq: 1, op: "a" })).toEqual(reply(C, 1, "a"));
    expect(machine.execute(1, { client: D, seq: 1, op: "b" })).toEqual(reply(D, 1, "ab"));
  });

  test("D.SMR.REPLY: answers the last request of a client again and does not execute it again", () => {
    const machine = replica();
    machine.execute(1, { client: C, seq: 1, op: "a" });
    machine.execute(1, { client: D, seq: 1, op: "b" });

    expect(machine.receive({ client: C, seq: 1, op: "a" })).toEqual(reply(C, 1, "a"));
    expect(machine.state.service).toBe("ab");
  });

  test("an older or a newer request is not answered", () => {
    const machine = replica();
    machine.execute(1, { client: C, seq: 2, op: "a" });

    expect(machine.receive({ client: C, seq: 1, op: "a" })).toEqual([]);
    expect(machine.receive({ client: C, seq: 3, op: "a" })).toEqual([]);
  });

  test("D.AM.INSTALL: takes over a later state, and no other", () => {
    const machine = replica();
    machine.execute(3, { client: C, seq: 1, op: "a" });

    machine.install(3);
    expect(machine.state.service).toBe("a");
    machine.install(4);
    expect(machine.state).toMatchObject({ service: "abc", k: 4 });
  });
});

describe("a client of the state machine", () => {
  const started = () => {
    const one = acting<ClientState>(machineClient(C));
    return {
      ...one,
      invoke: (op: string) => one.take("INVOKE", { client: C, op }),
      replies: (seq: number, result: string) => one.take("REPLIES", { client: C, seq, result }),
      retry: () => one.take("RETRY", { client: C }),
      get offers() {
        return one.enabled;
      },
    };
  };
  const multicast = (seq: number, op: string) => [
    { name: "A-MULTICAST", payload: { client: C, seq, op } },
  ];

  test("D.SMR.REQUEST: gives each request the next number", () => {
    const client = started();

    expect(client.invoke("a")).toEqual(multicast(1, "a"));
    client.replies(1, "a");
    expect(client.invoke("b")).toEqual(multicast(2, "b"));
  });

  test("D.SMR.RETURN: returns the result of its request, not one that comes late", () => {
    const client = started();
    client.invoke("a");
    client.replies(1, "a");
    client.take("RETURN", { client: C, result: "a" });
    client.invoke("b");

    client.replies(1, "late");
    expect(client.offers).toEqual([]);
    client.replies(2, "ab");
    expect(client.offers).toEqual([{ name: "RETURN", payload: { client: C, result: "ab" } }]);
  });

  test("D.SMR.RETRY: multicasts again under the same number while it waits, and only then", () => {
    const client = started();
    expect(client.retry()).toEqual([]);
    client.invoke("a");

    expect(client.retry()).toEqual(multicast(1, "a"));
    client.replies(1, "a");
    expect(client.retry()).toEqual([]);
  });
});
