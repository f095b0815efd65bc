import { compose, symbolicDigest } from "../../../../spec/automaton/index.ts";
import { accepting } from "../../../adversary/checked/index.ts";
import { agreement } from "../../agreement/automaton.ts";
import { execution } from "../../execution/automaton.ts";
import type { Replica } from "../../messages.ts";
import { FORGED } from "../medium.ts";
import type { ClbftWorld } from "../world.ts";
import { FORGED_STATE } from "./composition.ts";
import { relaying } from "./relays.ts";
import { type Asking, asking, type Forwards, forwarding } from "./requests.ts";

type Agreement = ReturnType<typeof agreement>;
type Execution = ReturnType<typeof execution>;

/** What distinguishes an instance in which the primary of view 0 is correct and timely. */
export interface Calm {
  readonly world: ClbftWorld;
  readonly asked: readonly Asking[];
  /** how far apart the timestamps may be that a replica admits for a client */
  readonly clientWindow: number;
  /** the same as the agreement knows it; infinite: it keeps what nobody executes any more */
  readonly forgetsBelow?: number;
  readonly forwards: Forwards;
  /** a change of the agreement, for mutants */
  readonly changed?: (one: Agreement) => Agreement;
}

/**
 * A closed system in view 0, with a correct primary to which everything comes in time: replicas with the services that
 * admit requests, clients that hand over anything to anybody, FORWARDs, and the network, through which faulty replicas may
 * say that they are in later views. No clock runs out here: where nothing is owed any more nobody may still wait for the
 * primary (`awaitsPrimary`), for then a clock would run out, however slow.
 */
export function calm(size: Calm) {
  const { world, asked, clientWindow, forwards, changed = (one) => one } = size;
  const { group, correct, rules, service, numbers, window, batchMax } = world;
  const bounds = {
    window,
    pipeline: window,
    batchMax,
    clientWindow: size.forgetsBelow ?? clientWindow,
  };
  const digest = symbolicDigest;
  const served = { service, digest, rules, checkpointEvery: numbers + 1, clientWindow };
  const replica = (self: Replica): Agreement =>
    accepting(changed(agreement({ self, group, rules, bounds })), FORGED as never);
  const likes = { ...FORGED_STATE, FORWARDED: "REQUEST" } as const;
  return compose(
    "CLBFT with a correct primary",
    {
      clients: asking(asked),
      agreement: correct.map(replica),
      execution: correct.map(
        (self): Execution => accepting(execution({ self, ...served }), likes as never),
      ),
      forwarding: forwarding(
        group,
        asked.map(({ request }) => request),
        forwards,
      ),
      medium: relaying(world, 0),
    },
    { open: ["READ", "RECOVER", "SUSPECT", "COMPLAIN"] },
  );
}

export type CalmSystem = ReturnType<typeof calm>;
