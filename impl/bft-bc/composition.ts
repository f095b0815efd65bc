import {
  type Composition,
  compose,
  type Index,
  type Parts,
  withRestarts,
} from "../../spec/automaton/index.ts";
import { atomicRegister } from "../../spec/register/register.ts";
import { client } from "./client-automaton.ts";
import { medium } from "./medium.ts";
import { replica } from "./replica-automaton.ts";
import { user } from "./user.ts";
import type { World } from "./world.ts";

/** A closed system: users, correct clients, correct replicas, and the network with the coalition. */
export function bftBc(world: World) {
  const { rules, digest, objects, replicas, scripts, initial } = world;
  const parts = {
    replicas: objects.flatMap((object) =>
      replicas.map((self) => replica(self, object, initial, rules, digest)),
    ),
    clients: scripts.map((script) => client(script.client, rules, digest)),
    users: scripts.map((script) => user(script.client, script.operations)),
    medium: medium(world),
  };
  // Without correct clients (or with one that never reads) some inputs have nobody to make them.
  const open = [
    "SEND-READ-TS",
    "SEND-READ-TS-PREP",
    "SEND-PREPARE",
    "SEND-WRITE",
    "SEND-READ",
  ] as const;
  return compose("BFT-BC", parts, { open });
}

/** The same system, in which some correct processes may crash and start again. */
export function restarting<P extends Parts>(
  system: Composition<P>,
  processes: readonly Index[],
  atMost: number,
) {
  return withRestarts(system, { processes, atMost, cite: "L.DURABLE" });
}

/** The register that the world's protocol should implement, with at most b lurking writes. */
export function registerOf(
  world: World,
  maxLurking: number | null,
  maxOverwrites: number | null = null,
) {
  return atomicRegister({
    objects: world.objects,
    correct: world.scripts.map((script) => script.client),
    faulty: Object.fromEntries(world.faultyClients.map((one) => [one.client, one.values])),
    initial: world.initial,
    maxLurking,
    maxOverwrites,
  });
}
