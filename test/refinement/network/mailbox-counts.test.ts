import { expect, test } from "vitest";
import { searchNaively } from "../../../checker/explore/naive.ts";
import { explore } from "../../../checker/search/search.ts";
import { DELIVERED_ONCE, EQUIVOCATION, ONE_TOPIC } from "../../../refinement/network/instances.ts";
import { mailboxSystem } from "../../../refinement/network/system.ts";

test.each([
  ["behind a soup", EQUIVOCATION],
  ["with votes on one topic", ONE_TOPIC],
  ["behind a bag", DELIVERED_ONCE],
])("a mailbox %s has the states that the naive search finds", { timeout: 60_000 }, (_, size) => {
  const { system } = mailboxSystem(size);

  const { states } = explore({ system, properties: [], witnesses: [] });

  expect(states).toBe(searchNaively(system).states);
});
