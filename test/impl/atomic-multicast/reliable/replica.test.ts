import { describe, expect, test } from "vitest";
import type { Message } from "../../../../impl/atomic-multicast/atomic/message.ts";
import { forged, isSigned, signed } from "../../../../impl/atomic-multicast/atomic/symbolic.ts";
import { multicaster } from "../../../../impl/atomic-multicast/reliable/client-automaton.ts";
import {
  hasRoom,
  type ReliableReplicaState,
  reliableReplica,
} from "../../../../impl/atomic-multicast/reliable/replica-automaton.ts";
import { RELIABLE, RELIABLE_PRINTED } from "../../../../impl/atomic-multicast/reliable/rules.ts";
import { index, indices } from "../../../../spec/automaton/index.ts";
import { acting } from "../../bft-bc/acting.ts";

const R = index("replica", 0);
const C = index("client", 0);
const WIDTH = 2;
const at = { replica: R };
const message = (seq: number, op = "m"): Message => signed({ client: C, seq, op });

function started(rules = RELIABLE) {
  const one = acting<ReliableReplicaState>(reliableReplica(R, WIDTH, isSigned, rules));
  return {
    receive: (received: Message) => one.take("RECEIVE", { ...at, message: received }),
    forget: (upTo: number) => one.take("FORGET", { ...at, client: C, upTo }),
    get state() {
      return one.state;
    },
  };
}

const relayedAndDelivered = (received: Message) => [
  { name: "R-DELIVER", payload: { ...at, message: received } },
  { name: "RELAY", payload: { ...at, message: received } },
];

describe("D.RM.DELIVER", () => {
  test("relays and delivers a message at its first reception, and not again", () => {
    const replica = started();

    expect(replica.receive(message(1))).toEqual(relayedAndDelivered(message(1)));
    expect(replica.receive(message(1))).toEqual([]);
  });

  test("drops what its client did not sign", () => {
    const replica = started();

    expect(replica.receive(forged({ client: C, seq: 1, op: "m" }, R))).toEqual([]);
    expect(replica.state.received).toEqual({});
  });

  test("takes one message of a number; as printed all, and remembers them without a bound", () => {
    const [bounded, printed] = [started(), started(RELIABLE_PRINTED)];
    for (const one of [bounded, printed]) one.receive(message(1, "a"));

    expect(bounded.receive(message(1, "b"))).toEqual([]);
    expect(printed.receive(message(1, "b"))).toHaveLength(2);
    expect(printed.state.contents).toHaveLength(2);
  });

  test.each([0, -1, 1.5, 3, Number.MAX_SAFE_INTEGER])(
    "number %d is outside of the window and leaves no trace",
    (seq) => {
      const replica = started();

      expect(replica.receive(message(seq))).toEqual([]);
      expect(replica.state.received).toEqual({});
      expect(hasRoom(replica.state, message(seq), WIDTH)).toBe(false);
    },
  );
});

describe("D.RM.FORGET", () => {
  test("moves the window: numbers up to it are dropped, later ones have room", () => {
    const replica = started();
    replica.receive(message(1));
    replica.receive(message(2));

    replica.forget(1);

    expect(replica.state.received).toEqual({ [C]: { upTo: 1, above: [2] } });
    expect(replica.receive(message(1))).toEqual([]);
    expect(replica.receive(message(3))).toHaveLength(2);
  });

  test("is ignored where it comes late", () => {
    const replica = started();
    replica.forget(5);

    replica.forget(3);

    expect(replica.state.received).toEqual({ [C]: { upTo: 5, above: [] } });
  });
});

describe("D.RM.MULTICAST", () => {
  const group = indices("replica", 4);
  const request = { client: C, seq: 1, op: "m" };
  const sentTo = (first = group) => {
    const client = acting(multicaster(C, ({ client: by }) => by, group, first));
    return [1, 2].map(() => client.take("A-MULTICAST", request)[0]?.payload.to);
  };

  test("sends a signed message to all replicas", () => {
    expect(sentTo()).toEqual([group, group]);
  });

  test("D-OPT1: at first to the coordinator alone, again to all", () => {
    expect(sentTo(group.slice(1, 2))).toEqual([group.slice(1, 2), group]);
  });
});
