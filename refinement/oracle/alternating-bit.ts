import type { Internal } from "../../spec/automaton/index.ts";
import {
  automaton,
  compose,
  equal,
  invariant,
  noDeadlock,
  stepInvariant,
  witness,
  witnessAction,
} from "../../spec/automaton/index.ts";

type Bit = 0 | 1;
type Datum = "d1" | "d2";
const BITS = [0, 1] as const;
const DATA = ["d1", "d2"] as const;

interface Message {
  readonly bit: Bit;
  readonly data: Datum;
}

interface Protocol {
  /** from the sender to the receiver, in order, lossy; at most `capacity` long */
  readonly msgQ: readonly Message[];
  /** from the receiver to the sender, in order, lossy; at most `capacity` long */
  readonly ackQ: readonly Bit[];
  /** the bit of the latest value sent */
  readonly sBit: Bit;
  /** the bit of the latest acknowledgement received */
  readonly sAck: Bit;
  /** the bit of the latest message received */
  readonly rBit: Bit;
  readonly sent: Datum;
  readonly rcvd: Datum;
}

interface ProtocolActions {
  sndNewValue: Internal<{ data: Datum }>;
  reSndMsg: Internal;
  rcvMsg: Internal;
  sndAck: Internal;
  rcvAck: Internal;
  loseMsg: Internal<{ at: number }>;
  loseAck: Internal<{ at: number }>;
}

const flipped = (bit: Bit): Bit => (bit === 0 ? 1 : 0);
const positions = (queue: readonly unknown[]) => queue.map((_, at) => ({ at }));

/**
 * Sender, receiver and both channels in one automaton: at the start the sender's and the
 * receiver's bits agree, and the start states of a composition are a product that cannot say so.
 */
const protocol = (capacity: number) =>
  automaton<Protocol, ProtocolActions>("protocol", {
    start: () =>
      BITS.flatMap((bit) =>
        DATA.flatMap((sent) =>
          DATA.map((rcvd) => ({
            msgQ: [],
            ackQ: [],
            sBit: bit,
            sAck: bit,
            rBit: bit,
            sent,
            rcvd,
          })),
        ),
      ),
    transitions: {
      sndNewValue: {
        kind: "internal",
        choose: () => DATA.map((data) => ({ data })),
        when: {
          acknowledged: ({ sAck, sBit }) => sAck === sBit,
          room: ({ msgQ }) => msgQ.length < capacity,
        },
        effect: (state, { data }) => {
          state.sent = data;
          state.sBit = flipped(state.sBit);
          state.msgQ.push({ bit: state.sBit, data });
        },
      },
      reSndMsg: {
        kind: "internal",
        when: {
          unacknowledged: ({ sAck, sBit }) => sAck !== sBit,
          room: ({ msgQ }) => msgQ.length < capacity,
        },
        effect: (state) => {
          state.msgQ.push({ bit: state.sBit, data: state.sent });
        },
      },
      rcvMsg: {
        kind: "internal",
        when: { message: ({ msgQ }) => msgQ.length > 0 },
        effect: (state) => {
          const { bit, data } = state.msgQ.shift() as Message;
          state.rBit = bit;
          state.rcvd = data;
        },
      },
      sndAck: {
        kind: "internal",
        when: { room: ({ ackQ }) => ackQ.length < capacity },
        effect: (state) => {
          state.ackQ.push(state.rBit);
        },
      },
      rcvAck: {
        kind: "internal",
        when: { acknowledgement: ({ ackQ }) => ackQ.length > 0 },
        effect: (state) => {
          state.sAck = state.ackQ.shift() as Bit;
        },
      },
      loseMsg: {
        kind: "internal",
        choose: ({ msgQ }) => positions(msgQ),
        effect: (state, { at }) => {
          state.msgQ.splice(at, 1);
        },
      },
      loseAck: {
        kind: "internal",
        choose: ({ ackQ }) => positions(ackQ),
        effect: (state, { at }) => {
          state.ackQ.splice(at, 1);
        },
      },
    },
  });

type Abstract = Pick<Protocol, "sBit" | "sAck" | "rBit" | "sent" | "rcvd">;

/** The steps of the protocol without its channels, as ABCorrectness.tla has them. */
function abstractSteps(from: Abstract): Abstract[] {
  const steps: Abstract[] = [];
  if (from.sAck === from.sBit) {
    for (const sent of DATA) steps.push({ ...from, sent, sBit: flipped(from.sBit) });
  }
  if (from.rBit !== from.sBit) steps.push({ ...from, rBit: from.sBit, rcvd: from.sent });
  if (from.rBit !== from.sAck) steps.push({ ...from, sAck: from.rBit });
  return steps;
}

/**
 * The alternating bit protocol over lossy channels, after AlternatingBit.tla of Lamport's book.
 *
 * The channels are unbounded there, and MCAlternatingBit.cfg bounds the search by a constraint:
 * TLC neither counts nor expands a state whose queue is too long. Only the three sends lengthen a
 * queue, each by one, so a clause `room` on them gives exactly the states and steps that TLC keeps.
 * What remains different: TLC also checks the invariant in the states just outside.
 */
export function alternatingBit(capacity: number) {
  const system = compose("alternating-bit", { protocol: protocol(capacity) });
  const abstract = [
    "protocol.sBit",
    "protocol.sAck",
    "protocol.rBit",
    "protocol.sent",
    "protocol.rcvd",
  ] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "what is acknowledged was received",
        reads: ["protocol.sBit", "protocol.sAck", "protocol.rBit"],
        holds: ({ protocol: { sAck, sBit, rBit } }) => sAck !== sBit || rBit === sBit,
      }),
      stepInvariant(system, {
        name: "every step is one of the protocol without channels, or does not show there",
        reads: abstract,
        holds: ({ protocol: before }, _, { protocol: after }) =>
          equal(before, after) || abstractSteps(before).some((step) => equal(step, after)),
      }),
      noDeadlock(system, { name: "it never stops", reads: [], finished: () => false }),
    ],
    witnesses: [
      witnessAction(system, { name: "a value is received", action: "rcvMsg" }),
      witness(system, {
        name: "both channels are full",
        reads: ["protocol.msgQ", "protocol.ackQ"],
        reached: ({ protocol: { msgQ, ackQ } }) =>
          msgQ.length === capacity && ackQ.length === capacity,
      }),
    ],
    excludes: [
      `states in which a channel holds more than ${capacity} messages`,
      "that a value which is sent again and again is received (liveness)",
    ],
  };
}
