import { join } from "node:path";
import type { Index } from "../../../spec/automaton/index.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { HostFacts } from "../../network/protocol.ts";
import type { Configuration, PublicKeys } from "../config/configuration.ts";
import { covers } from "../config/permissions.ts";
import { nodeScheme } from "../crypto/node.ts";
import { createSigner, createVerifier } from "../crypto/verifier.ts";
import type { HostError } from "../errors.ts";
import type { HostObserver } from "../host.ts";
import { selfSignedCertificate } from "../identity/certificate.ts";
import { keyFiles, readKeyFile, secretBytesOf } from "../identity/key-files.ts";
import type { MemberWorld } from "../members.ts";
import { openLevelDisk } from "../store/level-disk.ts";
import { memoryDisk } from "../store/memory-disk.ts";
import { Store, type StoreHooks } from "../store/store.ts";
import { storedBy } from "../stored-by.ts";
import type { Peer, TransportEvent } from "../tls/options.ts";
import { createTlsTransport, type TlsTransport } from "../tls/transport.ts";
import { systemClock, systemRandom } from "./clock.ts";
import type { MemberProtocol } from "./prepare.ts";

/** What a cluster's configuration tells every process. */
export function factsOf(configuration: Configuration): HostFacts {
  const { cluster, faults, replicas, clients, limits, timeouts, recovery } = configuration;
  const admitted = clients.filter(({ revoked = false }) => !revoked);
  const may = new Map(admitted.map((client) => [client.process, client.may]));
  return {
    cluster,
    faults,
    replicas: replicas.map(({ process }) => process),
    clients: clients.map(({ process }) => process),
    keyBytes: limits.keyBytes,
    valueBytes: limits.valueBytes,
    retransmission: {
      firstMs: timeouts.retransmitMs,
      factor: 2,
      mostMs: timeouts.retransmitMostMs,
    },
    messageBytes: limits.messageBytes,
    suspicion: { firstMs: timeouts.suspectMs, mostMs: timeouts.suspectMostMs },
    ...(recovery === undefined ? {} : { recovery }),
    digest: digestWith(nodeScheme),
    authorise: (client, what, key) => covers(may.get(client)?.[what] ?? [], key),
  };
}

export interface MemberOptions {
  readonly configuration: Configuration;
  readonly protocol: MemberProtocol;
  readonly self: Index;
  /** the folder of this process's keys */
  readonly keys: string;
  /** the folder of its store; null: in memory, and gone with the process */
  readonly directory: string | null;
  readonly listens: boolean;
  readonly dials: readonly Index[];
  readonly observer: HostObserver;
  readonly transportEvent: (event: TransportEvent) => void;
  readonly storeFailed: (error: HostError) => void;
  readonly hooks: StoreHooks;
}

/** The real world of one process, and the store that has to be closed after its host. */
export async function realWorld(options: MemberOptions): Promise<{
  readonly world: MemberWorld;
  readonly store: Store;
  /** bytes exchanged so far */
  traffic(): { readonly bytesSent: number; readonly bytesReceived: number };
}> {
  const { configuration, protocol, self, keys, directory, observer } = options;
  const { cluster, limits, timeouts } = configuration;
  const entries = [...configuration.replicas, ...configuration.clients];
  const pinned = entries.find(({ process }) => process === self)?.keys as PublicKeys;
  const signing = await readKeyFile(join(keys, keyFiles.signing), pinned.signing);
  const tls = await readKeyFile(join(keys, keyFiles.tls), pinned.tls);
  const certificate = await selfSignedCertificate(tls);

  const disk = directory === null ? memoryDisk() : await openLevelDisk(directory);
  const identity = {
    protocol: storedBy(protocol),
    cluster,
    process: self,
    format: protocol.format,
  };
  const store = await Store.open(disk, identity, {
    onFailure: options.storeFailed,
    hooks: options.hooks,
  }).catch(async (error) => {
    // Else the process whose store it is could not open it while this one lives.
    await disk.close();
    throw error;
  });

  // Clients sign too where a replica shows their requests to others.
  const keyring = new Map(
    entries.map(({ process, keys: { signing: key } }) => [
      process as Index,
      new Uint8Array(Buffer.from(key, "base64url")),
    ]),
  );
  const peers = new Map<Index, Peer>(
    entries
      .filter((entry) => entry.process !== self && !("revoked" in entry && entry.revoked))
      .map((entry) => [
        entry.process,
        { key: entry.keys.tls, ...("address" in entry ? { address: entry.address } : {}) },
      ]),
  );
  const own = configuration.replicas.find(({ process }) => process === self);
  const verifier = createVerifier({
    scheme: nodeScheme,
    scope: cluster,
    keys: keyring,
    off: "main thread",
  });
  const sign = createSigner(nodeScheme, cluster, secretBytesOf(signing));
  let transport: TlsTransport | null = null;
  const world: MemberWorld = {
    clock: systemClock,
    random: systemRandom,
    verifier,
    sign(statement) {
      const signature = sign(statement);
      verifier.remember({ by: self, statement, signature });
      return signature;
    },
    store,
    observer,
    unitsStoredMax: limits.objects,
    async connect(events) {
      transport = await createTlsTransport({
        key: tls.export({ type: "pkcs8", format: "pem" }) as string,
        certificate,
        peers,
        dial: options.dials,
        ...(options.listens && own !== undefined ? { listen: own.address } : {}),
        random: systemRandom,
        events,
        limits: {
          wire: { bytesMax: limits.messageBytes, depthMax: limits.messageDepth, itemsMax: 10_000 },
          outgoingBytesMax: limits.queueBytes,
          framesPerSecondMax: limits.messagesPerSecond,
          bytesPerSecondMax: limits.bytesPerSecond,
          handshakeMsMax: timeouts.connectMs,
          retryMsMin: timeouts.reconnectMs,
          retryMsMax: timeouts.reconnectMostMs,
        },
        onEvent: options.transportEvent,
      });
      return transport;
    },
  };
  return {
    world,
    store,
    traffic() {
      const all = [...(transport?.traffic.values() ?? [])];
      const sum = (bytes: (of: (typeof all)[number]) => number) =>
        all.reduce((total, of) => total + bytes(of), 0);
      return { bytesSent: sum((of) => of.bytesOut), bytesReceived: sum((of) => of.bytesIn) };
    },
  };
}
