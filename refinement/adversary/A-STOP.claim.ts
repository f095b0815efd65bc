import { type Case, claim, invariant, type Problem, witness } from "../../spec/automaton/index.ts";
import { CLIENTS, leases } from "./lease.ts";

function problemOf(...args: Parameters<typeof leases>): Problem {
  const { system, excludes } = leases(...args);
  return {
    system,
    properties: [
      invariant(system, {
        name: "writes after the stop are under leases from before it",
        reads: ["history"],
        holds: ({ history }) => history.wroteAfter <= history.grantedBefore,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a write that was signed before the stop comes after it and after a later lease",
        reads: ["history", "storage.epoch", "authority.granted"],
        reached: ({ history, storage, authority }) =>
          history.wroteAfter > 0 &&
          storage.epoch === history.wroteAfter &&
          authority.granted > history.grantedBefore,
      }),
    ],
    excludes,
  };
}

const alone = CLIENTS.slice(0, 1);
const ci = (one: Omit<Case, "tier">): Case => ({ tier: "ci", ...one });

export default claim({
  id: "A-STOP",
  says: "A faulty client that was stopped leaves only writes under leases that it had when it was stopped.",
  source: "architecture, Faulty processes; docs/guides/adversary.md",
  cases: [
    ci({
      variant: "repaired",
      instance: "3 leases",
      expect: "holds",
      pinned: { states: 45, depth: 7 },
      problem: () => problemOf(alone, true),
    }),
    ci({
      variant: "tight",
      instance: "another faulty client goes on",
      expect: "violated",
      because: "it signs writes of its own under the leases that come later",
      problem: () => problemOf(CLIENTS, true),
    }),
    ci({
      variant: "mutant/signature-does-not-cover-lease",
      instance: "3 leases",
      expect: "violated",
      because: "a write signed in advance is completed by a lease from after the stop",
      problem: () => problemOf(alone, false),
    }),
  ],
});
