import { claim } from "../../../spec/automaton/index.ts";
import type { Repeats } from "../../../spec/clbft/sequencer.ts";
import { GROUP, type ServiceSize } from "./instances.ts";
import { type Rest, serviceCase } from "./problems.ts";
import { allReturned } from "./properties.ts";
import { inOrderSystem, looksLikeSequencer } from "./replying.ts";
import { losesExecuted, restarting } from "./restarts.ts";

const ID = "W-CL-SEQ";
const ONE: ServiceSize = { operations: ["x", ""] };
const TWO_CLIENTS: ServiceSize = { operations: ["x", "y"], mute: true };
const [FIRST] = GROUP;

interface How {
  readonly repeats?: Repeats;
  /** false: replies leave in any order */
  readonly ordered?: boolean;
  readonly restarts?: boolean;
}

const sequenced = (variant: string, size: ServiceSize, rest: Rest, how: How = {}) => {
  const { repeats = "when asked", ordered = true, restarts = false } = how;
  return serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system, world) => [looksLikeSequencer(system, world, repeats)],
      witnesses: (system, world) => [
        ...(rest.expect === "holds" ? [allReturned(system, world)] : []),
        ...(rest.expect === "holds" && restarts ? [losesExecuted(system, 0)] : []),
      ],
      mutate(system) {
        const changed = ordered ? inOrderSystem(system) : system;
        return restarts && FIRST !== undefined ? restarting(changed, [FIRST]) : changed;
      },
      reductions: [],
    },
    rest,
    restarts ? ", one restart of replica#0" : "",
  );
};

export default claim({
  id: ID,
  says: "What replicas reply is what the ideal sequencer lets them reply: one log, executed in order, each reply when its request is executed, and again when it is asked for again.",
  source: "W §7.2.2 (replies are sent in the order in which they are executed), appendix B, W-E12",
  cases: [
    sequenced("repaired", ONE, { expect: "holds" }),
    sequenced("repaired", { ...ONE, repeats: 1 }, { expect: "holds" }),
    sequenced("repaired", { ...ONE, twins: "vw" }, { expect: "holds", tier: "nightly" }),
    sequenced("repaired", { operations: ["xy", ""], mute: true }, { expect: "holds" }),
    sequenced("repaired", { ...ONE, checkpointEvery: 1, transfers: true }, { expect: "holds" }),
    sequenced("repaired", TWO_CLIENTS, { expect: "holds", tier: "nightly" }),
    sequenced("repaired", ONE, { expect: "holds" }, { repeats: "at any time", restarts: true }),
    sequenced(
      "printed/W-E12",
      ONE,
      {
        expect: "violated",
        because: "a request that comes again after its execution is answered again",
      },
      { repeats: "never" },
    ),
    sequenced(
      "printed/restart",
      ONE,
      {
        expect: "violated",
        because: "a replica that executes again after a restart replies again, and nobody asked",
      },
      { restarts: true },
    ),
    sequenced(
      "mutant/unordered-replies",
      TWO_CLIENTS,
      {
        expect: "violated",
        because:
          "the automaton alone says nothing of the order in which its outputs leave: hosts keep it",
      },
      { ordered: false },
    ),
  ],
});
