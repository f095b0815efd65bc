import type { Index } from "../../../spec/automaton/index.ts";
import type { HostObserver } from "../host.ts";
import type { Logger } from "../operation/log.ts";
import type { Metrics } from "../operation/metrics.ts";
import type { StoreHooks } from "../store/store.ts";
import type { TransportEvent } from "../tls/options.ts";
import type { Verifier } from "../world.ts";
import type { Recorder } from "./record.ts";

/** What a host does, as metrics, log lines and a record. Users' keys and values are in the record only. */
export function observing(metrics: Metrics, log: Logger, recorder: Recorder | null): HostObserver {
  return {
    ...(recorder === null ? {} : { action: (unit, action) => recorder.action(unit, action) }),
    sent: (_to, { type }) => metrics.sent(type),
    delivered: (_from, { type }) => metrics.received(type),
    refused(from, reason) {
      metrics.refused(reason === "not awaited" ? "not-awaited" : "message-invalid");
      if (reason !== "not awaited") log.warn({ from, reason }, "refused a message");
    },
    phases: (operation, count) => metrics.phases(operation, count),
    held: (count) => metrics.heldOutputs(count),
  };
}

/**
 * What happens to connections, as metrics and log lines.
 * @param connected gets the peers with a connection: a newer one may replace another without a word
 */
export function transportObserver(
  metrics: Metrics,
  log: Logger,
  connected: Set<Index>,
): (event: TransportEvent) => void {
  return (event) => {
    switch (event.type) {
      case "connected":
        if (!connected.has(event.peer)) metrics.connected();
        connected.add(event.peer);
        log.info({ peer: event.peer, way: event.way }, "connected");
        break;
      case "disconnected":
        if (connected.delete(event.peer)) metrics.disconnected();
        log.info({ peer: event.peer, reason: event.reason }, "disconnected");
        break;
      case "unreachable":
        log.debug({ peer: event.peer, reason: event.reason }, "unreachable");
        break;
      case "dropped":
        metrics.dropped(event.reason);
        break;
      case "refused":
        metrics.refused(event.code);
        log.warn({ code: event.code, remote: event.remote, reason: event.reason }, "refused");
        break;
      case "malformed":
        metrics.refused(event.code);
        log.warn({ code: event.code, peer: event.peer, reason: event.reason }, "malformed");
        break;
    }
  };
}

/** The same verifier, counted. */
export function countedVerifier(verifier: Verifier, metrics: Metrics): Verifier {
  return {
    verify: (signed, done) =>
      verifier.verify(signed, (valid) => {
        metrics.signatures(signed.length, valid);
        done(valid);
      }),
  };
}

/** Hooks of a store that count its commits, before those of a test. */
export function commitObserver(
  metrics: Metrics,
  now: () => number,
  others: StoreHooks | undefined,
): StoreHooks {
  let [startMs, lastTicket] = [0, 0];
  return {
    ...others,
    beforeWrite(seq) {
      startMs = now();
      others?.beforeWrite?.(seq);
    },
    durable(ticket) {
      metrics.committed(ticket - lastTicket, (now() - startMs) / 1000);
      lastTicket = ticket;
      others?.durable?.(ticket);
    },
  };
}
