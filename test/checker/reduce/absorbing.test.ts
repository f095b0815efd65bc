import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Folded } from "../../../checker/reduce/inboxes.ts";
import { explore } from "../../../checker/search/search.ts";
import { type Problem, witnessAction } from "../../../spec/automaton/index.ts";
import * as votes from "../../fixtures/reduce/inboxes.ts";
import { expectReplays, exploreAll, lengthsOf } from "../explore/comparing.ts";

/** What the reduction leaves out: its refusals, or inboxes that hold more than a reader needs. */
const left = vi.hoisted(() => ({ out: null as "refusals" | "larger inboxes" | null }));

vi.mock("../../../checker/reduce/refusals.ts", async (original) => {
  const refusals = await original<typeof import("../../../checker/reduce/refusals.ts")>();
  return {
    ...refusals,
    refuse: (...given: Parameters<typeof refusals.refuse>) => {
      if (left.out !== "refusals") refusals.refuse(...given);
    },
  };
});

vi.mock("../../../checker/reduce/inboxes.ts", async (original) => {
  const { Inbox } = await original<typeof import("../../../checker/reduce/inboxes.ts")>();
  class Minimal extends Inbox {
    override folded(local: number, enabled: readonly number[]): readonly Folded[] {
      const all = super.folded(local, enabled);
      if (left.out !== "larger inboxes") return all;
      const within = (one: Folded, other: Folded) =>
        one.reader === other.reader &&
        one.receipts.length < other.receipts.length &&
        one.receipts.every((receipt) => other.receipts.includes(receipt));
      return all.filter((one) => !all.some((other) => within(other, one)));
    }
  }
  return { Inbox: Minimal };
});

beforeEach(() => {
  left.out = null;
});

const absorbing = (problem: Problem) =>
  explore({ ...problem, reductions: ["absorbing-inputs"] }, { order: "depth-first" });
const isViolated = (problem: Problem) => absorbing(problem).violations.some((one) => one !== null);

describe("absorbing inputs", () => {
  test("leave out what was received and not read", () => {
    const problem = votes.asking({}, () => []);

    expect(exploreAll(problem).states).toBe(130);
    expect(absorbing(problem).states).toBe(59);
  });

  test.each(["nothing", "a", "bc", "abc"])("find a report of %s", (what) => {
    const problem = votes.asking({}, votes.neverReports(what));

    const found = absorbing(problem);

    const [property, violation] = [problem.properties[0], found.violations[0]];
    expect(violation).toBeTruthy();
    if (property && violation) expectReplays(problem, property, violation);
  });

  test("would lose a report of all votes if only the smallest inboxes were explored", () => {
    left.out = "larger inboxes";

    expect(isViolated(votes.asking({}, votes.neverReports("abc")))).toBe(false);
  });

  test("explore again what happens only since receipts were forgotten", () => {
    const problem = votes.asking({ forgets: true }, votes.neverReports("nothing"));

    const found = absorbing(problem);

    expect(found.violations).toEqual([null]);
    expect(found.notes.join()).toContain("what was received is kept");
  });

  test("show shortest counterexamples", () => {
    const problem = votes.asking({}, votes.neverReports("abc"));

    const found = explore({ ...problem, reductions: ["absorbing-inputs"] });

    expect(lengthsOf(problem, found)).toEqual(lengthsOf(problem, explore(problem)));
  });

  const undeclared = { ...votes.ABSORBING, readers: ["report"] };
  test.each([
    [
      "a reader is not declared",
      "not declared a reader",
      votes.asking({}, votes.neverDecides, { absorbing: [undeclared] }),
    ],
    [
      "a delivery removes the message",
      "changes network/",
      votes.asking({ removes: true }, votes.neverDecidesWithoutVotes),
    ],
    [
      "a message may be lost",
      "disables deliver",
      votes.asking({ loses: true }, votes.neverDecidesAfterAllIsLost),
    ],
    [
      "an invariant reads the inbox",
      "and with it the inbox",
      votes.asking({}, votes.inboxStaysSmall),
    ],
  ] as const)("are refused where %s, and would lose a violation", (_, why, problem) => {
    expect(explore(problem).violations[0]).not.toBeNull();
    expect(() => absorbing(problem)).toThrow(why);

    left.out = "refusals";

    expect(isViolated(problem)).toBe(false);
  });

  const system = votes.votes();
  test.each([
    ["how runs end is asked", "is no invariant", votes.asking({}, votes.noEnd)],
    [
      "a witness reads the inbox",
      "and with it the inbox",
      { ...votes.asking({}, () => []), witnesses: [votes.inboxIsFull(system)], system },
    ],
    [
      "a witness waits for a receipt",
      "waits for a receipt",
      {
        ...votes.asking({}, () => []),
        witnesses: [witnessAction(system, { name: "a delivery", action: "deliver" })],
        system,
      },
    ],
    [
      "a receipt does more",
      "does more than fill the inbox",
      votes.asking({ counts: true }, votes.neverDecides),
    ],
    [
      "nothing is declared",
      "no inputs are declared",
      { ...votes.asking({}, votes.neverDecides), absorbing: [] },
    ],
    [
      "there is no such inbox",
      "has no field box",
      votes.asking({}, votes.neverDecides, { absorbing: [{ ...votes.ABSORBING, inbox: "box" }] }),
    ],
  ] as const)("are refused where %s", (_, why, problem) => {
    expect(() => absorbing(problem)).toThrow(why);
  });
});
