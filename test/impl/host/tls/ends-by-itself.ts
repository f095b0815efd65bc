import { loopback, newIdentity, open, replica, until } from "./cluster.ts";

/*
 * Opens transports in every state that has a timer or a socket and closes them: what stays open keeps
 * this process alive, which the test that starts it notices.
 */
const [one, two] = [await newIdentity(), await newIdentity()];
const zero = await open({
  identity: one,
  peers: new Map([[replica(1), { key: two.pinned }]]),
  listen: loopback,
  limits: { framesPerSecondMax: 1 },
});
const refused = { host: "127.0.0.1", port: 1 };
const peers = new Map([
  [replica(0), { key: one.pinned, address: zero.transport.address ?? loopback }],
  [replica(2), { key: two.pinned, address: refused }],
]);
const dialler = await open({ identity: two, peers, dial: [replica(0), replica(2)] });
await until(() => dialler.ups.length > 0, "connected");
await until(() => dialler.events.some(({ type }) => type === "unreachable"), "a retry is due");
for (let at = 0; at < 100; at++) dialler.transport.send(replica(0), { type: "m", at });
await until(() => zero.received.length > 0, "the peer exceeds its rate");
const dialling = await open({ identity: two, peers, dial: [replica(0)] });
await Promise.all([dialling, dialler, zero].map(({ transport }) => transport.close()));
process.stdout.write("closed\n");
