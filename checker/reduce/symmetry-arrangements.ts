/**
 * The orders in which the places of a symmetry are worth comparing: `order[p]` comes to place p.
 *
 * @param keys by place, equal keys side by side: places of different keys keep their order
 * @param alike whether exchanging two places changes nothing: then one order of the two is enough
 */
export function* arrangements(
  keys: readonly number[],
  alike: (one: number, other: number) => boolean,
): Generator<readonly number[]> {
  const kinds = kindsOf(keys, alike);
  if (kinds.length === new Set(keys).size) {
    yield [...keys.keys()];
    return;
  }
  const order: number[] = [];
  const taken = kinds.map((places) => places.map(() => false));
  yield* extend(keys, kinds, taken, order);
}

/** Alike places, together; being alike is transitive, since exchanges compose. */
function kindsOf(
  keys: readonly number[],
  alike: (one: number, other: number) => boolean,
): number[][] {
  const kinds: number[][] = [];
  keys.forEach((key, place) => {
    const kind = kinds.find(
      ([first]) => keys[first as number] === key && alike(first as number, place),
    );
    if (kind === undefined) kinds.push([place]);
    else kind.push(place);
  });
  return kinds;
}

function* extend(
  keys: readonly number[],
  kinds: readonly (readonly number[])[],
  taken: boolean[][],
  order: number[],
): Generator<readonly number[]> {
  if (order.length === keys.length) {
    yield [...order];
    return;
  }
  const key = keys[order.length];
  for (const [kind, places] of kinds.entries()) {
    if (keys[places[0] as number] !== key) continue;
    const flags = taken[kind] as boolean[];
    const next = flags.indexOf(false);
    if (next < 0) continue;
    flags[next] = true;
    order.push(places[next] as number);
    yield* extend(keys, kinds, taken, order);
    order.pop();
    flags[next] = false;
  }
}
