import {
  type Message,
  type Request,
  requestOf,
} from "../../../impl/atomic-multicast/atomic/message.ts";
import { forged, isSigned, signed } from "../../../impl/atomic-multicast/atomic/symbolic.ts";
import {
  type ReliableSystem,
  type ReliableWorld,
  reliableModel,
} from "../../../impl/atomic-multicast/reliable/model.ts";
import { RELIABLE, type ReliableRules } from "../../../impl/atomic-multicast/reliable/rules.ts";
import {
  type Case,
  fairlyIncludedIn,
  type Index,
  includedIn,
  index,
  indices,
  leadsTo,
  type Problem,
  type Property,
  type Witness,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { reliableMulticastSystem } from "../../../spec/multicast/reliable.ts";
import { sameNumber, sameRequest } from "../../../spec/multicast/request.ts";
import { PINS } from "./pins.ts";

/** What distinguishes an instance: four replicas, client#0 correct and client#1 faulty. */
export interface ReliableSize {
  /** 0 to 3 of the four */
  readonly faultyReplicas: number;
  /** how many messages client#0 multicasts */
  readonly correctMessages: number;
  /** client#1 signs two messages: under one number, or under two */
  readonly faultyMessages: "none" | "twins" | "two numbers";
  readonly width: number;
}

const SIZE: ReliableSize = {
  faultyReplicas: 1,
  correctMessages: 1,
  faultyMessages: "twins",
  width: 2,
};

const [C, B] = [index("client", 0), index("client", 1)];
const FORGER: Index<"replica"> = index("replica", 3);

function worldOf(size: ReliableSize, rules: ReliableRules): ReliableWorld {
  const { faultyReplicas, correctMessages, faultyMessages, width } = size;
  const all = indices("replica", 4);
  const requests = Array.from({ length: correctMessages }, (_, at): Request => {
    return { client: C, seq: at + 1, op: "m" };
  });
  const second = faultyMessages === "twins" ? 1 : 2;
  const own =
    faultyMessages === "none"
      ? []
      : [
          { client: B, seq: 1, op: "b" },
          { client: B, seq: second, op: "c" },
        ];
  return {
    rules,
    width,
    replicas: all.slice(0, 4 - faultyReplicas),
    faulty: [B, ...all.slice(4 - faultyReplicas)],
    scripts: [{ client: C, requests }],
    forgeable: [...own.map(signed), forged({ client: C, seq: 1, op: "forged" }, FORGER)],
  };
}

export interface Question {
  readonly properties: (system: ReliableSystem, world: ReliableWorld) => readonly Property[];
  readonly witnesses: (system: ReliableSystem, world: ReliableWorld) => readonly Witness[];
}

function problemOf(size: ReliableSize, rules: ReliableRules, question: Question): Problem {
  const world = worldOf(size, rules);
  const { system, excludes } = reliableModel(world);
  return {
    system,
    properties: question.properties(system, world),
    witnesses: question.witnesses(system, world),
    excludes,
  };
}

function nameOf({ faultyReplicas, correctMessages, faultyMessages, width }: ReliableSize) {
  const faulty = faultyMessages === "none" ? "" : `, ${faultyMessages} of a faulty client`;
  const correct = `${correctMessages} of a correct client`;
  return `${faultyReplicas} faulty of 4, ${correct}${faulty}, width ${width}`;
}

export function caseOf(
  variant: string,
  question: Question,
  rest: Pick<Case, "expect"> &
    Partial<Case> & { readonly rules?: ReliableRules; readonly size?: Partial<ReliableSize> },
): Case {
  const { rules = RELIABLE, size: differences = {}, ...more } = rest;
  const size = { ...SIZE, ...differences };
  const pinned = rest.expect === "holds" ? PINS[`${variant} on ${nameOf(size)}`] : undefined;
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    ...(pinned && { pinned }),
    problem: () => problemOf(size, rules, question),
    ...more,
  };
}

interface Delivery {
  readonly replica: Index<"replica">;
  readonly message: Message;
}

type Same = (a: Request, b: Request) => boolean;

/** Whether what is told apart are messages, as the paper says, or numbers. */
export type By = "each message" | "each number";
const sameBy = (by: By): Same => (by === "each message" ? sameRequest : sameNumber);

const multicasts = ({ scripts }: ReliableWorld): Request[] =>
  scripts.flatMap(({ requests }) => [...requests]);

/** What replicas may deliver: what clients signed. */
const everything = (world: ReliableWorld): Request[] => [
  ...multicasts(world),
  ...world.forgeable.filter(isSigned).map(requestOf),
];

const refinement = (world: ReliableWorld, once: By, name: string) => ({
  name,
  specification: reliableMulticastSystem<Request>({
    correct: world.replicas,
    faulty: world.forgeable.filter(isSigned).map(requestOf),
    once,
  }),
  visible: {
    "A-MULTICAST": (message: Request) => ({ name: "R-MULTICAST", payload: { message } }),
    "R-DELIVER": ({ replica, message }: Delivery) => ({
      name: "R-DELIVER",
      payload: { replica, message: requestOf(message) },
    }),
  },
});

/** Safety, and that where nothing is owed each replica has delivered what any of them has. */
export const isReliableMulticast = (system: ReliableSystem, world: ReliableWorld, once: By) =>
  includedIn(system, {
    ...refinement(world, once, `reliable multicast of ${once}, at rest too`),
    quiescence: true,
  });

/** Validity: what a correct client multicasts, each correct replica delivers. */
export const multicastIsDelivered = (system: ReliableSystem, world: ReliableWorld) =>
  multicasts(world).map((message, at) =>
    leadsTo(system, {
      name: `${message.client}'s message ${message.seq} is delivered by each correct replica`,
      reads: ["users.multicast", "deliveries"],
      premise: ({ users }) => (users[0]?.multicast ?? 0) > at,
      conclusion: ({ deliveries }) =>
        Object.values(deliveries).every((all) => all.some((one) => sameRequest(one, message))),
    }),
  );

/** Agreement: what one correct replica delivers, each correct replica delivers. */
export const deliveredByOneIsDeliveredByAll = (
  system: ReliableSystem,
  world: ReliableWorld,
  by: By,
) =>
  everything(world).map((message) =>
    leadsTo(system, {
      name: `${message.client}'s "${message.op}" under ${message.seq} is delivered by all or none, by ${by}`,
      reads: ["deliveries"],
      premise: ({ deliveries }) =>
        Object.values(deliveries).some((all) => all.some((one) => sameRequest(one, message))),
      conclusion: ({ deliveries }) =>
        Object.values(deliveries).every((all) => all.some((one) => sameBy(by)(one, message))),
    }),
  );

/** Lemma 7.2: the sets converge, pair by pair. */
export const receivedConverge = (system: ReliableSystem, world: ReliableWorld) =>
  world.replicas.flatMap((one) =>
    world.replicas
      .filter((other) => other !== one)
      .map((other) =>
        leadsTo(system, {
          name: `what ${one} R-delivered, ${other} R-delivers`,
          reads: ["deliveries"],
          premise: ({ deliveries }) => (deliveries[one] ?? []).length > 0,
          conclusion: ({ deliveries }) =>
            (deliveries[one] ?? []).every((message) =>
              (deliveries[other] ?? []).some((delivered) => sameNumber(delivered, message)),
            ),
        }),
      ),
  );

/** The traces and what is owed: every fair run shows what some fair run of the specification shows. */
export const isFairlyReliableMulticast = (system: ReliableSystem, world: ReliableWorld) =>
  fairlyIncludedIn(system, refinement(world, "each number", "fairly reliable multicast"));

// ---- what must be reached

export const allDelivered = (system: ReliableSystem) =>
  witness(system, {
    name: "each correct replica delivered the message of the correct client",
    reads: ["deliveries"],
    reached: ({ deliveries }) =>
      Object.values(deliveries).every((all) => all.some(({ client }) => client === C)),
  });

export const faultyMessageDelivered = (system: ReliableSystem) =>
  witness(system, {
    name: "a message of the faulty client is delivered",
    reads: ["deliveries"],
    reached: ({ deliveries }) =>
      Object.values(deliveries).some((all) => all.some(({ client }) => client === B)),
  });

export const relayedOnly = (system: ReliableSystem) =>
  witnessAction(system, {
    name: "a message of the faulty client comes by relay",
    action: "RECEIVE",
    where: ({ message }: { readonly message: Message }) => message.client === B,
  });

export const forgedComes = (system: ReliableSystem) =>
  witnessAction(system, {
    name: "a correct replica takes a message of the coalition",
    action: "FORGE",
  });
