import {
  compose,
  difference,
  equal,
  indices,
  invariant,
  type Problem,
  setOf,
  union,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { weaklyFair } from "../../../spec/automaton/liveness.ts";
import {
  type Account,
  type Accounts,
  available,
  type Client,
  isExclusive,
  isIn,
  meet,
  promises,
  type Resources,
  request,
  returns,
  simpleAllocatorSystem,
  someOf,
} from "./allocator.ts";
import { assumedIf } from "./fairness.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

/** The accounts, and the clients in the order in which they are served. */
export type Scheduled = Accounts & { readonly sched: readonly Client[] };

/** Every order of some of the clients. */
export function ordersOf(clients: readonly Client[]): Client[][] {
  return clients.flatMap((first) => [
    [first],
    ...ordersOf(clients.filter((client) => client !== first)).map((rest) => [first, ...rest]),
  ]);
}

/** Allocate(c, S) of the scheduling allocator: nobody before the client waits for any of it. */
export function mayAllocate(
  now: Scheduled,
  client: Client,
  S: Resources,
  clients: readonly Client[],
  all: Resources,
): boolean {
  const at = now.sched.indexOf(client);
  return (
    isIn(S, now[client]!.unsat) &&
    isIn(S, available(now, clients, all)) &&
    at >= 0 &&
    now.sched.slice(0, at).every((before) => !meet(now[before]!.unsat, S))
  );
}

/** The account and the schedule after Allocate(c, S). */
export function allocated(now: Scheduled, client: Client, S: Resources) {
  const { unsat, alloc } = now[client] as Account;
  return {
    account: { unsat: difference(unsat, S), alloc: union(alloc, S) },
    sched: equal(S, unsat) ? now.sched.filter((one) => one !== client) : [...now.sched],
  };
}

/** Who waits and is not scheduled. */
export function toSchedule(now: Scheduled, clients: readonly Client[]): Client[] {
  return clients.filter((client) => now[client]!.unsat.length > 0 && !now.sched.includes(client));
}

/** AllocatorInvariant: the queue can be served in its order. */
export function canBeServed(now: Scheduled, clients: readonly Client[], all: Resources): boolean {
  const idle = clients.filter((client) => !now.sched.includes(client));
  const free = [available(now, clients, all), ...idle.map((client) => now[client]!.alloc)];
  return now.sched.every((client, at) => {
    const before = now.sched.slice(0, at);
    const { unsat, alloc } = now[client] as Account;
    const previous = [...free, ...before.flatMap((one) => Object.values(now[one] as Account))];
    return (
      unsat.length > 0 &&
      before.every((one) => !meet(alloc, now[one]!.unsat)) &&
      isIn(unsat, setOf(...(previous as Resources[]).flat()))
    );
  });
}

/** Serves clients in the order of a schedule, after SchedulingAllocator.tla. */
export function schedulingAllocatorSystem(clientCount: number, resourceCount: number) {
  const [clients, all] = [indices("client", clientCount), indices("resource", resourceCount)];
  const everything = ["sched", ...clients] as const;
  const commands = [
    ...clients.flatMap((client) =>
      someOf(all).flatMap((S): Command<Scheduled>[] => [
        request(client, S) as unknown as Command<Scheduled>,
        {
          action: "Allocate",
          by: { client, S },
          over: everything,
          touches: ["sched", client],
          when: (now) => mayAllocate(now, client, S, clients, all),
          effect: (now) => {
            const { account, sched } = allocated(now as Scheduled, client, S);
            now[client] = account as never;
            now.sched = sched;
          },
          task: urgent("Allocate"),
        },
        ...(returns(client, S, true) as unknown as Command<Scheduled>[]),
      ]),
    ),
    ...ordersOf(clients).map(
      (order): Command<Scheduled> => ({
        action: "Schedule",
        by: { order },
        over: everything,
        touches: ["sched"],
        when: (now) => equal(setOf(...order), toSchedule(now, clients)),
        effect: (now) => {
          now.sched.push(...order);
        },
        task: urgent("Schedule"),
      }),
    ),
  ];
  const start = {
    sched: [],
    ...Object.fromEntries(clients.map((client) => [client, { unsat: [], alloc: [] }])),
  } as unknown as Scheduled;
  return compose("scheduling-allocator", {
    accounts: sharedVariables("accounts", [start], commands),
  });
}

/** The scheduling allocator: its promises, and that it implements the simple one. */
export function schedulingAllocator(
  clientCount: number,
  resourceCount: number,
  fair = true,
): Problem {
  const [clients, all] = [indices("client", clientCount), indices("resource", resourceCount)];
  const system = schedulingAllocatorSystem(clientCount, resourceCount);
  const fairness = assumedIf(fair, [
    weaklyFair("ReturnAll", { by: ["client"] }),
    weaklyFair("Allocate", { by: ["client"] }),
    weaklyFair("Schedule"),
  ]);
  const reads = ["accounts"] as const;
  const implementsSimple = refines(system, {
    name: "SimpleAllocator",
    specification: simpleAllocatorSystem(clientCount, resourceCount),
    reads,
    mapping: ({ accounts: { sched, ...accounts } }) => ({ accounts: accounts as Accounts }),
  });
  return {
    system,
    properties: [
      ...promises(
        system,
        clients,
        all,
        (accounts, client) => accounts[client] as Account,
        fairness,
      ),
      ...(fair ? [implementsSimple] : []),
      invariant(system, {
        name: "ResourceMutex",
        reads,
        holds: ({ accounts }) => isExclusive(clients.map((client) => accounts[client]!.alloc)),
      }),
      invariant(system, {
        name: "AllocatorInvariant",
        reads,
        holds: ({ accounts }) => canBeServed(accounts, clients, all),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all are scheduled",
        reads,
        reached: ({ accounts }) => accounts.sched.length === clientCount,
      }),
    ],
  };
}
