import { viewOf } from "../../../checker/explore/view.ts";
import {
  type Composition,
  canonical,
  type Global,
  type Leaf,
  type LivenessProperty,
  startStates,
  stepsFrom,
} from "../../../spec/automaton/index.ts";

/** Every subset of the strong classes is tried. */
const STRONG_MAX = 5;

/** How an action of a leaf is owed steps: the name of its class, or null where nobody owes it. */
export type Owed = (
  leaf: Leaf,
  action: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> },
) => { readonly name: string; readonly strong: boolean } | null;

interface Node {
  readonly global: Global;
  /** the step and its class, "" where it takes none */
  readonly edges: { readonly to: number; readonly taken: string }[];
  readonly enabled: Set<string>;
}

/**
 * Decides a liveness property by fixpoints on the explicit graph (after Emerson and Lei, 1986), with
 * no component, no search for a cycle and none of the explorer's tables. A strong class is either
 * taken infinitely often or, from some time on, never enabled: every choice between the two is tried.
 *
 * @returns null where there are more than {@link STRONG_MAX} strong classes
 */
export function decideNaively(
  system: Composition,
  property: LivenessProperty,
  owed: Owed,
): { readonly violated: boolean; readonly arises: boolean } | null {
  const { nodes, starts, weak, strong } = graphOf(system, owed);
  if (strong.length > STRONG_MAX) return null;
  const holds = (test: (view: never) => boolean) =>
    nodes.map(({ global }) => test(viewOf(system, property.reads, global) as never));
  const good = holds(property.holds);
  const premise = holds(property.premise);
  const all = nodes.map((_, at) => at);
  const bad = all.filter((at) => !good[at]);
  const reachable = (from: readonly number[], inside: ReadonlySet<number>) => {
    const seen = new Set(from.filter((at) => inside.has(at)));
    for (const at of seen) {
      for (const { to } of nodes[at]?.edges ?? []) if (inside.has(to)) seen.add(to);
    }
    return seen;
  };
  const region = new Set(property.kind === "eventually-always" ? all : bad);
  const roots =
    property.kind === "eventually" || property.kind === "eventually-always"
      ? starts
      : property.kind === "leads-to"
        ? bad.filter((at) => premise[at])
        : bad;
  const open = reachable(roots, region);
  const arises = property.kind === "eventually-always" ? bad.length > 0 : open.size > 0;
  const choices = 2 ** strong.length;
  for (let choice = 0; choice < choices; choice++) {
    const disabled = strong.filter((_, at) => ((choice >> at) & 1) === 1);
    const taken = strong.filter((_, at) => ((choice >> at) & 1) === 0);
    const inside = new Set(
      [...open].filter((at) => !disabled.some((one) => nodes[at]?.enabled.has(one))),
    );
    if (largestFair(nodes, inside, weak, taken, good).size > 0) return { violated: true, arises };
  }
  return { violated: false, arises };
}

/** The largest set from each of whose states every demand can be met inside it, again and again. */
function largestFair(
  nodes: readonly Node[],
  inside: Set<number>,
  weak: readonly string[],
  taken: readonly string[],
  good: readonly boolean[],
): Set<number> {
  type Meets = (at: number, within: ReadonlySet<number>) => boolean;
  const takes = (one: string): Meets => {
    return (at, within) =>
      nodes[at]?.edges.some((edge) => edge.taken === one && within.has(edge.to)) ?? false;
  };
  const demands: Meets[] = [
    (at) => !good[at],
    ...taken.map(takes),
    ...weak.map((one): Meets => {
      return (at, within) => !nodes[at]?.enabled.has(one) || takes(one)(at, within);
    }),
  ];
  let left = inside;
  for (;;) {
    const before = left.size;
    for (const meets of demands) {
      const able = new Set([...left].filter((at) => meets(at, left)));
      for (let size = -1; size !== able.size; ) {
        size = able.size;
        for (const at of left) {
          if (nodes[at]?.edges.some(({ to }) => able.has(to))) able.add(at);
        }
      }
      left = able;
    }
    if (left.size === before) return left;
  }
}

function graphOf(system: Composition, owed: Owed) {
  const numbers = new Map<string, number>();
  const nodes: Node[] = [];
  const [weak, strong] = [new Set<string>(), new Set<string>()];
  const numberOf = (global: Global) => {
    const text = canonical(global);
    let at = numbers.get(text);
    if (at === undefined) {
      at = nodes.push({ global, edges: [], enabled: new Set() }) - 1;
      numbers.set(text, at);
    }
    return at;
  };
  const starts = startStates(system).map(numberOf);
  for (const node of nodes) {
    const here = canonical(node.global);
    for (const { action, controller, to } of stepsFrom(system, node.global)) {
      if (canonical(to) === here) continue;
      const one = owed(controller, action);
      if (one !== null) {
        (one.strong ? strong : weak).add(one.name);
        node.enabled.add(one.name);
      }
      node.edges.push({ to: numberOf(to), taken: one?.name ?? "" });
    }
  }
  return { nodes, starts, weak: [...weak], strong: [...strong] };
}
