import { Layout } from "../explore/layout.ts";
import type { Model } from "../explore/model.ts";
import type { NamedRun } from "../explore/reduced.ts";
import { Stepper } from "../explore/stepper.ts";
import type { Representatives } from "./symmetry-representative.ts";

/** Wide enough for every local id. */
const ID_BITS = 31;

/**
 * A run in one naming whose states are represented by a chain of representatives: from each state
 * the first step, in the order of families, that leads to one with the next representative. There
 * is one, since every renaming of a step is a step.
 *
 * @param action a step from the last representative, which the run ends with; −1 for none
 */
export function nameRun(
  model: Model,
  representatives: Representatives,
  chain: readonly Int32Array[],
  action: number,
): NamedRun {
  const layout = new Layout(model.tracks.map(() => ID_BITS));
  const stepper = new Stepper(model, layout, () => undefined);
  const idsOf = (words: Int32Array) =>
    Int32Array.from(model.tracks, (_, track) => layout.idAt(words, 0, track));
  const represents = (ids: Int32Array, state: Int32Array) =>
    ids.every((id, track) => representatives.of(state).ids[track] === id);
  const first = model.startVectors().find((start) => represents(chain[0] as Int32Array, start));
  const start = new Int32Array(layout.words);
  layout.pack(first as Int32Array, start, 0);
  const states: Int32Array[] = [start];
  for (const next of chain.slice(1)) {
    const from = states.at(-1) as Int32Array;
    states.push(successorOf(from, (to) => represents(next, idsOf(to))));
  }
  const last = representatives.of(idsOf(states.at(-1) as Int32Array));
  // The exchanges lead from the run's last state to its representative; their inverses lead back.
  const taken = action < 0 ? action : backwards(last.path, action);
  return { layout, stepper, states, action: taken };

  function successorOf(from: Int32Array, wanted: (to: Int32Array) => boolean): Int32Array {
    const idOf = (track: number) => layout.idAt(from, 0, track);
    for (const family of model.families) {
      for (const one of model.rowOf(family, Array.from(family.tracks, idOf))) {
        if (!model.needsHold(one, idOf)) continue;
        const to = from.slice();
        stepper.take(one, to);
        if (wanted(to)) return to;
      }
    }
    throw new Error("a representative has no step from the one before");
  }
}

function backwards(path: readonly { actionOf(action: number): number }[], action: number): number {
  return path.reduceRight((one, exchange) => exchange.actionOf(one), action);
}
