import type { Clbft } from "../../../impl/clbft/model/composition.ts";
import { ordering } from "../../../impl/clbft/model/service/ordering.ts";
import type { OrderingWorld } from "../../../impl/clbft/model/service/world.ts";
import type { ClbftWorld } from "../../../impl/clbft/model/world.ts";
import { compose, includedIn, type Property } from "../../../spec/automaton/index.ts";

/** The ordering environment as wide as an instance of the protocol; it keeps the rules that mutants break. */
function widest(world: ClbftWorld): OrderingWorld {
  const { group, correct, faulty, requests, batchMax, numbers, views } = world;
  const faults = (group.length - 1) / 3;
  return {
    correct,
    liars: faulty.length,
    requests,
    known: requests,
    enough: correct.length,
    batchMax,
    repeats: numbers * batchMax,
    nulls: views > 1 ? numbers : 0,
    checkpointEvery: world.checkpointEvery,
    sizes: { checkpoints: 2 * faults + 1 },
    rules: { verifiesState: true },
    transfers: world.checkpointEvery !== null,
  };
}

/**
 * What agreement shows to services, and they to it, is what the ordering environment shows. All requests are known from the
 * start, to faulty replicas too; that none is ordered before it was sent is the signature's doing, in both.
 */
export const isOrdering = (system: Clbft, world: ClbftWorld): Property =>
  includedIn(system, {
    name: "the ordering environment of services",
    specification: compose(
      "ordering",
      { ordering: ordering(widest(world)) },
      { open: ["SEND-REQUEST", "ADMIT", "SEND-CHECKPOINT", "RESTART"] },
    ),
    visible: [
      "ADMIT",
      "EXECUTE",
      "SEND-CHECKPOINT",
      "STABLE",
      "INSTALL",
      ...(world.restarts.length > 0 ? (["RESTART"] as never[]) : []),
    ],
  });
