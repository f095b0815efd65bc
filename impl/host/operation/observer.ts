import type { HostObserver } from "../host.ts";
import type { TransportEvent } from "../tls/options.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Counts and logs what a host does: types of messages and peers, never what is in them. */
export function observeHost(metrics: Metrics, log: Logger): Required<Omit<HostObserver, "action">> {
  const host = log.component("host");
  return {
    sent(to, { type }) {
      metrics.sent(type);
      host.trace({ to, type }, "sent");
    },
    delivered(from, { type }) {
      metrics.received(type);
      host.trace({ from, type }, "delivered");
    },
    refused(from, reason) {
      // The reason may quote the message: it is logged where somebody asked for it, never a label.
      metrics.refused("message");
      host.debug({ from, reason }, "refused a message");
    },
    held: (count) => metrics.heldOutputs(count),
    failed: (error) => host.error({ error }, "stopped"),
  };
}

/** Counts and logs what a transport reports. */
export function observeTransport(metrics: Metrics, log: Logger): (event: TransportEvent) => void {
  const transport = log.component("transport");
  return (event) => {
    switch (event.type) {
      case "connected":
        metrics.connected();
        transport.info({ peer: event.peer, way: event.way }, "connected");
        break;
      case "disconnected":
        metrics.disconnected();
        transport.warn({ peer: event.peer, reason: event.reason }, "disconnected");
        break;
      case "unreachable": {
        const { peer, reason, retryMs } = event;
        transport.debug({ peer, reason, retryMs }, "unreachable");
        break;
      }
      case "refused": {
        const { code, reason, remote } = event;
        metrics.refused(code);
        transport.warn({ code, reason, remote }, "refused a connection");
        break;
      }
      case "dropped":
        metrics.dropped(event.reason);
        transport.debug({ peer: event.peer, reason: event.reason }, "dropped a message");
        break;
      case "malformed":
        metrics.refused(event.code);
        transport.warn({ peer: event.peer, code: event.code }, "malformed message");
        break;
      default:
        event satisfies never;
    }
  };
}
