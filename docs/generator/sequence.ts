import type { Counterexample, CounterexampleAction } from "../../checker/trace/counterexample.ts";
import { actionLabel } from "../../checker/trace/json.ts";
import { escapeHtml, type Html } from "./html.ts";

/** All in pixels. */
const LANE_WIDTH = 130;
const LINE_HEIGHT = 15;
const ARROW_HEIGHT = 28;
const TOP = 34;
const MARGIN = 8;
const CHARACTER_WIDTH = 7.3;
const LINE_CHARACTERS_MAX = 88;
const LINES_MAX = 3;

/**
 * A counterexample as a sequence diagram in plain SVG, which shows without any script: a lane for
 * each process, a numbered row for each step, an arrow from who controls the action to each process
 * that takes part. The tooltip of a step has its whole label.
 */
export function sequenceSvg({ leaves, actions, property }: Counterexample): Html {
  const laneOf = new Map(leaves.map(({ name, lane }) => [name, lane]));
  const lanes = [...new Set(laneOf.values())];
  const centreOf = (leaf: string) =>
    MARGIN + LANE_WIDTH * (lanes.indexOf(laneOf.get(leaf) ?? leaf) + 0.5);
  const ending = `violates: ${property}`;
  const parts: Html[] = [];
  const wraps = actions.map((action, at) => wrapped(`${at + 1}. ${plainLabel(action, laneOf)}`));
  let top = TOP;
  actions.forEach((action, at) => {
    const lines = wraps[at] as readonly string[];
    const whole = escapeHtml(actionLabel(action));
    const text = lines.map((line, below) => textSvg(line, top + LINE_HEIGHT * (below + 1)));
    const y = top + LINE_HEIGHT * lines.length + 11;
    const from = centreOf(action.controller);
    const others = [...new Set(action.participants.map(centreOf))].filter((to) => to !== from);
    const arrows =
      others.length === 0 ? [selfArrow(from, y - 5)] : others.map((to) => arrow(from, to, y));
    parts.push(`<g><title>${whole}</title>${[...text, ...arrows].join("")}</g>`);
    top += LINE_HEIGHT * lines.length + ARROW_HEIGHT;
  });
  const height = top + 30;
  parts.unshift(...lanes.map((lane, at) => laneSvg(lane, at, height)));
  parts.push(textSvg(ending, height - 10, ' class="end"'));
  const longest = Math.max(...[[ending], ...wraps].flat().map((line) => line.length));
  const width = Math.ceil(
    2 * MARGIN + Math.max(lanes.length * LANE_WIDTH, longest * CHARACTER_WIDTH),
  );
  const name = escapeHtml(`Sequence diagram: ${ending} after ${actions.length} steps`);
  return (
    `<svg role="img" aria-label="${name}" xmlns="http://www.w3.org/2000/svg" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${parts.join("\n")}\n</svg>`
  );
}

/** An action without the parameters that its arrow shows, and without the quotes of digests. */
function plainLabel(
  { name, payload, controller, participants }: CounterexampleAction,
  laneOf: ReadonlyMap<string, string>,
): string {
  const ends = new Set([controller, ...participants].map((leaf) => laneOf.get(leaf)));
  const told = Object.entries(payload).filter(
    ([, value]) => !(typeof value === "string" && ends.has(value)),
  );
  return actionLabel({ name, payload: Object.fromEntries(told) }).replace(/\\*"/g, "");
}

/** A label in lines, broken between parameters; what does not fit is in its tooltip. */
function wrapped(label: string): string[] {
  const lines = [""];
  for (const word of label.split(/(?<=,) /)) {
    const line = lines.at(-1) as string;
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= LINE_CHARACTERS_MAX || line === "") lines[lines.length - 1] = longer;
    else lines.push(`   ${word}`);
  }
  const shown = lines.slice(0, LINES_MAX).map(shortened);
  if (lines.length > LINES_MAX) shown[LINES_MAX - 1] += " …";
  return shown;
}

function shortened(line: string): string {
  return line.length <= LINE_CHARACTERS_MAX ? line : `${line.slice(0, LINE_CHARACTERS_MAX)}…`;
}

function textSvg(text: string, y: number, attributes = ""): Html {
  return `<text${attributes} xml:space="preserve" x="${MARGIN}" y="${y}">${escapeHtml(text)}</text>`;
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
