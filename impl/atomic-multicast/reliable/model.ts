import {
  automaton,
  canonical,
  cells,
  compose,
  type Index,
  type Input,
  insert,
  mapOf,
  type Output,
  observer,
  spontaneous,
  urgent,
} from "../../../spec/automaton/index.ts";
import { accepting, coalition } from "../../adversary/checked/index.ts";
import { type Client, type Message, type Request, requestOf } from "../atomic/message.ts";
import { isSigned, signed, tokenOf } from "../atomic/symbolic.ts";
import type { Replica } from "../messages.ts";
import { type MulticastActions, multicaster } from "./client-automaton.ts";
import { reliableReplica } from "./replica-automaton.ts";
import type { ReliableRules } from "./rules.ts";

/** A bounded instance of reliable multicast. */
export interface ReliableWorld {
  readonly rules: ReliableRules;
  readonly width: number;
  /** the correct replicas */
  readonly replicas: readonly Replica[];
  /** the faulty replicas and clients: one coalition */
  readonly faulty: readonly Index[];
  /** what correct clients multicast, each its own in this order */
  readonly scripts: readonly { readonly client: Client; readonly requests: readonly Request[] }[];
  /** what the coalition may send to any correct replica: with signatures of its own, or replayed */
  readonly forgeable: readonly Message[];
}

export interface NetworkActions {
  SEND: Input<{ client: Client; to: readonly Replica[]; message: Message }>;
  RELAY: Input<{ replica: Replica; message: Message }>;
  RECEIVE: Output<{ replica: Replica; message: Message }>;
}

/**
 * The network: what was sent to a correct replica reaches it, in any order, and perhaps again. One bit
 * for each message and receiver.
 */
export function network(replicas: readonly Replica[], universe: readonly Message[]) {
  const cellOf = (replica: Replica, message: Message) => `${replica} ${canonical(message)}`;
  const links = replicas.flatMap((replica) => universe.map((message) => ({ replica, message })));
  const among = (to: readonly Replica[]) => replicas.filter((one) => to.includes(one));
  return cells<Readonly<Record<string, boolean>>, NetworkActions>("network", {
    start: mapOf(links.map(({ replica, message }) => [cellOf(replica, message), false])),
    transitions: {
      SEND: {
        kind: "input",
        cite: "D.NETWORK",
        touches: ({ to, message }) => among(to).map((one) => cellOf(one, message)),
        effect(now, { to, message }) {
          for (const one of among(to)) now[cellOf(one, message)] = true;
        },
      },
      RELAY: {
        kind: "input",
        cite: "D.NETWORK",
        touches: ({ message }) => replicas.map((one) => cellOf(one, message)),
        effect(now, { message }) {
          for (const one of replicas) now[cellOf(one, message)] = true;
        },
      },
      RECEIVE: {
        kind: "output",
        cite: "D.NETWORK",
        task: urgent("network"),
        scopes: [{ reads: [], choose: () => links }],
        needs: ({ replica, message }) => [cellOf(replica, message)],
      },
    },
  });
}

/** Multicasts the requests of its script, one after the other, when it likes. */
function multicastUser(client: Client, requests: readonly Request[]) {
  return automaton<{ readonly multicast: number }, { "A-MULTICAST": Output<Request> }>("user", {
    start: { multicast: 0 },
    transitions: {
      "A-MULTICAST": {
        kind: "output",
        at: { client },
        task: spontaneous("multicast"),
        choose: ({ multicast }) => requests.slice(multicast, multicast + 1),
        when: {
          next: ({ multicast }, { seq, op }) =>
            requests[multicast]?.seq === seq && requests[multicast]?.op === op,
        },
        effect(s) {
          s.multicast += 1;
        },
      },
    },
  });
}

type Deliveries = Readonly<Record<Replica, readonly Request[]>>;

/** What each correct replica R-delivered, as sets of messages. */
function deliveries(replicas: readonly Replica[]) {
  return observer<Deliveries, { "R-DELIVER": Input<{ replica: Replica; message: Message }> }>(
    "R-deliveries",
    {
      start: Object.fromEntries(replicas.map((replica) => [replica, []])),
      on: {
        "R-DELIVER": {
          effect(s, { replica, message }) {
            insert(s[replica] as Request[], requestOf(message));
          },
        },
      },
    },
  );
}

/** Clients, correct replicas, the network between them, and all faulty processes as one coalition. */
export function reliableModel(world: ReliableWorld) {
  const { rules, width, replicas, faulty, scripts, forgeable } = world;
  const multicast = scripts.flatMap(({ requests }) => requests.map(signed));
  const adversary = coalition<
    { replica: Replica; message: Message },
    MulticastActions["SEND"]["payload"]
  >({
    faulty,
    universe: replicas.flatMap((replica) =>
      [...forgeable, ...multicast].map((message) => ({ replica, message })),
    ),
    tokensOf: ({ message }) => [tokenOf(message)],
    tokensOfSent: ({ message }) => [tokenOf(message)],
    because: {
      "message.op": "replicas compare numbers, contents and signatures, and two of each differ",
    },
  });
  const system = compose(
    "reliable multicast at replicas",
    {
      users: scripts.map(({ client, requests }) => multicastUser(client, requests)),
      clients: scripts.map(({ client }) => multicaster(client, ({ client: by }) => by, replicas)),
      replicas: replicas.map((self) =>
        accepting(reliableReplica(self, width, isSigned, rules), { FORGE: "RECEIVE" }),
      ),
      network: network(replicas, [...multicast, ...forgeable]),
      adversary: adversary.network,
      deliveries: deliveries(replicas),
    },
    { open: ["FORGET"] },
  );
  return { system, excludes: adversary.excludes };
}

export type ReliableSystem = ReturnType<typeof reliableModel>["system"];
