import { testClaim } from "../../checker/vitest.ts";
import lock from "../../refinement/oracle/lock.claim.ts";
import { claimOf, reaches } from "./run/counting.ts";

testClaim(lock);
testClaim(claimOf({ witnesses: [reaches(7)] }, { expect: "vacuous" }));
testClaim(claimOf({}, { tier: "deep" }), { tier: "deep" });
