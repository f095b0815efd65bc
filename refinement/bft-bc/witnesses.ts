import { certificates, complete } from "../../impl/bft-bc/coalition.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import { get, witness, witnessAction } from "../../spec/automaton/index.ts";
import type { System } from "./problems.ts";

/*
 * What must be reached, or a case is vacuous.
 */

export const forgedWriteAccepted = (system: System, world: World) =>
  witness(system, {
    name: "a correct replica stores a value of a faulty client",
    reads: ["replicas.data"],
    reached: ({ replicas }) =>
      replicas.some(({ data }) => world.faultyClients.some(({ values }) => values.includes(data))),
  });

export const faultyWriteCompletes = (system: System, world: World) => {
  const { allWrites } = certificates(world);
  return witness(system, {
    name: "a write proof of a faulty client exists",
    reads: ["medium"],
    reached: ({ medium }) =>
      allWrites.some(
        ({ cell, ts }) =>
          complete(medium[cell]) && world.faultyClients.some(({ client }) => client === ts.id),
      ),
  });
};

export const aReadReturns = (system: System, where?: (value: string) => boolean) =>
  witnessAction(system, {
    name: where ? "a read returns a value of interest" : "a read returns",
    action: "RETURN-READ",
    where: ({ value }: { readonly value: string }) => where?.(value) ?? true,
  });

export const aReadWritesBack = (system: System) =>
  witness(system, {
    name: "a read writes back",
    reads: ["clients.phase"],
    reached: ({ clients }) => clients.some(({ phase }) => phase.at === "write-back"),
  });

export const allWritesReturned = (system: System, world: World) =>
  witness(system, {
    name: "every operation of every client returned",
    reads: ["users"],
    reached: ({ users }) =>
      users.every(
        ({ invoked, waiting }, at) => invoked === world.scripts[at]?.operations.length && !waiting,
      ),
  });

export const aRecordIsKept = (system: System, world: World) =>
  witness(system, {
    name: "a correct replica records a prepare of a faulty client",
    reads: ["replicas.prepareList"],
    reached: ({ replicas }) =>
      replicas.some(({ prepareList }) =>
        world.faultyClients.some(({ client }) => get(prepareList, client) !== undefined),
      ),
  });

export const aWriteTakes = (system: System, phases: number) =>
  witness(system, {
    name: `a write takes ${phases} phases`,
    reads: ["clients.phase"],
    reached: ({ clients }) =>
      clients.some(({ phase }) => phase.at === "wrote" && phase.rounds === phases),
  });
