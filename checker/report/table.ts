import type { Case, Claim } from "../../spec/automaton/claim.ts";
import { count } from "./decide.ts";
import type { CheckRecord } from "./record.ts";

/** A case as it is announced before it is checked. */
export interface PlannedCase {
  readonly claim: string;
  readonly variant: string;
  readonly instance: string;
  readonly tier: Case["tier"];
  readonly expected: Case["expect"];
}

export function planned(claim: Claim, one: Case): PlannedCase {
  const { variant, instance, tier, expect } = one;
  return { claim: claim.id, variant, instance, tier, expected: expect };
}

const HEADINGS = ["claim", "variant", "instance", "verdict", "expected"];
const NUMBERS = ["states", "depth", "seconds"];
const NUMBER_WIDTHS = [13, 5, 7];
const VERDICT_WIDTH = 8;

/** The table of a check. Its rows can be printed one by one: the plan gives the widths. */
export class Table {
  readonly #widths: readonly number[];

  constructor(plan: readonly PlannedCase[]) {
    const widest = (heading: string, of: (one: PlannedCase) => string) =>
      plan.reduce((width, one) => Math.max(width, of(one).length), heading.length);
    this.#widths = [
      widest("claim", ({ claim }) => claim),
      widest("variant", ({ variant }) => variant),
      widest("instance", ({ instance }) => instance),
      VERDICT_WIDTH,
      VERDICT_WIDTH,
    ];
  }

  heading(): string {
    return this.#line(HEADINGS, NUMBERS);
  }

  /** @param paint colours a verdict, which it must not lengthen for the eye */
  row(record: CheckRecord, paint: (verdict: string) => string = (verdict) => verdict): string {
    const { claim, variant, instance, verdict, expected, states, depth, seconds } = record;
    const numbers = [count(states), String(depth), seconds.toFixed(2)];
    const cells = [claim, variant, instance, verdict, expected];
    const line = this.#line(cells, numbers, paint);
    return record.unexpected === null ? line : `${line}  <- unexpected`;
  }

  #line(
    cells: readonly string[],
    numbers: readonly string[],
    paint: (verdict: string) => string = (verdict) => verdict,
  ): string {
    const left = cells.map((cell, at) => {
      const padded = cell.padEnd(this.#widths[at] as number);
      return at === HEADINGS.indexOf("verdict") ? paint(padded) : padded;
    });
    const right = numbers.map((cell, at) => cell.padStart(NUMBER_WIDTHS[at] as number));
    return [...left, ...right].join("  ");
  }
}

/** "12 cases: 10 as expected, 2 unexpected (4.2 s)" */
export function summaryOf(
  records: readonly CheckRecord[],
  planned: number,
  seconds: number,
): string {
  const unexpected = records.filter((one) => one.unexpected !== null);
  const cases = planned === 1 ? "1 case" : `${planned} cases`;
  const left = planned - records.length;
  const parts = [
    `${records.length - unexpected.length} as expected`,
    ...(unexpected.length > 0 ? [`${unexpected.length} unexpected`] : []),
    ...(left > 0 ? [`${left} not decided`] : []),
  ];
  return `${cases}: ${parts.join(", ")} (${seconds.toFixed(1)} s)`;
}
