import type { Item, Schedule } from "./schedule.ts";

/**
 * A smaller schedule that still fails: delta debugging (Zeller and Hildebrandt, 2002) over the items.
 * Removing an item does not change the dice of the others, so what is left runs much as before.
 *
 * @param fails runs a schedule; a run is a function of its schedule, so the answer is too
 * @param runsMax the most runs that it takes
 */
export async function minimise(
  schedule: Schedule,
  fails: (schedule: Schedule) => Promise<boolean>,
  runsMax = 400,
): Promise<{ readonly schedule: Schedule; readonly runs: number }> {
  let runs = 0;
  let items: readonly Item[] = schedule.items;
  const stillFails = async (left: readonly Item[]) => {
    if (runs >= runsMax) return false;
    runs += 1;
    return fails({ ...schedule, items: left });
  };
  let pieces = 2;
  while (items.length > 1 && runs < runsMax) {
    const size = Math.ceil(items.length / pieces);
    let smaller: readonly Item[] | null = null;
    for (let from = 0; from < items.length && smaller === null; from += size) {
      const left = [...items.slice(0, from), ...items.slice(from + size)];
      if (await stillFails(left)) smaller = left;
    }
    if (smaller !== null) {
      items = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(items.length, 2 * pieces);
  }
  return { schedule: { ...schedule, items }, runs };
}
