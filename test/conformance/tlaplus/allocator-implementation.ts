import {
  compose,
  difference,
  equal,
  has,
  indices,
  insert,
  invariant,
  type Problem,
  remove,
  setOf,
  union,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { weaklyFair } from "../../../spec/automaton/liveness.ts";
import {
  type Account,
  type Client,
  isExclusive,
  isIn,
  promises,
  type Resources,
  someOf,
} from "./allocator.ts";
import { assumedIf } from "./fairness.ts";
import { refines } from "./refines.ts";
import {
  allocated,
  canBeServed,
  mayAllocate,
  ordersOf,
  type Scheduled,
  schedulingAllocatorSystem,
  toSchedule,
} from "./scheduling-allocator.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

/** What a client asked for and has, as it knows it. */
interface Local {
  readonly requests: Resources;
  readonly holding: Resources;
}
/** What is on its way to or from a client. */
interface Message {
  readonly type: "request" | "allocate" | "return";
  readonly rsrc: Resources;
}
type Network = Scheduled & { readonly [local: `of ${Client}`]: Local } & {
  readonly [messages: `net ${Client}`]: readonly Message[];
};

/** The steps of a client and of the messages to and from it, for one set of resources. */
function clientCommands(c: Client, S: Resources): Command<Network>[] {
  const [local, net, by] = [`of ${c}` as const, `net ${c}` as const, { c, S }];
  const message = (type: Message["type"]): Message => ({ type, rsrc: S });
  const sent = (now: Network, type: Message["type"]) => has(now[net]!, message(type));
  const isFair = ({ requests, holding }: Local) => requests.length === 0 && equal(S, holding);
  const back = (fair: boolean): Command<Network> => ({
    action: fair ? "ReturnAll" : "Return",
    by,
    over: [local, net],
    when: (now) => isIn(S, now[local]!.holding) && isFair(now[local] as Local) === fair,
    effect: (now) => {
      now[local]!.holding = difference(now[local]!.holding, S);
      insert(now[net]!, message("return"));
    },
    ...(fair ? { task: urgent("ReturnAll") } : {}),
  });
  const received = (
    action: string,
    type: Message["type"],
    over: (keyof Network & string)[],
    effect: Command<Network>["effect"],
    when: (now: Network) => boolean = () => true,
  ): Command<Network> => ({
    action,
    by,
    over: [net, ...over],
    when: (now) => sent(now, type) && when(now),
    effect: (now) => {
      remove(now[net]!, message(type));
      effect(now);
    },
    task: urgent(action),
  });
  return [
    {
      action: "Request",
      by,
      over: [local, net],
      when: (now) => now[local]!.requests.length + now[local]!.holding.length === 0,
      effect: (now) => {
        now[local]!.requests = [...S];
        insert(now[net]!, message("request"));
      },
    },
    back(true),
    back(false),
    received(
      "RReq",
      "request",
      [c],
      (now) => {
        now[c]!.unsat = [...S];
      },
      (now) => now[c]!.alloc.length === 0,
    ),
    received("RAlloc", "allocate", [local], (now) => {
      const { requests, holding } = now[local]!;
      now[local] = { requests: difference(requests, S), holding: union(holding, S) };
    }),
    received("RRet", "return", [c], (now) => {
      now[c]!.alloc = difference(now[c]!.alloc, S);
    }),
  ];
}

/** The scheduling allocator and its clients over a network, after AllocatorImplementation.tla. */
export function allocatorImplementation(
  clientCount: number,
  resourceCount: number,
  decides: "fair" | "unfair" | "refinement" = "fair",
): Problem {
  const [clients, all] = [indices("client", clientCount), indices("resource", resourceCount)];
  const server = ["sched", ...clients] as const;
  const allocate = (c: Client, S: Resources): Command<Network> => ({
    action: "Allocate",
    by: { c, S },
    over: [...server, `net ${c}`],
    touches: ["sched", c, `net ${c}`],
    when: (now) => mayAllocate(now, c, S, clients, all),
    effect: (now) => {
      const { account, sched } = allocated(now as Network, c, S);
      now[c] = account as never;
      now.sched = sched;
      insert(now[`net ${c}`]!, { type: "allocate", rsrc: S });
    },
    task: urgent("Allocate"),
  });
  const commands = [
    ...clients.flatMap((c) =>
      someOf(all).flatMap((S) => [...clientCommands(c, S), allocate(c, S)]),
    ),
    ...ordersOf(clients).map(
      (order): Command<Network> => ({
        action: "Schedule",
        by: { order },
        over: server,
        touches: ["sched"],
        when: (now) => equal(setOf(...order), toSchedule(now, clients)),
        effect: (now) => {
          now.sched.push(...order);
        },
        task: urgent("Schedule"),
      }),
    ),
  ];
  const start = Object.fromEntries<unknown>([
    ["sched", []],
    ...clients.flatMap((c) => [
      [c, { unsat: [], alloc: [] }],
      [`of ${c}`, { requests: [], holding: [] }],
      [`net ${c}`, []],
    ]),
  ] as [string, unknown][]) as Network;
  const system = compose("allocator-implementation", {
    accounts: sharedVariables("accounts", [start], commands),
  });
  const fairness = assumedIf(decides === "fair", [
    weaklyFair("ReturnAll", { by: ["c"] }),
    weaklyFair("Allocate", { by: ["c"] }),
    weaklyFair("Schedule"),
    ...["RReq", "RAlloc", "RRet"].map((receipt) => weaklyFair(receipt, { by: ["c", "S"] })),
  ]);
  const reads = ["accounts"] as const;
  const promised = promises(
    system,
    clients,
    all,
    (now: Network, c) => {
      const { requests, holding } = now[`of ${c}`] as Local;
      return { unsat: requests, alloc: holding };
    },
    fairness,
  );
  const implementsScheduling = refines(system, {
    name: "SchedAllocator",
    specification: schedulingAllocatorSystem(clientCount, resourceCount),
    reads,
    mapping: ({ accounts }) => {
      const own = clients.map((c) => [c, accounts[c]]);
      return { accounts: { ...Object.fromEntries(own), sched: accounts.sched } as Scheduled };
    },
  });
  const inTransit = (now: Network, c: Client, type: Message["type"]) =>
    now[`net ${c}`]!.filter((message) => message.type === type).flatMap(({ rsrc }) => rsrc);
  return {
    system,
    properties: [
      ...(decides === "refinement" ? [implementsScheduling] : promised),
      invariant(system, {
        name: "ResourceMutex",
        reads,
        holds: ({ accounts: network }) =>
          isExclusive(clients.map((c) => network[`of ${c}`]!.holding)),
      }),
      invariant(system, {
        name: "Invariant",
        reads,
        holds: ({ accounts: network }) =>
          canBeServed(network, clients, all) &&
          clients.every((c) => {
            const { unsat, alloc } = network[c] as Account;
            const { requests, holding } = network[`of ${c}`] as Local;
            const asked = [...unsat, ...inTransit(network, c, "request")];
            const given = inTransit(network, c, "allocate");
            const returned = inTransit(network, c, "return");
            return (
              equal(requests, setOf(...asked, ...given)) &&
              equal(alloc, setOf(...holding, ...given, ...returned))
            );
          }),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a client holds everything",
        reads,
        reached: ({ accounts: network }) => equal(network[`of ${clients[0]!}`]!.holding, all),
      }),
    ],
  };
}
