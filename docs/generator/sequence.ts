import type { Counterexample } from "../../checker/trace/counterexample.ts";
import { actionLabel } from "../../checker/trace/json.ts";
import { escapeHtml, type Html } from "./html.ts";

/** All in pixels. */
const LANE_WIDTH = 130;
const ROW_HEIGHT = 44;
const TOP = 34;
const MARGIN = 8;
const CHARACTER_WIDTH = 7.3;
const LABEL_CHARACTERS_MAX = 130;

/**
 * A counterexample as a sequence diagram in plain SVG, which shows without any script: a lane for
 * each process, a numbered row for each step, an arrow from who controls the action to each process
 * that takes part. A label that is cut short has its whole text as a tooltip.
 */
export function sequenceSvg({ leaves, actions, property }: Counterexample): Html {
  const laneOf = new Map(leaves.map(({ name, lane }) => [name, lane]));
  const lanes = [...new Set(laneOf.values())];
  const centreOf = (leaf: string) =>
    MARGIN + LANE_WIDTH * (lanes.indexOf(laneOf.get(leaf) ?? leaf) + 0.5);
  const labels = actions.map((action, at) => `${at + 1}. ${actionLabel(action)}`);
  const ending = `violates: ${property}`;
  const longest = Math.max(ending.length, ...labels.map((label) => shortened(label).length));
  const width = Math.ceil(
    2 * MARGIN + Math.max(lanes.length * LANE_WIDTH, longest * CHARACTER_WIDTH),
  );
  const height = TOP + actions.length * ROW_HEIGHT + 30;
  const parts = leaves.length === 0 ? [] : lanes.map((lane, at) => laneSvg(lane, at, height));
  actions.forEach((action, at) => {
    const top = TOP + at * ROW_HEIGHT;
    const from = centreOf(action.controller);
    const others = [...new Set(action.participants.map(centreOf))].filter((to) => to !== from);
    const label = labels[at] as string;
    parts.push(
      `<text x="${MARGIN}" y="${top + 14}">${escapeHtml(shortened(label))}<title>${escapeHtml(label)}</title></text>`,
      ...(others.length === 0
        ? [selfArrow(from, top + 22)]
        : others.map((to) => arrow(from, to, top + 26))),
    );
  });
  parts.push(`<text class="end" x="${MARGIN}" y="${height - 10}">${escapeHtml(ending)}</text>`);
  const name = escapeHtml(`Sequence diagram: ${ending} after ${actions.length} steps`);
  return (
    `<svg role="img" aria-label="${name}" xmlns="http://www.w3.org/2000/svg" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${parts.join("\n")}\n</svg>`
  );
}

function shortened(label: string): string {
  return label.length <= LABEL_CHARACTERS_MAX ? label : `${label.slice(0, LABEL_CHARACTERS_MAX)}…`;
}

function laneSvg(lane: string, at: number, height: number): Html {
  const x = MARGIN + LANE_WIDTH * (at + 0.5);
  return (
    `<line class="life" x1="${x}" y1="22" x2="${x}" y2="${height - 26}"/>` +
    `<text class="lane" text-anchor="middle" x="${x}" y="16">${escapeHtml(lane)}</text>`
  );
}

function arrow(from: number, to: number, y: number): Html {
  const back = to > from ? -7 : 7;
  return (
    `<line class="arrow" x1="${from}" y1="${y}" x2="${to}" y2="${y}"/>` +
    `<polygon class="head" points="${to},${y} ${to + back},${y - 4} ${to + back},${y + 4}"/>`
  );
}

/** A step that only its own process takes part in. */
function selfArrow(x: number, y: number): Html {
  return (
    `<path class="arrow" d="M ${x} ${y} h 18 v 10 h -12"/>` +
    `<polygon class="head" points="${x + 1},${y + 10} ${x + 8},${y + 6} ${x + 8},${y + 14}"/>`
  );
}
