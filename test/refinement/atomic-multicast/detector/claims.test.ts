import { expect, test } from "vitest";
import { searchNaively } from "../../../../checker/explore/naive.ts";
import { explore } from "../../../../checker/search/search.ts";
import byzantine from "../../../../refinement/atomic-multicast/detector/D-FD-BYZ.claim.ts";
import messages from "../../../../refinement/atomic-multicast/detector/D-NB.claim.ts";
import { PAIR } from "../../../../refinement/atomic-multicast/detector/instances.ts";
import { detectorSystem } from "../../../../refinement/atomic-multicast/detector/system.ts";

const violated = [byzantine, messages].flatMap(({ id, cases }) =>
  cases
    .filter((one) => one.expect === "violated")
    .map((one) => ({ name: `${id}@${one.variant}, ${one.instance}`, one })),
);

test("the shortest runs to a false mark, and past a bound that is too small, have these lengths", () => {
  const lengths = violated.map(({ name, one }) => [
    name,
    explore(one.problem()).violations.map((violation) => violation?.actions.length ?? 0),
  ]);

  expect(Object.fromEntries(lengths)).toMatchInlineSnapshot(`
    {
      "D-FD-BYZ@mutant/named-convicted-for-forgery, an Initial in each of 2 instances, 2 estimates, one faulty": [
        2,
      ],
      "D-FD-BYZ@mutant/signer-convicted-for-certificate, an Initial in each of 2 instances, 2 estimates, one faulty": [
        3,
      ],
      "D-FD-BYZ@printed/D-E03, an Initial in each of 2 instances, 2 estimates, one faulty": [
        5,
      ],
      "D-NB@printed/D-E03, 1 rounds, 2 instances, nb = 6, tested": [
        14,
      ],
      "D-NB@printed/task-2, 5 rounds, 1 instances, nb = 6, counted": [
        8,
        8,
        8,
      ],
      "D-NB@tight, 3 rounds, 1 instances, nb = 2, tested": [
        15,
      ],
      "D-NB@tight, 5 rounds, 1 instances, nb = 5, counted": [
        7,
        7,
        0,
      ],
    }
  `);
});

test("a detector in its world has the states that the naive search finds", () => {
  const { system } = detectorSystem({ ...PAIR, delay: 1 });

  const { states } = explore({ system, properties: [], witnesses: [] });

  expect(states).toBe(searchNaively(system).states);
});
