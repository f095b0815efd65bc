import { compose, type Value } from "../automaton/index.ts";
import { type NamedServerInstance, serverOf } from "../service/server.ts";
import { type Named, nameText } from "./request.ts";

/** What the single server of an instance is asked for, and by whom. */
export type SingleServerInstance<S extends Value = Value> = NamedServerInstance<S, Named>;

/**
 * What CLBFT looks like to clients that are not replicated (paper W, sections 2 and 7.4, appendix
 * B): one server that does not fail, INVOKE {client, t, op}, APPLY, RETURN {client, t, result}. It
 * applies each (client, t) at most once, and the concurrent requests of one client in any order.
 *
 * Under one t a client may ask for several operations (W §7.3.3; the paper does not say which
 * counts, W-E13): the first one that is applied, whichever that is, answers t. The others change
 * nothing, and after the reply t is used up: asking again is without effect. Reading is an operation
 * like others.
 *
 * Faulty clients' requests are intrusions: applied at any time or never, each (client, t) at most
 * once.
 */
export function singleServer<S extends Value>(instance: SingleServerInstance<S>) {
  return serverOf<S, Named>(instance, {
    keyOf: nameText,
    nameOf: ({ client, t }) => ({ client, t }),
    once: true,
    cite: "CLBFT.SPEC.SERVER",
  });
}

/** The single server alone, with its requests left open. */
export function singleServerSystem<S extends Value>(instance: SingleServerInstance<S>) {
  return compose("single server", { server: singleServer(instance) }, { open: ["INVOKE"] });
}
