/** Of some words the one that a typo most likely meant; null if none is near. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const farMost = Math.max(2, Math.floor(typed.length / 3));
  const near = words
    .map((word) => ({ word, far: edits(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ far }) => far <= farMost)
    .sort((one, other) => one.far - other.far);
  return near[0]?.word ?? null;
}

/** How many letters to insert, drop or replace to get from one word to the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1];
    for (const [left, other] of [...to].entries()) {
      const replaced = (row[left] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
