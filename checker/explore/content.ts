import { type Local, localText } from "../../spec/automaton/semantics.ts";
import { canonical, compareStrings } from "../../spec/automaton/values.ts";
import type { Layout } from "./layout.ts";
import type { Model } from "./model.ts";

/** The order of two stored states by what they hold: it does not depend on how the search went. */
export function compareContent(
  model: Model,
  layout: Layout,
  one: Int32Array,
  other: Int32Array,
): number {
  for (let track = 0; track < model.tracks.length; track++) {
    const [id, its] = [layout.idAt(one, 0, track), layout.idAt(other, 0, track)];
    if (id === its) continue;
    return compareStrings(textOf(model, track, id), textOf(model, track, its));
  }
  return 0;
}

function textOf(model: Model, track: number, id: number): string {
  const value = model.values[track]?.[id];
  const monitor = model.monitorOf(track);
  if (monitor !== undefined) return canonical(monitor.plain(value));
  return model.tracks[track]?.cell === null ? localText(value as Local) : canonical(value);
}
