import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { HostError } from "../errors.ts";
import type { PinnedKey } from "../identity/public-key.ts";
import { type Credentials, provenKeyOf, tlsBasics } from "./authentication.ts";
import type { Address, TransportLimits } from "./options.ts";

export interface Listener {
  /** where it really listens */
  readonly address: Address;
  /** Stops listening and drops everyone who has not authenticated. */
  close(): Promise<void>;
}

export interface ListenerEvents {
  /** A connection whose other end has proved to hold the key. */
  accepted(socket: TLSSocket, key: PinnedKey): void;
  refused(error: HostError, remote: string): void;
}

/**
 * Accepts connections and lets each prove a key. Those that have not yet are limited in number and in
 * time, for a stranger costs a socket and some arithmetic.
 * @throws HostError `port-in-use`, `address-unusable`
 */
export async function listen(
  address: Address,
  credentials: Credentials,
  limits: Pick<TransportLimits, "strangersMax" | "handshakeMsMax">,
  events: ListenerEvents,
): Promise<Listener> {
  // By remote address and port: node:tls does not tell which socket it wrapped.
  const strangers = new Map<string, Socket>();
  const tls = createTlsServer({
    ...credentials.options,
    ...tlsBasics,
    requestCert: true,
    handshakeTimeout: limits.handshakeMsMax,
  });
  tls.on("secureConnection", (socket) => {
    const remote = remoteOf(socket);
    strangers.delete(remote);
    // Whoever takes the socket over adds a listener of its own; until then a reset is no news.
    socket.on("error", () => socket.destroy());
    try {
      events.accepted(socket, provenKeyOf(socket));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      socket.destroy();
      events.refused(error, remote);
    }
  });
  tls.on("tlsClientError", (error, socket) => {
    const remote = remoteOf(socket);
    socket.destroy();
    events.refused(new HostError("peer-unknown", `No handshake: ${error.message}.`), remote);
  });
  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    const remote = remoteOf(socket);
    if (strangers.size >= limits.strangersMax) {
      socket.destroy();
      const what = `${strangers.size} connections have not authenticated yet.`;
      events.refused(new HostError("peer-unknown", what), remote);
      return;
    }
    strangers.set(remote, socket);
    socket.once("close", () => strangers.get(remote) === socket && strangers.delete(remote));
    tls.emit("connection", socket);
  });
  await bind(tcp, address);
  const bound = tcp.address();
  return {
    address:
      typeof bound === "object" && bound !== null ? { ...address, port: bound.port } : address,
    close() {
      const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
      for (const socket of strangers.values()) socket.destroy();
      return closed;
    },
  };
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

function bind(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      const code = cause.code === "EADDRINUSE" ? "port-in-use" : "address-unusable";
      const what = `Cannot listen on ${address.host}:${address.port}: ${cause.message}.`;
      reject(new HostError(code, what, { cause }));
    };
    server.once("error", failed);
    server.listen(address, () => {
      server.off("error", failed);
      // Such as too many open files: connections fail meanwhile, and those who made them try again.
      server.on("error", () => undefined);
      resolve();
    });
  });
}
