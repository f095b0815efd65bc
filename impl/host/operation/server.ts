import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Address } from "../config/configuration.ts";
import { HostError } from "../errors.ts";
import type { Exposition } from "./metrics.ts";

export interface StatusServerOptions {
  /** Port 0 takes a free one. The status tells strangers nothing secret, but need not be public. */
  readonly address: Address;
  readonly metrics: Exposition;
  /** What `/status` shows: plain data. */
  readonly status: () => unknown;
  /** Why the process cannot do its work; null while it can. */
  readonly failure: () => string | null;
}

export interface StatusServer {
  /** Where it listens, with the port that was taken. */
  readonly address: Address;
  close(): Promise<void>;
}

/** Nobody has a reason to hold a connection for longer. */
const REQUEST_MS_MAX = 10_000;
const CONNECTIONS_MAX = 64;

/**
 * Serves `/metrics` (Prometheus), `/status` (JSON) and `/healthz` (200 or 503).
 *
 * @throws HostError `port-in-use`, `address-unusable`
 */
export async function createStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const { address } = options;
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    answer(options, request.method ?? "", path, response).catch(() => reply(response, 500, ""));
  });
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: address.host, port },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { metrics, status, failure }: StatusServerOptions,
  method: string,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    reply(response, 405, "Only GET and HEAD.\n");
  } else if (path === "/metrics") {
    reply(response, 200, await metrics.text(), metrics.contentType);
  } else if (path === "/status") {
    reply(response, 200, `${JSON.stringify(status())}\n`, "application/json; charset=utf-8");
  } else if (path === "/healthz") {
    const reason = failure();
    reply(response, reason === null ? 200 : 503, `${reason ?? "ok"}\n`);
  } else {
    reply(response, 404, "There are /metrics, /status and /healthz.\n");
  }
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response
    .writeHead(status, {
      "Content-Type": contentType,
      "Content-Length": Buffer.byteLength(text),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    })
    .end(text);
}

async function listen(server: Server, { host, port }: Address): Promise<void> {
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
  } catch (cause) {
    throw unusable(`${host}:${port}`, cause);
  }
}

function unusable(where: string, cause: unknown): HostError {
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return code === "EADDRINUSE"
    ? new HostError("port-in-use", `Something listens on ${where} already.`, { cause })
    : new HostError("address-unusable", `${where} cannot be listened on: ${message}.`, { cause });
}
