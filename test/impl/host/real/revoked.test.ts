import { expect, test } from "vitest";
import { checkConfiguration } from "../../../../impl/host/config/configuration.ts";
import { factsOf } from "../../../../impl/host/real/member.ts";
import { index } from "../../../../spec/automaton/index.ts";
import { keyOf } from "../config/arbitrary.ts";

const configurationWith = (revoked: unknown) =>
  checkConfiguration(
    {
      version: 1,
      protocol: "bft-bc",
      cluster: "test",
      faults: 0,
      replicas: [
        {
          process: "replica#0",
          address: { host: "127.0.0.1", port: 7400 },
          keys: { signing: keyOf(0), tls: keyOf(1) },
        },
      ],
      clients: [0, 1].map((at) => ({
        process: `client#${at}`,
        keys: { signing: keyOf(2 + 2 * at), tls: keyOf(3 + 2 * at) },
        may: { read: ["*"], write: ["*"] },
        ...(at === 0 ? { revoked } : {}),
      })),
    },
    "quorate.json",
  );

test("L.REVOKE a revoked client may nothing, and another what it might before", async () => {
  const [revoked, other] = [index("client", 0), index("client", 1)];
  const may = (facts: ReturnType<typeof factsOf>, client: typeof other) =>
    (["read", "write"] as const).map((what) => facts.authorise(client, what, "key"));

  const facts = factsOf(await configurationWith(true));

  expect(may(facts, revoked)).toEqual([false, false]);
  expect(may(facts, other)).toEqual([true, true]);
  expect(may(factsOf(await configurationWith(false)), revoked)).toEqual([true, true]);
  // It is a client still: what it signed is checked with its key.
  expect(facts.clients).toContain(revoked);
});

test("revoked is true or false", async () => {
  await expect(configurationWith("yes")).rejects.toThrow("expected true or false");
});
