import { randomBytes } from "node:crypto";
import { connect, type TLSSocket } from "node:tls";
import { clientEntry } from "../../../../impl/host/config/configuration.ts";
import { selfSignedCertificate } from "../../../../impl/host/identity/certificate.ts";
import { keyFiles, readKeyFile } from "../../../../impl/host/identity/key-files.ts";
import { createTlsTransport, type TlsTransport } from "../../../../impl/host/tls/transport.ts";
import type { TransportEvents } from "../../../../impl/host/world.ts";
import type { Index } from "../../../../spec/automaton/index.ts";
import type { ClusterFiles } from "./cluster.ts";

/* A client without its protocol: who has a client's key can send whatever it likes. */

async function credentialsOf(files: ClusterFiles, client: string) {
  const { keys } = clientEntry(files.configuration, client);
  const key = await readKeyFile(files.path("keys", client, keyFiles.tls), keys.tls);
  return {
    key: key.export({ type: "pkcs8", format: "pem" }) as string,
    certificate: await selfSignedCertificate(key),
  };
}

/** Connections to all replicas in the name of a client, for any message that can be framed. */
export async function rawTransport(
  files: ClusterFiles,
  client: string,
  events: TransportEvents,
): Promise<TlsTransport> {
  const { replicas } = files.configuration;
  return createTlsTransport({
    ...(await credentialsOf(files, client)),
    peers: new Map(
      replicas.map(({ process, keys, address }) => [process as Index, { key: keys.tls, address }]),
    ),
    dial: replicas.map(({ process }) => process),
    random: (count) => randomBytes(count),
    events,
    limits: { retryMsMin: 10, retryMsMax: 100 },
  });
}

/** One connection in the name of a client, for any bytes at all. */
export async function rawSocket(
  files: ClusterFiles,
  client: string,
  replica: number,
): Promise<TLSSocket> {
  const { key, certificate } = await credentialsOf(files, client);
  const { host, port } = files.configuration.replicas[replica]?.address ?? { host: "", port: 0 };
  const socket = connect({ host, port, key, cert: certificate, rejectUnauthorized: false });
  socket.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("close", () => reject(new Error("refused")));
  });
  return socket;
}
