import { expect, test } from "vitest";
import { explore } from "../../../../checker/search/search.ts";
import coup from "../../../../refinement/clbft/live/C-PSI-COUP.claim.ts";
import leader from "../../../../refinement/clbft/live/C-PSI-LEAD.claim.ts";
import succession from "../../../../refinement/clbft/live/C-PSI-SUC.claim.ts";
import lineThree from "../../../../refinement/clbft/live/W-L10.3.claim.ts";
import lineFour from "../../../../refinement/clbft/live/W-L10.4.claim.ts";
import lineSeven from "../../../../refinement/clbft/live/W-L10.7.claim.ts";
import calm from "../../../../refinement/clbft/live/W-PI1.claim.ts";

const FIRST_OF: ReadonlySet<string> = new Set(["W-L10.4"]);

const violated = [lineThree, lineFour, lineSeven, coup, succession, leader, calm].flatMap((claim) =>
  claim.cases
    .filter((one) => one.expect === "violated" && !/^(mutant|fair)/.test(one.variant))
    .slice(0, FIRST_OF.has(claim.id) ? 1 : undefined)
    .map((one) => ({ name: `${claim.id}@${one.variant}`, one })),
);

test("the shortest runs that violate the printed texts, and the protocol without its repairs, have these lengths", () => {
  const lengths = violated.map(({ name, one }) => [
    name,
    explore(one.problem()).violations.map((violation) => violation?.actions.length ?? 0),
  ]);

  expect(Object.fromEntries(lengths)).toMatchInlineSnapshot(`
    {
      "C-PSI-COUP@printed/by who started it": [
        13,
      ],
      "C-PSI-LEAD@printed": [
        0,
      ],
      "C-PSI-LEAD@printed/starts when entered": [
        9,
      ],
      "C-PSI-SUC@printed/starts when entered": [
        9,
      ],
      "C-PSI-SUC@without saying again/newViews": [
        8,
      ],
      "W-L10.3@printed": [
        5,
      ],
      "W-L10.4@printed": [
        4,
      ],
      "W-L10.7@printed": [
        10,
      ],
      "W-PI1@FORWARD said once": [
        27,
      ],
      "W-PI1@without the drop of old requests": [
        26,
      ],
    }
  `);
});
