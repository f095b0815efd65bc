import fc from "fast-check";
import { expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { randomInboxes } from "../../fixtures/reduce/random-inboxes.ts";
import { expectReplays } from "../explore/comparing.ts";

/** The same problems in every run. `QUORATE_RUNS` asks for more, with other seeds. */
const MORE = Number(process.env.QUORATE_RUNS ?? 0);
const RUNS = MORE > 0 ? { numRuns: MORE } : { numRuns: 40, seed: 15 };

test("absorbing inputs give the verdict of the whole search, on random inboxes", () => {
  const seen = { violated: 0, reached: 0, missed: 0, again: 0, fewer: 0 };
  fc.assert(
    fc.property(randomInboxes, (problem) => {
      const questions = [
        { ...problem, witnesses: [] },
        { ...problem, properties: [] },
      ];
      for (const asked of questions) {
        const plain = explore(asked);

        const found = explore({ ...asked, reductions: ["absorbing-inputs"] });

        expect(found.violations.map((one) => one !== null)).toEqual(
          plain.violations.map((one) => one !== null),
        );
        expect(found.reached).toEqual(plain.reached);
        asked.properties.forEach((property, at) => {
          const violation = found.violations[at];
          if (violation) expectReplays(asked, property, violation);
          seen[violation ? "violated" : "missed"]++;
        });
        if (found.reached.includes(true)) seen.reached++;
        if (found.notes.length > 0) seen.again++;
        if (found.states < plain.states) seen.fewer++;
      }
    }),
    RUNS,
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS.numRuns / 50);
}, 3_600_000);
