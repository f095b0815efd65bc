import { registerOf } from "../../impl/bft-bc/composition.ts";
import { INITIAL } from "../../impl/bft-bc/instances.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import { includedIn, invariant } from "../../spec/automaton/index.ts";
import type { System } from "./problems.ts";

/*
 * What correct clients may see: Definition 1, and section 8.
 */

/** Section 8: reads never return null, and never a value that nobody wrote. */
export const readsReturnValues = (system: System, world: World) => {
  const values = [
    INITIAL,
    ...world.faultyClients.flatMap((one) => one.values),
    ...world.scripts.flatMap(({ operations }) => operations.flatMap(({ write }) => write ?? [])),
  ];
  return invariant(system, {
    name: "reads return a value that was written",
    reads: ["clients.phase"],
    holds: ({ clients }) =>
      clients.every(
        ({ phase }) =>
          phase.at !== "has-read" || (phase.value !== null && values.includes(phase.value)),
      ),
  });
};

/** The visible traces are those of the register with at most `maxLurking` bad writes after a stop. */
export const isRegister = (system: System, world: World, maxLurking: number | null) =>
  includedIn(system, {
    name:
      maxLurking === null
        ? "an atomic register"
        : `an atomic register with at most ${maxLurking} lurking writes`,
    specification: registerOf(world, maxLurking),
    visible: VISIBLE,
  });

/** Section 7.1: no write of a stopped client takes effect after k writes of correct ones. */
export const isHiddenAfter = (system: System, world: World, k: number) =>
  includedIn(system, {
    name: `an atomic register in which ${k} writes hide what a stopped client left`,
    specification: registerOf(world, null, k),
    visible: VISIBLE,
  });

const VISIBLE = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ", "STOP"] as const;
