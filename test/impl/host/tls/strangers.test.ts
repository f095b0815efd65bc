import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect, createServer, type TLSSocket } from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { frameOf } from "../../../../impl/host/wire/frames.ts";
import {
  closeAll,
  loopback,
  newIdentity,
  open,
  pause,
  replica,
  type TlsIdentity,
  until,
  type Watched,
} from "./cluster.ts";
import { ellipticP256 } from "./elliptic-p256.ts";

let known: TlsIdentity;
let server: TlsIdentity;
let stranger: TlsIdentity;
beforeAll(async () => {
  [known, server, stranger] = (await Promise.all([
    newIdentity(),
    newIdentity(),
    newIdentity(),
  ])) as [TlsIdentity, TlsIdentity, TlsIdentity];
});
const raw: Socket[] = [];
afterEach(async () => {
  for (const socket of raw.splice(0)) socket.destroy();
  await closeAll();
});

const listening = (limits: Parameters<typeof open>[0]["limits"] = {}) =>
  open({
    identity: server,
    peers: new Map([[replica(1), { key: known.pinned }]]),
    listen: loopback,
    limits,
  });

const portOf = (one: Watched) => one.transport.address?.port ?? 0;

/** A bare TLS client. */
function client(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    raw.push(socket);
    socket.on("error", () => resolve(socket));
    socket.on("close", () => resolve(socket));
    socket.on("secureConnect", () => resolve(socket));
    socket.on("data", () => undefined);
  });
}

const as = ({ key, certificate }: TlsIdentity) => ({ key, cert: certificate });
const refusals = (one: Watched) => one.events.filter((event) => event.type === "refused");
const dialling = (port: number, identity: TlsIdentity, pinned: TlsIdentity) =>
  open({
    identity,
    peers: new Map([[replica(0), { key: pinned.pinned, address: { host: "127.0.0.1", port } }]]),
    dial: [replica(0)],
  });

describe("an acceptor", () => {
  test("refuses a dialler whose key is not pinned, which never counts as connected", async () => {
    const zero = await listening();
    const one = await dialling(portOf(zero), stranger, server);
    await until(() => refusals(zero).length > 1, "refused, and refused again");
    expect(refusals(zero)[0]).toMatchObject({ code: "peer-unknown" });
    one.transport.send(replica(0), { type: "hi" });
    await pause(50);
    expect([zero.ups, zero.received, one.ups]).toEqual([[], [], []]);
    expect(one.events[0]).toMatchObject({ type: "unreachable", peer: replica(0) });
  });

  test("refuses a known certificate from one who lacks its key", async () => {
    const zero = await listening();
    // OpenSSL would not load the pair, so the thief has to make do with a key of its own.
    await expect(async () =>
      client(portOf(zero), { key: stranger.key, cert: known.certificate }),
    ).rejects.toThrow();
    await client(portOf(zero), as(stranger));
    await until(() => refusals(zero).length === 1, "refused");
    expect(zero.ups).toEqual([]);
  });

  test("refuses who shows no certificate", async () => {
    const zero = await listening();
    await client(portOf(zero), {});
    await until(() => refusals(zero).length === 1, "refused");
    expect(refusals(zero)[0]).toMatchObject({
      code: "peer-unknown",
      reason: expect.stringContaining("no certificate"),
    });
  });

  test("refuses TLS 1.2 even of a known key", async () => {
    const zero = await listening();
    const socket = await client(portOf(zero), {
      ...as(known),
      maxVersion: "TLSv1.2",
      minVersion: "TLSv1.2",
    });
    await until(() => refusals(zero).length === 1 && socket.closed, "refused");
    expect(refusals(zero)[0]).toMatchObject({ reason: expect.stringContaining("protocol") });
    expect(zero.ups).toEqual([]);
    // The same client is welcome with TLS 1.3.
    const better = await client(portOf(zero), as(known));
    expect(better.getProtocol()).toBe("TLSv1.3");
    await until(() => zero.ups.length === 1, "welcome");
  });

  test("gives nobody a session to resume", async () => {
    const zero = await listening();
    const socket = await client(portOf(zero), as(known));
    const sessions: Buffer[] = [];
    socket.on("session", (session) => sessions.push(session));
    await until(() => zero.ups.length === 1, "connected");
    await pause(100);
    const session = sessions[0] ?? socket.getSession();
    const again = await client(portOf(zero), { ...as(known), ...(session && { session }) });
    expect(again.isSessionReused()).toBe(false);
  });

  test("refuses what is no TLS, and goes on", async () => {
    const zero = await listening();
    const socket = connectTcp(portOf(zero), "127.0.0.1");
    raw.push(socket);
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await until(() => refusals(zero).length === 1 && socket.closed, "refused");
    await client(portOf(zero), as(known));
    await until(() => zero.ups.length === 1, "the known one is welcome");
  });

  test("has room for some strangers only, and only for a while", async () => {
    const zero = await listening({ strangersMax: 3, handshakeMsMax: 400 });
    for (let at = 0; at < 5; at++) {
      const socket = connectTcp(portOf(zero), "127.0.0.1");
      socket.on("error", () => undefined);
      raw.push(socket);
    }
    await until(() => refusals(zero).length >= 2, "two too many");
    // The others follow, once their time is up.
    const reason = expect.stringContaining("3 connections have not authenticated yet.");
    const tooMany = { reason };
    expect(refusals(zero).slice(0, 2)).toMatchObject([tooMany, tooMany]);
    await until(() => raw.filter((socket) => socket.closed).length === 5, "all given up");
    await client(portOf(zero), as(known));
    await until(() => zero.ups.length === 1, "room again");
  });

  test("does not count known peers as strangers", async () => {
    const zero = await listening({ strangersMax: 1 });
    for (let round = 1; round <= 4; round++) {
      const socket = await client(portOf(zero), as(known));
      await until(() => zero.ups.filter((up) => up.startsWith("+")).length === round, "welcome");
      if (round === 2) socket.destroy();
    }
    expect(refusals(zero)).toEqual([]);
  });

  test("closes with strangers on the line", async () => {
    const zero = await listening();
    const socket = connectTcp(portOf(zero), "127.0.0.1");
    raw.push(socket);
    socket.on("error", () => undefined);
    await pause(50);
    await zero.transport.close();
    await until(() => socket.closed, "dropped");
  });
});

describe("a dialler", () => {
  test("refuses an acceptor with another key, though it is known under another name", async () => {
    // Keys swapped between two replicas: both are pinned, each for the other one.
    const zero = await open({
      identity: stranger,
      peers: new Map([[replica(1), { key: known.pinned }]]),
      listen: loopback,
    });
    const one = await open({
      identity: known,
      peers: new Map([
        [replica(0), { key: server.pinned, address: zero.transport.address ?? loopback }],
        [replica(2), { key: stranger.pinned }],
      ]),
      dial: [replica(0)],
    });
    await until(() => refusals(one).length > 1, "refused, and refused again");
    expect(refusals(one)[0]).toMatchObject({ code: "peer-unknown", remote: replica(0) });
    one.transport.send(replica(0), { type: "secret" });
    await pause(50);
    expect([one.ups, zero.received]).toEqual([[], []]);
  });

  test.each([
    ["speaks TLS 1.2 only", { maxVersion: "TLSv1.2", minVersion: "TLSv1.2" } as const],
    ["has a key of another type", ellipticP256],
  ])("refuses an acceptor that %s", async (_, options) => {
    const bad = createServer({ ...as(server), ...options });
    bad.on("tlsClientError", () => undefined);
    bad.on("secureConnection", (socket) => {
      socket.on("error", () => undefined);
      socket.write(frameOf(new Uint8Array(0)));
    });
    const port = await new Promise<number>((resolve) =>
      bad.listen(0, "127.0.0.1", () => resolve((bad.address() as { port: number }).port)),
    );
    const one = await dialling(port, known, server);
    await until(
      () => one.events.filter(({ type }) => type === "unreachable").length > 1,
      "refused",
    );
    expect(one.ups).toEqual([]);
    await closeAll();
    await new Promise((resolve) => bad.close(resolve));
  });

  test("goes back to a silent acceptor after the handshake's time", async () => {
    const mute = createServer({ ...as(server), requestCert: true, rejectUnauthorized: false });
    let connections = 0;
    mute.on("secureConnection", (socket) => {
      connections++;
      socket.on("error", () => undefined);
      socket.resume();
    });
    const port = await new Promise<number>((resolve) =>
      mute.listen(0, "127.0.0.1", () => resolve((mute.address() as { port: number }).port)),
    );
    const one = await open({
      identity: known,
      peers: new Map([[replica(0), { key: server.pinned, address: { host: "127.0.0.1", port } }]]),
      dial: [replica(0)],
      limits: { handshakeMsMax: 150, keepaliveMs: 100 },
    });
    await until(() => connections > 1, "tried again");
    expect(one.ups).toEqual([]);
    await closeAll();
    await new Promise((resolve) => mute.close(resolve));
  });
});
