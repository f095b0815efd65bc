import { generateKeyPairSync, randomBytes } from "node:crypto";
import { selfSignedCertificate } from "../../../../impl/host/identity/certificate.ts";
import { type PinnedKey, pinnedKeyOf } from "../../../../impl/host/identity/public-key.ts";
import type { TlsTransportOptions, TransportEvent } from "../../../../impl/host/tls/options.ts";
import { createTlsTransport, type TlsTransport } from "../../../../impl/host/tls/transport.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { type Index, index } from "../../../../spec/automaton/index.ts";

/** A TLS key with its certificate, as the transport takes them, and its public part. */
export interface TlsIdentity {
  readonly key: string;
  readonly certificate: string;
  readonly pinned: PinnedKey;
}

export async function newIdentity(): Promise<TlsIdentity> {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    certificate: await selfSignedCertificate(privateKey),
    pinned: pinnedKeyOf(privateKey),
  };
}

export const replica = (at: number): Index => index("replica", at);

/** A transport with everything that it told. */
export interface Watched {
  readonly transport: TlsTransport;
  readonly received: { readonly from: Index; readonly message: Wire }[];
  /** `+replica#1` for connected, `-replica#1` for disconnected, in order */
  readonly ups: string[];
  /** when each of `ups` was told, which may be long before a test looks */
  readonly upsAtMs: number[];
  readonly events: TransportEvent[];
}

const opened: TlsTransport[] = [];

/** Closes what tests opened. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
}

type Options = Partial<TlsTransportOptions> & { readonly identity: TlsIdentity };

export async function open({ identity, ...options }: Options): Promise<Watched> {
  const received: { from: Index; message: Wire }[] = [];
  const ups: string[] = [];
  const upsAtMs: number[] = [];
  const tellUp = (what: string) => {
    ups.push(what);
    upsAtMs.push(performance.now());
  };
  const events: TransportEvent[] = [];
  const transport = await createTlsTransport({
    key: identity.key,
    certificate: identity.certificate,
    peers: new Map(),
    dial: [],
    random: (count) => randomBytes(count),
    onEvent: (event) => events.push(event),
    events: {
      receive: (from, message) => received.push({ from, message }),
      connected: (peer) => tellUp(`+${peer}`),
      disconnected: (peer) => tellUp(`-${peer}`),
    },
    ...options,
  });
  opened.push(transport);
  return { transport, received, ups, upsAtMs, events };
}

export const loopback = { host: "127.0.0.1", port: 0 };

/** Waits until a condition holds. @throws Error after `msMax` */
export async function until(holds: () => boolean, what: string, msMax = 50_000): Promise<void> {
  const startedAtMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedAtMs > msMax) throw new Error(`Not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sockets and servers of this process. Its timers are not all ours: the test runner has some. */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|TLS/.test(kind))
    .sort();
}
