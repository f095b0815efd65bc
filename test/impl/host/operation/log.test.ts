import { describe, expect, test } from "vitest";
import { HostError } from "../../../../impl/host/errors.ts";
import { createLogger, silentLogger } from "../../../../impl/host/operation/log.ts";

async function lines(
  use: (log: Awaited<ReturnType<typeof createLogger>>) => void,
  level: "info" | "trace" | "silent" = "trace",
) {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  use(await createLogger({ level, fields: { process: "replica#0" }, destination }));
  return { text: written.join(""), records: written.map((line) => JSON.parse(line)) };
}

describe("a log", () => {
  test("is lines of JSON with time, level, process, component and fields", async () => {
    const { records } = await lines((log) => log.component("host").warn({ peer: "client#1" }, "m"));
    expect(records).toEqual([
      {
        level: "warn",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        process: "replica#0",
        component: "host",
        peer: "client#1",
        msg: "m",
      },
    ]);
  });

  test("says nothing below its level", async () => {
    const use = (log: typeof silentLogger) => {
      log.debug({}, "no");
      log.info({}, "yes");
    };
    expect((await lines(use, "info")).records).toMatchObject([{ msg: "yes" }]);
    expect((await lines(use, "silent")).records).toEqual([]);
  });

  test("shows neither keys nor values of users, however deep they are", async () => {
    const { text, records } = await lines((log) => {
      log.trace({ key: "SECRET", value: "SECRET", to: "replica#1" }, "top");
      log.trace({ action: { name: "WRITE", payload: { object: "SECRET" } } }, "payload");
      log.trace({ a: [{ b: { c: { unit: "SECRET", n: 1 } } }] }, "deep");
      log.trace({ bytes: Buffer.from("SECRET") }, "bytes");
      log.component("client").trace({ message: { value: "SECRET" } }, "child");
    });
    expect(text).not.toMatch(/SECRET/);
    // The time left out: its milliseconds may well be those digits.
    const bytes = JSON.stringify({ ...records[3], time: "" });
    expect(bytes).not.toContain(String(Buffer.from("SECRET")[0]));
    expect(records[0]).toMatchObject({ key: "[redacted]", to: "replica#1" });
    expect(records[2]).toMatchObject({ a: [{ b: { c: { unit: "[redacted]", n: 1 } } }] });
  });

  test("tells an error with its code and cause, unless it quotes what a user wrote", async () => {
    const cause = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const { text, records } = await lines((log) => {
      log.error({ error: new HostError("store-unwritable", "It failed.", { cause }) }, "failed");
      log.error({ error: new HostError("operation-timed-out", "SECRET is late.") }, "late");
    });
    expect(records[0].error).toMatchObject({
      code: "store-unwritable",
      reason: expect.stringContaining("It failed."),
      cause: { code: "ENOSPC", reason: "no space" },
    });
    expect(records[1].error).toMatchObject({ code: "operation-timed-out" });
    expect(text).not.toMatch(/SECRET/);
  });

  test("does not fail on what refers to itself", async () => {
    const circle: Record<string, unknown> = {};
    circle.again = circle;
    expect((await lines((log) => log.info({ circle }, "round"))).records).toHaveLength(1);
  });
});

test("the silent log is silent in its components too", () => {
  expect(silentLogger.component("host")).toBe(silentLogger);
});
