import { expect } from "vitest";
import { RunningUnit } from "../../../../impl/host/execution/running-unit.ts";
import { type Restored, restore, storedChange } from "../../../../impl/host/stored-fields.ts";
import type { Unit } from "../../../../impl/network/process.ts";
import { type Action, actionText, canonical, drawAll } from "../../../../spec/automaton/index.ts";

/** The states of leaves after a restart that finds this in its store. */
function restoredFrom(unit: Unit, stored: ReadonlyMap<string, Uint8Array>) {
  const restored: Restored = {};
  for (const [name, bytes] of stored) restore(restored, unit, name, bytes);
  return (leaf: string) => ({ ...Object(unit[leaf]?.start()[0]), ...restored[leaf] });
}

function durableOf(unit: Unit, stateOf: (leaf: string) => unknown) {
  return Object.entries(unit).map(([leaf, { fields }]) =>
    Object.entries(Object(stateOf(leaf))).filter(([name]) => fields?.[name]?.keeping === "durable"),
  );
}

/** Runs the same inputs both ways and compares every state, output and durable change. */
export function expectSameRuns(unit: Unit, inputs: readonly Action[]): number {
  const leaves = Object.keys(unit);
  const [reference, inPlace] = (["immutable", "in place"] as const).map(
    (execution) => new RunningUnit(unit, {}, { execution, draw: drawAll }),
  ) as [RunningUnit, RunningUnit];
  const stored = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
  let made = 0;
  for (const input of inputs) {
    const outputs = [reference, inPlace].map((running) => {
      const performed: string[] = [];
      running.input(input, (action) => performed.push(actionText(action)));
      return performed;
    });
    expect(outputs[1]).toEqual(outputs[0]);
    made += outputs[0]?.length ?? 0;
    for (const leaf of leaves) {
      expect(canonical(inPlace.state(leaf))).toBe(canonical(reference.state(leaf)));
    }
    // In place may report what was written with what it held; what is stored is the same.
    for (const [at, running] of [reference, inPlace].entries()) {
      const written = stored[at] as Map<string, Uint8Array>;
      for (const change of running.takeChanges()) {
        const [name, bytes] = storedChange(change);
        if (bytes === null) written.delete(name);
        else written.set(name, bytes);
      }
      expect(canonical(durableOf(unit, restoredFrom(unit, written)))).toBe(
        canonical(durableOf(unit, (leaf) => reference.state(leaf))),
      );
    }
  }
  return made;
}
