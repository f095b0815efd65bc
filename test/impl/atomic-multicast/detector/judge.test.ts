import { expect, test } from "vitest";
import { misbehaviour, type Received } from "../../../../impl/atomic-multicast/detector/judge.ts";
import { WIC_REPAIRED, wicSizes } from "../../../../impl/atomic-multicast/rules.ts";
import { indices } from "../../../../spec/automaton/index.ts";

const group = indices("replica", 4);
const [A, B, C] = group as [(typeof group)[0], (typeof group)[0], (typeof group)[0]];
const of = { group, sizes: wicSizes(1, WIC_REPAIRED), rules: WIC_REPAIRED };
const estimate = (value: string) => [
  { from: A, value },
  { from: B, value },
];
/** B's Initial in round 1, which it coordinates. */
const initial: Received = {
  sender: B,
  by: B,
  statement: { type: "INITIAL", k: 1, round: 1, estimate: estimate("a") },
  isSigned: true,
  isCertified: true,
};
const saying = (change: object): Received => ({
  ...initial,
  statement: { ...initial.statement, ...change } as Received["statement"],
});

test("a valid message convicts nobody, nor does its repetition", () => {
  expect(misbehaviour(initial, [], of)).toBeNull();
  expect(misbehaviour({ ...initial, sender: C }, [initial], of)).toBeNull();
});

test("a bad signature or certificate convicts who sent it, not whom it names", () => {
  expect(misbehaviour({ ...initial, sender: C, isSigned: false }, [], of)?.of).toBe(C);
  expect(misbehaviour({ ...initial, sender: C, isCertified: false }, [], of)?.of).toBe(C);
});

test("what a process signed convicts it, whoever sends it on", () => {
  const short = saying({ estimate: estimate("a").slice(1) });
  const twice = saying({ estimate: [...estimate("a").slice(1), ...estimate("b").slice(1)] });

  for (const wrong of [saying({ round: 2 }), short, twice]) {
    expect(misbehaviour({ ...wrong, sender: C }, [], of)?.of).toBe(B);
  }
});

test("two Initials of one round convict, of two rounds or instances do not", () => {
  const other = saying({ estimate: estimate("b") });

  expect(misbehaviour(other, [initial], of)?.why).toBe("signed two Initials of one round");
  expect(misbehaviour(saying({ k: 2, estimate: estimate("b") }), [initial], of)).toBeNull();
  expect(misbehaviour(saying({ round: 5, estimate: estimate("b") }), [initial], of)).toBeNull();
});
