import { describe, test } from "vitest";
import type { Claim, Tier } from "../spec/automaton/claim.ts";
import { explain } from "./report/explain.ts";
import { includesTier } from "./report/tiers.ts";
import { type CheckOptions, checkCase } from "./run.ts";

/** How {@link testClaim} checks. */
export interface TestClaimOptions extends CheckOptions {
  /** the dearest tier to test, `ci` by default */
  readonly tier?: Tier;
  /** how long one case may take, in milliseconds; ten minutes by default */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 600_000;

/**
 * Registers a vitest test for every case of a claim. A test fails when the verdict, or a pinned
 * count, is not the expected one; its message is the counterexample.
 *
 * ```ts
 * import { testClaim } from "quorate/vitest";
 * import lock from "./lock.claim.ts";
 * testClaim(lock);
 * ```
 */
export function testClaim(claim: Claim, options: TestClaimOptions = {}): void {
  const { tier = "ci", timeoutMs = TIMEOUT_MS, ...search } = options;
  describe(claim.id, () => {
    for (const one of claim.cases.filter((each) => includesTier(tier, each.tier))) {
      test(`${one.variant} on ${one.instance}: ${one.expect}`, { timeout: timeoutMs }, () => {
        const record = checkCase(claim, one, search);
        if (record.unexpected !== null) throw new Error(explain(record));
      });
    }
  });
}
