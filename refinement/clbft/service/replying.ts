import type { ServiceSystem } from "../../../impl/clbft/model/service/composition.ts";
import { inOrder } from "../../../impl/clbft/model/service/in-order.ts";
import type { ServiceWorld } from "../../../impl/clbft/model/service/world.ts";
import {
  type Action,
  includedIn,
  mapAutomata,
  type Property,
} from "../../../spec/automaton/index.ts";
import { type Repeats, sequencerSystem } from "../../../spec/clbft/sequencer.ts";

const same =
  (name: string) =>
  (payload: Action["payload"]): Action => ({ name, payload });

/** The system whose replicas' replies leave in order. */
export const inOrderSystem = (system: ServiceSystem): ServiceSystem =>
  mapAutomata(system, (one, part) =>
    part === "execution" ? inOrder(one as never) : one,
  ) as ServiceSystem;

/**
 * What replicas show is what the ideal sequencer shows: one log, executed in order, and replies in
 * that order. What a client sends, a faulty replica has received.
 */
export const looksLikeSequencer = (
  system: ServiceSystem,
  { service, correct, known, enough, transfers, faultyReplicas }: ServiceWorld,
  repeats: Repeats,
): Property => {
  const [faulty] = faultyReplicas;
  const received = (request: Action["payload"]): Action => ({
    name: "REQUEST",
    payload: { replica: faulty, request },
  });
  return includedIn(system, {
    name: `the ideal sequencer, which replies again ${repeats}`,
    specification: sequencerSystem({
      service,
      correct,
      enough,
      faulty: known,
      repeats,
      skips: transfers,
    }),
    visible: {
      "SEND-REQUEST": received,
      REQUEST: same("REQUEST"),
      "REQUEST-AGAIN": same("REQUEST"),
      REPLY: same("REPLY"),
    },
  });
};
