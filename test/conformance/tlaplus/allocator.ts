import {
  type Automaton,
  type Composition,
  compose,
  difference,
  equal,
  has,
  type Index,
  indices,
  invariant,
  type Problem,
  type Property,
  setOf,
  subsets,
  union,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import {
  alwaysEventually,
  type Fairness,
  leadsTo,
  stronglyFair,
  weaklyFair,
} from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, type Commands, sharedVariables } from "./shared-variables.ts";

export type Client = Index<"client">;
export type Resource = Index<"resource">;
export type Resources = readonly Resource[];
export interface Account {
  /** what it still waits for */
  readonly unsat: Resources;
  /** what it has */
  readonly alloc: Resources;
}
export type Accounts = { readonly [client: Client]: Account };

/** All subsets but the empty one. */
export function someOf(resources: Resources): Resources[] {
  return resources.flatMap((_, at) => subsets(resources, at + 1).map((subset) => setOf(...subset)));
}

export const isIn = (part: Resources, whole: Resources) => difference(part, whole).length === 0;
export const meet = (one: Resources, other: Resources) =>
  difference(one, other).length < one.length;

/** What nobody has. */
export function available(now: Accounts, clients: readonly Client[], all: Resources): Resources {
  return clients.reduce((left, client) => difference(left, now[client]!.alloc), [...all]);
}

/** No two clients have the same resource: the invariant ResourceMutex. */
export function isExclusive(held: readonly Resources[]): boolean {
  return held.every((one, at) => held.slice(at + 1).every((other) => !meet(one, other)));
}

export function request(client: Client, S: Resources): Command<Accounts> {
  return {
    action: "Request",
    by: { client, S },
    over: [client],
    when: (now) => now[client]!.unsat.length + now[client]!.alloc.length === 0,
    effect: (now) => {
      now[client]!.unsat = [...S];
    },
  };
}

/**
 * The two kinds of Return(c, S): the original is fair to those that give everything back, in the
 * scheduling allocator only once the client waits for nothing.
 */
export function returns(client: Client, S: Resources, whenSatisfied: boolean): Command<Accounts>[] {
  const isFair = ({ unsat, alloc }: Account) =>
    equal(S, alloc) && (!whenSatisfied || unsat.length === 0);
  const back = (fair: boolean): Command<Accounts> => ({
    action: fair ? "ReturnAll" : "Return",
    by: { client, S },
    over: [client],
    when: (now) => isIn(S, now[client]!.alloc) && isFair(now[client] as Account) === fair,
    effect: (now) => {
      now[client]!.alloc = difference(now[client]!.alloc, S);
    },
    ...(fair ? { task: urgent("ReturnAll") } : {}),
  });
  return [back(true), back(false)];
}

/** Allocates resources to clients in any order, after SimpleAllocator.tla. */
export function simpleAllocatorSystem(clientCount: number, resourceCount: number) {
  const [clients, all] = [indices("client", clientCount), indices("resource", resourceCount)];
  const commands = clients.flatMap((client) =>
    someOf(all).flatMap((S): Command<Accounts>[] => [
      request(client, S),
      {
        action: "Allocate",
        by: { client, S },
        over: clients,
        touches: [client],
        when: (now) => isIn(S, available(now, clients, all)) && isIn(S, now[client]!.unsat),
        effect: (now) => {
          const account = now[client]!;
          account.alloc = union(account.alloc, S);
          account.unsat = difference(account.unsat, S);
        },
        task: urgent("Allocate"),
      },
      ...returns(client, S, false),
    ]),
  );
  const start = Object.fromEntries(
    clients.map((client) => [client, { unsat: [], alloc: [] }]),
  ) as Accounts;
  return compose("simple-allocator", {
    accounts: sharedVariables("accounts", [start], commands),
  });
}

/**
 * ClientsWillReturn, ClientsWillObtain and InfOftenSatisfied, which all allocators promise.
 * @param of what a client waits for and has, in a state of the part `accounts`
 */
export function promises<S>(
  system: Composition<{ readonly accounts: Automaton<S, Commands> }>,
  clients: readonly Client[],
  all: Resources,
  of: (accounts: S, client: Client) => Account,
  fairness: readonly Fairness[],
): Property[] {
  const reads = ["accounts"] as const;
  return clients.flatMap((client) => [
    leadsTo(system, {
      name: `ClientsWillReturn, ${client}`,
      reads,
      premise: ({ accounts }) => of(accounts, client).unsat.length === 0,
      conclusion: ({ accounts }) => of(accounts, client).alloc.length === 0,
      fairness,
    }),
    ...all.map((resource) =>
      leadsTo(system, {
        name: `ClientsWillObtain, ${client}, ${resource}`,
        reads,
        premise: ({ accounts }) => has(of(accounts, client).unsat, resource),
        conclusion: ({ accounts }) => has(of(accounts, client).alloc, resource),
        fairness,
      }),
    ),
    alwaysEventually(system, {
      name: `InfOftenSatisfied, ${client}`,
      reads,
      holds: ({ accounts }) => of(accounts, client).unsat.length === 0,
      fairness,
    }),
  ]);
}

/** The simple allocator: its safety, and its promises with or without its fairness. */
export function simpleAllocator(clientCount: number, resourceCount: number, fair = true): Problem {
  const [clients, all] = [indices("client", clientCount), indices("resource", resourceCount)];
  const system = simpleAllocatorSystem(clientCount, resourceCount);
  const reads = ["accounts"] as const;
  const fairness = assumedIf(fair, [
    weaklyFair("ReturnAll", { by: ["client"] }),
    stronglyFair("Allocate", { by: ["client"] }),
  ]);
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
      invariant(system, {
        name: "ResourceMutex",
        reads,
        holds: ({ accounts }) => isExclusive(clients.map((client) => accounts[client]!.alloc)),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a client has everything",
        reads,
        reached: ({ accounts }) => equal(accounts[clients[0]!]!.alloc, all),
      }),
    ],
  };
}
