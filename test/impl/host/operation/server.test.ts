import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStatusServer, type StatusServer } from "../../../../impl/host/operation/server.ts";

let failure: string | null;
let server: StatusServer;
const options = (port = 0) => ({
  address: { host: "127.0.0.1", port },
  metrics: { contentType: "text/plain; version=0.0.4", text: async () => "quorate_x 1\n" },
  status: () => ({ process: "replica#0", held: 2 }),
  failure: () => failure,
});
beforeEach(async () => {
  failure = null;
  server = await createStatusServer(options());
});
afterEach(() => server.close());

const get = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${server.address.port}${path}`, init);

describe("a status server", () => {
  test("shows metrics in the format of their registry", async () => {
    const answer = await get("/metrics");
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await answer.text()).toBe("quorate_x 1\n");
  });

  test("shows the status as JSON, a query aside", async () => {
    expect(await (await get("/status?pretty")).json()).toEqual({ process: "replica#0", held: 2 });
  });

  test("is healthy until there is a reason not to be, which it tells", async () => {
    expect((await get("/healthz")).status).toBe(200);
    failure = "A step failed.";
    const answer = await get("/healthz");
    expect([answer.status, await answer.text()]).toEqual([503, "A step failed.\n"]);
  });

  test("changes nothing: other paths are not there, and other methods not allowed", async () => {
    expect((await get("/")).status).toBe(404);
    expect((await get("/status", { method: "POST" })).status).toBe(405);
    expect(await (await get("/status", { method: "HEAD" })).text()).toBe("");
  });

  test("answers 500 when what it shows throws, and goes on", async () => {
    const broken = await createStatusServer({
      ...options(),
      status: () => {
        throw new Error("no");
      },
    });
    const url = `http://127.0.0.1:${broken.address.port}`;
    expect((await fetch(`${url}/status`)).status).toBe(500);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await broken.close();
  });

  test("closes while a client holds a connection open, and frees its port", async () => {
    const { port } = server.address;
    const idle = connect(port, "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    await server.close();
    server = await createStatusServer(options(port));
    expect(server.address.port).toBe(port);
    idle.destroy();
  });

  test("says in one sentence that its port is in use, or its address unusable", async () => {
    const { port } = server.address;
    const taken = createStatusServer(options(port));
    await expect(taken).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringContaining(`Something listens on 127.0.0.1:${port} already.`),
    });
    // An address for documentation (RFC 5737): no machine has it.
    const elsewhere = { ...options(), address: { host: "192.0.2.1", port: 0 } };
    await expect(createStatusServer(elsewhere)).rejects.toMatchObject({ code: "address-unusable" });
  });
});
