import type { Index } from "../../../spec/automaton/index.ts";
import { HostError } from "../errors.ts";
import type { Transport } from "../world.ts";
import { credentialsOf, peersByKey } from "./authentication.ts";
import { Connections } from "./connections.ts";
import { type Listener, listen } from "./listener.ts";
import {
  type Address,
  defaultTransportLimits,
  type TlsTransportOptions,
  type Traffic,
} from "./options.ts";

export interface TlsTransport extends Transport {
  /** where it listens, with the port that the system chose; null if it does not */
  readonly address: Address | null;
  /** running totals by peer, to read at any time */
  readonly traffic: ReadonlyMap<Index, Readonly<Traffic>>;
}

/**
 * A transport over TLS 1.3 in which both sides prove the key that the configuration pins. It goes on
 * connecting to the peers of `dial` until it is closed. What is sent in one turn of the event loop
 * leaves in one write for each peer.
 *
 * `connected` comes for each connection, also for a second one while the first is up, since what was
 * sent over the first may be lost; `disconnected` when the connection that carries what is sent breaks.
 * @throws HostError `key-mismatch` if key and certificate do not belong together
 * @throws HostError `config-invalid`, `process-unknown`, `address-unusable` for peers it cannot use
 * @throws HostError `port-in-use`, `address-unusable` if it cannot listen
 */
export async function createTlsTransport(options: TlsTransportOptions): Promise<TlsTransport> {
  const limits = { ...defaultTransportLimits, ...options.limits };
  const credentials = credentialsOf(options);
  const byKey = peersByKey(options.peers);
  for (const index of options.dial) checkDialled(index, options);
  const connections = new Connections(options, limits, credentials);
  let listener: Listener | null = null;
  if (options.listen !== undefined) {
    checkAddress(options.listen, 0);
    listener = await listen(options.listen, credentials, limits, {
      accepted: (socket, key) => connections.accept(socket, byKey.get(key)),
      refused: (error, remote) => connections.refuse(error, remote),
    });
  }
  connections.start();
  return {
    address: listener?.address ?? null,
    traffic: connections.traffic,
    send: (to, message) => connections.send(to, message),
    async close() {
      await Promise.all([listener?.close(), connections.close()]);
    },
  };
}

function checkDialled(index: Index, { peers }: TlsTransportOptions): void {
  const peer = peers.get(index);
  if (peer === undefined) throw new HostError("process-unknown", `${index} is no peer.`);
  if (peer.address === undefined) {
    throw new HostError("address-unusable", `${index} has no address to connect to.`);
  }
  checkAddress(peer.address, 1);
}

function checkAddress({ host, port }: Address, portMin: number): void {
  if (host !== "" && Number.isInteger(port) && port >= portMin && port <= 65_535) return;
  throw new HostError("address-unusable", `${host}:${port} is no address.`);
}
