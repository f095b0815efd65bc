import { describe, expect, test } from "vitest";
import { mutantsOf } from "../../../checker/mutate/generate.ts";
import { passes } from "../../../checker/mutate/mutate.ts";
import { explore } from "../../../checker/search/search.ts";
import {
  automaton,
  compose,
  type Internal,
  invariant,
  type Problem,
  threshold,
  witness,
} from "../../../spec/automaton/index.ts";
import {
  blind,
  claimOf,
  counter,
  counting,
  countingTo,
  mutateAll,
  signer,
  signing,
  threeVoted,
  voting,
  votingSystem,
} from "./systems.ts";

const BELOW = "without one/up/below";
const SPARE = "without one/up/spare";

describe("a clause", () => {
  test("that the claim needs is missed: killed, with its property and a shortest run", () => {
    const { of } = mutateAll([claimOf("counting", [{ problem: counting }])]);

    expect(of(BELOW)).toMatchObject({
      system: "alone",
      variant: "repaired",
      outcome: "killed",
      neverFalse: false,
      killedBy: {
        claim: "counting",
        instance: "i1",
        verdict: "violated",
        by: "no further",
        steps: 4,
      },
    });
  });

  test("that says nothing new survives, and is never false", () => {
    const { of, report } = mutateAll([claimOf("counting", [{ problem: counting }])]);

    expect(of(SPARE)).toMatchObject({
      outcome: "survived",
      killedBy: null,
      neverFalse: true,
      survived: ["counting on i1"],
    });
    expect(passes(report)).toBe(false);
  });

  test("that is false somewhere survives too where no claim minds, and is not vacuous", () => {
    const { of } = mutateAll([claimOf("blind", [{ problem: blind }])]);

    expect(of(BELOW)).toMatchObject({ outcome: "survived", neverFalse: false });
  });

  test("without which an effect throws is broken, not killed", () => {
    const problem = (): Problem => ({
      system: counter({ below: ({ at }) => at < 3 }, (at) => {
        if (at === 3) throw new Error("nothing is left");
        return at + 1;
      }),
      properties: [],
      witnesses: [],
    });

    const { of, report } = mutateAll([claimOf("taking", [{ problem }])]);

    expect(of(BELOW)).toMatchObject({ outcome: "broken", error: { code: "effect-threw" } });
    expect(passes(report)).toBe(true);
  });

  test("without which the states have no end is bounded, and neither killed nor a survivor", () => {
    const system = () => counter({ below: ({ at }) => at < 3 });
    const problem = (): Problem => ({ system: system(), properties: [], witnesses: [] });

    const { of, report } = mutateAll([claimOf("endless", [{ problem }])]);

    expect(of(BELOW)).toMatchObject({ outcome: "bounded", bounded: ["endless on i1"] });
    expect(passes(report)).toBe(true);
  });

  test("without which a reduction is unsound is judged without the reduction", () => {
    interface Two {
      readonly fetched: boolean;
      readonly at: number;
    }
    const system = () =>
      compose("two", {
        one: automaton<Two, { fetch: Internal; up: Internal }>("one", {
          start: { fetched: false, at: 0 },
          transitions: {
            fetch: {
              kind: "internal",
              when: { lacks: ({ fetched }) => !fetched },
              effect: (s) => ({ ...s, fetched: !s.fetched }),
            },
            up: {
              kind: "internal",
              when: { below: ({ at }) => at < 2 },
              effect: (s) => ({ ...s, at: Math.min(3, s.at + 1) }),
            },
          },
        }),
      });
    const problem = (): Problem => ({
      system: system(),
      properties: [],
      witnesses: [],
      reductions: ["eager"],
      eager: ["fetch"],
    });

    const mutant = mutantsOf(problem).find(({ name }) => name === "without one/fetch/lacks");
    expect(() => explore(mutant?.problem() as Problem)).toThrow(/reduction-refused/);

    const { of, report } = mutateAll([claimOf("eager", [{ problem }])]);

    expect(report.skipped).toEqual([]);
    expect(of("without one/fetch/lacks")).toMatchObject({ outcome: "survived", error: null });
  });
});

describe("a threshold", () => {
  test("one less is killed by safety, one more by what must happen", () => {
    const { of, report } = mutateAll([claimOf("voting", [{ problem: voting }])]);

    expect(of("threshold quorum-1")).toMatchObject({ killedBy: { by: "three voted", steps: 3 } });
    expect(of("threshold quorum+1")).toMatchObject({ killedBy: { by: "it decides", steps: 3 } });
    expect(report.skipped).toEqual([]);
  });

  test("that only a witness needs is killed by the witness", () => {
    const problem = (): Problem => {
      const system = votingSystem();
      const decided = witness(system, {
        name: "decided",
        reads: ["one"],
        reached: ({ one }) => one.decided,
      });
      return { system, properties: [threeVoted(system)], witnesses: [decided] };
    };

    const { of } = mutateAll([claimOf("voting", [{ problem }])]);

    expect(of("threshold quorum+1")?.killedBy).toMatchObject({ verdict: "vacuous", by: "decided" });
  });

  test("that model code asks for is refused, since its mutants would survive unseen", () => {
    const system = () => counter({ below: ({ at }) => at < threshold("late", 2) });
    const problem = (): Problem => ({ system: system(), properties: [], witnesses: [] });

    expect(() => mutateAll([claimOf("late", [{ problem }])])).toThrow(/threshold-misplaced/);
  });
});

test("a durable field that a claim needs is killed as a volatile one, and another survives", () => {
  const { of } = mutateAll([claimOf("signing", [{ problem: signing }])]);

  expect(of("volatile signer/signed")).toMatchObject({
    outcome: "killed",
    killedBy: { by: "a signer does not forget", steps: 2 },
  });
  expect(of("volatile signer/drafted")).toMatchObject({ outcome: "survived" });
});

test("durable fields have no mutants where nothing restarts", () => {
  const system = compose("signing", { signer: signer() });
  const problem = (): Problem => ({ system, properties: [], witnesses: [] });

  const { report } = mutateAll([claimOf("signing", [{ problem }])]);

  expect(report.records.map(({ mutant }) => mutant)).toEqual(["without signer/sign/first"]);
});

describe("several claims", () => {
  test("kill together: a mutant survives only if none of them minds", () => {
    const claims = [
      claimOf("blind", [{ problem: blind }]),
      claimOf("sees", [{ problem: counting }]),
    ];

    const { of, report } = mutateAll(claims);

    expect(report.records).toHaveLength(2);
    expect(of(BELOW)).toMatchObject({ outcome: "killed", killedBy: { claim: "sees" } });
    expect(of(SPARE)?.survived).toEqual(["blind on i1", "sees on i1"]);
  });

  test("that share an exploration: the kill names the claim whose property it is", () => {
    const shared = { shares: "one", instance: "i" };
    const generous = () => ({ ...countingTo(9), system: counting().system });
    const claims = [
      claimOf("blind", [{ problem: blind, ...shared }]),
      claimOf("generous", [{ problem: generous, ...shared }]),
      claimOf("sees", [{ problem: counting, ...shared }]),
    ];

    expect(mutateAll(claims).of(BELOW)?.killedBy).toMatchObject({ claim: "sees", instance: "i" });
  });

  test("of two variants have mutants of each", () => {
    const claims = [
      claimOf("two", [{ problem: blind, variant: "printed" }, { problem: counting }]),
    ];

    const outcomes = mutateAll(claims).report.records.map((one) => [
      one.variant,
      one.mutant,
      one.outcome,
    ]);

    expect(outcomes).toEqual([
      ["printed", BELOW, "survived"],
      ["printed", SPARE, "survived"],
      ["repaired", BELOW, "killed"],
      ["repaired", SPARE, "survived"],
    ]);
  });
});

describe("a gate", () => {
  const spare = { mutant: SPARE, because: "below says more" };

  test("passes a survivor that the claim lists with a reason", () => {
    const { of, report } = mutateAll([claimOf("counting", [{ problem: counting }], [spare])]);

    expect(of(SPARE)).toMatchObject({ outcome: "equivalent", because: "below says more" });
    expect(passes(report)).toBe(true);
  });

  test("does not pass one that is listed for another variant", () => {
    const other = [{ ...spare, variant: "printed" }];

    expect(passes(mutateAll([claimOf("counting", [{ problem: counting }], other)]).report)).toBe(
      false,
    );
  });

  test("does not pass one that is listed for another system", () => {
    const passesFor = (system: string) =>
      passes(
        mutateAll([claimOf("counting", [{ problem: counting }], [{ ...spare, system }])]).report,
      );

    expect([passesFor(counting().system.name), passesFor("another")]).toEqual([true, false]);
  });

  test("does not pass a listed survivor that is killed", () => {
    const stale = [spare, { mutant: BELOW, because: "nobody minds" }];

    const { of, report } = mutateAll([claimOf("counting", [{ problem: counting }], stale)]);

    expect(of(BELOW)?.outcome).toBe("killed");
    expect(report.stale).toEqual([`${BELOW} (repaired)`]);
    expect(passes(report)).toBe(false);
  });

  test("does not pass a case that does not hold without any bug", () => {
    const problem = (): Problem => {
      const system = counter({ below: ({ at }) => at < 3 });
      const never = invariant(system, { name: "never", reads: ["one"], holds: () => false });
      return { system, properties: [never], witnesses: [] };
    };

    const { report } = mutateAll([claimOf("wrong", [{ problem }])]);

    expect(report).toMatchObject({
      records: [],
      skipped: ["wrong@repaired@i1: violated: never"],
    });
    expect(passes(report)).toBe(false);
  });

  test("a survivor without a reason is no claim", () => {
    expect(() =>
      claimOf("counting", [{ problem: counting }], [{ mutant: SPARE, because: "" }]),
    ).toThrow(/claim-malformed/);
  });
});

test("the smallest instance kills, wherever it stands", () => {
  const claims = [
    claimOf("sizes", [
      { problem: () => countingTo(7), instance: "large" },
      { problem: () => countingTo(2), instance: "small" },
      { problem: () => countingTo(5), instance: "middle" },
    ]),
  ];

  expect(mutateAll(claims).of(BELOW)?.killedBy).toMatchObject({ instance: "small", steps: 3 });
});
