import { describe, expect, test } from "vitest";
import { counter } from "../../../../impl/services/counter.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { Driven, typeOf } from "./driven.ts";

type Counts = Readonly<Record<string, number>>;

const countOf = (types: readonly string[]): Counts =>
  Object.fromEntries(
    [...new Set(types)].map((type) => [type, types.filter((one) => one === type).length]),
  );

const total = (counts: Counts) => Object.values(counts).reduce((sum, one) => sum + one, 0);

/** What one operation takes in a cluster that has done one before, and where nothing is lost. */
async function costsOf(faults: number): Promise<{ readonly sent: Counts; readonly taken: Counts }> {
  const taken: string[] = [];
  const driven = await Driven.start(counter as Service, {
    faults,
    observe: (process) => ({
      delivered: (_from, message) => process.startsWith("replica#") && taken.push(message.type),
    }),
  });
  // Less than it takes until something is said again.
  const settle = () => driven.until(() => false, driven.cluster.facts.retransmission.firstMs / 2);
  await driven.invoke("add 1");
  await settle();
  const sent = driven.watch();
  taken.length = 0;
  await driven.invoke("add 1");
  await settle();
  return { sent: countOf(sent.map(({ message }) => typeOf(message))), taken: countOf(taken) };
}

describe("one operation", { timeout: 60_000 }, () => {
  test.each([1, 2])(
    "with f = %d takes the messages of paper W's figure 1, but for two kinds",
    async (f) => {
      const m = 3 * f + 1;

      const { sent } = await costsOf(f);

      expect(sent).toEqual({
        REQUEST: 1,
        "PRE-PREPARE": m - 1,
        PREPARE: (m - 1) ** 2,
        COMMIT: m * (m - 1),
        REPLY: m,
      });
      const toOneself = 1 + (m - 1) + m;
      const preparesOfThePrimary = m;
      const columnU = 2 * (m ** 2 + m) + 1;
      expect(total(sent) + toOneself + preparesOfThePrimary).toBe(columnU);
    },
  );

  test("has no vote verified that comes when there is a quorum", async () => {
    const f = 1;
    const m = 3 * f + 1;

    const { sent, taken } = await costsOf(f);

    // The primary takes 2f PREPAREs; a backup 2f less its own, and everybody 2f COMMITs beside its own.
    expect(taken.PREPARE).toBe(2 * f + (m - 1) * (2 * f - 1));
    expect(taken.COMMIT).toBe(m * 2 * f);
    expect(Number(taken.COMMIT)).toBeLessThan(Number(sent.COMMIT));
  });
});
