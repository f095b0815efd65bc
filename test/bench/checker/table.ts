import type { Figures, Row } from "./rows.ts";

type Cell = number | string | null;
/** A rate has no value where the shell's clock of 10 ms has not moved. */
const digits = (value: number | null, places: number) =>
  value === null || !Number.isFinite(value)
    ? null
    : value.toLocaleString("en-US", {
        minimumFractionDigits: places,
        maximumFractionDigits: places,
      });

/** Each column: its heading, and what a row with figures has there. */
const COLUMNS: readonly (readonly [string, (row: Row, figures: Figures) => Cell])[] = [
  ["states", (_, { states }) => digits(states, 0)],
  ["transitions", (_, { transitions }) => digits(transitions, 0)],
  ["levels", (_, { levels }) => levels],
  ["s", (_, { seconds }) => digits(seconds, 2)],
  ["CPU s", (_, { cpuSeconds }) => digits(cpuSeconds, 2)],
  ["states / CPU s", (_, { states, cpuSeconds }) => digits(states / cpuSeconds, 0)],
  ["peak MB", (_, { peakMb }) => peakMb],
  ["bytes a state", (_, { bytesPerState }) => digits(bytesPerState, 0)],
  [
    "memo hits",
    (_, { memoHitRate }) => (memoHitRate === null ? null : `${digits(memoHitRate * 100, 2)} %`),
  ],
  ["cold steps", (_, { coldSteps }) => digits(coldSteps, 0)],
  ["cold ms", (_, { coldMs }) => digits(coldMs, 0)],
  ["CPU / ours", ({ ratio }) => digits(ratio, 2)],
];

/** The rows as a table of Markdown; a row without figures says why, and notes stand below. */
export function tableOf(rows: readonly Row[]): string {
  const names = ["model", "by", "workers", "reductions", "load"];
  const heading = [...names, ...COLUMNS.map(([name]) => name)];
  const lines = rows.map((row) => {
    const { model, by, workers, reductions, load, outcome } = row;
    const first: Cell[] = [model, by, workers, reductions, digits(load, 1)];
    if ("refused" in outcome) return [...first, `refused: ${outcome.refused}`];
    return [...first, ...COLUMNS.map(([, of]) => of(row, outcome.figures))];
  });
  const notes = rows.flatMap(({ model, by, reductions, outcome }) =>
    "refused" in outcome
      ? []
      : outcome.figures.notes.map((note) => `${model}, ${by}, ${reductions}: ${note}`),
  );
  const line = (cells: readonly Cell[]) => {
    const filled = heading.map((_, at) => cells[at] ?? (at < cells.length ? "–" : ""));
    return `| ${filled.join(" | ")} |`;
  };
  const table = [line(heading), `|${" --- |".repeat(heading.length)}`, ...lines.map(line)];
  return [...table, ...new Set(notes)].join("\n");
}
