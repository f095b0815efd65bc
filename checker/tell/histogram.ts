import { count } from "../report/decide.ts";

const BAR_MAX = 40;

/** Lines of a histogram: each level, how many states it has, and a bar. */
export function histogram(levels: readonly number[]): string[] {
  const [deep, most] = [String(levels.length).length, Math.max(1, ...levels)];
  const width = count(most).length;
  return levels.map((states, at) => {
    const bar = "█".repeat(Math.ceil((states / most) * BAR_MAX));
    return `${String(at + 1).padStart(Math.max(5, deep))}  ${count(states).padStart(width)}  ${bar}`;
  });
}
