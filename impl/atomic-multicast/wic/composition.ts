import {
  type Automaton,
  automaton,
  compose,
  type Output,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import { weakInteractiveConsistencySystem } from "../../../spec/multicast/weak-interactive-consistency.ts";
import { accepting } from "../../adversary/checked/index.ts";
import { valuesIn } from "../rules.ts";
import { FORGED, medium } from "./medium.ts";
import { type WicReplicaActions, wicReplica } from "./replica.ts";
import { user } from "./user.ts";
import { upTo, type WicWorld } from "./world.ts";

interface DetectorActions {
  SUSPECT: Output<WicReplicaActions["SUSPECT"]["payload"]>;
}

/**
 * Suspects the coordinator of any of the first `rounds` rounds at any time, and owes nothing: what
 * safety must survive, in all rounds; and what may happen before the detector is accurate.
 */
function anySuspicion({ correct, instances }: WicWorld, rounds: number) {
  const all = correct.flatMap((replica) =>
    upTo(instances).flatMap((k) => upTo(rounds).map((round) => ({ replica, k, round }))),
  );
  return automaton<null, DetectorActions>("any suspicion", {
    start: null,
    transitions: {
      SUSPECT: {
        kind: "output",
        cite: "D.WIC.28-30",
        task: spontaneous("suspect"),
        choose: () => all,
      },
    },
  });
}

/** The correct processes of an instance. */
export function wicReplicas(world: WicWorld) {
  const { correct, group, rules, suspicion, instances, tells } = world;
  return correct.map((self) => {
    const distrusts = suspicion === "at once" ? group.filter((one) => one !== self) : [];
    const replica = wicReplica({ self, group, rules, window: instances, distrusts });
    return tells ? replica : withoutTelling(replica);
  });
}

/** The same process, which never tells its decision to who proposed. */
function withoutTelling(replica: ReturnType<typeof wicReplica>): typeof replica {
  const { transitions } = replica;
  const never = { ...transitions.DECIDED, kind: "output" as const, choose: () => [] };
  return { ...replica, transitions: { ...transitions, DECIDED: never } };
}

/**
 * A closed system: users that propose, the correct processes, the network with the coalition, and
 * a detector where the world has one. Without another one it suspects anybody, but in a world in which
 * something is owed nobody in the last round.
 */
export function wic(
  world: WicWorld,
  detector: Automaton<unknown, DetectorActions> = anySuspicion(
    world,
    world.owes ? world.rounds - 1 : world.rounds,
  ),
) {
  const replicas = wicReplicas(world);
  const parts = {
    users: world.correct.map((self) => user(self, (k) => world.proposes(self, k), world.instances)),
    replicas: world.owes
      ? (replicas.map((one) => accepting(one, FORGED)) as unknown as typeof replicas)
      : replicas,
    medium: medium(world),
    detectors: world.suspicion === "detector" ? [detector] : [],
  };
  return compose("weak interactive consistency", parts, {
    open: ["DISTRUST", "RECALL", ...(world.suspicion === "detector" ? [] : (["SUSPECT"] as const))],
  });
}

export type Wic = ReturnType<typeof wic>;

/** What the world's protocol should implement. */
export function specificationOf(world: WicWorld) {
  const { correct, faulty, instances, rules, sizes, estimates } = world;
  return weakInteractiveConsistencySystem({
    correct,
    faulty,
    instances,
    valuesOf: (k) => valuesIn(k, rules, sizes),
    forged: (replica, k) =>
      estimates(k).flatMap((estimate) =>
        estimate.filter(({ from }) => from === replica).map(({ value }) => value),
      ),
  });
}
