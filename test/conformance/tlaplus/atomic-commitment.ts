import {
  compose,
  invariant,
  type Problem,
  type Property,
  stepInvariant,
  witness,
} from "../../../spec/automaton/index.ts";
import { eventually, weaklyFair } from "../../../spec/automaton/liveness.ts";
import {
  cellOf,
  commitmentCommands,
  type Decision,
  isSimple,
  type Participant,
  type Sent,
  undecided,
  type Variant,
  type World,
} from "./atomic-commitment-steps.ts";
import { assumedIf } from "./fairness.ts";
import { sharedVariables } from "./shared-variables.ts";

/** All start states: each participant votes yes or no. */
function startsOf(n: number, variant: Variant): World[] {
  const each = <T>(value: T) => Array.from({ length: n }, () => value);
  return Array.from({ length: 2 ** n }, (_, bits) => ({
    coordinator: {
      request: each(false),
      vote: each<"waiting">("waiting"),
      broadcast: each<Sent>("notsent"),
      decision: "undecided",
      alive: true,
      faulty: false,
    },
    ...Object.fromEntries(
      each(0).map((_, i): [string, Participant] => [
        cellOf(i),
        {
          vote: ((bits >> i) & 1) === 1 ? "yes" : "no",
          alive: true,
          decision: "undecided",
          faulty: false,
          voteSent: false,
          forward: isSimple(variant) ? [] : each<Sent>("notsent"),
        },
      ]),
    ),
  }));
}

/** Atomic commitment of `n` participants and a coordinator, after ACP_SB, ACP_NB, ACP_NB_WRONG. */
export function atomicCommitment(n: number, variant: Variant, fair = true): Problem {
  const all = Array.from({ length: n }, (_, at) => at);
  const commands = commitmentCommands(n, variant);
  const world = sharedVariables("world", startsOf(n, variant), commands);
  const system = compose("atomic-commitment", { world });
  const reads = ["world"] as const;
  const of = (now: World) => all.map((i) => now[cellOf(i)] as Participant);
  const some = (now: World, decision: Decision) =>
    of(now).some((participant) => participant.decision === decision);
  const ac1 = invariant(system, {
    name: "AC1",
    reads,
    holds: ({ world }) => !(some(world, "commit") && some(world, "abort")),
  });
  const fairness = assumedIf(fair, [
    weaklyFair("parProg", { by: ["i"] }),
    weaklyFair("coordProgB"),
  ]);
  const hasDecided = ({ decision }: Participant) => decision !== "undecided";
  const ac32 = eventually(system, {
    name: "AC3_2",
    reads,
    holds: ({ world }) =>
      of(world).every(hasDecided) ||
      of(world).some(({ faulty }) => faulty) ||
      world.coordinator.faulty,
    fairness,
  });
  // The original marks this one as invalid without forwarding: participants block.
  const ac5 = eventually(system, {
    name: "AC5",
    reads,
    holds: ({ world }) =>
      of(world).every((participant) => participant.faulty || hasDecided(participant)),
    fairness,
  });
  const others: Property[] = [
    invariant(system, {
      name: "AC2",
      reads,
      holds: ({ world }) => !some(world, "commit") || of(world).every(({ vote }) => vote === "yes"),
    }),
    invariant(system, {
      name: "AC3_1",
      reads,
      holds: ({ world }) =>
        !some(world, "abort") ||
        of(world).some(({ vote, faulty }) => vote === "no" || faulty) ||
        world.coordinator.faulty,
    }),
    stepInvariant(system, {
      name: "AC4_alt",
      reads,
      holds: (before, _, after) =>
        of(before.world).every(
          (participant, i) =>
            undecided(participant) || of(after.world)[i]?.decision === participant.decision,
        ),
    }),
  ];
  const propertiesOf: Record<Variant, readonly Property[]> = {
    SB: [ac1, ...others, ac32],
    SB_BLOCKS: [ac5],
    NB: [ac1, ...others, ac32, ac5],
    NB_WRONG: [ac1],
  };
  return {
    system,
    properties: propertiesOf[variant],
    witnesses: (["commit", "abort"] as const).map((decision) =>
      witness(system, {
        name: `all decide ${decision}`,
        reads,
        reached: ({ world }) => of(world).every((participant) => participant.decision === decision),
      }),
    ),
  };
}
