import { type ClbftRules, MUTANTS, REPAIRED } from "../../../impl/clbft/rules.ts";
import { claim, witnessAction } from "../../../spec/automaton/index.ts";
import type { ServiceSize } from "./instances.ts";
import { type Rest, serviceCase } from "./problems.ts";
import { allReturned, looksLikeOneServer } from "./properties.ts";

const ID = "W-CL-INSTALL";
const SIZE: ServiceSize = { operations: ["xy", ""], checkpointEvery: 1, transfers: true };

const installing = (
  variant: string,
  size: ServiceSize,
  rest: Rest,
  rules: ClbftRules | undefined = REPAIRED,
) =>
  serviceCase(
    ID,
    variant,
    size,
    {
      // What mutants break first is shown by results, not by silence.
      properties: (system, world) => [
        looksLikeOneServer(system, world, { answers: rest.expect === "holds" }),
      ],
      witnesses: (system, world) =>
        rest.expect === "holds"
          ? [
              allReturned(system, world),
              witnessAction(system, { name: "a replica installs a state", action: "INSTALL" }),
            ]
          : [],
      rules,
    },
    rest,
  );

export default claim({
  id: ID,
  says: "A replica that lags behind installs a state that a quorum vouches for and nothing else, and clients see one server still.",
  source:
    "OSDI 1999, section 4.3; known bug 8 (bft-smart/library#62); rules CLBFT.VALID and CLBFT.INSTALL",
  cases: [
    installing("repaired", SIZE, { expect: "holds" }),
    installing(
      "repaired",
      { operations: ["x", "y"], checkpointEvery: 1, transfers: true },
      { expect: "holds", tier: "nightly" },
    ),
    installing(
      "repaired",
      { operations: ["x", "y"], checkpointEvery: 2, transfers: true },
      { expect: "holds", tier: "nightly" },
    ),
    installing(
      "mutant/state-not-verified",
      SIZE,
      {
        expect: "violated",
        because: "a lying peer hands over a state that the certificate is not of",
      },
      MUTANTS["state-not-verified"],
    ),
    installing(
      "mutant/checkpoint-quorum-f",
      SIZE,
      { expect: "violated", because: "the one faulty replica vouches for a state of its own" },
      MUTANTS["checkpoint-quorum-f"],
    ),
  ],
});
