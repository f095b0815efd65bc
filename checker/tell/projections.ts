import type { Local } from "../../spec/automaton/semantics.ts";
import { canonical, isRecord } from "../../spec/automaton/values.ts";
import type { Model } from "../explore/model.ts";

/** A part of the states that can be looked away from. */
export interface Projection {
  /** "replicas[0]", "replicas[0].currentTs", "medium/written x", "tm outbox" */
  readonly name: string;
  readonly kind: "leaf" | "field" | "outbox" | "cell" | "specification";
  /**
   * The tracks that hold it, and for each of their local ids the least id that differs from it in
   * this part alone.
   */
  readonly tracks: readonly { readonly track: number; readonly without: Int32Array }[];
  /** by local id of the one track what it holds of this part; null where there are several tracks */
  readonly values: readonly string[] | null;
}

/** Everything that a state can be projected onto the rest of. */
export function projectionsOf(model: Model): Projection[] {
  return model.system.leaves
    .flatMap((leaf, at): Projection[] => {
      const tracks = model.tracksOfLeaf(at);
      if (leaf.automaton.form !== "cells") return leafProjections(model, tracks[0] as number);
      const whole = tracks.map((track) => ({ track, without: nothing(model, track) }));
      return [
        { name: leaf.name, kind: "leaf", tracks: whole, values: null },
        ...tracks.map((track) => single(model, track, "cell")),
      ];
    })
    .concat(
      model.tracks.flatMap(({ leaf }, track) =>
        leaf < 0 ? [single(model, track, "specification")] : [],
      ),
    );
}

/** A track as a whole. Its ids are told apart by what they are, so their numbers serve as texts. */
function single(model: Model, track: number, kind: Projection["kind"]): Projection {
  return {
    name: model.tracks[track]?.name ?? "",
    kind,
    tracks: [{ track, without: nothing(model, track) }],
    values: (model.values[track] ?? []).map((_, id) => String(id)),
  };
}

function nothing(model: Model, track: number): Int32Array {
  return new Int32Array((model.values[track] ?? []).length);
}

/** A leaf, each field of its state where that is a record of several, and its outbox. */
function leafProjections(model: Model, track: number): Projection[] {
  const whole = single(model, track, "leaf");
  const locals = (model.values[track] ?? []) as readonly Local[];
  const fields = new Set(
    locals.flatMap(({ state }) => (isRecord(state) ? Object.keys(state) : [])),
  );
  const sends = locals.some(({ outbox }) => outbox.length > 0);
  if (fields.size + Number(sends) < 2) return [whole];
  const part = (
    kind: "field" | "outbox",
    name: string,
    split: (local: Local) => readonly [own: unknown, rest: unknown],
  ): Projection => {
    const least = new Map<string, number>();
    const values: string[] = [];
    const without = Int32Array.from(locals, (local, id) => {
      const [own, rest] = split(local);
      values.push(own === undefined ? "" : canonical(own));
      const text = canonical(rest);
      if (!least.has(text)) least.set(text, id);
      return least.get(text) as number;
    });
    return { name, kind, tracks: [{ track, without }], values };
  };
  return [
    whole,
    ...[...fields].map((field) =>
      part("field", `${whole.name}.${field}`, ({ state, outbox }) => {
        if (!isRecord(state)) return [undefined, [state, outbox]];
        const { [field]: own, ...rest } = state;
        return [own, [rest, outbox]];
      }),
    ),
    ...(sends
      ? [part("outbox", `${whole.name} outbox`, ({ state, outbox }) => [outbox, [state]])]
      : []),
  ];
}
