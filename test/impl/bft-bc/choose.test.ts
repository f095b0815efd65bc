import { describe, expect, test } from "vitest";
import type { ClientState } from "../../../impl/bft-bc/client-state.ts";
import { bftBc } from "../../../impl/bft-bc/composition.ts";
import { C, D, E, worldOf, X, Y } from "../../../impl/bft-bc/instances.ts";
import { REPAIRED } from "../../../impl/bft-bc/rules.ts";
import type { UserState } from "../../../impl/bft-bc/user.ts";
import {
  canonical,
  type Global,
  type Local,
  offersOf,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

const CLIENTS = [C, D, E];
const OBJECTS = [X, Y];
const VALUES = ["v0", "c1", "d1", "null"];

/** Every local state of each leaf that depth first finds among the first states. */
function localsOf(system: ReturnType<typeof bftBc>, limit: number): Map<string, Local>[] {
  const locals = system.leaves.map(() => new Map<string, Local>());
  const stack: Global[] = startStates(system);
  const seen = new Set<string>();
  while (stack.length > 0 && seen.size < limit) {
    const global = stack.pop() as Global;
    if (seen.size === seen.add(canonical(global)).size) continue;
    global.forEach((local, at) => {
      locals[at]?.set(canonical(local.state), local);
    });
    for (const { to } of stepsFrom(system, global)) {
      if (!seen.has(canonical(to))) stack.push(to);
    }
  }
  return locals;
}

type Payload = Readonly<Record<string, unknown>>;
const universe: readonly Payload[] = CLIENTS.flatMap((client) =>
  OBJECTS.flatMap((object) => [
    { client, object },
    ...VALUES.map((value) => ({ client, object, value })),
  ]),
);

describe.each([
  [
    "a writer",
    worldOf({ faultyReplicas: 1, writes: 1, maxForgedVal: 0 }, REPAIRED),
    ["INVOKE-WRITE", "RETURN-WRITE"],
  ],
  [
    "a reader",
    worldOf({ faultyReplicas: 1, reads: 1, maxForgedVal: 0 }, REPAIRED),
    ["INVOKE-READ", "RETURN-READ"],
  ],
  [
    "a stop",
    worldOf({ faultyReplicas: 1, valuesOfC: 1, stops: true, maxForgedVal: 1, reach: 1 }, REPAIRED),
    ["STOP"],
  ],
])("in an instance with %s", (_, world, occurring) => {
  const system = bftBc(world);
  const locals = localsOf(system, 1_500);

  /** Compares what a part offers with what is due, in each of its local states. */
  function expectOffers(
    part: string,
    action: string,
    payloads: readonly Payload[],
    isDue: (state: never, payload: Payload) => boolean,
  ) {
    let met = 0;
    system.leaves.forEach((leaf, at) => {
      if (leaf.part !== part) return;
      for (const local of (locals[at] as Map<string, Local>).values()) {
        const enabled = offersOf(leaf, local)
          .filter((offer) => offer.action.name === action)
          .filter(({ clauses }) => clauses.every(([, holds]) => holds))
          .map((offer) => canonical(offer.action.payload));
        const own = payloads.filter(
          ({ client }) => part === "medium" || scriptOf(client).length > 0,
        );
        const due = own.filter((payload) => isDue(local.state as never, payload));
        met += due.length;
        expect(enabled.sort()).toEqual(due.map(canonical).sort());
      }
    });
    expect([action, met > 0]).toEqual([action, occurring.includes(action)]);
  }

  const scriptOf = (client: unknown) =>
    world.scripts.find((script) => script.client === client)?.operations ?? [];

  test("a user offers exactly its script's next operation", () => {
    const next = (write: boolean) => (s: UserState, payload: Payload) => {
      const { object, write: value } = scriptOf(payload.client)[s.invoked] ?? {};
      return (
        !s.waiting &&
        object === payload.object &&
        payload.value === value &&
        write === (value !== undefined)
      );
    };

    expectOffers("users", "INVOKE-WRITE", universe, next(true));
    expectOffers("users", "INVOKE-READ", universe, next(false));
  });

  test("a client offers exactly the return of its finished operation", () => {
    expectOffers("clients", "RETURN-WRITE", universe, ({ phase }: ClientState, payload) => {
      const due = phase.at === "wrote" && phase.object === payload.object;
      return due && !("value" in payload);
    });
    expectOffers("clients", "RETURN-READ", universe, ({ phase }: ClientState, payload) => {
      const due = phase.at === "has-read" && phase.object === payload.object;
      return due && (phase.value ?? "null") === payload.value;
    });
  });

  test("the client that may stop is offered to stop, once", () => {
    const stops = CLIENTS.map((client) => ({ client }));

    expectOffers("medium", "STOP", stops, (s: { stopped: boolean }, { client }) => {
      return world.stops === client && !s.stopped;
    });
  });
});
